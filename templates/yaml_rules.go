package templates

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// A RuleFile is a file of rules that Prometheus loads.
type RuleFile struct {
	Head   []string // lines of comments, complete
	Groups []RuleGroup
}

// A RuleGroup is a list of rules that Prometheus evaluates one after the other.
type RuleGroup struct {
	Name  string
	Rules []Rule
}

// A Rule records the result of an expression, or raises alerts for it. Exactly one of
// Record and Alert is set.
type Rule struct {
	Record      string
	Alert       string
	Expr        string // PromQL
	For         string // e.g. "30m"; "": at once
	Labels      map[string]string
	Annotations map[string]string // of an alert
}

// YAML returns the file. Keys are in the order of the structs, and map keys are sorted, so
// equal files give equal bytes.
func (f RuleFile) YAML() ([]byte, error) {
	groups := sequence()
	for _, g := range f.Groups {
		rules := sequence()
		for _, r := range g.Rules {
			rules.Content = append(rules.Content, r.node())
		}
		groups.Content = append(groups.Content, mapping(pair{"name", scalar(g.Name)}, pair{"rules", rules}))
	}
	return encodeYAML(f.Head, mapping(pair{"groups", groups}))
}

func (r Rule) node() *yaml.Node {
	var pairs []pair
	add := func(key string, text string) {
		if text != "" {
			pairs = append(pairs, pair{key, scalar(text)})
		}
	}
	add("record", r.Record)
	add("alert", r.Alert)
	add("expr", r.Expr)
	add("for", r.For)
	return mapping(append(pairs, pair{"labels", textMap(r.Labels)}, pair{"annotations", textMap(r.Annotations)})...)
}

// A pair is a key of a mapping and its value. Pairs with an empty collection are left out,
// unless it has a style of its own.
type pair struct {
	key   string
	value *yaml.Node
}

func mapping(pairs ...pair) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, p := range pairs {
		if p.value.Kind == yaml.ScalarNode || len(p.value.Content) > 0 || p.value.Style == yaml.FlowStyle {
			n.Content = append(n.Content, scalar(p.key), p.value)
		}
	}
	return n
}

func sequence(content ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Content: content}
}

func textMap(m map[string]string) *yaml.Node {
	var pairs []pair
	for _, key := range slices.Sorted(maps.Keys(m)) {
		pairs = append(pairs, pair{key, scalar(m[key])})
	}
	return mapping(pairs...)
}

// scalar returns a text. It is quoted if YAML 1.1 or 1.2 would read another type, and
// written as a literal block if it has several lines.
func scalar(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	switch {
	case strings.Contains(text, "\n"):
		n.Style = yaml.LiteralStyle
	case isOldType(text): // the library knows the other types
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// isOldType reports whether YAML 1.1 reads a boolean or a sexagesimal number, and YAML 1.2 a
// text.
func isOldType(text string) bool {
	const longestBoolean = len("yes")
	if text == "" || len(text) > longestBoolean && strings.IndexByte("+-0123456789", text[0]) < 0 {
		return false
	}
	return oldType.MatchString(text)
}

var oldType = regexp.MustCompile(`^(?:(?i:y|n|yes|no|on|off)|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)$`)
