package schema

import (
	"bytes"
	"encoding/json"
	"strings"
)

// JSONSchema returns the language as a JSON Schema, draft 2020-12, for editors.
//
// Whatever [Parse] accepts, the JSON Schema accepts. It knows what the table of keys
// knows: names and kinds of keys, words, required keys, and the form of ids. Rules about
// several keys and references are left to Parse. So it has no "oneOf": an editor would
// report "matches multiple schemas" at a wrong place, and Parse reports the two keys that
// contradict each other.
func JSONSchema() []byte {
	sections := Sections()
	var definitions object
	for _, s := range sections[1:] {
		definitions = append(definitions, member{s.Name, append(object{{"title", s.Name}}, keysOf(s)...)})
	}
	root := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", jsonSchemaTitle + "v1"},
		{"description", "Metrics of a Go package, and the SLOs that are computed from them. See " + languagePage},
		{"type", "object"},
	}
	root = append(root, keysOf(sections[0])...)
	root = append(root, member{"$defs", definitions})
	var compact, indented bytes.Buffer
	err := encode(&compact, root)
	if err == nil {
		err = json.Indent(&indented, compact.Bytes(), "", "  ")
	}
	if err != nil {
		panic("ocgen bug: " + err.Error())
	}
	return indented.Bytes()
}

const (
	jsonSchemaTitle = "ocgen schema, language "
	languagePage    = "https://github.com/ocgen/ocgen/blob/main/docs/schema.md"
)

// IsJSONSchema reports whether src looks like a result of [JSONSchema], of this or of
// another version.
func IsJSONSchema(src []byte) bool {
	var head struct{ Title string }
	return json.Unmarshal(src, &head) == nil && strings.HasPrefix(head.Title, jsonSchemaTitle)
}

// keysOf returns the members that describe the keys of a section. They have no "type", so
// that a key can refer to a section and allow other kinds of values beside it.
func keysOf(s Section) object {
	var properties object
	var required []string
	for _, k := range s.Keys {
		properties = append(properties, member{k.Name, append(documentationOf(k), valueOf(k, k.Kind)...)})
		if k.Required {
			required = append(required, k.Name)
		}
	}
	members := object{{"properties", properties}}
	if required != nil {
		members = append(members, member{"required", required})
	}
	return append(members, member{"additionalProperties", false})
}

// valueOf returns the members that describe a value of the key: of a kind, or text.
func valueOf(k Key, kind Kind) object {
	if kind == 0 {
		kind = KindText
	}
	members := object{{"type", jsonTypes(kind)}}
	switch {
	case kind == KindText && k.Values != nil:
		members = append(members, member{"enum", k.Values})
	case kind == KindInteger:
		members = append(members, member{"minimum", k.Min}, member{"maximum", k.Max})
	case kind == KindRule:
		members = append(members, ruleMembers()...)
	}
	if kind&KindList != 0 {
		members = append(members, member{"items", valueOf(k, k.Items)})
	}
	if kind&KindMap != 0 {
		members = append(members, mapMembers(k)...)
	}
	if kind&KindSection != 0 {
		members = append(members, member{"$ref", "#/$defs/" + k.Of})
	}
	return members
}

// jsonTypes returns the value of "type" for a kind: a name, or several.
func jsonTypes(kind Kind) any {
	var types []string
	for _, row := range []struct {
		kind Kind
		name string
	}{
		{KindText | KindProse | KindNumber | KindRule, "string"}, // a number may have a unit
		{KindNumber, "number"},
		{KindInteger, "integer"},
		{KindBoolean, "boolean"},
		{KindList, "array"},
		{KindMap | KindSection, "object"},
	} {
		if kind&row.kind != 0 {
			types = append(types, row.name)
		}
	}
	if len(types) == 1 {
		return types[0]
	}
	return types
}

// mapMembers returns the members that describe the entries of a map.
func mapMembers(k Key) object {
	var members object
	if k.Keys == KindID {
		members = append(members, member{"propertyNames", object{
			{"pattern", idPattern.String()},
			{"patternErrorMessage", "An id is lower-case words of letters and digits joined by single underscores, such as request_latency."},
		}})
	}
	members = append(members, member{"additionalProperties", valueOf(k, k.Entries)})
	if k.snippets != nil {
		members = append(members, member{"defaultSnippets", snippetsOf(k)})
	}
	return members
}

// ruleMembers returns the members that describe the id of a rule that can be silenced.
func ruleMembers() object {
	var ids, purposes []string
	for _, row := range allowableRules() {
		ids, purposes = append(ids, row.ID), append(purposes, sentence(row.Purpose))
	}
	return object{{"enum", ids}, {"enumDescriptions", purposes}}
}

// documentationOf returns the description of a key, plain and in Markdown. Its last
// paragraph says what holds without the key.
func documentationOf(k Key) object {
	plain := sentence(withoutMarkup(k.Doc))
	markdown := sentence(k.Doc)
	if k.See != "" {
		markdown += " [More](" + languagePage + "#" + k.See + ")"
	}
	if last := withoutKey(k); last != "" {
		plain += "\n\n" + withoutMarkup(last)
		markdown += "\n\n" + last
	}
	return object{{"description", plain}, {"markdownDescription", markdown}}
}

// withoutKey returns what holds without the key, or "".
func withoutKey(k Key) string {
	switch {
	case k.Required:
		return "Required."
	case k.Default != "":
		return "Default: `" + k.Default + "`."
	case k.Implied == "":
		return ""
	case k.Group != "" || strings.HasPrefix(k.Implied, "required"):
		return sentence(k.Implied)
	}
	return "Default: " + k.Implied + "."
}

// sentence starts a line of documentation with a capital letter, and ends it with a
// period.
func sentence(doc string) string { return strings.ToUpper(doc[:1]) + doc[1:] + "." }

func withoutMarkup(markdown string) string { return strings.ReplaceAll(markdown, "`", "") }
