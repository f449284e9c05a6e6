package generator

import (
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// A measurePlan is what is emitted for a measure and its views. A field is nil or empty
// if the kind of measure or recorder does not need it.
type measurePlan struct {
	measure  *templates.Measure
	views    []viewPlan            // of OpenCensus
	series   []templates.SeriesSet // of the direct recorder
	observed *templates.Observed
	check    *templates.Check
	recorder *recorderPlan

	vars    []templates.Alias // former names of its variables
	observe []observeAlias    // former names of its function
}

type viewPlan struct {
	templates.View
	limit  *templates.SeriesLimit // nil if its tags cannot exceed it, or the package does not record the measure
	former *templates.FormerView  // nil if the view is not renamed
}

// planMeasure plans a measure. It also notes the variables that events need.
func (p *planner) planMeasure(m *schema.Measure) measurePlan {
	var plan measurePlan
	switch {
	case m.Observe:
		plan.observed = p.planObserved(m)
		plan.observe = planObserveAliases(m, *plan.observed)
		return plan
	case m.Existing != nil:
		plan.views = p.planMeasureViews(m)
		plan.vars = planVarAliases(m, plan)
		return plan
	case p.addsUp(m):
		for _, v := range m.Views {
			plan.series = append(plan.series, p.planSeries(v))
		}
	default:
		plan.views = p.planMeasureViews(m)
		plan.measure = planOwn(m)
	}
	if plan.check = p.planCheck(m); plan.check != nil {
		p.checks[m] = plan.check
	}
	plan.recorder = p.planRecorder(m)
	plan.recorder.forget = p.planForget(m, plan.recorder.common())
	plan.recorder.aliases = planMeasureAliases(m, plan.recorder.common())
	plan.vars = planVarAliases(m, plan)
	return plan
}

func planOwn(m *schema.Measure) *templates.Measure {
	return &templates.Measure{
		Var:   m.MeasureName(),
		Name:  m.Name,
		Kind:  valueKind(m),
		Unit:  m.Unit,
		Doc:   templates.Doc{Text: m.Description, Deprecated: m.Deprecated, Experimental: m.Experimental},
		About: oneLine(m.Description),
	}
}

// planMeasureViews plans the OpenCensus views of a measure.
func (p *planner) planMeasureViews(m *schema.Measure) []viewPlan {
	var plans []viewPlan
	for _, v := range m.Views {
		view := viewPlan{View: planView(v), limit: p.planLimit(v), former: p.planFormer(v)}
		if view.limit != nil {
			p.limits[m] = append(p.limits[m], view.limit.Var)
		}
		plans = append(plans, view)
	}
	return plans
}

func planView(v *schema.View) templates.View {
	plan := templates.View{
		Var:         v.ViewName(),
		Aggregation: v.AggregationName(),
		Kind:        aggregationName(v),
		Bounds:      v.Bounds,
		Unit:        v.Unit(),
		Name:        v.Name,
		Doc:         templates.Doc{Text: v.Description, Deprecated: v.Deprecated, Experimental: v.Experimental},
		About:       oneLine(v.Description),
		Measure:     measureRef(v.Measure),
	}
	for _, t := range v.Tags {
		plan.Keys = append(plan.Keys, keyRef(t))
	}
	return plan
}

// aggregationName returns an aggregation as it is written in Go names.
func aggregationName(v *schema.View) string {
	return [...]string{"Count", "Sum", "LastValue", "Distribution", "UpDown"}[v.Aggregation]
}

// planLimit plans the limit of a view of this package whose tags may exceed max_series.
func (p *planner) planLimit(v *schema.View) *templates.SeriesLimit {
	if v.Measure.Existing != nil || maxSeries(v) == 0 {
		return nil
	}
	return &templates.SeriesLimit{Var: p.names.series.of(v.GoName), View: v.Name, Max: v.MaxSeries, Tags: p.tagVars(v.Tags)}
}

// maxSeries returns the maximum of a view with open tags whose values could exceed it,
// and 0 for any other view. Closed tags are not limited: their values are always kept.
func maxSeries(v *schema.View) int {
	if n, _ := v.Combinations(); !v.HasOpen() || n <= uint64(v.MaxSeries) {
		return 0
	}
	return v.MaxSeries
}

// tagVars returns the variables of tags.
func (p *planner) tagVars(tags []*schema.Tag) []string {
	var vars []string
	for _, t := range tags {
		vars = append(vars, p.names.tags.of(t.GoName))
	}
	return vars
}

// valueKind returns the type of a measure as it is written in names of OpenCensus.
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

// decls returns the declarations of a measure and its views, in order.
func (m measurePlan) decls() []templates.Decl {
	var all []templates.Decl
	if m.measure != nil {
		all = append(all, templates.MeasureVar(*m.measure))
	}
	for _, v := range m.views {
		all = append(all, templates.AggregationVar(v.View), templates.ViewVar(v.View))
		if v.former != nil {
			all = append(all, templates.FormerViewVar(*v.former))
		}
		if v.limit != nil {
			all = append(all, templates.SeriesLimitVar(*v.limit))
		}
	}
	for _, a := range m.vars {
		all = append(all, templates.AliasVar(a))
	}
	for _, s := range m.series {
		all = append(all, templates.SeriesVar(s))
	}
	if m.check != nil {
		all = append(all, templates.CheckVar(*m.check))
	}
	if m.recorder != nil {
		all = append(all, m.recorder.decls()...)
	}
	if m.observed != nil {
		all = append(all, templates.ObservedVar(*m.observed), templates.ObserveFunc(*m.observed))
	}
	for _, a := range m.observe {
		all = append(all, templates.ObserveAlias(*m.observed, a.old, a.moved))
	}
	return all
}
