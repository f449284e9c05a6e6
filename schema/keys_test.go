package schema_test

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"gopkg.in/yaml.v3"

	"github.com/ocgen/ocgen/schema"
)

// TestKeyTable checks that the fields of each row agree.
func TestKeyTable(t *testing.T) {
	names := map[string]bool{}
	for _, s := range schema.Sections() {
		if names[s.Name] {
			t.Errorf("there are two sections %q", s.Name)
		}
		names[s.Name] = true
	}
	collections := schema.KindList | schema.KindMap | schema.KindSection
	for _, s := range schema.Sections() {
		seen := map[string]bool{}
		for _, k := range s.Keys {
			named := (k.Kind|k.Items|k.Entries)&schema.KindSection != 0
			what := s.Name + "." + k.Name
			switch {
			case seen[k.Name]:
				t.Errorf("%s: there are two", what)
			case k.Kind == 0 || k.Doc == "" || strings.ContainsAny(k.Doc, "\n|") || strings.Contains(k.Doc, "]("):
				t.Errorf("%s: its row lacks a kind or a line of documentation without links", what)
			case k.Kind&schema.KindMap != 0 && k.Kind&schema.KindSection != 0:
				t.Errorf("%s is a map or a section, which look alike", what)
			case k.Keys != 0 && k.Kind&schema.KindMap == 0 || k.Entries != 0 && k.Kind&schema.KindMap == 0:
				t.Errorf("%s is no map", what)
			case named != (k.Of != "") || named && !names[k.Of]:
				t.Errorf("%s is of the section %q", what, k.Of)
			case k.Required && (k.Default != "" || k.Implied != "" || k.Group != ""):
				t.Errorf("%s is required, so it has no default", what)
			case k.Default != "" && (k.Implied != "" || k.Kind&collections != 0):
				t.Errorf("%s: the default is no value of it, or it has another", what)
			case (k.Kind == schema.KindInteger) != (k.Max > k.Min):
				t.Errorf("%s is from %d to %d", what, k.Min, k.Max)
			case k.Values != nil && (k.Kind != schema.KindText || k.See != ""):
				t.Errorf("%s: only a text has words, and its documentation is not elsewhere", what)
			case k.Values != nil && k.Default != "" && !slices.Contains(k.Values, k.Default):
				t.Errorf("%s: the default %q is none of its values", what, k.Default)
			}
			seen[k.Name] = true
		}
	}
}

// A keyWalker compares a schema with the table. A key that is not in the table, or has
// another kind there, is an error.
type keyWalker struct {
	t        *testing.T
	file     string
	sections map[string]schema.Section
	seen     map[string]bool // "section.key"
}

func newKeyWalker(t *testing.T) *keyWalker {
	w := &keyWalker{t: t, sections: map[string]schema.Section{}, seen: map[string]bool{}}
	for _, s := range schema.Sections() {
		w.sections[s.Name] = s
	}
	return w
}

func (w *keyWalker) walk(file string, src []byte) {
	w.t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		w.t.Fatal(file, err)
	}
	w.file = file
	w.section("schema", doc.Content[0])
}

func (w *keyWalker) section(name string, n *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		row := slices.IndexFunc(w.sections[name].Keys, func(k schema.Key) bool { return k.Name == key })
		if row < 0 {
			w.t.Errorf("%s:%d: a %s has no key %q in the table", w.file, n.Content[i].Line, name, key)
			continue
		}
		w.seen[name+"."+key] = true
		k := w.sections[name].Keys[row]
		w.value(k, k.Kind, n.Content[i+1])
	}
}

func (w *keyWalker) value(k schema.Key, kind schema.Kind, n *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if kind == 0 {
		kind = schema.KindText
	}
	switch {
	case n.Kind == yaml.ScalarNode && w.isScalar(k, kind, n):
	case n.Kind == yaml.SequenceNode && kind&schema.KindList != 0:
		for _, item := range n.Content {
			w.value(k, k.Items, item)
		}
	case n.Kind == yaml.MappingNode && kind&schema.KindMap != 0:
		for i := 1; i < len(n.Content); i += 2 {
			w.value(k, k.Entries, n.Content[i])
		}
	case n.Kind == yaml.MappingNode && kind&schema.KindSection != 0:
		w.section(k.Of, n)
	default:
		w.t.Errorf("%s:%d: %q is not of the kind that %q has in the table", w.file, n.Line, n.Value, k.Name)
	}
}

func (w *keyWalker) isScalar(k schema.Key, kind schema.Kind, n *yaml.Node) bool {
	switch {
	case kind&schema.KindBoolean != 0:
		return n.Value == "true" || n.Value == "false"
	case kind&schema.KindInteger != 0:
		i, err := strconv.Atoi(n.Value)
		return err == nil && k.Min <= i && i <= k.Max
	case kind&schema.KindNumber != 0:
		return strings.ContainsAny(n.Value, "0123456789") || strings.HasSuffix(n.Value, ".inf") || kind&schema.KindText != 0
	}
	return kind&(schema.KindText|schema.KindProse|schema.KindRule) != 0 && (k.Values == nil || slices.Contains(k.Values, n.Value))
}

// TestSchemasKeepToTheTable checks that every valid schema of the tests follows the
// table, and that together they have each of its keys.
func TestSchemasKeepToTheTable(t *testing.T) {
	w := newKeyWalker(t)
	for file, src := range schemas(t) {
		if s, _ := schema.Parse(src, schema.Options{File: "x.yaml"}); s != nil {
			w.walk(file, src)
		}
	}
	for name, s := range w.sections {
		for _, k := range s.Keys {
			if !w.seen[name+"."+k.Name] {
				t.Errorf("no schema of the tests has the key %q in a %s", k.Name, name)
			}
		}
	}
}

// schemas returns the samples, the fixtures of rules and the golden schemas.
func schemas(t *testing.T) map[string][]byte {
	all := map[string][]byte{}
	for _, pattern := range []string{"testdata/*.yaml", "../golden/*/*.yaml", "testdata/rules/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			if filepath.Ext(file) == ".yaml" {
				all[file] = read(t, file)
				continue
			}
			for _, part := range txtar.Parse(read(t, file)).Files {
				if filepath.Ext(part.Name) == ".yaml" {
					all[file+"/"+part.Name] = part.Data
				}
			}
		}
	}
	return all
}
