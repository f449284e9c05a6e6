package schema

import "slices"

// checkRecorder reports features that only the direct recorder has. If the recorder
// could not be read, it may be the direct one.
func checkRecorder(c *checker) {
	if c.schema.Generate.Recorder != "views" {
		return
	}
	const cure = `write "recorder: direct" under "generate", or delete the key`
	for _, t := range c.schema.Tags {
		if t.UTF8 && !c.ofTag(t).unread.kind {
			c.problem(c.ofTag(t).scope, c.ofTag(t).utf8At, "the tag %q has \"utf8\", but OpenCensus allows only printable ASCII; %s", owner(t.ID), cure)
		}
	}
	c.eachView(func(v *View) {
		if v.ZeroRows {
			c.problem(c.ofView(v).scope, c.ofView(v).zeroAt, "the view %q has \"zero_rows\", but OpenCensus has a row only after something is recorded; %s", owner(v.ID), cure)
		}
	})
}

// mostZeroRows is the size of the largest table in which the direct recorder finds
// series.
const mostZeroRows = 16_384

// checkZeroRows reports zero rows whose tag values are not known before the first
// record, or that are too many. A process tag has only one value.
func checkZeroRows(c *checker) {
	c.eachView(func(v *View) {
		if !v.ZeroRows || len(v.Tags) > maxTags {
			return
		}
		listed := !c.ofView(v).unread.tags
		for _, t := range v.Tags {
			switch {
			case c.ofTag(t).unread.kind || c.ofTag(t).unread.from:
				listed = false
			case t.From == FromContext:
				listed = false
				c.problem(c.ofView(v).scope, c.ofView(v).zeroAt, "the view %q cannot have \"zero_rows\": its tag %q comes from a context, so its values are not known beforehand; leave it out of the view's \"tags\", or delete \"zero_rows\"", owner(v.ID), t.ID)
			case !t.Closed() && t.From == FromCall:
				listed = false
				c.problem(c.ofView(v).scope, c.ofView(v).zeroAt, "the view %q cannot have \"zero_rows\": its tag %q is open, so its values are not known beforehand; list the tag's \"values\", leave it out of the view's \"tags\", or delete \"zero_rows\"", owner(v.ID), t.ID)
			}
		}
		listed = listed && !slices.ContainsFunc(v.Tags, func(t *Tag) bool { return !c.isCounted(t) })
		if n, _ := v.Combinations(); listed && n > mostZeroRows {
			c.problem(c.ofView(v).scope, c.ofView(v).zeroAt, "the view %q has %s combinations of tag values, replacements included, and \"zero_rows\" allows at most %s; leave tags out of the view's \"tags\", or delete \"zero_rows\"", owner(v.ID), thousands(n), thousands(mostZeroRows))
		}
	})
}
