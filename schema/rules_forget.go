package schema

import "slices"

// checkForgetSharedTag warns of an open tag whose values do not give their places back when
// the series of a measure are forgotten: series of another measure, which never end, have
// them too.
func checkForgetSharedTag(c *checker) {
	for _, m := range c.schema.Measures {
		if !m.Forget {
			continue
		}
		for _, t := range m.Tags {
			if t.From == FromProcess || !c.isOpen(t) || !c.records(m, t) {
				continue
			}
			at, spelt := c.ofMeasure(m).tagAt[t]
			if keeper := c.keeper(t); spelt && keeper != nil {
				c.problem(c.ofMeasure(m).scope, at, "the tag %q of the measure %q is also a tag of the measure %q, whose time series never end, so %s gives no place of the tag back; give one of them a tag of its own, or set \"allow: [forget-shared-tag]\" if \"max_values\" is enough for all values that the process ever has",
					t.ID, owner(m.ID), keeper.ID, m.ForgetName())
			}
		}
	}
}

// keeper returns a measure with series that never end and that have the tag, or nil.
func (c *checker) keeper(t *Tag) *Measure {
	for _, m := range c.schema.Measures {
		if m.Recorded() && !m.Forget && !c.ofMeasure(m).unread.kind && !c.ofMeasure(m).unread.view && c.records(m, t) {
			return m
		}
	}
	return nil
}

// records reports whether records of the measure use the tag. OpenCensus records all tags of
// a measure, other recorders only those of views.
func (c *checker) records(m *Measure, t *Tag) bool {
	if !c.schema.Generate.InCall() && !m.UpDown {
		return slices.Contains(m.Tags, t)
	}
	return slices.ContainsFunc(m.Views, func(v *View) bool { return slices.Contains(v.Tags, t) })
}
