package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

func checkLabelRemoved(c *checker) {
	for _, p := range c.metrics {
		for _, was := range p.was.view.Tags {
			if p.sameTag(was) != nil {
				continue
			}
			s := ofMetric(p)
			s.gone = true
			s.experimental = s.experimental || was.Experimental
			c.problem(s, "the metric %q had the label %q and lost it: filters and groups by it find nothing, and the descriptor keeps it for ever; restore the tag, or give the view another name", p.is.name, was.Key)
		}
	}
}

// checkLabelRenamed reports a tag once, though all metrics with the tag have it.
func checkLabelRenamed(c *checker) {
	for _, p := range c.tags {
		if p.was.Key != p.is.Key {
			c.problem(ofTag(p), "the tag %q had the key %q and has the key %q: filters by the old key find nothing, and each series ends and another begins; write \"key: %s\"", p.is.ID, p.was.Key, p.is.Key, p.was.Key)
		}
	}
}

func checkLabelAdded(c *checker) {
	for _, p := range c.metrics {
		for _, is := range p.newTags() {
			c.problem(ofMetric(p), "the metric %q has the new label %q: each series ends and others begin, so rates and SLOs have a seam; it had at most %s series in a process and has at most %s",
				p.is.name, is.Key, schema.Thousands(p.was.view.Series()), schema.Thousands(p.is.view.Series()))
		}
	}
}

// newTags returns the tags of now that the metric did not have.
func (p metricPair) newTags() []*schema.Tag {
	var old []*schema.Tag
	for _, was := range p.was.view.Tags {
		old = append(old, p.sameTag(was))
	}
	return slices.DeleteFunc(slices.Clone(p.is.view.Tags), func(is *schema.Tag) bool { return slices.Contains(old, is) })
}

func checkTagClosed(c *checker) {
	for _, p := range c.tags {
		if !p.was.Closed() && p.is.Closed() {
			c.problem(ofTag(p), "the tag %q was open and is closed: values that are not listed are recorded as %q; keep it open, with \"known\"", p.is.ID, catchAll(p.is))
		}
	}
}

func checkTagOpened(c *checker) {
	for _, p := range c.tags {
		if p.was.Closed() && !p.is.Closed() {
			c.problem(ofTag(p), "the tag %q was closed and is open: only its max_values of %s limits the series", p.is.ID, schema.Thousands(p.is.MaxValues))
		}
	}
}

func checkCatchAll(c *checker) {
	for _, p := range c.closed() {
		if was, is := catchAll(p.was), catchAll(p.is); was != is {
			c.problem(ofTag(p), "the tag %q recorded values that are not listed as %q and records them as %q", p.is.ID, was, is)
		}
	}
}

// catchAll returns the text of values that are not listed.
func catchAll(t *schema.Tag) string {
	if t.CatchAll != nil {
		return t.CatchAll.Text
	}
	return "__invalid__"
}

// closed returns the tags that both sides list the values of.
func (c *comparison) closed() []tagPair {
	return slices.DeleteFunc(slices.Clone(c.tags), func(p tagPair) bool { return !p.was.Closed() || !p.is.Closed() })
}

// checkValueRemoved does not report a catch-all that no SLO names: another rule does.
func checkValueRemoved(c *checker) {
	for _, p := range c.closed() {
		for _, value := range missing(p.was.Texts(), p.is.Texts()) {
			severity, named := schema.Warning, ""
			if ids := c.naming(p, value); len(ids) > 0 {
				severity, named = schema.Error, ", and SLOs select it: "+strings.Join(ids, ", ")
			} else if value == catchAll(p.was) {
				continue
			}
			s := ofTag(p)
			s.gone = true
			c.report(severity, s, "the tag %q had the value %q, which is now recorded as %q%s; keep the value, deprecated if need be", p.is.ID, value, catchAll(p.is), named)
		}
	}
}

// naming returns the ids of the SLOs of either side whose conditions select or exclude a
// value.
func (c *comparison) naming(p tagPair, value string) []string {
	var ids []string
	for _, side := range []struct {
		in *File
		of *schema.Tag
	}{{p.wasIn, p.was}, {p.isIn, p.is}} {
		for _, o := range side.in.Schema.SLOs {
			if slices.ContainsFunc(conditions(o), func(c schema.Condition) bool { return c.Tag == side.of && names(c, value) }) {
				ids = append(ids, fmt.Sprintf("%q", o.ID))
			}
		}
	}
	return unique(ids)
}

func names(c schema.Condition, value string) bool {
	return slices.Contains(c.Values, value) ||
		slices.ContainsFunc(c.Prefixes, func(prefix string) bool { return strings.HasPrefix(value, prefix) })
}

// conditions returns all conditions of an SLO.
func conditions(o *schema.SLO) []schema.Condition {
	var selections []*schema.Selection
	if r := o.Ratio(); r != nil {
		selections = append(selections, r.Good, r.Bad, r.Total)
	}
	if cut := o.Cut(); cut != nil {
		selections = append(selections, &cut.Selection)
	}
	if w := o.SLI.Windows; w != nil {
		for _, of := range []*schema.MetricRange{w.Mean, w.Sum} {
			if of != nil {
				selections = append(selections, &of.Selection)
			}
		}
	}
	var all []schema.Condition
	for _, s := range selections {
		if s != nil {
			all = append(all, s.Where...)
		}
	}
	return all
}
