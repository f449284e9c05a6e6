package schema

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// YAML's own characters in a text without quotes, as in [/orders, /orders/{id}],
// give errors that name neither the text nor its column. So the source is read
// once more, as its author reads it: there the braces of /orders/{id} belong to the
// text. A text is to blame if quotes around it, and nothing less, make the source
// parse. Then it is reported; in every other case the parser's own words stay.

// A span is a text of the source without quotes.
type span struct {
	from, to int // bytes
	flow     bool
}

// unquoted reports the texts that need quotes, and whether there are any. The
// parser failed at the line, or in what begins there.
func (r *reader) unquoted(src []byte, line int) bool {
	if len(src) > mostReread {
		return false
	}
	for _, as := range []reading{{}, {flat: true}, {hashIsText: true}, {flat: true, hashIsText: true}} {
		t := textReader{src: src, reading: as}
		suspects, end := t.suspects(line)
		for _, s := range blamed(src[:end], suspects) {
			r.report("syntax", placeOf(src, s.from), "%s", unquotedMessage(string(src[s.from:s.to]), s.flow))
		}
		if r.errors > 0 {
			return true
		}
	}
	return false
}

const (
	mostReread   = 128 << 10 // bytes of a source that is read once more
	mostReparsed = 4 << 20   // bytes that are parsed again to find a text to blame
)

// blamed returns the suspects without whose quotes the source does not parse.
func blamed(src []byte, suspects []span) []span {
	if len(suspects) == 0 || len(src)*(len(suspects)+1) > mostReparsed || !parses(quoteSpans(src, suspects, -1)) {
		return nil
	}
	var list []span
	for i, s := range suspects {
		if parses(quoteSpans(src, suspects, i)) {
			continue
		}
		if s.flow && openBehindColon.Match(src[s.from:s.to]) {
			return nil
		}
		list = append(list, s)
	}
	return list
}

// openBehindColon is a collection, and so no text, that lacks its second bracket.
var openBehindColon = regexp.MustCompile(`:[ \t]+(\[[^\]]*|\{[^}]*)$`)

func parses(src []byte) bool {
	var doc yaml.Node
	return yaml.Unmarshal(src, &doc) == nil
}

// quoteSpans puts all spans but one into quotes.
func quoteSpans(src []byte, spans []span, except int) []byte {
	var b bytes.Buffer
	at := 0
	for i, s := range spans {
		if i == except {
			continue
		}
		b.Write(src[at:s.from])
		b.WriteString(inQuotes(string(src[s.from:s.to])))
		at = s.to
	}
	b.Write(src[at:])
	return b.Bytes()
}

// inQuotes is a text as a YAML string.
func inQuotes(text string) string {
	if strings.ContainsAny(text, `"\`) {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return `"` + text + `"`
}

// keyInside is what may be a key in a text, behind which no value may follow.
var keyInside = regexp.MustCompile(`[ \t]([a-z][a-z0-9_]*):(?:[ \t]|$)`)

func unquotedMessage(text string, flow bool) string {
	cure := "write " + clip(inQuotes(text))
	if m := keyInside.FindStringSubmatch(text); m != nil && flow {
		cure += fmt.Sprintf("; or, if %s is a key, put a comma before it", m[1])
	} else if m != nil {
		cure += fmt.Sprintf("; or, if %s is a key, give it a line of its own", m[1])
	}
	return fmt.Sprintf("not YAML: the text %s needs quotes, because YAML reads %s; %s", clip(text), misreading(text, flow), cure)
}

// misreading is what YAML makes of a part of the text.
func misreading(text string, flow bool) string {
	if first := text[:1]; strings.Contains(firstMarks, first) {
		return fmt.Sprintf("the %q at its start as YAML syntax", first)
	}
	if i := strings.IndexAny(text, "[]{}"); flow && i >= 0 {
		return fmt.Sprintf("the %q in it as YAML syntax", text[i:i+1])
	}
	if !colonInside(text) {
		return `the " #" in it as a comment`
	}
	return `the ":" in it as the end of a key`
}

const firstMarks = "%@`*&!{}[],|>?-#:"

func colonInside(text string) bool {
	return strings.Contains(text, ": ") || strings.Contains(text, ":\t") || strings.HasSuffix(text, ":")
}

// suspicious reports what YAML may read as something else than text.
func suspicious(text string, flow bool) bool {
	return text != "" && (strings.Contains(firstMarks, text[:1]) || colonInside(text) ||
		flow && (strings.ContainsAny(text, "[]{}") || strings.Contains(text, " #")))
}
