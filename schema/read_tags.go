package schema

import (
	"strings"

	"gopkg.in/yaml.v3"
)

func (r *reader) readTags(f *fields) {
	for _, e := range f.elements("tags", "tag") {
		t := &Tag{Place: e.at, ID: e.id, Key: e.id}
		r.ofTag(t).keyAt = e.at
		if e.bad {
			t.Key, r.ofTag(t).named = "", true // the key in the other package is not known
		}
		r.readTag(t, e)
		r.tags[t.ID] = t
		r.tagIDs = append(r.tagIDs, t.ID)
		r.schema.Tags = append(r.schema.Tags, t)
	}
}

func (r *reader) readTag(t *Tag, e element) {
	marks := r.ofTag(t)
	f := r.section("tag", e.value, e.at, "tag "+quote(e.id))
	marks.scope = r.readScope(f, r.scope)
	t.MayDiffer, t.Allows = marks.scope.allows("key-differs"), marks.scope.ofBreaking()
	t.Experimental = f.experimental(false)
	t.GoName = r.readGoName(f, e.goName())
	t.GoAliases = r.readGoAliases(f, t.GoName)
	f.fill(t)
	t.Existing = r.readReference(f)
	marks.unread.key = t.Existing == nil && (f.has("existing") || f.hides("existing"))
	r.readKey(f, t)
	from := f.word("from")
	marks.unread.from = f.hides("from") || f.has("from") && from == ""
	switch from {
	case "context":
		t.From = FromContext
	case "process":
		t.From = FromProcess
	}
	if t.From != FromContext && !marks.unread.from {
		f.notWith(`needs "from: context", because only tags of a context are sent over the wire`, "propagate")
	}
	marks.unread.kind = f.meant["values"] || f.hides("values") && !f.has("known") && !f.has("max_values") && !f.has("utf8")
	if f.has("values") {
		r.readClosed(f, t)
		return
	}
	r.readOpen(f, t)
}

// readKey sets the tag's key. The keys of OpenCensus's own plugins are known. For other
// packages the schema must contain the key, because the filters of SLOs need it.
func (r *reader) readKey(f *fields, t *Tag) {
	declared := f.text("key")
	switch {
	case f.has("key"):
		t.Key, r.ofTag(t).keyAt = declared, f.place("key")
	case f.hides("key") || r.ofTag(t).unread.key:
		t.Key = ""
	}
	if t.Existing == nil {
		return
	}
	switch actual, ok := knownKey(t.Existing.Path, t.Existing.Name); {
	case ok && declared != "" && declared != actual:
		r.report("existing-mismatch", f.place("key"), "key is %q, but %s.%s has the key %q; write the same key", declared, t.Existing.Path, t.Existing.Name, actual)
	case ok:
		t.Key = actual
	case !f.has("key") && !f.meant["key"]:
		t.Key = ""
		r.report("missing-key", f.at, "%s needs the key \"key\": the name of the tag.Key that %s declares", f.what, t.Existing.Name)
	}
}

func (r *reader) readOpen(f *fields, t *Tag) {
	marks := r.ofTag(t)
	const reason = `is only for closed tags; list the tag's "values", or delete it`
	if !marks.unread.kind {
		marks.unread.kind = r.fails(func() { f.notWith(reason, "catch_all", "optional") })
	}
	marks.unread.limits = f.hides("max_values") || r.fails(func() {
		t.MaxValues = f.integer("max_values")
	})
	utf8 := r.readUTF8(f, t)
	marks.unread.known = f.hides("known")
	if !f.has("known") {
		return
	}
	var items []*yaml.Node
	marks.unread.known = r.fails(func() { items = r.texts(f.entries["known"], "known") })
	seen := map[string]bool{}
	for _, item := range items {
		if r.checkTagValue(item, seen, utf8) {
			t.Known = append(t.Known, item.Value)
		} else if !isPrintableASCII(item.Value) {
			marks.unread.utf8 = true // the values may be meant as UTF-8
		}
	}
	if len(items) > 0 && len(t.Known) == 0 {
		marks.unread.known = true
	}
}

// readUTF8 reads whether the tag's values are UTF-8. It returns whether the tag's known
// values may be UTF-8, which is also true if the key has a mistake.
func (r *reader) readUTF8(f *fields, t *Tag) bool {
	marks := r.ofTag(t)
	before := r.errors
	t.UTF8, marks.utf8At = f.boolean("utf8"), f.place("utf8")
	if t.UTF8 && t.From == FromContext && !marks.unread.kind {
		f.notWith(`cannot be used with "from: context", because tags of a context are printable ASCII; delete one of them`, "utf8")
	}
	marks.unread.utf8 = f.hides("utf8") || r.errors > before
	return t.UTF8 || marks.unread.utf8
}

func isPrintableASCII(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return c < ' ' || c > '~' }) < 0
}

// goName returns the Go name of the id, or "" for an invalid id.
func (e element) goName() string {
	if e.bad {
		return ""
	}
	return goName(e.id)
}

// readGoName reads a Go name that replaces the default. It returns "" after a mistake.
func (r *reader) readGoName(f *fields, fallback string) string {
	name := f.text("go")
	switch {
	case name == "" && (f.has("go") || f.meant["go"]):
		return ""
	case name == "":
		return fallback
	case !r.isGoName(name, f.place("go")):
		return ""
	}
	return name
}

// isGoName reports whether a declaration for an element can have the name.
func (r *reader) isGoName(name string, at Place) bool {
	if isGoIdentifier(name) && isExported(name) && len(name) <= maxNameBytes {
		return true
	}
	r.report("go-name", at, "%s is not an exported Go name; start it with a capital letter, and use only letters and digits", quote(name))
	return false
}
