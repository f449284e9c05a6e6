package generator

import (
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// A measurePlan is what is emitted of a measure and its views.
type measurePlan struct {
	measure  *templates.Measure  // nil for a measure of another package
	check    *templates.Check    // nil if no value is refused
	recorder *templates.Recorder // nil for a measure of another package
	views    []viewPlan
}

type viewPlan struct {
	templates.View
	limit *templates.SeriesLimit // nil if its tags cannot exceed it, or nothing of ours records
}

// planMeasure settles what a measure needs. It also notes the variables that
// events need of it.
func (p *planner) planMeasure(m *schema.Measure) measurePlan {
	var plan measurePlan
	for _, v := range m.Views {
		view := viewPlan{View: planView(v), limit: p.planLimit(v)}
		if view.limit != nil {
			p.limits[m] = append(p.limits[m], view.limit.Var)
		}
		plan.views = append(plan.views, view)
	}
	if m.Existing != nil {
		return plan
	}
	plan.measure = &templates.Measure{
		Var:   m.MeasureName(),
		Name:  m.Name,
		Kind:  valueKind(m),
		Unit:  m.Unit,
		Doc:   templates.Doc{Text: m.Description, Deprecated: m.Deprecated},
		About: oneLine(m.Description),
	}
	plan.check = p.planCheck(m)
	p.checks[m] = plan.check
	recorder := p.planRecorder(m)
	plan.recorder = &recorder
	return plan
}

func planView(v *schema.View) templates.View {
	plan := templates.View{
		Var:         v.ViewName(),
		Aggregation: v.AggregationName(),
		Kind:        [...]string{"Count", "Sum", "LastValue", "Distribution"}[v.Aggregation],
		Bounds:      v.Bounds,
		Unit:        v.Unit(),
		Name:        v.Name,
		Doc:         templates.Doc{Text: v.Description, Deprecated: v.Deprecated},
		About:       oneLine(v.Description),
		Measure:     measureRef(v.Measure),
	}
	for _, t := range v.Tags {
		plan.Keys = append(plan.Keys, keyRef(t))
	}
	return plan
}

// planLimit limits the series of a view with open tags whose values could
// exceed them. Closed tags alone are not limited: their values always stay.
func (p *planner) planLimit(v *schema.View) *templates.SeriesLimit {
	open := false
	limit := templates.SeriesLimit{Var: p.names.series.of(v.GoName), View: v.Name, Max: v.MaxSeries}
	for _, t := range v.Tags {
		open = open || !t.Closed() && t.From != schema.FromProcess
		limit.Tags = append(limit.Tags, p.names.tags.of(t.GoName))
	}
	if v.Measure.Existing != nil || !open || v.Combinations() <= uint64(v.MaxSeries) {
		return nil
	}
	return &limit
}

// valueKind returns the type of a measure as OpenCensus spells it in its names.
func valueKind(m *schema.Measure) string {
	if m.Type == schema.Float64 {
		return "Float64"
	}
	return "Int64"
}

func measureRef(m *schema.Measure) templates.Ref {
	if m.Existing != nil {
		return templates.Ref{Path: m.Existing.Path, Name: m.Existing.Name}
	}
	return templates.Ref{Name: m.MeasureName()}
}

// planCheck settles what can be wrong with a value of the measure. A constant is
// right, and a duration is always finite.
func (p *planner) planCheck(m *schema.Measure) *templates.Check {
	if m.Constant != nil {
		return nil
	}
	c := templates.Check{Var: p.names.checks.of(m.GoName), Measure: m.Name}
	switch anyFloat := m.Type == schema.Float64 && m.Duration() == 0; {
	case anyFloat && m.NonNegative():
		c.Flags, c.Refused = []string{"Finite", "NonNegative"}, "NaN, infinite and negative values"
	case anyFloat:
		c.Flags, c.Refused = []string{"Finite"}, "NaN and infinite values"
	case m.NonNegative():
		c.Flags, c.Refused = []string{"NonNegative"}, "Negative values"
	default:
		return nil
	}
	return &c
}

// decls returns the declarations of a measure and its views, in order.
func (m measurePlan) decls() []templates.Decl {
	var all []templates.Decl
	if m.measure != nil {
		all = append(all, templates.MeasureVar(*m.measure))
	}
	for _, v := range m.views {
		all = append(all, templates.AggregationVar(v.View), templates.ViewVar(v.View))
		if v.limit != nil {
			all = append(all, templates.SeriesLimitVar(*v.limit))
		}
	}
	if m.check != nil {
		all = append(all, templates.CheckVar(*m.check))
	}
	if m.recorder == nil {
		return all
	}
	all = append(all, templates.TagSetVar(*m.recorder), templates.RecorderFunc(*m.recorder))
	if m.recorder.Timer != "" {
		all = append(all, templates.TimerFunc(*m.recorder))
	}
	return all
}

// exported returns the exported names that decls declares.
func (m measurePlan) exported() []string {
	var all []string
	if m.measure != nil {
		all = append(all, m.measure.Var)
	}
	for _, v := range m.views {
		all = append(all, v.Var, v.Aggregation)
	}
	if m.recorder == nil {
		return all
	}
	all = append(all, m.recorder.Name)
	if m.recorder.Timer != "" {
		all = append(all, m.recorder.Timer)
	}
	return all
}
