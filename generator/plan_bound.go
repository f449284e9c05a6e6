package generator

import (
	"slices"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// planBinding plans how the bound recorder keeps each series that it writes.
func (d *directPlanner) planBinding(writes []templates.Write) {
	d.plan.Binding = &templates.Binding{}
	ctx := slices.ContainsFunc(d.tags, func(t roleTag) bool { return t.From == schema.FromContext })
	ends := slices.ContainsFunc(d.tags, func(t roleTag) bool { return t.ends })
	wide := slices.ContainsFunc(writes, func(w templates.Write) bool { return w.Index.Wide })
	switch {
	case ctx && ends: // the indices of the other tags do not last
		d.plan.LooksAgain = true
		var terms []templates.Term
		for _, w := range writes {
			if w.ZeroRows {
				terms = append(terms, w.Index.Terms...)
			}
		}
		d.plan.Binding.Args, d.plan.Binding.Indices = true, d.inVars(terms)
		d.plan.Binding.Guard = d.scope.local("bound", "Tags")
	case ends:
		d.plan.LooksAgain = true
		d.plan.Binding.Ends = true
		d.planFinding(writes)
	case ctx && (wide || d.plan.Limit != nil): // a wide number cannot be added up beforehand
		d.plan.Binding.Inner = d.allIndices()
	case !ctx && (wide || slices.ContainsFunc(d.views, func(v *schema.View) bool { return maxSeries(v) > 0 })):
		d.planFinding(writes)
	default:
		d.planKeeping(writes)
	}
	for _, w := range writes {
		d.zeroRows = d.zeroRows || w.ZeroRows && (w.Bound.Type == "" || d.plan.Binding.Found != "")
	}
}

// allIndices returns the array with all indices, from the recorder or only for the
// bound recorder.
func (d *directPlanner) allIndices() templates.Indices {
	if d.plan.Indices.Array != "" {
		return d.plan.Indices
	}
	return d.inArray()
}

// planFinding plans a bound recorder that finds its series in each registration. Which
// series these are depends on the other series of limited and wide views at that time.
func (d *directPlanner) planFinding(writes []templates.Write) {
	b := d.plan.Binding
	b.Indices, b.Inner = d.allIndices(), d.inVars(nil)
	b.Found, b.Guard = d.names.bound.of(d.goName), templates.FoundField
	for i, v := range d.views {
		writes[i].Bound = templates.BoundSeries{Field: writes[i].Set, Type: seriesType(v)}
	}
}

// planKeeping plans a bound recorder that keeps each series, or the known part of its
// number if the rest comes from ctx or only the view's own limit decides.
func (d *directPlanner) planKeeping(writes []templates.Write) {
	var binding, inner []templates.Term
	for i, v := range d.views {
		w := &writes[i]
		fixed, rest := d.split(w.Index.Terms)
		switch {
		case len(rest) == 0 && maxSeries(v) == 0:
			w.Bound = templates.BoundSeries{Field: w.Set, Type: seriesType(v)}
			if d.plan.Binding.Guard == "" {
				d.plan.Binding.Guard = w.Set
			}
		case len(fixed) == 0:
			w.Bound = templates.BoundSeries{Rest: rest}
		default:
			w.Bound = templates.BoundSeries{Field: d.names.indices.of(v.GoName), Fixed: fixed, Rest: rest}
		}
		binding, inner = append(binding, fixed...), append(inner, rest...)
		if w.ZeroRows && w.Bound.Type == "" {
			binding = append(binding, fixed...) // for the zero row
		}
	}
	d.plan.Binding.Indices, d.plan.Binding.Inner = d.inVars(binding), d.inVars(inner)
}

// split separates the terms that are known beforehand from the terms that come from
// ctx.
func (d *directPlanner) split(terms []templates.Term) (fixed, rest []templates.Term) {
	for _, t := range terms {
		if d.tags[t.Tag].From == schema.FromContext {
			rest = append(rest, t)
		} else {
			fixed = append(fixed, t)
		}
	}
	return fixed, rest
}
