package schema_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/ocgen/ocgen/schema"
)

// TestMutations makes one mistake in a sample at a time. It must cause one problem, or
// two if two elements need the broken one. Mutations with more problems are listed with
// their number: the rest of an element lacks several keys, several references name an
// element that is no longer declared, or several elements lose the view that used them.
// No other problem may follow.
func TestMutations(t *testing.T) {
	for _, c := range []struct {
		sample, golden string
		least          int
	}{
		{"testdata/sample.yaml", "testdata/mutations.want", 1000},
		{"testdata/direct.yaml", "testdata/mutations_direct.want", 700},
	} {
		t.Run(filepath.Base(c.sample), func(t *testing.T) { testMutations(t, c.sample, c.golden, c.least) })
	}
}

func testMutations(t *testing.T, sample, golden string, least int) {
	src := read(t, sample)
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		t.Fatal(err)
	}
	m := mutator{t: t, doc: &doc}
	m.walk(doc.Content[0], "")
	if m.count < least {
		t.Errorf("only %d mutations", m.count)
	}
	if *update {
		if err := os.WriteFile(golden, []byte(m.many.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(read(t, golden)); m.many.String() != want {
		t.Error(difference(want, m.many.String()))
	}
}

type mutator struct {
	t     *testing.T
	doc   *yaml.Node
	count int
	many  strings.Builder // mutations with more than two problems
}

// walk replaces every node below n in turn, and restores it.
func (m *mutator) walk(n *yaml.Node, path string) {
	for i := range n.Content {
		at := path
		if n.Kind == yaml.MappingNode {
			at += "." + n.Content[i&^1].Value
		}
		isKey := n.Kind == yaml.MappingNode && i%2 == 0
		keep := n.Content[i]
		for _, other := range replacements(keep, isKey) {
			n.Content[i] = other.node
			m.check(at + " → " + other.name)
		}
		n.Content[i] = keep
		if isKey {
			all := n.Content
			n.Content = append(append([]*yaml.Node{}, all[:i]...), all[i+2:]...)
			m.check(at + " deleted")
			n.Content = all
			continue
		}
		m.walk(keep, at)
	}
}

type replacement struct {
	name string
	node *yaml.Node
}

// replacements are nodes that may be written by mistake in place of a node.
func replacements(n *yaml.Node, isKey bool) []replacement {
	scalar := func(text string, style yaml.Style) *yaml.Node {
		return &yaml.Node{Kind: yaml.ScalarNode, Value: text, Style: style}
	}
	if isKey {
		last := len(n.Value) - 1
		return []replacement{
			{"a misspelt key", scalar(n.Value[:last]+"q"+n.Value[last:], 0)},
			{"another key", scalar("frobnicate", 0)},
			{"a bad key", scalar("No", 0)},
		}
	}
	return []replacement{
		{"nothing", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}},
		{"a mapping", &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar("frobnicate", 0), scalar("x", 0)}}},
		{"a list", &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{scalar("frobnicate", 0)}}},
		{"a number", scalar("7", 0)},
		{"no", scalar("no", 0)},
		{"empty text", scalar("", yaml.DoubleQuotedStyle)},
		{"a character", scalar("\x07", yaml.DoubleQuotedStyle)},
	}
}

func (m *mutator) check(what string) {
	m.t.Helper()
	m.count++
	var b bytes.Buffer
	if err := yaml.NewEncoder(&b).Encode(m.doc); err != nil {
		m.t.Fatalf("%s: %v", what, err)
	}
	s, problems := schema.Parse(b.Bytes(), schema.Options{File: "sample.yaml"})
	checkProblems(m.t, b.Bytes(), problems)
	if s != nil {
		checkSchema(m.t, s)
	}
	if len(problems) > 2 {
		fmt.Fprintf(&m.many, "%s: %d\n", what, len(problems))
		for _, p := range problems {
			switch p.Rule {
			case "missing-key", "unknown-reference", "unknown-key", "quote-text", "wrong-kind", "bad-id", "unused-tag", "unused-measure", "unused-buckets", "recorder", "tag-in-no-view", "ignored-value":
			default:
				m.t.Errorf("%s: %v", what, p)
			}
		}
	}
}
