package schema

// checkRecorder reports features that the schema's recorder does not have. If the
// recorder could not be read, it may be any.
func checkRecorder(c *checker) {
	switch g := c.schema.Generate; {
	case g.Recorder == "":
	case g.OpenTelemetry():
		c.checkNothingExisting()
	default:
		if g.Scope != "" {
			c.problem(nil, c.otelScopeAt, "the scope %s is for OpenTelemetry, but the recorder is %q; write \"recorder: otel\", or delete the key", quote(g.Scope), g.Recorder)
		}
		if !g.InCall() {
			c.checkOfViews()
		}
	}
}

// checkNothingExisting reports elements of packages that record with OpenCensus.
func (c *checker) checkNothingExisting() {
	const (
		reason = `and with "recorder: otel" the program links none of OpenCensus`
		second = `or keep it in a second schema with "recorder: views"`
	)
	for _, t := range c.schema.Tags {
		if t.Existing != nil {
			c.problem(c.ofTag(t).scope, t.Existing.Place, "the tag %q is existing: it is a key of OpenCensus, %s; declare it as a tag of your own, %s", owner(t.ID), reason, second)
		}
	}
	for _, m := range c.schema.Measures {
		if m.Existing != nil {
			c.problem(c.ofMeasure(m).scope, m.Existing.Place, "the measure %q is existing: OpenCensus records it, %s; declare it as a measure of your own, %s", owner(m.ID), reason, second)
		}
	}
}

// checkOfViews reports features that OpenCensus's views do not have.
func (c *checker) checkOfViews() {
	const cure = `write "recorder: direct" or "recorder: otel" under "generate", or delete the key`
	for _, t := range c.schema.Tags {
		if t.UTF8 && !c.ofTag(t).unread.kind {
			c.problem(c.ofTag(t).scope, c.ofTag(t).utf8At, "the tag %q has \"utf8\", but OpenCensus allows only printable ASCII; %s", owner(t.ID), cure)
		}
	}
	for _, m := range c.schema.Measures {
		if m.Forget && !m.UpDown && !c.ofMeasure(m).unread.view {
			c.problem(c.ofMeasure(m).scope, c.ofMeasure(m).forgetAt, "the measure %q has \"forget\", but a last value of OpenCensus cannot end; %s", owner(m.ID), cure)
		}
	}
	c.eachView(func(v *View) {
		if v.ZeroRows && v.Aggregation != UpDown {
			c.problem(c.ofView(v).scope, c.ofView(v).zeroAt, "the view %q has \"zero_rows\", but OpenCensus has a row only after something is recorded; %s", owner(v.ID), cure)
		}
	})
}

// mostZeroRows is the size of the largest table in which a recorder that adds up in the
// call finds series.
const mostZeroRows = 16_384

// checkZeroRows reports zero rows that depend on a context, or that are too many. A process
// tag has only one value. A view with open tags has rows only for known values, and each of
// these takes a place within max_series.
func checkZeroRows(c *checker) {
	c.eachView(func(v *View) {
		if !v.ZeroRows || len(v.Tags) > maxTags {
			return
		}
		in, at := c.ofView(v).scope, c.ofView(v).zeroAt
		known := !c.ofView(v).unread.tags
		for _, t := range v.Tags {
			if t.From == FromContext && !c.ofTag(t).unread.kind && !c.ofTag(t).unread.from {
				c.problem(in, at, "the view %q cannot have \"zero_rows\": its tag %q comes from a context, so its values are not known beforehand; leave it out of the view's \"tags\", or delete \"zero_rows\"", owner(v.ID), t.ID)
				known = false
			}
			known = known && c.isCounted(t)
		}
		if !known {
			return
		}
		if !v.HasOpen() {
			if n, wide := v.Combinations(); n > mostZeroRows {
				c.problem(in, at, "the view %q has %s combinations of tag values, replacements included, and \"zero_rows\" allows at most %s; leave tags out of the view's \"tags\", or delete \"zero_rows\"", owner(v.ID), counted(n, wide), Thousands(mostZeroRows))
			}
			return
		}
		switch n, wide := v.ZeroCombinations(); {
		case n > mostZeroRows:
			c.problem(in, at, "the view %q has %s combinations of listed and known values, and \"zero_rows\" allows at most %s; leave tags out of the view's \"tags\", or delete \"zero_rows\"", owner(v.ID), counted(n, wide), Thousands(mostZeroRows))
		case n > uint64(v.MaxSeries) && !c.ofView(v).unread.maxSeries:
			c.problem(in, at, "the view %q has %s zero rows, one for each combination of listed and known values, and its \"max_series\" is %s; raise \"max_series\", or delete \"zero_rows\"", owner(v.ID), Thousands(n), Thousands(uint64(v.MaxSeries)))
		}
	})
}

// counted returns a number of combinations for people. Wide is whether it needs more than 64
// bits.
func counted(n uint64, wide bool) string {
	if wide {
		return "more than " + Thousands(n)
	}
	return Thousands(n)
}

// checkZeroRowsKnown reports views that have zero rows only for bound recorders, because an
// open tag has no known values.
func checkZeroRowsKnown(c *checker) {
	c.eachView(func(v *View) {
		if !v.ZeroRows {
			return
		}
		for _, t := range v.Tags {
			if c.isOpen(t) && t.From == FromCall && !c.ofTag(t).unread.from && !c.ofTag(t).unread.known && len(t.Known) == 0 {
				c.problem(c.ofView(v).scope, c.ofView(v).zeroAt, "the view %q has no zero rows when it is registered, because its open tag %q has no known values; list values under the tag's \"known\", or set \"allow: [zero-rows-known]\" if bound recorders make the rows", owner(v.ID), t.ID)
			}
		}
	})
}
