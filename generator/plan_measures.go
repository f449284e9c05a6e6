package generator

import (
	"strconv"
	"strings"
	"time"

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

func (p *planner) planRecorder(m *schema.Measure) templates.Recorder {
	r := templates.Recorder{
		Name:      m.RecordName(),
		Words:     words(m.ID),
		Doc:       templates.Doc{Text: m.Description, Deprecated: m.Deprecated},
		Set:       p.names.sets.of(m.GoName),
		Limits:    p.limits[m],
		Exemplars: m.Exemplars,
	}
	if m.Duration() > 0 && m.Constant == nil {
		r.Timer = m.TimeName()
	}
	scope := p.names.scope(p.uses(r.Set, m)...)
	r.Values = []templates.Value{p.planValue(m, scope)}
	for _, t := range m.Tags {
		p.planTagArg(&r, &schema.EventTag{Tag: t}, scope)
	}
	return r
}

func (p *planner) planEvent(e *schema.Event) templates.Recorder {
	r := templates.Recorder{
		Name:  e.RecordName(),
		Words: words(e.ID),
		Doc:   templates.Doc{Text: e.Description},
		Set:   p.names.sets.of(e.GoName),
	}
	for _, m := range e.Measures {
		r.Limits = append(r.Limits, p.limits[m]...)
		r.Exemplars = r.Exemplars || m.Exemplars
	}
	scope := p.names.scope(p.uses(r.Set, e.Measures...)...)
	for _, m := range e.Measures {
		r.Values = append(r.Values, p.planValue(m, scope))
	}
	for _, t := range e.Tags {
		p.planTagArg(&r, t, scope)
	}
	return r
}

// uses returns the package-level names that a recorder's body refers to and a
// parameter could be called like.
func (p *planner) uses(set string, measures ...*schema.Measure) []string {
	all := []string{set}
	for _, m := range measures {
		if c := p.checks[m]; c != nil {
			all = append(all, c.Var)
		}
	}
	return all
}

// planValue settles how a measure's value is passed and converted.
func (p *planner) planValue(m *schema.Measure, scope *scope) templates.Value {
	v := templates.Value{
		Type:    strings.ToLower(valueKind(m)),
		Measure: m.MeasureName(),
		To:      strings.ToLower(valueKind(m)),
		Check:   p.checks[m],
	}
	if m.Constant != nil {
		v.Constant = constant(m)
		return v
	}
	v.Param = scope.value(m)
	if d := m.Duration(); d > 0 {
		v.Type = "Duration"
		v.Unit, v.Units = timeUnit(d)
	}
	return v
}

// constant returns the literal of a measure's constant.
func constant(m *schema.Measure) string {
	if m.Type == schema.Float64 {
		return templates.FloatLiteral(m.Constant.Float64)
	}
	return strconv.FormatInt(m.Constant.Int64, 10)
}

// timeUnit returns the constant of package time for a unit of time, and how
// many of it make the unit; "" for a nanosecond, which needs no division.
func timeUnit(d time.Duration) (name string, times int) {
	for _, u := range []struct {
		length time.Duration
		name   string
	}{
		{time.Hour, "Hour"},
		{time.Minute, "Minute"},
		{time.Second, "Second"},
		{time.Millisecond, "Millisecond"},
		{time.Microsecond, "Microsecond"},
	} {
		if d%u.length == 0 {
			return u.name, int(d / u.length)
		}
	}
	return "", 1
}

// planTagArg adds a tag to the set of a recorder and, unless ctx or the process
// decides it, settles what is passed for it.
func (p *planner) planTagArg(r *templates.Recorder, t *schema.EventTag, scope *scope) {
	r.SetTags = append(r.SetTags, p.names.tags.of(t.Tag.GoName))
	arg := templates.TagArg{Closed: t.Tag.Closed()}
	switch {
	case t.Tag.From != schema.FromCall:
		return
	case t.Param():
		arg.Arg = scope.tag(t.Tag)
		r.Params = append(r.Params, templates.Param{Name: arg.Arg, Type: t.Tag.GoName})
	case t.Value != nil:
		arg.Arg = t.Tag.ValueName(t.Value)
	default:
		arg.Text = t.Text
	}
	r.Args = append(r.Args, arg)
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
