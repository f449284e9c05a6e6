package schema

import (
	"slices"
	"strings"
)

// readGoAliases reads the former Go names of an element. now is its Go name, or "".
func (r *reader) readGoAliases(f *fields, now string) []Alias {
	if !f.has("go_aliases") {
		return nil
	}
	var aliases []Alias
	for _, item := range r.texts(f.entries["go_aliases"], "go_aliases") {
		alias := Alias{place(item), item.Value}
		switch {
		case !r.isGoName(alias.GoName, alias.Place):
		case alias.GoName == now:
			r.report("bad-value", alias.Place, "the alias %s is the Go name of now; write a former one, or delete it", quote(alias.GoName))
		case slices.ContainsFunc(aliases, func(a Alias) bool { return a.GoName == alias.GoName }):
			r.report("bad-value", alias.Place, "the alias %s is listed twice; delete one", quote(alias.GoName))
		default:
			aliases = append(aliases, alias)
		}
	}
	return aliases
}

// readGoMoved reads the order of the parameters that the aliases of a measure have.
func (r *reader) readGoMoved(f *fields, m *Measure) {
	switch {
	case !f.has("go_moved"):
		return
	case m.Existing != nil:
		f.notWith("is only for measures that this package records; delete it", "go_moved")
		return
	case !f.has("tags") && !f.hides("tags"):
		r.report("missing-key", f.at, "%s needs the key \"tags\" beside \"go_moved\": the tags in the order of now", f.what)
	}
	known := f.has("tags") && !r.ofMeasure(m).unread.tags && !r.ofMeasure(m).unread.kind
	m.GoMoved = r.readMoved(f, m.Params(), known)
}

// readMoved reads the former order of parameters that are tags. Their function cannot
// keep its name when they move: calls with untyped constants would compile, and record
// each value under another tag. If the parameters are not known, it returns nil.
func (r *reader) readMoved(f *fields, params []*Tag, known bool) []*Tag {
	if !f.has("go_moved") {
		return nil
	}
	if !f.has("go_aliases") && !f.hides("go_aliases") {
		r.report("missing-key", f.at, "%s needs the key \"go_aliases\" beside \"go_moved\": only a function with a former name keeps the former order", f.what)
	}
	moved, complete := r.movedTags(f)
	switch {
	case !complete || !known || slices.ContainsFunc(params, func(t *Tag) bool { return r.ofTag(t).unread.from }):
	case len(params) < 2:
		r.report("bad-value", f.place("go_moved"), "go_moved needs at least two tags that are parameters; delete it")
	case slices.Equal(moved, params):
		r.report("bad-value", f.place("go_moved"), "go_moved is the order of now; write the former order, or delete it")
	case !isPermutation(moved, params):
		r.report("bad-value", f.place("go_moved"), "go_moved must have each tag that is a parameter once, in the former order: these are %s", strings.Join(quoted(ids(params)), ", "))
	default:
		return moved
	}
	return nil
}

// movedTags returns the tags of go_moved, and reports whether all of them are known.
func (r *reader) movedTags(f *fields) (tags []*Tag, complete bool) {
	complete = !r.fails(func() {
		for _, item := range r.texts(f.entries["go_moved"], "go_moved") {
			t := r.tags[item.Value]
			if t == nil {
				t = r.unknownTag(item)
			}
			tags = append(tags, t)
		}
	})
	return tags, complete && !slices.Contains(tags, nil)
}

// Params returns the tags that are parameters of the measure's functions.
func (m *Measure) Params() []*Tag {
	return slices.DeleteFunc(slices.Clone(m.Tags), func(t *Tag) bool { return t.From != FromCall })
}

// Params returns the tags that are parameters of the event's functions.
func (e *Event) Params() []*Tag {
	var params []*Tag
	for _, t := range e.Tags {
		if t.Param() {
			params = append(params, t.Tag)
		}
	}
	return params
}

// isPermutation reports whether two lists have the same tags, each once.
func isPermutation(tags, all []*Tag) bool {
	if len(tags) != len(all) {
		return false
	}
	for _, t := range all {
		if !slices.Contains(tags, t) {
			return false
		}
	}
	return true
}
