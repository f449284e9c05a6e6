// The JSON Schema of the language is for editors, and schema.Parse is exact. These tests
// compare them: the JSON Schema accepts whatever Parse accepts, and refuses the mistakes
// that the table of keys can tell.
package jsonschema_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/ocgen/ocgen/internal/mutations"
	"github.com/ocgen/ocgen/schema"
)

// language returns the compiled JSON Schema. The compiler also checks it against the
// meta-schema of its draft.
var language = sync.OnceValues(func() (*jsonschema.Schema, error) {
	const name = "ocgen.schema.json"
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.JSONSchema()))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, doc); err != nil {
		return nil, err
	}
	return compiler.Compile(name)
})

// validate returns what is wrong with a document, for a reader of YAML.
func validate(t testing.TB, src []byte, version reading) error {
	t.Helper()
	compiled, err := language()
	if err != nil {
		t.Fatal(err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		t.Fatal(err)
	}
	return compiled.Validate(version.value(doc.Content[0]))
}

// parse returns the problems of a schema, and whether Parse accepts it.
func parse(src []byte) (problems schema.Problems, accepted bool) {
	s, problems := schema.Parse(src, schema.Options{File: "x.yaml", DefaultPackage: func(string) string { return "p" }})
	return problems, s != nil
}

// checkAccepted checks that the JSON Schema accepts a schema that Parse accepts.
func checkAccepted(t testing.TB, name string, src []byte) {
	t.Helper()
	for _, version := range readings {
		if err := validate(t, src, version); err != nil {
			t.Errorf("%s: %s: Parse accepts it: %v\n%s", name, version.name, err, src)
		}
	}
}

func TestAccepted(t *testing.T) {
	accepted := 0
	for _, s := range samples(t) {
		if _, ok := parse(s.src); ok {
			accepted++
			checkAccepted(t, s.name, s.src)
		}
	}
	if accepted < 300 {
		t.Errorf("Parse accepts only %d schemas", accepted)
	}
}

// TestMutations compares the two over schemas with one mistake. The JSON Schema must also
// refuse the mistakes that the table of keys tells.
func TestMutations(t *testing.T) {
	accepted, refused := 0, 0
	for _, sample := range []string{"sample", "direct", "otel", "rarekeys"} {
		src := read(t, "../../../schema/testdata/"+sample+".yaml")
		err := mutations.Each(src, func(name string, mutant []byte) {
			problems, ok := parse(mutant)
			if ok {
				accepted++
				checkAccepted(t, sample+name, mutant)
				return
			}
			i := slices.IndexFunc(problems, isOfTheTable)
			if i < 0 {
				return
			}
			refused++
			if validate(t, mutant, readings[0]) == nil {
				t.Errorf("%s%s: the JSON Schema accepts it: %v", sample, name, problems[i])
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d mutants are accepted, %d refused by the table", accepted, refused)
	if accepted < 200 || refused < 2000 {
		t.Errorf("only %d mutants are accepted, and %d refused by the table", accepted, refused)
	}
}

// ofTheTable are the problems that the table of keys alone tells, by rule.
var ofTheTable = map[string]*regexp.Regexp{
	"unknown-key":  regexp.MustCompile(` has no key `),
	"wrong-kind":   regexp.MustCompile(``),
	"version":      regexp.MustCompile(``),
	"unknown-rule": regexp.MustCompile(``),
	"bad-id":       regexp.MustCompile(` must be lower-case words of letters and digits joined `),
	"bad-number":   regexp.MustCompile(` must be a whole number from `),
}

var (
	missingKey  = regexp.MustCompile(`^(?:the )?(\w+)\b.* needs the key "(\w+)"$`)
	anotherWord = regexp.MustCompile(`^(\w+) is .* and must be `)
)

func isOfTheTable(p schema.Problem) bool {
	if m := missingKey.FindStringSubmatch(p.Message); m != nil {
		return someKey(func(section string, k schema.Key) bool { return section == m[1] && k.Name == m[2] && k.Required })
	}
	if m := anotherWord.FindStringSubmatch(p.Message); m != nil && p.Rule == "bad-value" {
		return someKey(func(_ string, k schema.Key) bool { return k.Name == m[1] && k.Values != nil })
	}
	message := ofTheTable[p.Rule]
	return message != nil && message.MatchString(p.Message)
}

// someKey reports whether f holds for a key of the table.
func someKey(f func(section string, k schema.Key) bool) bool {
	return slices.ContainsFunc(schema.Sections(), func(s schema.Section) bool {
		return slices.ContainsFunc(s.Keys, func(k schema.Key) bool { return f(s.Name, k) })
	})
}

// TestRefused checks one mistake of each kind that the table tells.
func TestRefused(t *testing.T) {
	const measure = `{description: d, type: int64, unit: "1", constant: 1, aggregation: count}`
	for _, c := range []struct{ what, text, want string }{
		{"a misspelt key", `measures: {m: {description: d, type: int64, unit: "1", agregation: count}}`, "at '/measures/m'"},
		{"a misspelt section", `mesures: {m: ` + measure + `}`, "at ''"},
		{"a missing key", `measures: {m: {description: d, unit: "1", aggregation: count}}`, "at '/measures/m'"},
		{"another word", `measures: {m: {description: d, type: int, unit: "1", aggregation: count}}`, "at '/measures/m/type'"},
		{"a number for a text", `measures: {m: {description: d, type: int64, unit: 1, aggregation: count}}`, "at '/measures/m/unit'"},
		{"a text for a list", `measures: {m: {description: d, type: int64, unit: "1", tags: route, aggregation: count}}`, "at '/measures/m/tags'"},
		{"a list for a mapping", `measures: [m]`, "at '/measures'"},
		{"a text for a boolean", `measures: {m: {description: d, type: int64, unit: "1", observe: "yes", aggregation: sum}}`, "at '/measures/m/observe'"},
		{"nothing", `tags: {route: }`, "at '/tags/route'"},
		{"an id with capitals", `measures: {Requests: ` + measure + `}`, "'Requests' does not match pattern"},
		{"an integer out of range", `tags: {route: {max_values: 0}}`, "at '/tags/route/max_values'"},
		{"a fraction for an integer", `tags: {route: {max_values: 1.5}}`, "at '/tags/route/max_values'"},
		{"a rule that does not exist", `allow: [unused-tags]`, "at '/allow/0'"},
		{"a rule that cannot be silenced", `allow: [syntax]`, "at '/allow/0'"},
		{"a key of an inner section", `slos: {s: {goal: 99%, period: 28d, ratio: {good: {view: v, were: {a: b}}, total: v}}}`, "at '/slos/s/ratio/good'"},
		{"a key in a condition in a list", `slos: {s: {goal: 99%, period: 28d, ratio: {good: {view: v, where: {a: {not: [{begins: x}]}}}, total: v}}}`, "at '/slos/s/ratio/good/where/a/not/0'"},
	} {
		src := []byte("ocgen: v1\npackage: p\n" + c.text + "\n")
		if _, accepted := parse(src); accepted {
			t.Errorf("%s: Parse accepts it", c.what)
		}
		err := validate(t, src, readings[0])
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.what, err, c.want)
		}
	}
}

// FuzzAccepted looks for a schema that Parse accepts and the JSON Schema refuses.
func FuzzAccepted(f *testing.F) {
	for _, s := range samples(f) {
		f.Add(s.src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if _, ok := parse(src); ok {
			checkAccepted(t, "fuzz", src)
		}
	})
}
