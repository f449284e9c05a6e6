package generator

import (
	"slices"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// planBinding settles how the bound recorder keeps each series that is written.
func (d *directPlanner) planBinding(writes []templates.Write) {
	d.plan.Binding = &templates.Binding{}
	if d.plan.Limit != nil {
		d.planLimitedBinding(writes)
		return
	}
	if d.lateWide(writes) {
		d.plan.Binding.Inner = d.inArray()
		return
	}
	var binding, inner []templates.Term
	for i, v := range d.views {
		w := &writes[i]
		fixed, rest := d.split(w.Index.Terms)
		switch {
		case len(rest) == 0:
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

// planLimitedBinding does it for a recorder whose limits look at the record as a
// whole: unless ctx has a say, they are met when the series are found.
func (d *directPlanner) planLimitedBinding(writes []templates.Write) {
	if slices.ContainsFunc(d.tags, func(t *schema.Tag) bool { return t.From == schema.FromContext }) {
		d.plan.Binding.Inner = d.plan.Indices
		return
	}
	d.plan.Binding.Indices, d.plan.Binding.Guard = d.plan.Indices, writes[0].Set
	d.plan.Binding.Inner = d.inVars(nil)
	for i, v := range d.views {
		writes[i].Bound = templates.BoundSeries{Field: writes[i].Set, Type: seriesType(v)}
	}
}

// lateWide reports whether ctx has a say in a number that has no parts which
// could be added up beforehand.
func (d *directPlanner) lateWide(writes []templates.Write) bool {
	for _, w := range writes {
		if _, rest := d.split(w.Index.Terms); w.Index.Wide && len(rest) > 0 {
			return true
		}
	}
	return false
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
