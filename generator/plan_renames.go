package generator

import (
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// planFormer plans the OpenCensus view with the former name of a view.
func (p *planner) planFormer(v *schema.View) *templates.FormerView {
	if v.RenamedFrom == nil {
		return nil
	}
	return &templates.FormerView{View: planView(v), Var: p.names.former.of(v.GoName), Former: former(v)}
}

// former returns the former name of a view, for comments and literals.
func former(v *schema.View) templates.Former {
	if v.RenamedFrom == nil {
		return templates.Former{}
	}
	return templates.Former{Name: v.RenamedFrom.Name, Until: v.RenamedFrom.Until}
}

// planRenames plans the metrics that the runtime exports under two names. OpenCensus
// has a view for each name.
func (p *planner) planRenames() []templates.Rename {
	var all []templates.Rename
	for _, v := range p.schema.Views() {
		m := v.Measure
		if v.RenamedFrom != nil && (m.Observe || p.addsUp(m)) {
			all = append(all, templates.Rename{Name: v.Name, Former: v.RenamedFrom.Name})
		}
	}
	return all
}
