package generator

import (
	"slices"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// planTagAliases plans a tag under its former names. plan is the tag itself.
func planTagAliases(t *schema.Tag, plan tagPlan) (aliases []templates.TagAlias) {
	for called, alias := range t.Called() {
		if alias == nil || !plan.typ && !plan.key {
			continue
		}
		old := templates.Tag{Type: called.GoName, Key: templates.Ref{Name: called.KeyName()}}
		switch t.From {
		case schema.FromContext:
			old.SetName = called.WithName()
		case schema.FromProcess:
			old.SetName = called.SetName()
		}
		if t.Closed() {
			old.Closed = &templates.Closed{Parse: called.ParseName(), Of: called.OfName(), List: called.ValuesName()}
		}
		aliases = append(aliases, templates.TagAlias{Tag: plan.Tag, Old: old})
	}
	return aliases
}

// planValueAliases plans the former names of a tag's constants. A constant has a former name
// if its tag has one, if its value has one, and for each pair of them.
func planValueAliases(t *schema.Tag) (aliases []templates.Alias) {
	for tag, tagAlias := range t.Called() {
		for _, v := range t.Values {
			for value, valueAlias := range v.Called() {
				if tagAlias != nil || valueAlias != nil {
					aliases = append(aliases, templates.Alias{Old: tag.ValueName(value), Name: t.ValueName(v)})
				}
			}
		}
	}
	return aliases
}

// planVarAliases plans the variables of a measure and of the view with its name under
// their former names.
func planVarAliases(m *schema.Measure, plan measurePlan) (aliases []templates.Alias) {
	v := m.Namesake()
	for called, alias := range m.Called() {
		if alias == nil {
			continue
		}
		if plan.measure != nil {
			aliases = append(aliases, templates.Alias{Old: called.MeasureName(), Name: m.MeasureName()})
		}
		if v != nil && len(plan.views) > 0 {
			old := v.As(alias.GoName)
			aliases = append(aliases,
				templates.Alias{Old: old.AggregationName(), Name: v.AggregationName()},
				templates.Alias{Old: old.ViewName(), Name: v.ViewName()})
		}
	}
	return aliases
}

// planMeasureAliases plans the recorder of a measure under its former names.
func planMeasureAliases(m *schema.Measure, r templates.Recorder) (aliases []templates.RecorderAlias) {
	for called, alias := range m.Called() {
		if alias == nil {
			continue
		}
		old := templates.Recorder{Name: called.RecordName(), Params: movedParams(m.GoMoved, m.Params(), r.Params)}
		if r.Time != "" {
			old.Time = called.TimeName()
		}
		if r.Begin != "" {
			old.Begin = called.BeginName()
		}
		if r.Forget != "" {
			old.Forget = called.ForgetName()
		}
		if r.Timer != nil {
			old.Timer = &templates.Timer{Type: called.TimerName(), Start: called.StartName()}
		}
		if r.For != "" {
			old.For, old.Bound = called.ForName(), called.BoundName()
		}
		aliases = append(aliases, templates.RecorderAlias{Recorder: r, Old: old})
	}
	return aliases
}

// planEventAliases plans the recorder of an event under its former names.
func planEventAliases(e *schema.Event, r templates.Recorder) (aliases []templates.RecorderAlias) {
	for called, alias := range e.Called() {
		if alias == nil {
			continue
		}
		old := templates.Recorder{Name: called.RecordName(), Params: movedParams(e.GoMoved, e.Params(), r.Params)}
		if r.Timer != nil {
			old.Timer = &templates.Timer{Type: called.TimerName(), Start: called.StartName()}
		}
		if r.For != "" {
			old.For, old.Bound = called.ForName(), called.BoundName()
		}
		aliases = append(aliases, templates.RecorderAlias{Recorder: r, Old: old})
	}
	return aliases
}

// planObserveAliases plans the function of an observed measure under its former names.
func planObserveAliases(m *schema.Measure, o templates.Observed) (aliases []observeAlias) {
	for called, alias := range m.Called() {
		if alias != nil {
			aliases = append(aliases, observeAlias{called.ObserveName(), movedParams(m.GoMoved, m.Params(), o.Params)})
		}
	}
	return aliases
}

// An observeAlias is a former name of a function that adds an observer.
type observeAlias struct {
	old   string
	moved []templates.Param
}

// movedParams returns the parameters of the tags in the order that aliases have. moved is
// that order of the tags; nil: the order of now.
func movedParams(moved, tags []*schema.Tag, params []templates.Param) []templates.Param {
	if moved == nil {
		return params
	}
	var former []templates.Param
	for _, t := range moved {
		former = append(former, params[slices.Index(tags, t)])
	}
	return former
}

// tagAliasDecls returns the declarations of a tag under a former name, in order.
func tagAliasDecls(t tagPlan, a templates.TagAlias) []templates.Decl {
	var all []templates.Decl
	if t.key {
		all = append(all, templates.AliasVar(templates.Alias{Old: a.Old.Key.Name, Name: a.Key.Name}))
	}
	if !t.typ {
		return all
	}
	all = append(all, templates.AliasType(templates.Alias{Old: a.Old.Type, Name: a.Type}))
	if t.Closed != nil {
		all = append(all, templates.ParseAlias(a), templates.OfAlias(a), templates.ListAlias(a))
	}
	switch t.From {
	case "FromContext":
		all = append(all, templates.ContextAlias(a))
	case "FromProcess":
		all = append(all, templates.ProcessAlias(a))
	}
	return all
}

// recorderAliasDecls returns the declarations of a recorder under a former name, in order.
func recorderAliasDecls(a templates.RecorderAlias) []templates.Decl {
	all := []templates.Decl{templates.RecordAlias(a)}
	if a.Time != "" {
		all = append(all, templates.TimeAlias(a))
	}
	if a.Begin != "" {
		all = append(all, templates.BeginAlias(a))
	}
	if a.Forget != "" {
		all = append(all, templates.ForgetAlias(a))
	}
	switch {
	case a.Timer == nil:
	case a.Moved():
		all = append(all, templates.MovedTimer(a), templates.MovedStart(a), templates.MovedTimerRecord(a))
	default:
		all = append(all, templates.AliasType(templates.Alias{Old: a.Old.Timer.Type, Name: a.Timer.Type}), templates.StartAlias(a))
	}
	if a.For != "" {
		all = append(all, templates.AliasType(templates.Alias{Old: a.Old.Bound, Name: a.Bound}), templates.ForAlias(a))
	}
	return all
}
