package schema

import "gopkg.in/yaml.v3"

func (r *reader) readClosed(f *fields, t *Tag) {
	marks := r.ofTag(t)
	const reason = `is only for open tags; delete it, or delete the "values"`
	f.notWith(reason, "max_values", "known", "utf8")
	marks.unread.optional = f.hides("optional") || r.fails(func() { t.Optional = f.boolean("optional") })
	marks.byText = map[string]*Value{}
	before := r.errors
	values, seen := f.entries["values"], map[string]bool{}
	switch values.Kind {
	case yaml.MappingNode:
		r.readLongValues(t, values, seen)
	case yaml.ScalarNode:
		marks.unread.values = true
		r.report("wrong-kind", place(values), "values is %s and must be a list, or a mapping from each value to its description", kindOf(values))
	default:
		for _, item := range r.list(values, "values") {
			if r.isLine(item, "an item of values") {
				r.addValue(t, &Value{Place: place(item), Text: item.Value}, item, seen)
			} else {
				r.unreadValue(t, item)
			}
		}
	}
	if len(t.Values) == 0 && r.errors == before {
		r.report("bad-value", place(values), "%s lists no value; list one, or delete \"values\" for an open tag", f.what)
	}
	r.readCatchAll(f, t, seen)
	marks.unread.kind = marks.unread.kind || len(t.Values) == 0
}

// readLongValues reads values with descriptions: each is a text or a mapping.
func (r *reader) readLongValues(t *Tag, n *yaml.Node, seen map[string]bool) {
	pairs, _ := r.pairs(n, "values")
	for _, p := range pairs {
		if !r.isLine(p.key, "a tag value") {
			r.unreadValue(t, p.key)
			continue
		}
		v := &Value{Place: place(p.key), Text: p.key.Value}
		if cure := commaCure(n, p.key, p.value); cure != "" {
			r.report("wrong-kind", v.Place, "the value %s has no description%s", quote(v.Text), cure)
			r.addValue(t, v, p.key, seen)
			continue
		}
		if p.value.Kind != yaml.MappingNode {
			v.Description = r.prose(p.value, "the description of "+quote(v.Text))
			r.addValue(t, v, p.key, seen)
			continue
		}
		f := r.section("value", p.value, v.Place, "value "+quote(v.Text))
		f.fill(v)
		v.GoName = r.readGoName(f, valueGoName(v.Text))
		v.GoAliases = r.readGoAliases(f, v.GoName)
		r.addNamedValue(t, v, p.key, seen, v.GoName == "" && !f.has("go") && !f.meant["go"])
	}
}

// unreadValue marks a value that has a mistake. Its text may be known nevertheless, if
// only quotes are missing.
func (r *reader) unreadValue(t *Tag, n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && n.Value != "" && !isQuoted(n) {
		r.ofTag(t).byText[n.Value] = &Value{Place: place(n), Text: n.Value}
		return
	}
	r.ofTag(t).unread.values = true
}

// addValue adds a value whose Go name is made from its text.
func (r *reader) addValue(t *Tag, v *Value, n *yaml.Node, seen map[string]bool) {
	v.GoName = valueGoName(v.Text)
	r.addNamedValue(t, v, n, seen, v.GoName == "")
}

// addNamedValue adds a value with its Go name, which may be missing.
func (r *reader) addNamedValue(t *Tag, v *Value, n *yaml.Node, seen map[string]bool, lacksName bool) {
	if !r.checkTagValue(n, seen, false) {
		return
	}
	if lacksName {
		r.report("go-name", v.Place, "the value %q cannot be turned into a Go name; write one: %q: {go: Name}", v.Text, v.Text)
	}
	t.Values = append(t.Values, v)
	r.ofTag(t).byText[v.Text] = v
}

func (r *reader) readCatchAll(f *fields, t *Tag, seen map[string]bool) {
	text := f.text("catch_all")
	if text == "" {
		r.ofTag(t).unread.values = r.ofTag(t).unread.values || f.has("catch_all") || f.hides("catch_all")
		return
	}
	if t.CatchAll = r.valueOf(t, text); t.CatchAll != nil {
		return
	}
	n := f.entries["catch_all"]
	v := &Value{Place: place(n), Text: text, Description: "Any value that is not listed."}
	r.addValue(t, v, n, seen)
	t.CatchAll = v
}

// valueOf returns the closed tag's value with that text, or nil.
func (r *reader) valueOf(t *Tag, text string) *Value { return r.ofTag(t).byText[text] }

// Texts returns the texts of a closed tag's values.
func (t *Tag) Texts() []string {
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
	return r.hint(text, t.Texts())
}

// Replacements that the runtime records. A schema must not list them as values.
const (
	invalidValue = "__invalid__"
	otherValue   = "__other__"
)

// checkTagValue checks the rules of OpenCensus for a tag's value. They also hold for the
// recorders direct and otel, so that the recorder can be changed. With utf8, other
// characters than ASCII are allowed.
func (r *reader) checkTagValue(n *yaml.Node, seen map[string]bool, utf8 bool) bool {
	text := n.Value
	switch {
	case text == "":
		r.report("tag-value", place(n), "the value \"\" is reserved for an absent tag; write at least one character")
	case len(text) > 255:
		r.report("tag-value", place(n), "the value %s has %d bytes, and OpenCensus allows at most 255; write a shorter one", quote(text), len(text))
	case !utf8 && !isPrintableASCII(text):
		r.report("tag-value", place(n), "the value %s must be printable ASCII; only an open tag with \"utf8: true\" can have other characters, and it needs the recorder direct or otel", quote(text))
	case text == invalidValue || text == otherValue:
		r.report("tag-value", place(n), "the value %q is reserved: ocgen records it in place of other values; choose another", text)
	case seen[text]:
		r.report("tag-value", place(n), "the value %q is listed twice; delete one", text)
	default:
		seen[text] = true
		return true
	}
	return false
}
