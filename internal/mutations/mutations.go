// Package mutations makes mistakes in YAML, one at a time, for tests of packages that read
// YAML.
package mutations

import (
	"bytes"
	"fmt"

	"gopkg.in/yaml.v3"
)

// Names of mutations that tests ask for.
const (
	MisspeltKey = "a misspelt key"
	OtherKey    = "another key"
)

// Each replaces every node below the root in turn, and removes every entry of a mapping.
// It calls f with each mutant and the name of the mutation, e.g.
// ".tags.method → a list".
func Each(src []byte, f func(name string, mutant []byte)) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		return err
	}
	m := mutator{doc: &doc, f: f}
	return m.walk(doc.Content[0], "")
}

type mutator struct {
	doc *yaml.Node
	f   func(name string, mutant []byte)
}

// walk replaces every node below n in turn, and restores it.
func (m *mutator) walk(n *yaml.Node, path string) error {
	for i := range n.Content {
		at := path
		if n.Kind == yaml.MappingNode {
			at += "." + n.Content[i&^1].Value
		}
		isKey := n.Kind == yaml.MappingNode && i%2 == 0
		keep := n.Content[i]
		for _, other := range replacements(keep, isKey) {
			n.Content[i] = other.node
			if err := m.call(at + " → " + other.name); err != nil {
				return err
			}
		}
		n.Content[i] = keep
		if isKey {
			if err := m.withoutEntry(n, i, at+" deleted"); err != nil {
				return err
			}
		} else if err := m.walk(keep, at); err != nil {
			return err
		}
	}
	return nil
}

// withoutEntry removes the entry whose key has the index i, and restores it.
func (m *mutator) withoutEntry(n *yaml.Node, i int, name string) error {
	all := n.Content
	n.Content = append(append([]*yaml.Node{}, all[:i]...), all[i+2:]...)
	defer func() { n.Content = all }()
	return m.call(name)
}

func (m *mutator) call(name string) error {
	var b bytes.Buffer
	if err := yaml.NewEncoder(&b).Encode(m.doc); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	m.f(name, b.Bytes())
	return nil
}

type replacement struct {
	name string
	node *yaml.Node
}

// replacements are nodes that may be written by mistake in place of a node.
func replacements(n *yaml.Node, isKey bool) []replacement {
	if isKey {
		last := len(n.Value) - 1
		return []replacement{
			{MisspeltKey, scalar(n.Value[:last]+"q"+n.Value[last:], 0)},
			{OtherKey, scalar("frobnicate", 0)},
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

func scalar(text string, style yaml.Style) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: text, Style: style}
}
