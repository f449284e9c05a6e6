package importer

import (
	"go/ast"
	"go/token"
	"slices"
)

// A foundView is a view.View of the source, as far as it could be evaluated.
type foundView struct {
	places      []token.Pos // the literal, then the call sites that its values come through
	sites       []site      // of the same
	name        string
	description string
	measure     *measure
	aggregation aggregation
	keys        []key
	proposed    []float64 // one of several possible lists of bounds
	gaps        []gap
}

// A gap is a fact of a view that is not known.
type gap struct {
	fact string // "name", "measure", "description", "aggregation", "buckets" or "tags"
	unknown
}

func (v *foundView) gap(fact string, u unknown) { v.gaps = append(v.gaps, gap{fact, u}) }

// distinct returns the gaps without those that follow from another, such as the name of
// a view that has the name of its unknown measure.
func (v *foundView) distinct() []gap {
	var list []gap
	for _, g := range v.gaps {
		follows := slices.ContainsFunc(list, func(other gap) bool { return other.unknown == g.unknown })
		if !follows && g.why != ofMeasureUnknown {
			list = append(list, g)
		}
	}
	return list
}

const ofMeasureUnknown = "the view has the name of its measure"

// lacks reports whether the fact is not known.
func (v *foundView) lacks(fact string) bool {
	for _, g := range v.gaps {
		if g.fact == fact {
			return true
		}
	}
	return false
}

// findViews evaluates the literals of view.View, and copies of other views that are
// changed. A view counts if it, or a call that gives it its values, stands in a package
// that the user named.
func (ix *index) findViews() []*foundView {
	var all []*foundView
	for _, s := range ix.literals {
		all = append(all, ix.viewsAt(s, false)...)
	}
	for _, s := range ix.copies {
		if len(ix.fieldsOf[s.held]) == 0 {
			continue
		}
		for _, v := range ix.viewsAt(s, true) {
			if len(v.gaps) == 0 { // otherwise it is a function that copies any view
				all = append(all, v)
			}
		}
	}
	return all
}

func (ix *index) viewsAt(s site, copied bool) []*foundView {
	found, complete := outcomes(ix, false, func(ev *evaluation) *foundView { return ev.view(s, copied) })
	var views []*foundView
	for _, v := range found {
		if v != nil && anyNamed(v.sites) {
			views = append(views, v)
		}
	}
	if !complete && len(views) > 0 {
		last := *views[len(views)-1]
		last.gaps = []gap{{"name", unknownf(s.expr.Pos(), "there are more than %d combinations of call sites", len(found))}}
		views = append(views, &last)
	}
	return views
}

// view evaluates one view. It returns nil for a literal that defines none, such as
// view.View{Name: name} to look one up.
func (ev *evaluation) view(s site, copied bool) *foundView {
	in := ev.frameAt(rootOf(s), s, 0)
	base, ok := ev.eval(s.expr, in).(structure)
	if !ok {
		return nil
	}
	if copied {
		base.vars, base.holder = s.held, in
	}
	if !ev.sets(base, "Measure") {
		return nil
	}
	v := &foundView{}
	ev.viewMeasure(v, base)
	ev.viewTexts(v, base)
	ev.viewKeys(v, base)
	ev.viewAggregation(v, base)
	v.sites = append([]site{s}, ev.chain(in.id)...)
	for _, s := range v.sites {
		v.places = append(v.places, s.expr.Pos())
	}
	return v
}

// sets reports whether a literal, or a later assignment, sets a field.
func (ev *evaluation) sets(s structure, name string) bool {
	if s.vars != nil {
		for _, w := range ev.fieldsOf[s.vars] {
			if w.name == name {
				return true
			}
		}
	}
	if s.lit == nil {
		return false
	}
	i := fieldIndex(s.typ, name)
	for j, element := range s.lit.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if ok && isName(pair.Key, name) || !ok && i == j {
			return true
		}
	}
	return false
}

func (ev *evaluation) viewMeasure(v *foundView, s structure) {
	switch m, _ := ev.fieldOf(s, "Measure"); m := m.(type) {
	case measure:
		v.measure = &m
	case unknown:
		v.gap("measure", m)
	default:
		v.gap("measure", unknownf(s.pos(), "the measure is not followed"))
	}
}

// viewTexts evaluates the name and the description. A view without them has those of
// its measure, as in OpenCensus.
func (ev *evaluation) viewTexts(v *foundView, s structure) {
	for _, f := range []struct {
		field, fact string
		into        *string
		from        func(*measure) string
	}{
		{"Name", "name", &v.name, func(m *measure) string { return m.name }},
		{"Description", "description", &v.description, func(m *measure) string { return m.description }},
	} {
		result, _ := ev.fieldOf(s, f.field)
		said, ok := asText(result)
		u, isReason := isUnknown(result)
		switch {
		case ok && said != "":
			*f.into = said
		case isReason:
			v.gap(f.fact, u)
		case v.measure != nil:
			*f.into = f.from(v.measure)
		case f.fact == "name":
			v.gap(f.fact, unknownf(s.pos(), ofMeasureUnknown))
		}
	}
}

func (ev *evaluation) viewKeys(v *foundView, s structure) {
	result, _ := ev.fieldOf(s, "TagKeys")
	switch keys := result.(type) {
	case nil:
	case list:
		for _, t := range keys {
			switch k := ev.get(t).(type) {
			case key:
				v.keys = append(v.keys, k)
			case unknown:
				v.gap("tags", k)
			default:
				v.gap("tags", unknownf(s.pos(), "a tag key is not followed"))
			}
		}
	case unknown:
		v.gap("tags", keys)
	default:
		v.gap("tags", unknownf(s.pos(), "the tag keys are not followed"))
	}
}

func (ev *evaluation) viewAggregation(v *foundView, s structure) {
	result, _ := ev.fieldOf(s, "Aggregation")
	switch a := result.(type) {
	case aggregation:
		v.aggregation = a
		if a.unknown != nil {
			v.gap("buckets", *a.unknown)
		}
	case unknown:
		if a == undecided {
			return
		}
		ev.possible(v, s, a)
	default:
		v.gap("aggregation", unknownf(s.pos(), "the view has no aggregation"))
	}
}

// possible looks at all values that an aggregation can have. If they are of one kind,
// only the buckets are missing.
func (ev *evaluation) possible(v *foundView, s structure, why unknown) {
	all, complete := outcomes(ev.index, true, func(other *evaluation) value {
		for id, option := range ev.choices {
			if _, chosen := other.choices[id]; !chosen {
				other.choices = withChoice(other.choices, id, option)
			}
		}
		other.frames = ev.frames
		result, _ := other.fieldOf(s, "Aggregation")
		return result
	})
	kinds := map[string]bool{}
	for _, one := range all {
		a, ok := one.(aggregation)
		kinds[a.kind] = true
		complete = complete && ok
		if ok && a.unknown == nil && v.proposed == nil {
			v.proposed = a.bounds
		}
	}
	if complete && len(kinds) == 1 && kinds["distribution"] {
		v.aggregation = aggregation{kind: "distribution", unknown: &why}
		v.gap("buckets", why)
		return
	}
	v.proposed = nil
	v.gap("aggregation", why)
}

func withChoice(choices map[string]int, id string, option int) map[string]int {
	all := map[string]int{id: option}
	for id, option := range choices {
		all[id] = option
	}
	return all
}

// pos returns where the struct is written.
func (s structure) pos() token.Pos {
	if s.lit != nil {
		return s.lit.Pos()
	}
	return s.vars.Pos()
}
