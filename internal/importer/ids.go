package importer

import (
	"slices"
	"strings"
	"unicode"
)

// snake returns a name in the form of an id, e.g. "response_code" for "ResponseCode" or
// "http_method" for "http.method".
func snake(name string) string {
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, string(word))
			word = nil
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case r >= unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
			continue
		case unicode.IsUpper(r) && i > 0:
			afterLower := unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1])
			beforeLower := i+1 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsUpper(runes[i-1])
			if afterLower || beforeLower {
				end()
			}
		}
		word = append(word, unicode.ToLower(r))
	}
	end()
	return strings.Join(words, "_")
}

// spelled returns a name with its separators and capitals as words. It tells apart names
// that have the same form in snake case, such as "a.b" and "a_b".
func spelled(name string) string {
	words := map[rune]string{'/': "slash", '.': "dot", '-': "dash", ' ': "space", ':': "colon"}
	var b strings.Builder
	for _, r := range name {
		switch word, ok := words[r]; {
		case ok:
			b.WriteString("_" + word + "_")
		case unicode.IsUpper(r):
			b.WriteString("_capital_" + string(unicode.ToLower(r)))
		default:
			b.WriteRune(r)
		}
	}
	return snake(b.String())
}

// An identified is an element that gets an id from its name.
type identified struct {
	forms []string // of the id, the shortest first
	form  int
	set   func(string)
}

func identify(name string, set func(string)) *identified {
	e := &identified{set: set}
	id := ""
	for _, segment := range slices.Backward(strings.Split(name, "/")) {
		if s := snake(segment); s != "" {
			id = strings.Trim(s+"_"+id, "_")
			e.forms = append(e.forms, id)
		}
	}
	if id == "" {
		e.forms = []string{"unnamed"}
		return e
	}
	e.forms = append(e.forms, spelled(name))
	for i, form := range e.forms {
		if form == "" || !unicode.IsLetter(rune(form[0])) {
			e.forms[i] = "n" + form
		}
	}
	return e
}

// setIDs gives each element the shortest id that no other has. If there is none, lint
// finds one of the two.
func setIDs(elements []*identified) {
	for longer := true; longer; {
		longer = false
		holders := map[string]int{}
		for _, e := range elements {
			holders[e.forms[e.form]]++
		}
		for _, e := range elements {
			if holders[e.forms[e.form]] > 1 && e.form < len(e.forms)-1 {
				e.form++
				longer = true
			}
		}
	}
	for _, e := range elements {
		e.set(e.forms[e.form])
	}
}

// setNames sets the prefix and all ids.
func (d *draft) setNames() {
	var tags, measures, views []*identified
	for _, t := range d.tags {
		tags = append(tags, identify(strings.ReplaceAll(t.key, "/", "_"), func(id string) { t.id = id }))
	}
	var names []string
	for _, m := range d.measures {
		measures = append(measures, identify(m.name, func(id string) { m.id = id }))
		for _, v := range m.views {
			views = append(views, identify(v.name, func(id string) { v.id = id }))
			if v.whole() && isMetricName(v.name) {
				names = append(names, v.name)
			}
		}
	}
	for _, v := range d.unplaced {
		views = append(views, identify(v.name, func(id string) { v.id = id }))
	}
	d.prefix = commonPrefix(names)
	setIDs(tags)
	setIDs(measures)
	setIDs(views)
}

// isMetricName reports whether OpenCensus registers a view of the name. Views of other names
// are left out of the schema, and the prefix of its names must not come from them.
func isMetricName(name string) bool {
	unprintable := func(c rune) bool { return c < ' ' || c > '~' }
	return len(name) <= 255 && !strings.ContainsFunc(name, unprintable)
}

// commonPrefix returns the longest start of all names that ends in "/" and is shorter
// than each.
func commonPrefix(names []string) string {
	if len(names) == 0 {
		return ""
	}
	prefix := slices.Min(names)
	last := slices.Max(names)
	n := 0
	for n < len(prefix) && n < len(last) && prefix[n] == last[n] {
		n++
	}
	prefix = prefix[:strings.LastIndexByte(prefix[:n], '/')+1]
	if slices.Contains(names, prefix) {
		return ""
	}
	return prefix
}
