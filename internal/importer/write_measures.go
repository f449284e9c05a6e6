package importer

import (
	"slices"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

// measure writes a measure with its views. If none of them is whole, all of it is a
// comment, since a measure needs a view.
func (w *writer) measure(d *draft, m *draftMeasure) {
	if len(m.active()) == 0 {
		w.todos(2, m.views)
		w.inactive(2, func() { w.measureKeys(d, m) })
		return
	}
	if at := m.views[0].at; m.short() && at.File != m.at.File {
		w.comment(2, "%s, view %s", m.at, at)
	} else {
		w.comment(2, "%s", m.at)
	}
	w.measureKeys(d, m)
}

func (w *writer) measureKeys(d *draft, m *draftMeasure) {
	w.write(2, "%s:", yamlText(m.id))
	w.name(4, d, m.name, m.id, m.existing)
	w.write(4, "description: %s", yamlText(m.text()))
	w.write(4, "type: %s", m.typeName())
	if m.unitTodo != "" {
		w.comment(4, "TODO %s", m.unitTodo)
	}
	w.write(4, "unit: %s", yamlText(m.unit))
	if m.constant != "" {
		w.write(4, "constant: %s", m.constant)
	}
	if m.goName != "" {
		w.write(4, "go: %s", m.goName)
	}
	if tags := m.allTags(); len(tags) > 0 {
		w.write(4, "tags: %s", yamlIDs(tags))
	}
	if m.short() {
		w.aggregation(4, m.views[0])
		return
	}
	w.write(4, "views:")
	for _, v := range m.views {
		w.of(v, func() { w.view(d, m, v) })
	}
}

// name writes the exported name, if it is not the prefix and the id. The names of
// plugins' measures are known.
func (w *writer) name(indent int, d *draft, name, id, existing string) {
	if existing != "" {
		w.write(indent, "existing: %s", yamlText(existing))
		if i := strings.LastIndexByte(existing, '.'); i >= 0 {
			if _, known := schema.PluginMeasure(existing[:i], existing[i+1:]); known {
				return
			}
		}
	}
	if existing != "" || name != d.prefix+id {
		w.write(indent, "name: %s", yamlText(name))
	}
}

func (m *draftMeasure) typeName() string {
	if m.float {
		return "float64"
	}
	return "int64"
}

// text returns the measure's description. The language requires one.
func (m *draftMeasure) text() string {
	if s := schema.CleanText(m.description); s != "" {
		return s
	}
	for _, v := range m.views {
		if s := schema.CleanText(v.description); s != "" {
			return s
		}
	}
	return m.name
}

// allTags returns the tags of all views, in the order of their appearance.
func (m *draftMeasure) allTags() []*draftTag {
	var all []*draftTag
	for _, v := range m.views {
		for _, t := range v.tags {
			if !slices.Contains(all, t) {
				all = append(all, t)
			}
		}
	}
	return all
}

// short reports whether the measure takes the short form: its only view has its name
// and its description.
func (m *draftMeasure) short() bool {
	if len(m.views) != 1 || m.views[0].name != m.name {
		return false
	}
	v := m.views[0]
	return (schema.CleanText(v.description) == "" || schema.CleanText(v.description) == m.text()) && (v.goName == "" || v.goName == m.goName)
}

// view writes a view of the long form.
func (w *writer) view(d *draft, m *draftMeasure, v *draftView) {
	if v.whole() {
		w.comment(6, "%s", v.at)
		w.viewKeys(d, m, v)
		return
	}
	if w.commented >= 0 { // the whole measure is a comment
		w.viewKeys(d, m, v)
		return
	}
	w.todos(6, []*draftView{v})
	w.inactive(6, func() { w.viewKeys(d, m, v) })
}

func (w *writer) viewKeys(d *draft, m *draftMeasure, v *draftView) {
	w.write(6, "%s:", yamlText(v.id))
	w.name(8, d, v.name, v.id, "")
	if s := schema.CleanText(v.description); s != "" && s != m.text() {
		w.write(8, "description: %s", yamlText(s))
	}
	if v.goName != "" {
		w.write(8, "go: %s", v.goName)
	}
	w.aggregation(8, v)
	if len(v.tags) != len(m.allTags()) {
		w.write(8, "tags: %s", yamlIDs(v.tags))
	}
}

// aggregation writes the keys that the long and the short form have in common.
func (w *writer) aggregation(indent int, v *draftView) {
	for _, at := range v.twins {
		w.comment(indent, "TODO %s: defines the view %s with other facts", at, yamlText(v.name))
	}
	for _, note := range v.notes {
		w.comment(indent, "TODO %s", note)
	}
	w.write(indent, "aggregation: %s", v.aggregation)
	if v.aggregation != "distribution" {
		return
	}
	bounds := "none"
	if len(v.bounds) > 0 || !v.whole() {
		var list []string
		for _, b := range v.bounds {
			list = append(list, number(b))
		}
		bounds = "[" + strings.Join(list, ", ") + "]"
	}
	w.write(indent, "buckets: %s", bounds)
}

// todos writes what people have to fill in.
func (w *writer) todos(indent int, views []*draftView) {
	for _, v := range views {
		for _, t := range v.todo {
			proposed := ""
			if t.fact == "buckets" && len(v.bounds) > 0 && v.found != nil && v.found.proposed != nil {
				proposed = "; the bounds below are one of its values"
			}
			w.comment(indent, "TODO %s: %s: %s%s", t.at, t.fact, t.why, proposed)
		}
	}
}

// unplaced writes a view of an unknown measure, which is only a comment.
func (w *writer) unplaced(d *draft, v *draftView) {
	w.todos(2, []*draftView{v})
	w.inactive(2, func() {
		w.write(2, "%s:", yamlText(v.id))
		if v.name != "" {
			w.name(4, d, v.name, v.id, "")
		}
		if s := schema.CleanText(v.description); s != "" {
			w.write(4, "description: %s", yamlText(s))
		}
		w.write(4, "type: int64")
		w.write(4, `unit: "1"`)
		if len(v.tags) > 0 {
			w.write(4, "tags: %s", yamlIDs(v.tags))
		}
		w.aggregation(4, v)
	})
}
