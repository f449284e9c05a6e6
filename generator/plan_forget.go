package generator

import (
	"slices"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// planForget plans the function that ends the series of a measure, or returns nil.
func (p *planner) planForget(m *schema.Measure, r templates.Recorder) *templates.Forget {
	views := m.Forgets()
	if len(views) == 0 {
		return nil
	}
	f := templates.Forget{Var: p.names.forgetting.of(m.GoName), Func: m.ForgetName(), Recorder: r}
	for i, t := range m.Params() {
		f.Tags = append(f.Tags, p.tagVar(role(views[0], t)))
		f.Args = append(f.Args, templates.TagArg{Closed: t.Closed(), Arg: r.Params[i].Name})
	}
	for _, v := range views {
		f.Sets = append(f.Sets, p.names.series.of(v.GoName))
	}
	f.Fewer = len(views) < len(m.Views)
	f.Context = slices.ContainsFunc(views, func(v *schema.View) bool {
		return slices.ContainsFunc(v.Tags, func(t *schema.Tag) bool { return t.From == schema.FromContext })
	})
	return &f
}
