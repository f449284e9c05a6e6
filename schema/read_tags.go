package schema

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

const (
	defaultMaxValues = 1000
	mostMaxValues    = 1_000_000
)

func (r *reader) readTags(f *fields) {
	for _, e := range f.elements("tags", "tag") {
		before := r.errors
		t := &Tag{Place: e.at, ID: e.id, Key: e.id, keyAt: e.at, MaxValues: defaultMaxValues}
		r.readTag(t, e)
		t.broken = e.bad || r.errors > before
		r.tags[t.ID] = t
		r.tagIDs = append(r.tagIDs, t.ID)
		r.schema.Tags = append(r.schema.Tags, t)
	}
}

func (r *reader) readTag(t *Tag, e element) {
	f := r.fields(e.value, e.at, fmt.Sprintf("tag %s", quote(e.id)),
		"description", "key", "values", "catch_all", "optional", "max_values", "known",
		"utf8", "from", "propagate", "existing", "deprecated", "go", "allow")
	t.scope = r.readScope(f, r.schema.scope)
	t.GoName = r.readGoName(f, goName(t.ID))
	t.Description = f.description("description")
	t.Deprecated = f.description("deprecated")
	t.Existing = r.readReference(f)
	r.readKey(f, t)
	from := f.choice("from", "context", "process")
	switch from {
	case "context":
		t.From = FromContext
	case "process":
		t.From = FromProcess
	}
	if t.From != FromContext && !f.meant["from"] && (from != "" || !f.has("from")) {
		f.notWith(`needs "from: context"; only a context travels`, "propagate")
	}
	t.Propagate = f.boolean("propagate")
	switch {
	case f.has("values"):
		r.readClosed(f, t)
	case !f.meant["values"]:
		r.readOpen(f, t)
	}
}

// readKey settles the tag's key. That of an existing key is known for
// OpenCensus's own plugins; for other packages the schema has to tell it, since
// the filters of SLOs are written from it.
func (r *reader) readKey(f *fields, t *Tag) {
	declared := f.text("key")
	if f.has("key") {
		t.Key, t.keyAt = declared, f.place("key")
	}
	if t.Existing == nil {
		return
	}
	switch actual, ok := knownKey(t.Existing.Path, t.Existing.Name); {
	case ok && declared != "" && declared != actual:
		r.report("existing-mismatch", f.place("key"), "the key of %s.%s is %q, not %q", t.Existing.Path, t.Existing.Name, actual, declared)
	case ok:
		t.Key = actual
	case !f.has("key") && !f.meant["key"]:
		r.report("missing-key", f.at, "%s needs the key \"key\": the text of the tag.Key that %s declares", f.what, t.Existing.Name)
	}
}

func (r *reader) readOpen(f *fields, t *Tag) {
	const reason = `is for closed tags; list the tag's "values" or delete it`
	f.notWith(reason, "catch_all", "optional")
	t.MaxValues = f.integer("max_values", 1, mostMaxValues, defaultMaxValues)
	utf8 := r.readUTF8(f, t)
	if !f.has("known") {
		return
	}
	seen := map[string]bool{}
	for _, item := range r.texts(f.entries["known"], "known") {
		if r.checkTagValue(item, seen, utf8) {
			t.Known = append(t.Known, item.Value)
		}
	}
}

// readUTF8 reads whether the tag's values are UTF-8, and returns whether its
// known values may be: also if the key has a mistake of its own.
func (r *reader) readUTF8(f *fields, t *Tag) bool {
	before := r.errors
	t.UTF8, t.utf8At = f.boolean("utf8"), f.place("utf8")
	if t.UTF8 && t.From == FromContext {
		f.notWith(`cannot stand with "from: context", for OpenCensus tags are printable ASCII; delete one of them`, "utf8")
	}
	return t.UTF8 || f.meant["utf8"] || r.errors > before
}

func (r *reader) readClosed(f *fields, t *Tag) {
	const reason = `is for open tags; delete it, or delete the "values"`
	f.notWith(reason, "max_values", "known", "utf8")
	t.Optional = f.boolean("optional")
	t.byText = map[string]*Value{}
	before := r.errors
	values, seen := f.entries["values"], map[string]bool{}
	switch values.Kind {
	case yaml.MappingNode:
		r.readLongValues(t, values, seen)
	case yaml.ScalarNode:
		r.report("wrong-kind", place(values), "values is a list, or a mapping from each value to its description, not %s", kindOf(values))
	default:
		for _, item := range r.texts(values, "values") {
			r.addValue(t, &Value{Place: place(item), Text: item.Value}, item, seen)
		}
	}
	if len(t.Values) == 0 && r.errors == before {
		r.report("bad-value", place(values), "%s lists no value; list one, or delete \"values\" for an open tag", f.what)
	}
	r.readCatchAll(f, t, seen)
}

// readLongValues reads values with descriptions: text, or a mapping.
func (r *reader) readLongValues(t *Tag, n *yaml.Node, seen map[string]bool) {
	pairs, _ := r.pairs(n, "values")
	for _, p := range pairs {
		if !r.isLine(p.key, "a tag value") {
			continue
		}
		v := &Value{Place: place(p.key), Text: p.key.Value}
		if cure := commaCure(n, p.key, p.value); cure != "" {
			r.report("wrong-kind", v.Place, "the value %s has no description%s", quote(v.Text), cure)
			continue
		}
		if p.value.Kind != yaml.MappingNode {
			v.Description = r.prose(p.value, "the description of "+quote(v.Text))
			r.addValue(t, v, p.key, seen)
			continue
		}
		f := r.fields(p.value, v.Place, "value "+quote(v.Text), "description", "go", "deprecated")
		v.Description = f.description("description")
		v.Deprecated = f.description("deprecated")
		if f.has("go") {
			v.GoName = r.readGoName(f, "")
		}
		r.addValue(t, v, p.key, seen)
	}
}

func (r *reader) addValue(t *Tag, v *Value, n *yaml.Node, seen map[string]bool) {
	if !r.checkTagValue(n, seen, false) {
		return
	}
	if v.GoName == "" {
		v.GoName = valueGoName(v.Text)
	}
	if v.GoName == "" {
		r.report("go-name", v.Place, "no Go name can be made of the value %q; give one: %q: {go: Name}", v.Text, v.Text)
	}
	t.Values = append(t.Values, v)
	t.byText[v.Text] = v
}

func (r *reader) readCatchAll(f *fields, t *Tag, seen map[string]bool) {
	text := f.text("catch_all")
	if text == "" {
		return
	}
	if t.CatchAll = t.value(text); t.CatchAll != nil {
		return
	}
	n := f.entries["catch_all"]
	v := &Value{Place: place(n), Text: text, Description: "Any value that is not listed."}
	r.addValue(t, v, n, seen)
	t.CatchAll = v
}

// value returns the closed tag's value of that text, or nil.
func (t *Tag) value(text string) *Value { return t.byText[text] }

// texts returns the texts of a closed tag's values.
func (t *Tag) texts() []string {
	var list []string
	for _, v := range t.Values {
		list = append(list, v.Text)
	}
	return list
}

// valueHint is hint for a value of the tag.
func (r *reader) valueHint(t *Tag, text string) string {
	if r.guesses < 0 {
		return "" // before the list is made
	}
	return r.hint(text, t.texts())
}

// Replacements that the runtime records; no schema may list them as values.
const (
	invalidValue = "__invalid__"
	otherValue   = "__other__"
)

// checkTagValue keeps the rules of OpenCensus for a tag's value, with the direct
// recorder too, so that the recorder can be changed; with utf8, our own, which
// differ in that any character may stand in it that a line of the schema may have.
func (r *reader) checkTagValue(n *yaml.Node, seen map[string]bool, utf8 bool) bool {
	text := n.Value
	switch {
	case text == "":
		r.report("tag-value", place(n), "the empty value stands for an absent tag; give it a text")
	case len(text) > 255:
		r.report("tag-value", place(n), "the value has %d bytes; OpenCensus takes at most 255", len(text))
	case !utf8 && !isPrintableASCII(text):
		r.report("tag-value", place(n), "the value %s is not printable ASCII, which is what both recorders take; an open tag of the direct one may be utf8", quote(text))
	case text == invalidValue || text == otherValue:
		r.report("tag-value", place(n), "the value %q is what ocgen records in place of others; choose another", text)
	case seen[text]:
		r.report("tag-value", place(n), "the value %q is listed twice", text)
	default:
		seen[text] = true
		return true
	}
	return false
}

func isPrintableASCII(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return c < ' ' || c > '~' }) < 0
}

// readGoName reads an override of a Go name.
func (r *reader) readGoName(f *fields, fallback string) string {
	name := f.text("go")
	switch {
	case name == "":
		return fallback
	case !(isGoIdentifier(name) && isExported(name)) || len(name) > maxNameBytes:
		r.report("go-name", f.place("go"), "%s is not an exported Go name; start it with a capital letter, and use letters and digits alone", quote(name))
		return fallback
	}
	return name
}
