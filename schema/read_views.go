package schema

import (
	"fmt"
	"slices"
	"strings"
)

// readViews reads the long form, views, or the short form, one aggregation.
func (r *reader) readViews(f *fields, m *Measure) {
	switch f.exactlyOne("aggregation", "views") {
	case "aggregation":
		before := r.errors
		v := &View{Place: m.Place, ID: m.ID, GoName: m.GoName, Name: m.Name, nameAt: m.nameAt, Measure: m, Tags: m.Tags}
		v.scope = m.scope
		r.readAggregation(f, v)
		v.broken = v.broken || r.errors > before
		r.addView(v)
	case "views":
		const reason = `stands in the view, beside its "aggregation"`
		f.notWith(reason, "buckets", "max_series", "zero_rows")
		for _, e := range f.elements("views", "view") {
			before := r.errors
			v := &View{Place: e.at, ID: e.id, Measure: m}
			r.readView(v, e)
			v.broken = v.broken || e.bad || r.errors > before
			r.addView(v)
		}
	}
}

func (r *reader) addView(v *View) {
	if first := r.views[v.ID]; first != nil {
		first.broken = true // which of the two is meant is not known
		if first.Place == v.Place {
			r.report("duplicate-id", v.Place, "an alias gives the view %q to the measures %q and %q; a view's id is unique in the file", v.ID, first.Measure.ID, v.Measure.ID)
			return
		}
		r.report("duplicate-id", v.Place, "the view %q is declared at line %d too; a view's id is unique in the file", v.ID, first.Place.Line)
		return
	}
	r.views[v.ID] = v
	r.viewIDs = append(r.viewIDs, v.ID)
	v.Measure.Views = append(v.Measure.Views, v)
}

func (r *reader) readView(v *View, e element) {
	f := r.fields(e.value, e.at, "view "+quote(e.id),
		"description", "aggregation", "buckets", "tags", "max_series", "zero_rows", "name", "go", "deprecated", "allow")
	v.scope = r.readScope(f, v.Measure.scope)
	v.GoName = r.readGoName(f, goName(v.ID))
	v.Name, v.nameAt = r.readName(f, e)
	v.Description = f.description("description")
	v.Deprecated = f.description("deprecated")
	v.Tags = r.readTagList(f, v.Measure)
	f.require("aggregation")
	r.readAggregation(f, v)
}

// readAggregation reads what the long and the short form of a view share.
func (r *reader) readAggregation(f *fields, v *View) {
	if v.Description == "" {
		v.Description = v.Measure.Description
	}
	r.readMaxSeries(f, v)
	v.ZeroRows, v.zeroAt = f.boolean("zero_rows"), f.place("zero_rows")
	word := f.choice("aggregation", aggregations...)
	v.Aggregation = Aggregation(max(0, slices.Index(aggregations, word)))
	r.checkZeroRows(f, v, word)
	switch {
	case word == "":
	case v.Measure.Observe && (v.Aggregation == Count || v.Aggregation == Distribution):
		r.report("conflicting-keys", f.place("aggregation"), "the view %q is a %s, which takes records, and the measure %q is observed; write last_value or sum, or delete its \"observe\"", v.ID, word, v.Measure.ID)
	case v.Aggregation != Distribution:
		f.notWith(fmt.Sprintf("is for distributions; this is a %s", strings.ReplaceAll(word, "_", " ")), "buckets")
	default:
		if !f.has("buckets") && !f.broken && !f.meant["buckets"] {
			r.report("missing-key", f.at, "%s needs the key \"buckets\": bounds, or none for count and sum alone", f.what)
		}
		if f.has("buckets") && v.Measure.Unit != "" {
			r.readBuckets(v, f.entries["buckets"])
		}
	}
	if c := v.Measure.Constant; v.Aggregation == Sum && !v.Measure.Observe && c != nil && (c.Int64 < 0 || c.Float64 < 0) {
		r.report("bad-number", f.place("aggregation"), "a sum drops negative values, and the measure's constant is one: nothing would ever be recorded; write one above 0")
	}
}

// readMaxSeries reads the bound of a recorded view. An observed one has a time
// series for each observer, so that the program bounds them.
func (r *reader) readMaxSeries(f *fields, v *View) {
	if v.Measure.Observe {
		f.notWith("is for measures that are recorded, and an observed one has a series for each observer; delete it", "max_series")
		return
	}
	v.MaxSeries = f.integer("max_series", 1, mostMaxSeries, defaultMaxSeries)
}

// checkZeroRows reports zero rows that the view's measure or aggregation rules
// out, whatever its tags are.
func (r *reader) checkZeroRows(f *fields, v *View, aggregation string) {
	switch m := v.Measure; {
	case m.Existing != nil:
		f.notWith("is for measures that this package records; delete it", "zero_rows")
	case m.Observe:
		f.notWith("is for measures that are recorded; delete it, or delete the measure's \"observe\"", "zero_rows")
	case aggregation == LastValue.String():
		f.notWith("is for counts, sums and distributions; a last value is not zero before it is known", "zero_rows")
	}
}
