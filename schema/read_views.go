package schema

import (
	"fmt"
	"slices"
)

// readViews reads the long form, "views", or the short form, "aggregation".
func (r *reader) readViews(f *fields, m *Measure) {
	switch form := f.exactlyOne("views"); {
	case form == "aggregation":
		v := &View{Place: m.Place, ID: m.ID, GoName: m.GoName, Name: m.Name, Measure: m, Tags: m.Tags, Experimental: m.Experimental}
		marks, above := r.ofView(v), r.ofMeasure(m)
		marks.nameAt, marks.scope, marks.unread.tags = above.nameAt, above.scope, above.unread.tags
		r.readAggregation(f, v)
		r.addView(v)
		return
	case form == "" && !f.has("views"):
		r.ofMeasure(m).unread.view = true
	case form == "views":
		const reason = `belongs in the view, beside its "aggregation"; move it there`
		f.notWith(reason, "buckets", "max_series", "zero_rows", "renamed_from")
		fallthrough
	default: // views beside an aggregation are checked too
		r.ofMeasure(m).unread.view = r.fails(func() {
			for _, e := range f.elements("views", "view") {
				v := &View{Place: e.at, ID: e.id, Measure: m}
				r.readView(v, e)
				r.addView(v)
			}
		}) && len(m.Views) == 0
	}
	r.setsUnread = r.setsUnread || r.ofMeasure(m).unread.view
}

func (r *reader) addView(v *View) {
	if first := r.views[v.ID]; first != nil {
		r.ambiguous[v.ID] = true // a reference may mean either view
		if first.Place == v.Place {
			r.report("duplicate-id", v.Place, "an alias gives the view %q to the measures %q and %q; a view's id must be unique in the file; give the view of one measure another id, without the alias", v.ID, first.Measure.ID, v.Measure.ID)
			return
		}
		r.report("duplicate-id", v.Place, "the view %q is already declared at line %d; a view's id must be unique in the file; write another id for one of them", v.ID, first.Place.Line)
		return
	}
	r.views[v.ID] = v
	r.viewIDs = append(r.viewIDs, v.ID)
	v.Measure.Views = append(v.Measure.Views, v)
	v.Measure.UpDown = v.Measure.UpDown || v.Aggregation == UpDown
}

func (r *reader) readView(v *View, e element) {
	f := r.section("view", e.value, e.at, "view "+quote(e.id))
	r.ofView(v).scope = r.readScope(f, r.ofMeasure(v.Measure).scope)
	v.Allows, v.Experimental = r.ofView(v).scope.ofBreaking(), f.experimental(v.Measure.Experimental)
	v.GoName = r.readGoName(f, e.goName())
	v.Name, r.ofView(v).nameAt = r.readName(f, e)
	f.fill(v)
	var complete bool
	v.Tags, complete = r.readTagList(f, v.Measure)
	r.ofView(v).unread.tags = !complete
	r.readAggregation(f, v)
}

// readAggregation reads the keys that the long and the short form of a view have in
// common.
func (r *reader) readAggregation(f *fields, v *View) {
	if r.ofView(v).inherited = !f.has("description") && !f.hides("description"); v.Description == "" {
		v.Description = v.Measure.Description
	}
	r.readRenamedFrom(f, v)
	r.readMaxSeries(f, v)
	v.ZeroRows, r.ofView(v).zeroAt = f.boolean("zero_rows"), f.place("zero_rows")
	word := f.word("aggregation")
	r.ofView(v).aggregationAt = f.place("aggregation")
	v.Aggregation = Aggregation(slices.Index(aggregations, word)) // or unknownAggregation
	r.checkZeroRows(f, v, word)
	r.readBucketsOf(f, v)
	switch {
	case v.Aggregation == unknownAggregation:
	case v.Measure.Observe && (v.Aggregation == Count || v.Aggregation == Distribution):
		r.report("conflicting-keys", f.place("aggregation"), "the view %q is a %s, which needs records, but the measure %q is observed; write last_value or sum, or delete the measure's \"observe\"", owner(v.ID), word, v.Measure.ID)
	case v.Measure.Observe && v.Aggregation == UpDown:
		r.report("conflicting-keys", f.place("aggregation"), "the view %q is an up_down, to which calls add, but the measure %q is observed: its functions return the whole number; write last_value, or delete the measure's \"observe\"", owner(v.ID), v.Measure.ID)
	case v.Measure.Existing != nil && v.Aggregation == UpDown:
		r.report("conflicting-keys", f.place("aggregation"), "the view %q is an up_down, but the measure %q is existing: OpenCensus records it, and has no such aggregation; write another aggregation, or delete the measure's \"existing\"", owner(v.ID), v.Measure.ID)
	case v.Aggregation != Distribution:
		f.notWith(fmt.Sprintf("is only for distributions, and this is %s; delete it", v.Aggregation.inWords()), "buckets")
	default:
		if !f.has("buckets") && !f.broken && !f.meant["buckets"] {
			r.report("missing-key", f.at, "%s needs the key \"buckets\": bounds, or \"none\" to export only count and sum", f.what)
		}
	}
	if c := v.Measure.Constant; v.Aggregation == Sum && !v.Measure.Observe && c != nil && (c.Int64 < 0 || c.Float64 < 0) {
		r.report("bad-number", f.place("aggregation"), "a sum drops negative values, and the measure's constant is negative, so nothing would be recorded; write a constant above 0")
	}
}

// readBucketsOf reads the bounds of a view that is a distribution, or whose aggregation
// is unknown.
func (r *reader) readBucketsOf(f *fields, v *View) {
	switch {
	case v.Aggregation != Distribution && v.Aggregation != unknownAggregation:
		if set := r.buckets[f.scalarAt("buckets")]; set != nil {
			set.used = true // by mistake
		}
	case f.has("buckets"):
		r.readBuckets(v, f.entries["buckets"])
	default:
		r.setsUnread = true // the view has a problem of its own
	}
}

// scalarAt returns the text of the key's value, or "" if the key is missing.
func (f *fields) scalarAt(key string) string {
	if n := f.entries[key]; n != nil {
		return n.Value
	}
	return ""
}

// readMaxSeries reads the maximum number of series of a recorded view. An observed view
// has one series for each observer, so the program decides their number.
func (r *reader) readMaxSeries(f *fields, v *View) {
	if v.Measure.Observe {
		f.notWith("is only for measures that are recorded: an observed measure has one series for each observer; delete it", "max_series")
		return
	}
	r.ofView(v).unread.maxSeries = f.hides("max_series") || r.fails(func() {
		v.MaxSeries = f.integer("max_series")
	})
}

// checkZeroRows reports zero rows that are not possible with the view's measure or
// aggregation. It does not depend on the tags.
func (r *reader) checkZeroRows(f *fields, v *View, aggregation string) {
	before := r.errors
	switch m := v.Measure; {
	case m.Existing != nil:
		f.notWith("is only for measures that this package records; delete it", "zero_rows")
	case m.Observe:
		f.notWith("is only for measures that are recorded; delete it, or delete the measure's \"observe\"", "zero_rows")
	case aggregation == LastValue.String():
		f.notWith("is only for counts, sums, distributions and up-down counts: before the first record a last value is unknown, not zero; delete it", "zero_rows")
	}
	if r.errors > before {
		v.ZeroRows = false
	}
}
