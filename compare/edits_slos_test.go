package compare

import (
	"slices"

	"github.com/ocgen/ocgen/schema"
)

// anSLO returns a random SLO with its index.
func (e *editing) anSLO() (int, *sloSpec, bool) {
	if len(e.was.slos) == 0 || len(e.is.slos) != len(e.was.slos) {
		return 0, nil, false
	}
	i := e.IntN(len(e.was.slos))
	return i, e.was.slos[i], e.lock(e.was.slos[i].id)
}

func changeGoal(e *editing) bool {
	i, o, ok := e.anSLO()
	if ok {
		e.is.slos[i].goal++
		e.stable(o.experimental, schema.Warning, "slo-goal", o.id)
	}
	return ok
}

func changePeriod(e *editing) bool {
	i, o, ok := e.anSLO()
	if ok {
		e.is.slos[i].days = 1 + o.days%30
		e.stable(o.experimental, schema.Error, "slo-period", o.id)
	}
	return ok
}

// removeSLO keeps one, since the package loses the function SLOs with the last.
func removeSLO(e *editing) bool {
	i, o, ok := e.anSLO()
	if !ok || len(e.was.slos) < 2 {
		return false
	}
	e.is.slos = slices.Delete(e.is.slos, i, i+1)
	if e.chance(3) {
		e.is.gone = append(e.is.gone, o.id)
	} else {
		e.stable(o.experimental, schema.Error, "slo-removed", o.id)
	}
	return true
}

func addSLO(e *editing) bool {
	m := pick(e.maker, e.was.measures)
	v := pick(e.maker, m.views)
	if len(e.was.slos) != len(e.is.slos) || !e.lock(m, v) || slices.ContainsFunc(v.tags, func(t *tagSpec) bool { return e.locked[t] }) {
		return false
	}
	for _, t := range v.tags { // the condition needs the value
		e.lock(t)
	}
	o := e.slo(e.twin.views[v])
	if o == nil {
		return false
	}
	e.is.slos = append(e.is.slos, o)
	e.expect(schema.Info, "slo-added", o.id)
	return true
}

func changeCondition(e *editing) bool {
	i, o, ok := e.anSLO()
	if !ok || o.tag == nil || len(o.tag.values) < 2 || !e.lock(o.tag) {
		return false
	}
	value := pick(e.maker, o.tag.values)
	e.is.slos[i].value = value
	if value != o.value {
		e.stable(o.experimental, schema.Warning, "slo-indicator", o.id)
	}
	return true
}

func changeThreshold(e *editing) bool {
	i, o, ok := e.anSLO()
	if !ok || o.tag != nil || !e.lock(o.view) {
		return false
	}
	bound := pick(e.maker, o.view.bounds)
	e.is.slos[i].max = bound
	if bound != o.max {
		e.stable(o.experimental, schema.Warning, "slo-indicator", o.id)
	}
	return true
}

func changeService(e *editing) bool {
	if e.is.service != e.was.service {
		return false
	}
	e.is.service = "store"
	if len(e.was.slos) > 0 {
		e.expect(schema.Error, "slo-service", "")
	}
	return true
}
