package compare

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/schema"
)

func checkMetricRemoved(c *checker) {
	for _, was := range c.was.all {
		name := was.name
		if _, ok := c.is.exports(name, nil); ok || c.lists(name, func(r schema.Removed) []schema.Removal { return r.Metrics }) {
			continue
		}
		s := c.ofGone(was.file, was.view.Place, "measures")
		s.experimental, s.metric = was.view.Experimental, name
		instead := ""
		if v := viewOf(c.partner[was.file], was.view.ID); v != nil {
			s.place, instead = v.Place, fmt.Sprintf(": the view %q exports %q now", v.ID, v.Name)
		}
		c.problem(s, "the metric %q is gone%s; dashboards, alerts and SLOs on it get no new data; restore the name, or list it under \"removed\" with the reason", name, instead)
	}
}

// lists reports whether a schema of now lists a name as removed.
func (c *comparison) lists(name string, list func(schema.Removed) []schema.Removal) bool {
	return slices.ContainsFunc(c.now, func(f *File) bool {
		return slices.ContainsFunc(list(f.Schema.Removed), func(r schema.Removal) bool { return r.Name == name })
	})
}

// viewOf returns the view of a file, or nil. The file may be nil.
func viewOf(f *File, id string) *schema.View {
	if f == nil {
		return nil
	}
	all := f.Schema.Views()
	if i := slices.IndexFunc(all, func(v *schema.View) bool { return v.ID == id }); i >= 0 {
		return all[i]
	}
	return nil
}

// kindOf returns, for example, "CUMULATIVE DOUBLE".
func kindOf(v *schema.View) string {
	kind, valueType := generator.MetricKind(v)
	return kind + " " + valueType
}

// A change of the kind or the meaning changes the unit too, in most cases. Then the rules
// below are silent, since the cure is the same.
func (p metricPair) sameKind() bool { return kindOf(p.was.view) == kindOf(p.is.view) }

func (p metricPair) sameMeaning() bool {
	return p.sameKind() && p.was.view.Aggregation == p.is.view.Aggregation
}

func checkMetricType(c *checker) {
	for _, p := range c.metrics {
		if !p.sameKind() && !p.is.former() {
			c.problem(ofMetric(p), "the metric %q was %s and is %s: Cloud Monitoring refuses every point of it from now on; give the view another name",
				p.is.name, kindOf(p.was.view), kindOf(p.is.view))
		}
	}
}

// former reports whether the name is the former one of a renamed view.
func (m metric) former() bool { return m.name != m.view.Name }

// checkOverlapType is checkMetricType for former names: the view has another name already.
func checkOverlapType(c *checker) {
	for _, p := range c.metrics {
		if !p.sameKind() && p.is.former() {
			c.problem(ofMetric(p), "the metric %q was %s, and the view %q, which is renamed from it, is %s: Cloud Monitoring refuses every point under the old name; delete \"renamed_from\", and list the old name under \"removed\"",
				p.is.name, kindOf(p.was.view), p.is.view.ID, kindOf(p.is.view))
		}
	}
}

func checkMetricMeaning(c *checker) {
	for _, p := range c.metrics {
		if p.sameKind() && !p.sameMeaning() {
			c.problem(ofMetric(p), "the metric %q was %s and is %s: both have the same type, so charts and SLOs mix two kinds of numbers; give the view another name",
				p.is.name, p.was.view.Aggregation.Noun(), p.is.view.Aggregation.Noun())
		}
	}
}

func checkMetricUnit(c *checker) {
	for _, p := range c.metrics {
		if was, is := p.was.view.Unit(), p.is.view.Unit(); p.sameMeaning() && was != is {
			c.problem(ofMetric(p), "the metric %q was in %q and is in %q: charts, alerts and SLOs mix numbers of both units; give the view another name", p.is.name, was, is)
		}
	}
}

func checkBuckets(c *checker) {
	for _, p := range c.metrics {
		was, is := p.was.view, p.is.view
		if !p.sameMeaning() || slices.Equal(was.Bounds, is.Bounds) {
			continue
		}
		severity, cut := schema.Warning, ""
		if slo, bound, ok := c.lostCut(p); ok {
			severity, cut = schema.Error, fmt.Sprintf(", and the SLO %q of the base cuts at %s, which is no bound any more", slo, number(bound))
		}
		c.report(severity, ofMetric(p), "the metric %q has other bounds: %s; charts and percentiles mix both sets%s", p.is.name, otherBounds(was.Bounds, is.Bounds), cut)
	}
}

// otherBounds names the first bound that differs.
func otherBounds(was, is []float64) string {
	text := func(bounds []float64, i int) string {
		if i < len(bounds) {
			return number(bounds[i])
		}
		return "missing"
	}
	i := 0
	for i < len(was) && i < len(is) && was[i] == is[i] {
		i++
	}
	first := fmt.Sprintf("bound %d was %s and is %s", i+1, text(was, i), text(is, i))
	if len(was) == len(is) {
		return first
	}
	return fmt.Sprintf("there were %d and are %d, and %s", len(was), len(is), first)
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// lostCut returns an SLO of the base that cuts the metric at a bound that is gone.
func (c *comparison) lostCut(p metricPair) (id string, bound float64, ok bool) {
	for _, o := range p.was.file.Schema.SLOs {
		cut := o.Cut()
		if cut == nil || cut.Selection.View != p.was.view {
			continue
		}
		for _, at := range []float64{cut.Min, cut.Max} {
			if slices.Contains(p.was.view.Bounds, at) && !slices.Contains(p.is.view.Bounds, at) {
				return o.ID, at, true
			}
		}
	}
	return "", 0, false
}

// checkBoundLowered reports limits of views and of tags, and values that were exempt from
// one.
func checkBoundLowered(c *checker) {
	const more = "more becomes \"__other__\""
	for _, p := range c.metrics {
		was, is := p.was.view, p.is.view
		if is.HasOpen() && 0 < is.MaxSeries && is.MaxSeries < was.MaxSeries {
			c.problem(ofMetric(p), "the view %q had max_series %s and has %s: %s", is.ID, schema.Thousands(was.MaxSeries), schema.Thousands(is.MaxSeries), more)
		}
	}
	for _, p := range c.tags {
		if p.was.Closed() || p.is.Closed() || p.is.From == schema.FromProcess {
			continue
		}
		if p.is.MaxValues < p.was.MaxValues {
			c.problem(ofTag(p), "the tag %q had max_values %s and has %s: %s", p.is.ID, schema.Thousands(p.was.MaxValues), schema.Thousands(p.is.MaxValues), more)
		}
		for _, value := range missing(p.was.Known, p.is.Known) {
			s := ofTag(p)
			s.gone = true
			c.problem(s, "the tag %q had the known value %q, which now counts for max_values and can become \"__other__\"", p.is.ID, value)
		}
	}
}

// missing returns the texts of the base that now does not have.
func missing(was, is []string) []string {
	has := map[string]bool{}
	for _, text := range is {
		has[text] = true
	}
	return slices.DeleteFunc(slices.Clone(was), func(text string) bool { return has[text] })
}

// A filePair is a file of the base and one of now that export the same metric.
type filePair struct{ was, is *File }

func (c *comparison) files() []filePair {
	var pairs []filePair
	for _, p := range c.metrics {
		pairs = append(pairs, filePair{p.was.file, p.is.file})
	}
	return unique(pairs)
}

// checkResource compares only what the base declares: without a resource in the schema,
// the identity of the series is not known.
func checkResource(c *checker) {
	for _, p := range c.files() {
		pairs, section := environments(p.was, p.is), "monitoring"
		if resourceChanges(pairs[0]) == nil {
			section = "environments"
		}
		c.inEach(ofSection(p.was, p.is, section), pairs, resourceChanges)
	}
}

// resourceChanges returns what differs in the identity of all series, as one message.
func resourceChanges(p environmentPair) []string {
	was, is := p.was.Monitoring, p.is.Monitoring
	var changes []string
	if was.MetricPrefix != is.MetricPrefix {
		changes = append(changes, fmt.Sprintf("the metric prefix was %q and is %q", was.MetricPrefix, is.MetricPrefix))
	}
	if was.Resource != "" && was.Resource != is.Resource {
		changes = append(changes, fmt.Sprintf("the resource was %q and is %q", was.Resource, is.Resource))
	}
	for _, l := range was.ResourceLabels {
		if before, after := sortedTexts(l.Values), sortedTexts(valuesOf(is, l.Key)); !slices.Equal(before, after) {
			changes = append(changes, fmt.Sprintf("the resource's label %q was %q and is %q", l.Key, before, after))
		}
	}
	if len(changes) == 0 {
		return nil
	}
	return []string{strings.Join(changes, "; ") + ": all series get another identity, and their history stays with the old one"}
}

func valuesOf(m schema.Monitoring, key string) []string {
	i := slices.IndexFunc(m.ResourceLabels, func(l schema.ResourceLabels) bool { return l.Key == key })
	if i < 0 {
		return nil
	}
	return m.ResourceLabels[i].Values
}

func sortedTexts(list []string) []string { return slices.Sorted(slices.Values(list)) }

// checkRecorder reports the changes of the recorder after which something no longer
// arrives. A change to views loses nothing.
func checkRecorder(c *checker) {
	lost := map[[2]string]string{
		{"views", "direct"}: "records by hand of the package's measures no longer arrive",
		{"views", "otel"}:   "records by hand of the package's measures no longer arrive, and tags of ctx and spans of exemplars come from OpenTelemetry",
		{"direct", "otel"}:  "tags of ctx and spans of exemplars come from OpenTelemetry",
	}
	for _, is := range c.now {
		was := c.partner[is]
		if was == nil {
			continue
		}
		change := [2]string{was.Schema.Generate.Recorder, is.Schema.Generate.Recorder}
		if why := lost[change]; why != "" {
			c.problem(ofSection(was, is, "generate"), "the recorder was %s and is %s: %s", change[0], change[1], why)
		}
	}
}
