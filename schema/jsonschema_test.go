package schema_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/ocgen/ocgen/schema"
)

// TestJSONSchemaOfKeys compares the JSON of keys of each kind.
func TestJSONSchemaOfKeys(t *testing.T) {
	var doc struct {
		Properties map[string]json.RawMessage
		Defs       map[string]struct {
			Properties map[string]json.RawMessage
		} `json:"$defs"`
	}
	if err := json.Unmarshal(schema.JSONSchema(), &doc); err != nil {
		t.Fatal(err)
	}
	const id = `"propertyNames":{"pattern":"^[a-z][a-z0-9]*(_[a-z0-9]+)*$","patternErrorMessage":"An id is lower-case words of letters and digits joined by single underscores, such as request_latency."}`
	const page = "https://github.com/ocgen/ocgen/blob/main/docs/schema.md"
	for _, c := range []struct{ section, key, want string }{
		{"", "ocgen", `{"description":"The language's version.\n\nRequired.","markdownDescription":"The language's version.\n\nRequired.","type":"string","enum":["v1"]}`},
		{"", "events", `{"description":"Measures that one call records together, by id.","markdownDescription":"Measures that one call records together, by id. [More](` + page + `#events)","type":"object",` + id + `,"additionalProperties":{"type":"object","$ref":"#/$defs/event"}}`},
		{"tag", "max_values", `{"description":"Open: how many different values one process records, besides those in known; 1 to 1,000,000.\n\nDefault: 1000.","markdownDescription":"Open: how many different values one process records, besides those in ` + "`known`" + `; 1 to 1,000,000.\n\nDefault: ` + "`1000`" + `.","type":"integer","minimum":1,"maximum":1000000}`},
		{"tag", "values", `{"description":"The values of a closed tag; without it the tag is open.","markdownDescription":"The values of a closed tag; without it the tag is open.","type":["array","object"],"items":{"type":"string"},"additionalProperties":{"type":["string","object"],"$ref":"#/$defs/value"}}`},
		{"view", "buckets", `{"description":"Required for a distribution.","markdownDescription":"Required for a distribution. [More](` + page + `#buckets)","type":["string","array","object"],"items":{"type":["string","number"]},"$ref":"#/$defs/buckets"}`},
		{"slo", "calendar", `{"description":"A period of the calendar.\n\nThis or period.","markdownDescription":"A period of the calendar.\n\nThis or ` + "`period`" + `.","type":"string","enum":["day","week","fortnight","month"]}`},
		{"condition", "not", `{"description":"The tag has none of these values.","markdownDescription":"The tag has none of these values.","type":["string","array","object"],"items":{"type":["string","object"],"$ref":"#/$defs/condition"},"$ref":"#/$defs/condition"}`},
	} {
		got := doc.Properties[c.key]
		if c.section != "" {
			got = doc.Defs[c.section].Properties[c.key]
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, got); err != nil {
			t.Fatal(c.section, c.key, err)
		}
		if compact.String() != c.want {
			t.Errorf("%s.%s:\n%s\nwant\n%s", c.section, c.key, &compact, c.want)
		}
	}
}

// TestJSONSchemaIsPermissive checks the keywords of the JSON Schema. Editors report a
// choice that fails at the wrong place.
func TestJSONSchemaIsPermissive(t *testing.T) {
	for _, keyword := range []string{`"oneOf"`, `"anyOf"`, `"if"`} {
		if strings.Contains(string(schema.JSONSchema()), keyword) {
			t.Errorf("the JSON Schema has %s", keyword)
		}
	}
}

func TestIsJSONSchema(t *testing.T) {
	later := bytes.Replace(schema.JSONSchema(), []byte("language v1"), []byte("language v2"), 1)
	for _, c := range []struct {
		src  []byte
		want bool
	}{
		{schema.JSONSchema(), true},
		{later, true},
		{[]byte(`{"title": "another"}`), false},
		{[]byte("ocgen: v1\n"), false},
		{nil, false},
	} {
		if schema.IsJSONSchema(c.src) != c.want {
			t.Errorf("%.60s: %t", c.src, !c.want)
		}
	}
}

// TestAllowIsOfTheRules checks that an editor offers the rules that can be silenced, each
// with its purpose.
func TestAllowIsOfTheRules(t *testing.T) {
	var doc struct {
		Properties struct {
			Allow struct {
				Items struct{ Enum, EnumDescriptions []string }
			}
		}
	}
	if err := json.Unmarshal(schema.JSONSchema(), &doc); err != nil {
		t.Fatal(err)
	}
	items := doc.Properties.Allow.Items
	if len(items.Enum) < 20 || len(items.Enum) != len(items.EnumDescriptions) {
		t.Fatalf("%d rules, %d purposes", len(items.Enum), len(items.EnumDescriptions))
	}
	for _, row := range schema.Rules() {
		if slices.Contains(items.Enum, row.ID) != row.Allowable {
			t.Errorf("%s: can be silenced: %t", row.ID, row.Allowable)
		}
	}
}

// placeholder is a part of a snippet to fill in.
var placeholder = regexp.MustCompile(`\$\{[0-9]+:([^}]*)\}`)

// aroundSnippets are the rest of a schema with the snippets of a section, by section.
var aroundSnippets = map[string]string{
	"tags": `measures: {m: {description: d, type: int64, unit: "1", constant: 1, tags: [outcome, route], aggregation: count}}
`,
	"measures": "",
	"slos": `service: {id: shop, type: APP_ENGINE, service_labels: {module_id: m}}
tags: {outcome: {values: [ok, error]}}
measures:
  request_latency:
    description: d
    type: float64
    unit: ms
    tags: [outcome]
    views:
      request_latency: {aggregation: distribution, buckets: [100ms, 500ms, 1s]}
      request_count: {description: c, aggregation: count}
`,
}

// TestSnippets inserts the snippets that an editor offers into a schema, which must be
// without problems.
func TestSnippets(t *testing.T) {
	var doc struct {
		Properties map[string]struct {
			DefaultSnippets []struct {
				Label, Description string
				Body               yaml.Node
			} `yaml:"defaultSnippets"`
		}
	}
	if err := yaml.Unmarshal(schema.JSONSchema(), &doc); err != nil { // JSON is YAML, and keeps its order
		t.Fatal(err)
	}
	inserted := map[string]string{}
	for section, property := range doc.Properties {
		for _, s := range property.DefaultSnippets {
			if s.Label == "" || s.Description == "" {
				t.Errorf("%s: the snippet %+v", section, s)
			}
			inserted[section] += placeholder.ReplaceAllString(insertion(&s.Body, "\n  "), "$1")
		}
	}
	for section, text := range inserted {
		around, ok := aroundSnippets[section]
		if !ok {
			t.Errorf("no test of the snippets of %s", section)
		}
		src := []byte("ocgen: v1\npackage: p\n" + around + section + ":" + text + "\n")
		if _, problems := schema.Parse(src, schema.Options{File: "x.yaml"}); len(problems) > 0 {
			t.Errorf("%v\n%s", problems, src)
		}
	}
	if len(inserted) != len(aroundSnippets) {
		t.Errorf("snippets are in %d sections, want %d", len(inserted), len(aroundSnippets))
	}
	for _, s := range schema.Sections() {
		for _, k := range s.Keys {
			if s.Name == "slo" && k.Group == "form" && !strings.Contains(inserted["slos"], "\n    "+k.Name+":") {
				t.Errorf("no snippet has an SLO of the form %q", k.Name)
			}
		}
	}
}

// insertion returns a body as an editor inserts it. Texts have no quotes.
func insertion(n *yaml.Node, newline string) (text string) {
	switch {
	case n.Kind == yaml.ScalarNode:
		return " " + n.Value
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			text += newline + "-" + insertion(item, newline+"  ")
		}
		return text
	}
	for i := 0; i < len(n.Content); i += 2 {
		text += newline + n.Content[i].Value + ":" + insertion(n.Content[i+1], newline+"  ")
	}
	return text
}
