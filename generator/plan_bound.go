package generator

import (
	"slices"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// planBinding settles how the bound recorder keeps each series that is written.
func (d *directPlanner) planBinding(writes []templates.Write) {
	d.plan.Binding = &templates.Binding{}
	ctx := slices.ContainsFunc(d.tags, func(t *schema.Tag) bool { return t.From == schema.FromContext })
	wide := slices.ContainsFunc(writes, func(w templates.Write) bool { return w.Index.Wide })
	switch {
	case ctx && (wide || d.plan.Limit != nil): // a wide number has no parts to add up beforehand
		d.plan.Binding.Inner = d.allIndices()
	case !ctx && (wide || slices.ContainsFunc(d.views, func(v *schema.View) bool { return maxSeries(v) > 0 })):
		d.planFinding(writes)
	default:
		d.planKeeping(writes)
	}
}

// allIndices returns the array with all indices that the recorder has, or one
// that only the bound recorder has.
func (d *directPlanner) allIndices() templates.Indices {
	if d.plan.Indices.Array != "" {
		return d.plan.Indices
	}
	return d.inArray()
}

// planFinding has the bound recorder find its series in each registration: which
// they are depends on what else the limited and the wide views have by then.
func (d *directPlanner) planFinding(writes []templates.Write) {
	b := d.plan.Binding
	b.Indices, b.Inner = d.allIndices(), d.inVars(nil)
	b.Found, b.Guard = d.names.bound.of(d.goName), templates.FoundField
	for i, v := range d.views {
		writes[i].Bound = templates.BoundSeries{Field: writes[i].Set, Type: seriesType(v)}
	}
}

// planKeeping has the bound recorder keep each series, or the part of its number
// that is known, if ctx or a limit of the view alone decides the series.
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
	}
	d.plan.Binding.Indices, d.plan.Binding.Inner = d.inVars(binding), d.inVars(inner)
}

// split parts the terms that are known beforehand from those of ctx.
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
