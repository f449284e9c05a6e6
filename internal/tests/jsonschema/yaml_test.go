package jsonschema_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// A reading is the way in which a version of YAML reads text without quotes. Editors read
// version 1.2, and some can be told to read 1.1.
type reading struct {
	name                       string
	null, yes, no, whole, real *regexp.Regexp
}

var readings = []reading{
	{
		name:  "YAML 1.2",
		null:  regexp.MustCompile(`^(~|null|Null|NULL|)$`),
		yes:   regexp.MustCompile(`^(true|True|TRUE)$`),
		no:    regexp.MustCompile(`^(false|False|FALSE)$`),
		whole: regexp.MustCompile(`^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$`),
		real:  regexp.MustCompile(`^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`),
	},
	{
		name:  "YAML 1.1",
		null:  regexp.MustCompile(`^(~|null|Null|NULL|)$`),
		yes:   regexp.MustCompile(`^(y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$`),
		no:    regexp.MustCompile(`^(n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$`),
		whole: regexp.MustCompile(`^[-+]?(0b[01_]+|0[0-7_]*|[1-9][0-9_]*(:[0-5]?[0-9])*|0x[0-9a-fA-F_]+)$`),
		real:  regexp.MustCompile(`^([-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`),
	},
}

// value returns a node as a value of JSON. The number is only near for a spelling that Go
// does not read, such as 12:30, but it is a number.
func (r reading) value(n *yaml.Node) any {
	switch n.Kind {
	case yaml.AliasNode:
		return r.value(n.Alias)
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[key(n.Content[i])] = r.value(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, r.value(item))
		}
		return list
	}
	const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	if n.Style&quoted != 0 {
		return n.Value
	}
	return r.scalar(n.Value)
}

func key(n *yaml.Node) string {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n.Value
}

func (r reading) scalar(text string) any {
	switch {
	case r.null.MatchString(text):
		return nil
	case r.yes.MatchString(text):
		return true
	case r.no.MatchString(text):
		return false
	case r.whole.MatchString(text):
		whole, err := strconv.ParseInt(text, 0, 64)
		if err != nil {
			return int64(7)
		}
		return whole
	case r.real.MatchString(text) && !strings.ContainsAny(text, "0123456789"):
		return math.MaxFloat64 // JSON has no infinity, and editors read a number
	case r.real.MatchString(text):
		real, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return math.Pi
		}
		return real
	}
	return text
}
