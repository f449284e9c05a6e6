package importer

import (
	"go/ast"
	"go/constant"
	"go/token"
	"slices"
)

// findMeasures evaluates the calls of stats.Int64 and stats.Float64 in the packages
// that the user named, or that are called from them.
func (ix *index) findMeasures() (all []measure, unread int) {
	for _, s := range ix.calls {
		switch obj := callee(s.pkg.info, s.call()); {
		case obj == nil || fullName(obj) != statsPath+".Int64" && fullName(obj) != statsPath+".Float64":
			continue
		}
		found, _ := outcomes(ix, false, func(ev *evaluation) value {
			in := ev.frameAt(rootOf(s), s, 0)
			v := ev.eval(s.expr, in)
			if !anyNamed(append([]site{s}, ev.chain(in.id)...)) {
				return nil
			}
			return v
		})
		for _, v := range found {
			switch m := v.(type) {
			case measure:
				all = append(all, m)
			case unknown:
				unread++
			}
		}
	}
	return all, unread
}

func anyNamed(sites []site) bool { return slices.ContainsFunc(sites, site.named) }

// A recordFacts is what is known of the records of a measure.
type recordFacts struct {
	constant constant.Value // of all records so far; nil if they differ
}

// records are the facts about all calls that record.
type records struct {
	sites     int
	byMeasure map[string]*recordFacts
	other     map[bool]bool // whether an unknown measure of the type, float64 or int64, is recorded with any value
}

// constant returns the value of all records of a measure, or nil.
func (r records) constant(m *measure) constant.Value {
	if facts := r.byMeasure[m.name]; facts != nil && !r.other[m.float] {
		return facts.constant
	}
	return nil
}

// findRecords evaluates the calls of a measure's M. In a closed world no other module
// calls the functions that pass the value on.
func (ix *index) findRecords(closedWorld bool) records {
	r := records{byMeasure: map[string]*recordFacts{}, other: map[bool]bool{}}
	for _, s := range ix.calls {
		float, ok := recordsMeasure(s)
		if !ok || !s.pkg.main && !s.pkg.named {
			continue
		}
		if s.named() {
			r.sites++
		}
		selector := ast.Unparen(s.call().Fun).(*ast.SelectorExpr)
		all, _ := outcomes(ix, false, func(ev *evaluation) [2]value {
			in := ev.frameAt(rootOf(s), s, 0)
			m := ev.eval(selector.X, in)
			return [2]value{m, ev.onlyValue(s.call().Args[0], in, closedWorld)}
		})
		for _, one := range all {
			r.add(one[0], one[1], float)
		}
	}
	return r
}

// onlyValue evaluates an expression to the one value that it can have.
func (ev *evaluation) onlyValue(e ast.Expr, in *frame, closedWorld bool) value {
	ev.values = true
	defer func() { ev.values, ev.outside = false, nil }()
	v := ev.try(func() value { return ev.eval(e, in) })
	if l := ev.outside; l != nil && !(l.foreign && closedWorld) {
		return l.unknown
	}
	return v
}

func (r *records) add(m, v value, float bool) {
	number, isConstant := v.(basic)
	of, known := m.(measure)
	switch facts := r.byMeasure[of.name]; {
	case !known:
		r.other[float] = r.other[float] || !isConstant
	case !isConstant:
		r.byMeasure[of.name] = &recordFacts{}
	case facts == nil:
		r.byMeasure[of.name] = &recordFacts{number.Value}
	case facts.constant == nil || constant.Compare(facts.constant, token.EQL, number.Value):
	default:
		facts.constant = nil
	}
}

// recordsMeasure reports whether a call is m.M(value), and of which type m is.
func recordsMeasure(s site) (float, ok bool) {
	obj := callee(s.pkg.info, s.call())
	if obj == nil || len(s.call().Args) != 1 {
		return false, false
	}
	name := fullName(obj)
	return name == statsPath+".Float64Measure.M", name == statsPath+".Float64Measure.M" || name == statsPath+".Int64Measure.M"
}
