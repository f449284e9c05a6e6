package schema

import (
	"fmt"
	"slices"
)

// checkForgetSharedTag warns of an open tag whose values do not give their places back when
// the series of a measure are forgotten: series that never end have them too.
func checkForgetSharedTag(c *checker) {
	for _, m := range c.schema.Measures {
		for _, t := range m.Tags {
			at, spelt := c.ofMeasure(m).tagAt[t]
			if !spelt || t.From == FromProcess || !c.isOpen(t) || !slices.ContainsFunc(m.Forgets(), func(v *View) bool { return slices.Contains(v.Tags, t) }) {
				continue
			}
			if keeper := c.keeper(t); keeper != "" {
				c.problem(c.ofMeasure(m).scope, at, "the tag %q of the measure %q is also a tag of %s, whose time series never end, so %s gives no place of the tag back; give one of them a tag of its own, or set \"allow: [forget-shared-tag]\" if \"max_values\" is enough for all values that the process ever has",
					t.ID, owner(m.ID), keeper, m.ForgetName())
			}
		}
	}
}

// keeper describes the first view or measure with series that never end and that have the
// tag, or returns "".
func (c *checker) keeper(t *Tag) string {
	for _, m := range c.schema.Measures {
		unread := c.ofMeasure(m).unread
		if !m.Recorded() || unread.kind || unread.view || unread.forget {
			continue
		}
		if !c.schema.Generate.InCall() && !m.UpDown && slices.Contains(m.Tags, t) { // OpenCensus records all tags
			return fmt.Sprintf("the measure %q", m.ID)
		}
		for _, v := range m.Views {
			if slices.Contains(v.Tags, t) && !slices.Contains(m.Forgets(), v) {
				return fmt.Sprintf("the view %q", owner(v.ID))
			}
		}
	}
	return ""
}
