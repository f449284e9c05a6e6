package schema

import "slices"

// checkIgnoredValues warns of a recorder whose value parameter is not used.
func checkIgnoredValues(c *checker) {
	for _, m := range c.schema.Measures {
		if !m.Recorded() || c.ofMeasure(m).unread.kind || c.ofMeasure(m).unread.view || m.Constant != nil || len(m.Views) == 0 {
			continue
		}
		if slices.ContainsFunc(m.Views, func(v *View) bool { return v.Aggregation != Count }) {
			continue
		}
		c.problem(c.ofMeasure(m).scope, m.Place, "the measure %q is recorded with a value, but its views only count; add \"constant: 1\" to record without a value, or add a view that uses the value", m.ID)
	}
}

// checkTagsInViews warns of a recorder whose parameter for a tag is not used. A program
// may have views of its own on the measure that use the tag. Its schema should silence
// this rule.
func checkTagsInViews(c *checker) {
	for _, m := range c.schema.Measures {
		if c.ofMeasure(m).unread.view || len(m.Views) == 0 || slices.ContainsFunc(m.Views, func(v *View) bool { return c.ofView(v).unread.tags }) {
			continue
		}
		used := map[*Tag]bool{}
		for _, v := range m.Views {
			for _, t := range v.Tags {
				used[t] = true
			}
		}
		for _, t := range m.Tags {
			// A tag whose name is misspelt in the list has no place.
			if at, spelt := c.ofMeasure(m).tagAt[t]; spelt && !used[t] {
				c.problem(c.ofMeasure(m).scope, at, "no view of the measure %q has the tag %q; add it to a view's \"tags\", or delete it from the measure's", owner(m.ID), t.ID)
			}
		}
	}
}

// checkCountDescriptions warns of a count with the description of the measure's values,
// such as "Time to answer." for a number of requests.
func checkCountDescriptions(c *checker) {
	for _, m := range c.schema.Measures {
		usesValue := func(v *View) bool { return v.Aggregation != Count && v.Aggregation != unknownAggregation }
		if m.Observe || c.ofMeasure(m).unread.kind || !slices.ContainsFunc(m.Views, usesValue) {
			continue
		}
		for _, v := range m.Views {
			if v.Aggregation == Count && c.ofView(v).inherited && v.Description != "" {
				c.problem(c.ofView(v).scope, v.Place, "the view %q is a count, but has the measure's description, %s; add a \"description\" that says what is counted", v.ID, quote(OneLine(v.Description)))
			}
		}
	}
}

// targetLabels are the labels that Prometheus sets on each target that it scrapes. By
// default it renames labels of a metric with these names (exported_job).
var targetLabels = []string{"instance", "job"}

func checkTargetLabels(c *checker) {
	for _, t := range c.schema.Tags {
		if label := sanitizePrometheus(t.Key); t.Key != "" && slices.Contains(targetLabels, label) {
			c.problem(c.ofTag(t).scope, c.ofTag(t).keyAt, "the label %q is one that Prometheus sets on every target, so it renames this one to exported_%s; set another key with \"key:\"", label, label)
		}
	}
}
