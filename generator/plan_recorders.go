package generator

import (
	"slices"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// A recorderPlan is what is emitted for a recorder, which is of one kind.
type recorderPlan struct {
	views   *templates.ViewsRecorder
	direct  *templates.DirectRecorder
	forget  *templates.Forget         // nil if its series do not end
	aliases []templates.RecorderAlias // its former names
}

// A recording is the part of a recorder that both kinds have in common.
type recording struct {
	templates.Recorder
	goName   string // e.g. "RequestLatency"
	measures []*schema.Measure
	tags     []*schema.EventTag
	args     []string // for each tag the parameter or the constant; "" if it has neither
	scope    *scope
}

func (p *planner) planRecorder(m *schema.Measure) *recorderPlan {
	r := recording{
		Recorder: templates.Recorder{
			Name:      m.RecordName(),
			Words:     words(m.ID),
			Doc:       templates.Doc{Text: m.Description, Deprecated: m.Deprecated, Experimental: m.Experimental},
			Exemplars: m.Exemplars,
		},
		goName:   m.GoName,
		measures: []*schema.Measure{m},
	}
	if m.Timed() {
		r.Time = m.TimeName()
		r.Timer = &templates.Timer{Type: m.TimerName(), Start: m.StartName(), Measure: m.Name}
	}
	if m.Bound() {
		r.For, r.Bound = m.ForName(), m.BoundName()
	}
	if r.UpDown = m.UpDown; m.Begins() {
		r.Begin = m.BeginName()
	}
	if len(m.Forgets()) > 0 {
		r.Forget = m.ForgetName()
	}
	for _, t := range m.Tags {
		r.tags = append(r.tags, &schema.EventTag{Tag: t})
	}
	return p.planRecording(r)
}

func (p *planner) planEvent(e *schema.Event) *recorderPlan {
	r := recording{
		Recorder: templates.Recorder{
			Name:  e.RecordName(),
			Words: words(e.ID),
			Doc:   templates.Doc{Text: e.Description},
		},
		goName:   e.GoName,
		measures: e.Measures,
		tags:     e.Tags,
	}
	for _, m := range e.Measures {
		r.Exemplars = r.Exemplars || m.Exemplars
	}
	if m := e.Timed(); m != nil {
		value := slices.Index(e.Measures, m)
		r.Timer = &templates.Timer{Type: e.TimerName(), Start: e.StartName(), Value: value, Measure: m.Name}
	}
	if e.Bound() {
		r.For, r.Bound = e.ForName(), e.BoundName()
	}
	plan := p.planRecording(r)
	plan.aliases = planEventAliases(e, plan.common())
	return plan
}

// planRecording plans the parameters and then the kind of recorder.
func (p *planner) planRecording(r recording) *recorderPlan {
	r.scope = p.names.scope(p.reserved(r)...)
	for _, m := range r.measures {
		param := ""
		switch {
		case m.UpDown:
			param = r.scope.local("delta", "Value")
		case m.Constant == nil:
			param = r.scope.value(m)
		}
		r.Values = append(r.Values, p.planValue(m, param))
	}
	for _, t := range r.tags {
		arg := ""
		switch {
		case t.Param():
			arg = r.scope.tag(t.Tag)
			r.Params = append(r.Params, templates.Param{Name: arg, Type: t.Tag.GoName})
		case t.Value != nil:
			arg = t.Tag.ValueName(t.Value)
		}
		r.args = append(r.args, arg)
		r.InContext = r.InContext || t.Tag.From == schema.FromContext
	}
	if p.addsUp(r.measures[0]) { // in an event all do, or none
		return &recorderPlan{direct: p.planDirect(r)}
	}
	return &recorderPlan{views: p.planViews(r)}
}

// reserved returns the package-level names that functions of either kind of recorder
// may refer to and that a parameter could also have.
func (p *planner) reserved(r recording) []string {
	all := []string{p.names.sets.of(r.goName), p.names.limits.of(r.goName), p.names.bound.of(r.goName)}
	if r.Begin != "" {
		all = append(all, templates.EndResult)
	}
	for _, m := range r.measures {
		all = append(all, p.names.checks.of(m.GoName), p.names.forgetting.of(m.GoName))
		for _, v := range m.Views {
			all = append(all, p.names.series.of(v.GoName))
		}
	}
	for _, t := range r.tags {
		all = append(all, p.names.tags.of(t.Tag.GoName), p.names.ending.of(t.Tag.GoName))
	}
	return all
}

// planViews plans a recorder that records with OpenCensus.
func (p *planner) planViews(r recording) *templates.ViewsRecorder {
	plan := templates.ViewsRecorder{Recorder: r.Recorder, Set: p.names.sets.of(r.goName)}
	for _, m := range r.measures {
		plan.Limits = append(plan.Limits, p.limits[m]...)
	}
	for i, t := range r.tags {
		plan.SetTags = append(plan.SetTags, p.names.tags.of(t.Tag.GoName))
		if t.Tag.From == schema.FromCall {
			plan.Args = append(plan.Args, templates.TagArg{Closed: t.Tag.Closed(), Arg: r.args[i], Text: t.Text})
		}
	}
	return &plan
}

// common returns the part that both kinds have.
func (r recorderPlan) common() templates.Recorder {
	if r.direct != nil {
		return r.direct.Recorder
	}
	return r.views.Recorder
}

// decls returns the declarations of a recorder, in order.
func (r recorderPlan) decls() []templates.Decl {
	var all []templates.Decl
	if r.direct != nil {
		all = directDecls(*r.direct)
	} else {
		all = viewsDecls(*r.views)
	}
	if r.forget != nil {
		all = append(all, templates.ForgettingVar(*r.forget), templates.ForgetFunc(*r.forget))
	}
	for _, a := range r.aliases {
		all = append(all, recorderAliasDecls(a)...)
	}
	return all
}

func viewsDecls(r templates.ViewsRecorder) []templates.Decl {
	all := []templates.Decl{templates.TagSetVar(r), templates.RecorderFunc(r)}
	all = append(all, timerDecls(r.Recorder)...)
	if r.For != "" {
		all = append(all, templates.BoundType(r), templates.ForFunc(r), templates.BoundRecord(r))
	}
	return all
}

// timerDecls returns the declarations around a recorder's timer, if it has one.
func timerDecls(r templates.Recorder) []templates.Decl {
	var all []templates.Decl
	if r.Time != "" {
		all = append(all, templates.TimeFunc(r))
	}
	if r.Timer != nil {
		all = append(all, templates.TimerType(r), templates.StartFunc(r), templates.TimerRecord(r))
	}
	return all
}

func directDecls(r templates.DirectRecorder) []templates.Decl {
	var all []templates.Decl
	if r.Limit != nil {
		all = append(all, templates.RecordLimitVar(*r.Limit))
	}
	all = append(all, templates.DirectRecorderFunc(r))
	if r.Begin != "" {
		all = append(all, templates.BeginFunc(r))
	}
	all = append(all, timerDecls(r.Recorder)...)
	if r.For != "" {
		all = append(all, templates.DirectBoundType(r))
		if r.Binding.Found != "" {
			all = append(all, templates.DirectFoundType(r))
		}
		all = append(all, templates.DirectForFunc(r), templates.DirectBoundRecord(r))
		if r.Begin != "" {
			all = append(all, templates.BoundBegin(r))
		}
	}
	return all
}
