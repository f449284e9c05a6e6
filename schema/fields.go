package schema

import (
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// A fields is a mapping whose keys are fixed by the language.
type fields struct {
	r       *reader
	section section
	what    owner // e.g. `measure "request_latency"`
	at      Place // where a missing key is reported
	entries map[string]*yaml.Node
	keys    map[string]*yaml.Node
	meant   map[string]bool // keys that are misspelt, so they are not reported as missing
	stray   []*yaml.Node    // values of keys that are like no known key
	strange bool            // the mapping has an unknown key
	broken  bool            // not a mapping: no further problems of it are reported
}

// section reads n as a section of the table, and reports missing required keys.
func (r *reader) section(name string, n *yaml.Node, at Place, what string) *fields {
	section, ok := r.sections[name]
	if !ok {
		panic("ocgen bug: no section " + name)
	}
	f := &fields{r: r, section: section, what: owner(what), at: at, entries: map[string]*yaml.Node{}, keys: map[string]*yaml.Node{}, meant: map[string]bool{}}
	pairs, ok := r.pairs(n, what)
	f.broken = !ok
	for _, p := range pairs {
		if _, known := section.keys[p.key.Value]; !known {
			f.addStranger(n, p)
			continue
		}
		f.entries[p.key.Value], f.keys[p.key.Value] = p.value, p.key
	}
	for _, key := range section.names {
		if section.keys[key].Required {
			f.require(key)
		}
	}
	return f
}

// addStranger reports an unknown key of the mapping n.
func (f *fields) addStranger(n *yaml.Node, p pair) {
	name := p.key.Value
	f.strange = true
	near, hint := f.r.guess(name, f.section.names)
	f.meant[near] = true
	if near == "allow" && !f.has(near) {
		f.entries[near] = p.value // so that the problems that it silences are not reported too
	}
	if near == "" || len(name) < shortestGuess {
		f.stray = append(f.stray, p.value)
	}
	f.r.report("unknown-key", place(p.key), "%s has no key %s%s%s", f.what, quote(name), commaCure(n, p.key, p.value), hint)
}

// shortestGuess is the minimum length of a word that counts as a misspelling of a key.
// In a shorter word, one letter makes too large a difference: "no" is close to "go" by
// chance.
const shortestGuess = 4

// fill reads the keys that need only their kind into the fields of an element.
func (f *fields) fill(element any) {
	for _, name := range f.section.names {
		key := f.section.keys[name]
		if key.into == nil {
			continue
		}
		switch field := key.into(element).(type) {
		case *bool:
			*field = f.boolean(name)
		case *string:
			if key.Kind == KindProse {
				*field = f.description(name)
			} else {
				*field = f.text(name)
			}
		default:
			panic("ocgen bug: no reading of " + name)
		}
	}
}

type pair struct{ key, value *yaml.Node }

// pairs returns the distinct keys and the values of a mapping. It follows aliases.
func (r *reader) pairs(n *yaml.Node, what string) ([]pair, bool) {
	if n.Kind != yaml.MappingNode {
		r.report("wrong-kind", place(n), "%s is %s and must be a mapping of keys to values", owner(what), kindOf(n))
		return nil, false
	}
	var list []pair
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := deref(n.Content[i]), deref(n.Content[i+1])
		switch first := seen[key.Value]; {
		case key.Tag == "!!merge":
			r.report("merge-key", place(key), "the merge key << is not supported; share bounds under \"buckets\", or use an alias for a whole value")
		case key.Kind != yaml.ScalarNode:
			r.report("wrong-kind", place(key), "a key of %s is %s and must be text%s", owner(what), kindOf(key), quotesCure(key))
		case first != nil:
			r.report("duplicate-key", place(key), "%s has the key %s twice, first at line %d; delete one", owner(what), quote(key.Value), first.Line)
		default:
			seen[key.Value] = key
			list = append(list, pair{key, value})
		}
	}
	return list, true
}

// kindOf describes a node in messages.
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
	bad   bool // the id is not valid: no problems of names made from it are reported
}

// maxNameBytes is the maximum length of a name in OpenCensus.
const maxNameBytes = 255

var idPattern = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// elements reads the section key of f as a mapping from ids to elements.
func (f *fields) elements(key, what string) []element {
	if f.section.keys[key].Keys != KindID {
		panic("ocgen bug: the table does not say that the keys of " + key + " are ids")
	}
	n := f.entries[key]
	if n == nil {
		f.r.unread[key] = f.r.unread[key] || f.hides(key)
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
		long := len(p.key.Value) > maxNameBytes
		bad := long || !idPattern.MatchString(p.key.Value)
		switch {
		case long:
			f.r.report("bad-id", place(p.key), "the id %s has %d bytes, and OpenCensus allows at most %d; write a shorter id", quote(p.key.Value), len(p.key.Value), maxNameBytes)
		case readable && bad:
			f.r.report("bad-id", place(p.key), "the id %s must be lower-case words of letters and digits joined by single underscores, such as request_latency", quote(p.key.Value))
		}
		list = append(list, element{place(p.key), p.key.Value, p.value, bad})
	}
	return list
}

func (f *fields) has(key string) bool { return f.entries[key] != nil }

// hides reports whether the key may be present but misspelt, so that its value is
// unknown. A key that is like no known key can stand for any key whose value has this
// kind. If it is the only key, it can stand for every key.
func (f *fields) hides(key string) bool {
	kind := f.section.keys[key].Kind
	fits := func(n *yaml.Node) bool {
		if n.Kind == yaml.ScalarNode {
			return kind&scalarKinds != 0
		}
		return kind&collectionKinds != 0
	}
	alone := len(f.entries) == 0 && len(f.stray) > 0
	return !f.has(key) && (f.broken || alone || f.meant[key] || slices.ContainsFunc(f.stray, fits))
}

// place returns the place of the key's value, or the place of the mapping's owner if
// the key is missing.
func (f *fields) place(key string) Place {
	if n := f.entries[key]; n != nil {
		return place(n)
	}
	return f.at
}

// require reports all of the keys that are missing.
func (f *fields) require(keys ...string) {
	for _, key := range keys {
		if !f.has(key) && !f.broken && !f.meant[key] {
			f.r.report("missing-key", f.at, "%s needs the key %q", f.what, key)
		}
	}
}

// exactlyOne returns the key of the group that is present. It reports a problem unless
// there is exactly one.
func (f *fields) exactlyOne(group string) string {
	keys := f.section.group(group)
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
		f.r.report("missing-key", f.at, "%s needs one of the keys %s", f.what, oneOf(quoted(keys)))
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

// quoted returns the words in quotes.
func quoted(words []string) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = quote(w)
	}
	return list
}

// notWith reports each of the keys that is present, with the reason why it must not be.
func (f *fields) notWith(reason string, keys ...string) {
	for _, key := range keys {
		if f.has(key) {
			f.r.report("conflicting-keys", place(f.keys[key]), "%s: %q %s", f.what, key, reason)
		}
	}
}
