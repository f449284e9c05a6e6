package schema

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// A conditionReader reads the values and prefixes of one condition.
type conditionReader struct {
	*reader
	selection *Selection
	condition *Condition
	values    map[string]bool // the condition's so far
	prefixes  map[string]bool
}

// Reasons why a "not" is not allowed in a list or in another "not".
const (
	notInList = `a list selects any of its values, so "not" cannot be in it; put "not" before the whole list: {not: [...]}`
	notInNot  = `a "not" inside a "not" cancels it; delete both`
)

// readTerms reads a list of terms, or a single term without brackets. noNot is the
// reason why "not" is not allowed there, or "" if it is allowed.
func (r *conditionReader) readTerms(n *yaml.Node, noNot string) {
	if n.Kind != yaml.SequenceNode {
		r.readTerm(n, noNot)
		return
	}
	for _, item := range r.filledList(n, "where") {
		r.readTerm(item, notInList)
	}
}

// filledList returns the items of a list, and reports an empty one.
func (r *conditionReader) filledList(n *yaml.Node, what string) []*yaml.Node {
	items := r.list(n, what)
	if len(items) == 0 {
		r.report("bad-value", place(n), "the list is empty; list at least one value, or delete the condition")
	}
	return items
}

// readTerm reads a value, or a mapping whose key says how to compare.
func (r *conditionReader) readTerm(n *yaml.Node, noNot string) {
	if n.Kind != yaml.MappingNode {
		if text := r.readText(n, r.values, "value"); text != "" && r.checkValue(n) {
			r.condition.Values = append(r.condition.Values, text)
		}
		return
	}
	if r.reportOrder(n) {
		return
	}
	f := r.section("condition", n, place(n), "a condition")
	if f.strange && !f.has("not") && !f.has("starts_with") {
		return // the unknown key is probably one of these two
	}
	switch key := f.exactlyOne("term"); {
	case key == "":
	case key == "starts_with":
		r.readPrefixes(f.entries[key])
	case noNot != "":
		r.report("bad-value", place(f.keys[key]), "%s", noNot)
	default:
		r.condition.Op = Not
		r.readTerms(f.entries[key], notInNot)
	}
}

// orderKeys are words for comparisons by order, which conditions do not have.
var orderKeys = []string{
	"at_least", "at_most", "min", "max", "from", "to", "above", "below", "over", "under", "between", "range",
	"more_than", "less_than", "greater_than", "gt", "gte", "ge", "lt", "lte", "le", ">", ">=", "<", "<=",
}

// reportOrder reports keys that would compare numbers, and returns whether there are
// any. Tag values are text in OpenCensus, in every backend and in the filters of Cloud
// Monitoring.
func (r *conditionReader) reportOrder(n *yaml.Node) bool {
	found := false
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := deref(n.Content[i]), deref(n.Content[i+1])
		if !slices.Contains(orderKeys, key.Value) {
			continue
		}
		found = true
		first := "5"
		if value.Value != "" && value.Value[0] >= '0' && value.Value[0] <= '9' {
			first = value.Value[:1]
		}
		r.report("unknown-key", place(key), "a condition has no key %q, because tag values are text and have no order; select values by their first characters, such as starts_with: %q", key.Value, first)
	}
	return found
}

// readPrefixes reads the text or the list of texts of starts_with.
func (r *conditionReader) readPrefixes(n *yaml.Node) {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = r.filledList(n, "starts_with")
	}
	for _, item := range items {
		if text := r.readText(item, r.prefixes, "prefix"); text != "" && r.checkPrefix(item) {
			r.condition.Prefixes = append(r.condition.Prefixes, text)
		}
	}
}

// readText reads a valid value or prefix that is not listed yet. It returns "" after a
// problem.
func (r *conditionReader) readText(n *yaml.Node, listed map[string]bool, what string) string {
	t, text, none := r.condition.Tag, n.Value, "no tag has the value"
	if what == "prefix" {
		none = "no value starts with"
	}
	if !r.isLine(n, "a "+what+" of "+t.ID) {
		return ""
	}
	utf8 := r.mayBeUTF8(r.selection, t)
	size := text != "" && len(text) <= maxValueBytes
	switch {
	case listed[text]:
		r.report("bad-value", place(n), "the %s %s is listed twice; delete one", what, quote(text))
		return ""
	case r.ofTag(t).unread.kind:
	case text == "" && what == "prefix":
		r.report("where-value", place(n), "the prefix %s matches every value; write at least one character, or delete the condition", quote(text))
		return ""
	case utf8 && !size:
		r.report("where-value", place(n), "%s %s: values are 1 to %d bytes; write another", none, quote(text), maxValueBytes)
		return ""
	case !size || !utf8 && !isPrintableASCII(text):
		r.report("where-value", place(n), "%s %s: values are 1 to %d bytes of printable ASCII; write another", none, quote(text), maxValueBytes)
		return ""
	}
	listed[text] = true
	return text
}

// checkValue reports a value that a closed tag never has.
func (r *conditionReader) checkValue(n *yaml.Node) bool {
	t := r.condition.Tag
	switch {
	case !r.listsAll(t) || r.isPossible(t, n.Value):
		return true
	case n.Value == invalidValue:
		r.report("where-value", place(n), "the tag %q never has the value %q: values that it does not list are recorded as its catch_all; write %q", owner(t.ID), n.Value, t.CatchAll.Text)
	case n.Value == otherValue:
		r.report("where-value", place(n), "the tag %q never has the value %q, which is recorded only for open tags; write one of the tag's values", owner(t.ID), n.Value)
	default:
		r.report("where-value", place(n), "the tag %q has no value %q%s", owner(t.ID), n.Value, r.valueHint(t, n.Value))
	}
	return false
}

// checkPrefix reports a prefix that no value of a closed tag has.
func (r *conditionReader) checkPrefix(n *yaml.Node) bool {
	t := r.condition.Tag
	if !r.listsAll(t) || len(r.startingWith(t, n.Value)) > 0 {
		return true
	}
	r.report("where-value", place(n), "no value of the tag %q starts with %q%s", owner(t.ID), n.Value, r.valueHint(t, n.Value))
	return false
}
