package generator

import (
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// planObserved plans a measure whose values are read from functions.
func (p *planner) planObserved(m *schema.Measure) *templates.Observed {
	plan := templates.Observed{
		Var:   p.names.observed.of(m.GoName),
		Func:  m.ObserveName(),
		Words: words(m.ID),
		Doc:   templates.Doc{Text: m.Description, Deprecated: m.Deprecated, Experimental: m.Experimental},
		Value: p.planValue(m, ""),
		Tags:  p.tagVars(m.Tags),
	}
	scope := p.names.scope(plan.Var, "observe", "stop")
	for _, t := range m.Tags {
		if t.From != schema.FromCall {
			continue
		}
		name := scope.tag(t)
		plan.Params = append(plan.Params, templates.Param{Name: name, Type: t.GoName})
		plan.Args = append(plan.Args, templates.TagArg{Closed: t.Closed(), Arg: name})
	}
	for _, v := range m.Views {
		plan.Views = append(plan.Views, templates.ObservedView{
			Name: v.Name,
			Tags: p.tagVars(v.Tags),
			Sum:  v.Aggregation == schema.Sum,
		})
	}
	return &plan
}
