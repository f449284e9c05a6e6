package schema

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ocgen/ocgen/internal/characters"
	"gopkg.in/yaml.v3"
)

// text reads a line of text. It returns "" if the key is missing or its value is wrong.
func (f *fields) text(key string) string {
	n := f.entries[key]
	if n == nil || !f.r.isLine(n, key) {
		return ""
	}
	if n.Value == "" {
		f.r.report("bad-value", place(n), "%s is empty; write a text, or delete the key", key)
	}
	return n.Value
}

// description reads prose, the only kind of text with several lines.
func (f *fields) description(key string) string {
	if n := f.entries[key]; n != nil {
		return f.r.prose(n, key)
	}
	return ""
}

func (r *reader) prose(n *yaml.Node, what string) string {
	if !r.isText(n, what) {
		return ""
	}
	for _, c := range n.Value {
		if characters.IsControl(c) && c != '\n' && c != '\t' {
			r.report("control-character", place(n), "%s contains the control character %U; delete it", owner(what), c)
			return ""
		}
	}
	text := strings.TrimSpace(n.Value)
	if text == "" {
		r.report("bad-value", place(n), "%s is empty; write a sentence", owner(what))
	}
	return text
}

// isLine reports whether n is one line of text without control characters.
func (r *reader) isLine(n *yaml.Node, what string) bool {
	if !r.isText(n, what) {
		return false
	}
	for _, c := range n.Value {
		if characters.IsControl(c) {
			r.report("control-character", place(n), "%s contains the control character %U; delete it", owner(what), c)
			return false
		}
	}
	return true
}

// isText reports whether n is text for every YAML parser. YAML 1.1 reads an unquoted no
// as false and 1.10 as a number. The parser used here reads some of them as text, so
// the spelling is checked.
func (r *reader) isText(n *yaml.Node, what string) bool {
	if n.Kind != yaml.ScalarNode || isEmpty(n) {
		r.report("wrong-kind", place(n), "%s is %s and must be text%s", owner(what), kindOf(n), quotesCure(n))
		return false
	}
	if isQuoted(n) {
		return true
	}
	number := n.Tag == "!!int" || n.Tag == "!!float" || numberElsewhere.MatchString(n.Value)
	if number || slices.Contains(wordsToQuote, strings.ToLower(n.Value)) {
		r.report("quote-text", place(n), "%s must be text, but some YAML parsers read an unquoted %s as another type; write %s", owner(what), clip(n.Value), quote(n.Value))
		return false
	}
	return true
}

// quotesCure returns the end of a message about a collection in place of text. It
// proposes quotes if missing quotes may be the reason, otherwise it is "".
func quotesCure(n *yaml.Node) string {
	flow := n.Style&yaml.FlowStyle != 0
	switch {
	case isEmpty(n) && n.Anchor != "":
		return "; put text that starts with & in quotes"
	case n.Kind == yaml.SequenceNode && flow && len(n.Content) == 1:
		return "; put text that starts with [ in quotes"
	case n.Kind == yaml.MappingNode && len(n.Content) == 2 && place(n) == place(n.Content[0]):
		return `; put text with ": " in it in quotes`
	case n.Kind == yaml.MappingNode && flow && len(n.Content) == 2 && isEmpty(n.Content[1]):
		return "; put text that starts with { in quotes"
	}
	return ""
}

// commaCure is quotesCure for a key without a value, in a mapping in flow style. If the
// key looks like prose, it may be the part of a text after a comma.
func commaCure(mapping *yaml.Node, key, value *yaml.Node) string {
	if mapping.Style&yaml.FlowStyle == 0 || !isEmpty(value) || mapping.Content[0] == key || idPattern.MatchString(key.Value) {
		return ""
	}
	return "; if it belongs to the text before it, put the whole text, with its comma, in quotes"
}

func isEmpty(n *yaml.Node) bool { return isNull(n) && n.Value == "" }

func isQuoted(n *yaml.Node) bool {
	return n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

// numberElsewhere matches numbers that the parser used here reads as text: those beyond
// a float64, and numbers in base 60 of YAML 1.1, such as 12:30.
var numberElsewhere = regexp.MustCompile(`^[-+]?([0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|([0-9][0-9_]*\.?|\.[0-9])[0-9_]*([eE][-+]?[0-9]+)?)$`)

var wordsToQuote = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"}

// boolean reads true or false. It returns false if the key is missing.
func (f *fields) boolean(key string) bool {
	n := f.entries[key]
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || isQuoted(n) || n.Value != "true" && n.Value != "false" {
		f.r.report("wrong-kind", place(n), "%s is %s and must be true or false, without quotes", key, kindOf(n))
		return false
	}
	return n.Value == "true"
}

// integer reads a whole number within the limits of the table. If the key is missing,
// it returns the default, or 0 if there is none.
func (f *fields) integer(key string) int {
	n, row := f.entries[key], f.section.keys[key]
	fallback, _ := strconv.Atoi(row.Default)
	if n == nil {
		return fallback
	}
	if n.Kind != yaml.ScalarNode || isNull(n) || isQuoted(n) {
		f.r.report("wrong-kind", place(n), "%s is %s and must be a whole number, without quotes", key, kindOf(n))
		return fallback
	}
	i, err := strconv.Atoi(n.Value)
	if err != nil || i < row.Min || i > row.Max || n.Value != strconv.Itoa(i) {
		f.r.report("bad-number", place(n), "%s is %s and must be a whole number from %d to %d", key, clip(n.Value), row.Min, row.Max)
		return fallback
	}
	return i
}

// word reads one of the words that the table allows for the key.
func (f *fields) word(key string) string {
	text, words := f.text(key), f.section.keys[key].Values
	if text != "" && !slices.Contains(words, text) {
		hint := ""
		if near, meant := f.r.guess(text, words); near != "" {
			hint = meant
		}
		f.r.report("bad-value", f.place(key), "%s is %s and must be %s%s", key, quote(text), oneOf(words), hint)
		return ""
	}
	return text
}

// scalar returns the text of a number, plain or quoted.
func (r *reader) scalar(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		r.report("wrong-kind", place(n), "%s is %s and must be a number", owner(what), kindOf(n))
		return "", false
	}
	return n.Value, true
}

// amount reads a number, with or without a unit, and converts it to the given unit. It
// returns nil after a problem. The unit is "" if it is not known.
func (r *reader) amount(n *yaml.Node, what, unit string) *amount {
	text, ok := r.scalar(n, what)
	if !ok {
		return nil
	}
	a, err := parseAmount(text, unit)
	if err != nil {
		r.report("bad-number", place(n), "%s: %v", owner(what), err)
		return nil
	}
	return &a
}

// factor reads a number without a unit, and returns nil after a problem.
func (r *reader) factor(n *yaml.Node, what string) *big.Rat {
	text, ok := r.scalar(n, what)
	if !ok {
		return nil
	}
	value, err := parseNumber(text)
	if err != nil {
		r.report("bad-number", place(n), "%s: %v", owner(what), err)
	}
	return value
}

// list returns the items of a sequence. It follows aliases.
func (r *reader) list(n *yaml.Node, what string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		cure := ""
		if n.Kind == yaml.ScalarNode && !isNull(n) {
			cure = fmt.Sprintf("; write [%s]", clip(n.Value))
		}
		r.report("wrong-kind", place(n), "%s is %s and must be a list%s", owner(what), kindOf(n), cure)
		return nil
	}
	items := make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		items[i] = deref(c)
	}
	return items
}

// texts returns the items of a list of lines of text, each with its node. It leaves out
// items that are not text.
func (r *reader) texts(n *yaml.Node, what string) []*yaml.Node {
	return slices.DeleteFunc(r.list(n, what), func(item *yaml.Node) bool {
		return !r.isLine(item, "an item of "+what)
	})
}
