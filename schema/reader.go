package schema

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// A reader turns nodes into the model. Sections are read in the order in which
// they refer to each other, so that every reference can be resolved on the
// spot; an element with a mistake is kept and marked broken, so that what
// refers to it raises no second problem.
type reader struct {
	file     string
	rules    map[string]Rule
	problems []Problem
	errors   int // problems of severity Error so far

	schema   *Schema
	buckets  map[string]*bucketSet
	tags     map[string]*Tag
	measures map[string]*Measure
	views    map[string]*View
	// ids in source order, for hints
	bucketIDs, tagIDs, measureIDs, viewIDs []string

	viewsUnread bool            // some view may be declared after all
	unread      map[string]bool // sections of the wrong kind: nothing in them is known
	said        map[saying]bool // nil in a schema without aliases
	guesses     int             // how much may still be spent on finding what was meant

	allowances []*allowance
	allowable  []string // ids of the rules that can be silenced
}

// A saying is a problem but for the element that has it. An alias can lead to one
// mistake through several elements; it is said once.
type saying struct {
	rule string
	at   Place
	text string
}

// report adds a problem under the rule's own severity.
func (r *reader) report(rule string, at Place, format string, args ...any) {
	r.reportIn(nil, rule, at, format, args...)
}

// reportIn is report for a problem of an element, whose scope may allow it.
func (r *reader) reportIn(in *scope, rule string, at Place, format string, args ...any) {
	row, ok := r.rules[rule]
	if !ok {
		panic("ocgen bug: no rule " + rule)
	}
	if row.Allowable && in.allows(rule) {
		return
	}
	if row.Severity == Error {
		r.errors++
	}
	if r.said != nil {
		once := saying{rule, at, format + fmt.Sprintln(args[min(1, len(args)):]...)}
		if r.said[once] {
			return
		}
		r.said[once] = true
	}
	r.problems = append(r.problems, Problem{
		File: r.file, Place: at, Severity: row.Severity, Rule: rule, Message: fmt.Sprintf(format, args...),
	})
}

// A fields is a mapping whose keys the language fixes.
type fields struct {
	r       *reader
	what    string // e.g. `measure "request_latency"`
	at      Place  // where a missing key is reported
	entries map[string]*yaml.Node
	keys    map[string]*yaml.Node
	meant   map[string]bool // keys that are there, but misspelt: not missed
	broken  bool            // not a mapping: nothing more is said of it
}

// fields reads n as a mapping that may have the given keys.
func (r *reader) fields(n *yaml.Node, at Place, what string, allowed ...string) *fields {
	f := &fields{r: r, what: what, at: at, entries: map[string]*yaml.Node{}, keys: map[string]*yaml.Node{}}
	pairs, ok := r.pairs(n, what)
	f.broken = !ok
	for _, p := range pairs {
		name := p.key.Value
		if !slices.Contains(allowed, name) {
			near, hint := r.guess(name, allowed)
			if f.meant == nil {
				f.meant = map[string]bool{}
			}
			f.meant[near] = true
			r.report("unknown-key", place(p.key), "%s has no key %q%s", what, clip(name), hint)
			continue
		}
		f.entries[name], f.keys[name] = p.value, p.key
	}
	return f
}

// hint ends a message about an unknown word with the word that was meant, or
// with the words that there are.
func (r *reader) hint(word string, known []string) string {
	_, text := r.guess(word, known)
	return text
}

// tagHint is hint for the id of a tag.
func (r *reader) tagHint(word string, known []*Tag) string {
	if r.guesses < 0 {
		return "" // before the list is made
	}
	return r.hint(word, ids(known))
}

func (r *reader) guess(word string, known []string) (near, hint string) {
	letters := min(len(word), longestGuess)
	if r.guesses -= len(known) * (1 + letters*letters); r.guesses < 0 {
		return "", ""
	}
	if near = didYouMean(word, known); near != "" {
		return near, fmt.Sprintf("; did you mean %q?", near)
	}
	if len(known) == 0 || len(known) > 15 {
		return "", ""
	}
	clipped := make([]string, len(known))
	for i, k := range known {
		clipped[i] = clip(k)
	}
	return "", "; known: " + strings.Join(clipped, ", ")
}

// mostGuesses bounds what all hints of a schema cost, in compared letters. It is
// enough for dozens of misspelt names among a thousand.
const mostGuesses = 20_000_000

type pair struct{ key, value *yaml.Node }

// pairs returns a mapping's keys and values, aliases followed, keys distinct.
func (r *reader) pairs(n *yaml.Node, what string) ([]pair, bool) {
	if n.Kind != yaml.MappingNode {
		r.report("wrong-kind", place(n), "%s is a mapping of keys to values, not %s", what, kindOf(n))
		return nil, false
	}
	var list []pair
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := deref(n.Content[i]), deref(n.Content[i+1])
		switch first := seen[key.Value]; {
		case key.Tag == "!!merge":
			r.report("merge-key", place(key), "the merge key << is not part of the language; share bounds through buckets:, or use a plain alias for a whole value")
		case key.Kind != yaml.ScalarNode:
			r.report("wrong-kind", place(key), "a key of %s is text, not %s", what, kindOf(key))
		case first != nil:
			r.report("duplicate-key", place(key), "%s has the key %q twice; the first is at line %d", what, clip(key.Value), first.Line)
		default:
			seen[key.Value] = key
			list = append(list, pair{key, value})
		}
	}
	return list, true
}

// kindOf names what a node is, for messages.
func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "empty"
	}
	return quote(n.Value)
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// An element is an entry of a mapping from ids.
type element struct {
	at    Place
	id    string
	value *yaml.Node
	bad   bool // the id is not one: nothing more is said of the names made of it
}

// maxNameBytes is the longest name that OpenCensus takes.
const maxNameBytes = 255

var idPattern = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// elements reads the section key of f as a mapping from ids to elements.
func (f *fields) elements(key, what string) []element {
	n := f.entries[key]
	if n == nil {
		f.r.unread[key] = f.r.unread[key] || f.meant[key] || f.broken
		return nil
	}
	pairs, ok := f.r.pairs(n, key)
	f.r.unread[key] = f.r.unread[key] || !ok
	var list []element
	for _, p := range pairs {
		readable := f.r.isText(p.key, "the id of a "+what)
		if p.key.Value == "" && !readable {
			continue
		}
		if len(p.key.Value) > maxNameBytes {
			f.r.unread[key] = true
			f.r.report("bad-id", place(p.key), "the id %s has %d bytes; OpenCensus takes names of at most %d", quote(p.key.Value), len(p.key.Value), maxNameBytes)
			continue
		}
		bad := !idPattern.MatchString(p.key.Value)
		if readable && bad {
			f.r.report("bad-id", place(p.key), "%q is not an id: write lower-case words of letters and digits joined by single underscores, such as request_latency", clip(p.key.Value))
		}
		list = append(list, element{place(p.key), p.key.Value, p.value, bad})
	}
	return list
}

func (f *fields) has(key string) bool { return f.entries[key] != nil }

// place is where the value of key stands; where the mapping's owner does if
// there is none.
func (f *fields) place(key string) Place {
	if n := f.entries[key]; n != nil {
		return place(n)
	}
	return f.at
}

// require reports each of the keys that is missing.
func (f *fields) require(keys ...string) {
	for _, key := range keys {
		if !f.has(key) && !f.broken && !f.meant[key] {
			f.r.report("missing-key", f.at, "%s needs the key %q", f.what, key)
		}
	}
}

// exactlyOne reports unless exactly one of the keys is there, and returns it.
func (f *fields) exactlyOne(keys ...string) string {
	var found []string
	for _, key := range keys {
		if f.has(key) {
			found = append(found, key)
		}
	}
	switch {
	case len(found) == 1:
		return found[0]
	case f.broken || slices.ContainsFunc(keys, func(key string) bool { return f.meant[key] }):
	case len(found) == 0:
		f.r.report("missing-key", f.at, "%s needs one of %s", f.what, oneOf(keys))
	default:
		f.r.report("conflicting-keys", place(f.keys[found[1]]), "%s has both %q and %q; keep one", f.what, found[0], found[1])
	}
	return ""
}

func oneOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// notWith reports each key that makes no sense beside another, with the reason.
func (f *fields) notWith(reason string, keys ...string) {
	for _, key := range keys {
		if f.has(key) {
			f.r.report("conflicting-keys", place(f.keys[key]), "%s: %q %s", f.what, key, reason)
		}
	}
}

// text reads a line of text; "" if the key is missing or the value is wrong.
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

// description reads prose, which alone may have several lines.
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
		if isControl(c) && c != '\n' && c != '\t' {
			r.report("control-character", place(n), "%s holds the control character %U; delete it", what, c)
			return ""
		}
	}
	text := strings.TrimSpace(n.Value)
	if text == "" {
		r.report("bad-value", place(n), "%s is empty; write a sentence", what)
	}
	return text
}

// isLine reports whether n is one line of text without control characters.
func (r *reader) isLine(n *yaml.Node, what string) bool {
	if !r.isText(n, what) {
		return false
	}
	for _, c := range n.Value {
		if isControl(c) {
			r.report("control-character", place(n), "%s holds the control character %U; delete it", what, c)
			return false
		}
	}
	return true
}

// isText reports whether n is text in every YAML parser. YAML 1.1 reads an
// unquoted no as false and 1.10 as a number, and the parser here takes some of
// them for text, so it is the spelling that decides.
func (r *reader) isText(n *yaml.Node, what string) bool {
	if n.Kind != yaml.ScalarNode || isNull(n) && n.Value == "" {
		r.report("wrong-kind", place(n), "%s is text, not %s", what, kindOf(n))
		return false
	}
	if isQuoted(n) {
		return true
	}
	number := n.Tag == "!!int" || n.Tag == "!!float" || numberElsewhere.MatchString(n.Value)
	if number || slices.Contains(wordsToQuote, strings.ToLower(n.Value)) {
		r.report("quote-text", place(n), "%s is text, but YAML may read an unquoted %s as something else; write %s", what, clip(n.Value), quote(n.Value))
		return false
	}
	return true
}

func isQuoted(n *yaml.Node) bool {
	return n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

// numberElsewhere are numbers that the parser here takes for text: those beyond
// a float64, and YAML 1.1's in base 60, such as 12:30.
var numberElsewhere = regexp.MustCompile(`^[-+]?([0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|([0-9][0-9_]*\.?|\.[0-9])[0-9_]*([eE][-+]?[0-9]+)?)$`)

var wordsToQuote = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"}

// boolean reads true or false; false if the key is missing.
func (f *fields) boolean(key string) bool {
	n := f.entries[key]
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || isQuoted(n) || n.Value != "true" && n.Value != "false" {
		f.r.report("wrong-kind", place(n), "%s is true or false, without quotes, not %s", key, kindOf(n))
		return false
	}
	return n.Value == "true"
}

// integer reads a whole number from low to high; fallback if the key is missing.
func (f *fields) integer(key string, low, high, fallback int) int {
	n := f.entries[key]
	if n == nil {
		return fallback
	}
	if n.Kind != yaml.ScalarNode || isNull(n) || isQuoted(n) {
		f.r.report("wrong-kind", place(n), "%s is a whole number, without quotes, not %s", key, kindOf(n))
		return fallback
	}
	i, err := strconv.Atoi(n.Value)
	if err != nil || i < low || i > high || n.Value != strconv.Itoa(i) {
		f.r.report("bad-number", place(n), "%s is %s; write a whole number from %d to %d", key, clip(n.Value), low, high)
		return fallback
	}
	return i
}

// choice reads one of a few words.
func (f *fields) choice(key string, words ...string) string {
	text := f.text(key)
	if text != "" && !slices.Contains(words, text) {
		f.r.report("bad-value", f.place(key), "%s is %q; write %s", key, clip(text), oneOf(words))
		return ""
	}
	return text
}

// scalar returns the text of a number, plain or quoted.
func (r *reader) scalar(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		r.report("wrong-kind", place(n), "%s is a number, not %s", what, kindOf(n))
		return "", false
	}
	return n.Value, true
}

// quantity reads a number, with or without a unit, into the given unit.
func (r *reader) quantity(n *yaml.Node, what, unit string) *big.Rat {
	text, ok := r.scalar(n, what)
	if !ok {
		return nil
	}
	value, err := parseQuantity(text, unit)
	if err != nil {
		r.report("bad-number", place(n), "%s: %v", what, err)
		return nil
	}
	return value
}

// list returns the items of a sequence, aliases followed.
func (r *reader) list(n *yaml.Node, what string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		r.report("wrong-kind", place(n), "%s is a list, not %s", what, kindOf(n))
		return nil
	}
	items := make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		items[i] = deref(c)
	}
	return items
}

// texts returns the items of a list of lines, each with its node; an item that
// is not text is left out.
func (r *reader) texts(n *yaml.Node, what string) []*yaml.Node {
	return slices.DeleteFunc(r.list(n, what), func(item *yaml.Node) bool {
		return !r.isLine(item, "an item of "+what)
	})
}

// unknown reports a reference to something that is not declared, unless the
// section that would declare it could not be read.
func (r *reader) unknown(at Place, what, name, section string, declared []string) {
	if !r.unread[section] {
		r.report("unknown-reference", at, "no %s %q is declared under %s%s", what, clip(name), section, r.hint(name, declared))
	}
}
