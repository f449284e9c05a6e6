package compare

import (
	"slices"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

// view returns a random view of the base that no SLO uses, with its measure.
func (e *editing) view() (*measureSpec, *viewSpec, bool) {
	m := pick(e.maker, e.was.measures)
	v := pick(e.maker, m.views)
	return m, v, !e.was.measured(v) && e.lock(m, v)
}

func removeView(e *editing) bool {
	m, v, ok := e.view()
	if !ok || len(m.views) < 2 {
		return false
	}
	twin := e.twin.measures[m]
	twin.views = slices.DeleteFunc(twin.views, func(x *viewSpec) bool { return x.id == v.id })
	if e.chance(3) {
		e.is.removed = append(e.is.removed, v.name)
	} else {
		e.stable(m.experimental, schema.Error, "metric-removed", v.name)
	}
	if e.was.recorder == "views" {
		e.api(m.experimental, "api-removed")
	}
	return true
}

func removeMeasure(e *editing) bool {
	m := pick(e.maker, e.was.measures)
	if e.was.recorded(m) || len(e.was.measures) < 3 || slices.ContainsFunc(m.views, e.was.measured) || !e.lock(m) {
		return false
	}
	for _, v := range m.views {
		e.lock(v)
		e.stable(m.experimental, schema.Error, "metric-removed", v.name)
	}
	for _, t := range m.tags { // a tag may lose its last metric
		e.lock(t)
	}
	e.is.measures = slices.DeleteFunc(e.is.measures, func(x *measureSpec) bool { return x.id == m.id })
	e.api(m.experimental, "api-removed")
	return true
}

func addMeasure(e *editing) bool {
	m := e.measure(e.is)
	e.is.measures = append(e.is.measures, m)
	for _, v := range m.views {
		e.expect(schema.Info, "metric-added", v.name)
	}
	return true
}

func addView(e *editing) bool {
	m := pick(e.maker, e.was.measures)
	if !e.lock(m) {
		return false
	}
	twin := e.twin.measures[m]
	v := e.maker.view(twin)
	twin.views = append(twin.views, v)
	e.expect(schema.Info, "metric-added", v.name)
	return true
}

func renameMetric(e *editing) bool {
	m, v, ok := e.view()
	if !ok {
		return false
	}
	twin := e.twin.views[v]
	twin.name = "shop/" + e.id("renamed")
	e.stable(m.experimental, schema.Error, "metric-removed", v.name)
	e.expect(schema.Info, "metric-added", twin.name)
	return true
}

// overlapMetric renames a metric and keeps its old name beside the new one.
func overlapMetric(e *editing) bool {
	_, v, ok := e.view()
	if !ok {
		return false
	}
	twin := e.twin.views[v]
	twin.name, twin.former = "shop/"+e.id("renamed"), v.name
	e.expect(schema.Info, "metric-added", twin.name)
	return true
}

func renameGo(e *editing) bool {
	m := pick(e.maker, e.was.measures)
	if !e.lock(m) {
		return false
	}
	e.twin.measures[m].goName = "Other" + strings.ToUpper(m.id[:1]) + m.id[1:]
	e.api(m.experimental, "api-removed")
	return true
}

// aliasGo renames a measure and keeps its old Go name as an alias.
func aliasGo(e *editing) bool {
	m := pick(e.maker, e.was.measures)
	if !e.lock(m) {
		return false
	}
	twin := e.twin.measures[m]
	twin.goName, twin.alias = "Other"+strings.ToUpper(m.id[:1])+m.id[1:], strings.ToUpper(m.id[:1])+m.id[1:]
	return true
}

func changeUnit(e *editing) bool {
	m := pick(e.maker, e.was.measures)
	if !e.lock(m) {
		return false
	}
	others := map[string][]string{"By": {"KiBy", "ms"}, "ms": {"By", "s"}} // a time has other parameters
	e.twin.measures[m].unit = pick(e.maker, others[m.unit])
	for _, v := range m.views {
		if v.aggregation != "count" {
			e.stable(m.experimental, schema.Error, "metric-unit", v.name)
		}
	}
	return true
}

func changeType(e *editing) bool {
	m := pick(e.maker, e.was.measures)
	if slices.ContainsFunc(m.views, e.was.measured) || !e.lock(m) {
		return false
	}
	e.twin.measures[m].typ = map[string]string{"int64": "float64", "float64": "int64"}[m.typ]
	for _, v := range m.views {
		if v.aggregation == "sum" || v.aggregation == "last_value" {
			e.expect(schema.Error, "metric-type", v.name)
		}
	}
	if e.was.recorder == "views" && (m.unit == "ms" || m.constant) {
		e.api(m.experimental, "api-changed") // the variable; no parameter has the type
	}
	return true
}

func changeAggregation(e *editing) bool {
	m, v, ok := e.view()
	if !ok || v.aggregation == "distribution" {
		return false
	}
	twin := e.twin.views[v]
	twin.aggregation = pick(e.maker, []string{"count", "sum", "last_value"})
	switch was, is := v.aggregation, twin.aggregation; {
	case was == is:
	case was != "last_value" && is != "last_value" && m.typ == "int64":
		e.stable(m.experimental, schema.Error, "metric-meaning", v.name)
	default:
		e.expect(schema.Error, "metric-type", v.name)
	}
	return true
}

func dropLabel(e *editing) bool {
	m, v, ok := e.view()
	if !ok || len(v.tags) == 0 {
		return false
	}
	t := pick(e.maker, v.tags)
	if !e.lock(t) {
		return false
	}
	twin := e.twin.views[v]
	twin.tags = slices.DeleteFunc(twin.tags, func(x *tagSpec) bool { return x.id == t.id })
	e.stable(m.experimental || t.experimental, schema.Error, "label-removed", v.name)
	return true
}

func addLabel(e *editing) bool {
	m, v, ok := e.view()
	free := slices.DeleteFunc(slices.Clone(m.tags), func(t *tagSpec) bool { return slices.Contains(v.tags, t) })
	if !ok || len(free) == 0 {
		return false
	}
	t := pick(e.maker, free)
	if !e.lock(t) {
		return false
	}
	twin := e.twin.views[v]
	twin.tags = append(twin.tags, e.twin.tags[t])
	e.stable(m.experimental, schema.Warning, "label-added", v.name)
	return true
}

func lowerMaxSeries(e *editing) bool {
	m, v, ok := e.view()
	open := slices.ContainsFunc(v.tags, func(t *tagSpec) bool { return !t.closed() })
	if !ok || slices.ContainsFunc(v.tags, func(t *tagSpec) bool { return e.locked[t] }) {
		return false
	}
	for _, t := range v.tags {
		e.lock(t)
	}
	e.twin.views[v].maxSeries = 500
	if open {
		e.stable(m.experimental, schema.Warning, "bound-lowered", v.name)
	}
	return true
}

func changeBounds(e *editing) bool {
	m := pick(e.maker, e.was.measures)
	v := pick(e.maker, m.views)
	if v.aggregation != "distribution" || !e.lock(m, v) {
		return false
	}
	i := e.IntN(len(v.bounds))
	old := v.bounds[i]
	e.twin.views[v].bounds[i]++
	severity := schema.Warning
	for _, o := range e.was.slos {
		if o.view != v || o.max != old {
			continue
		}
		severity = schema.Error
		e.lock(o.id)
		if now := e.now(o); now != nil {
			now.max++ // lint wants a threshold to be a bound
			e.stable(o.experimental, schema.Warning, "slo-indicator", o.id)
		}
	}
	e.stable(m.experimental, severity, "buckets-changed", v.name)
	return true
}

func describe(e *editing) bool {
	m := pick(e.maker, e.was.measures)
	if !e.lock(m) {
		return false
	}
	e.twin.measures[m].description = e.id("Words ")
	for _, v := range m.views {
		e.expect(schema.Info, "description-changed", v.name)
	}
	return true
}

// alone reports whether no other edit has been made, and keeps all others away.
func (e *editing) alone() bool {
	if len(e.locked) > 0 || len(e.want) > 0 {
		return false
	}
	e.full = true
	return true
}

func changePrefix(e *editing) bool {
	if !e.alone() {
		return false
	}
	e.is.prefix = "custom.googleapis.com/shop"
	e.expect(schema.Error, "resource-changed", "")
	for _, o := range e.was.slos {
		e.stable(o.experimental, schema.Warning, "slo-indicator", o.id)
	}
	return true
}

func changeRecorder(e *editing) bool {
	if !e.alone() {
		return false
	}
	e.is.recorder = pick(e.maker, []string{"views", "direct", "otel"})
	was, is := e.was.recorder, e.is.recorder
	if was == is {
		return true
	}
	if was == "views" || was == "direct" && is == "otel" {
		e.expect(schema.Warning, "recorder-direct", "")
		e.api(false, "api-removed")
	}
	return true
}
