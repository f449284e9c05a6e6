package schema

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// Characters of YAML's syntax in an unquoted text, as in [/orders, /orders/{id}], cause
// errors that contain neither the text nor its column. So the source is read once more
// in the way its author meant it, with the braces of /orders/{id} as part of the text.
// A text is the cause if the source parses with quotes around it and does not parse
// without them. Then the text is reported. In all other cases the parser's own message
// is reported.

// A span is an unquoted text of the source.
type span struct {
	from, to int // bytes
	flow     bool
}

// unquoted reports the texts that need quotes, and whether there are any. The parser
// failed at the line, or in a value that begins there.
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
	mostReread   = 128 << 10 // the maximum bytes of a source that is read once more
	mostReparsed = 4 << 20   // the maximum bytes that are parsed again to find the cause
)

// blamed returns the suspects that need quotes for the source to parse.
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

// openBehindColon matches a collection without its closing bracket. It is not a text.
var openBehindColon = regexp.MustCompile(`:[ \t]+(\[[^\]]*|\{[^}]*)$`)

func parses(src []byte) bool {
	var doc yaml.Node
	return yaml.Unmarshal(src, &doc) == nil
}

// quoteSpans puts all spans except one into quotes.
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

// inQuotes returns a text as a YAML string.
func inQuotes(text string) string {
	if strings.ContainsAny(text, `"\`) {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return `"` + text + `"`
}

// keyInside matches words in a text that look like a key in a wrong place.
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

// misreading describes how YAML reads a part of the text.
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

// suspicious reports whether YAML may read a part of the text as something other than
// text.
func suspicious(text string, flow bool) bool {
	return text != "" && (strings.Contains(firstMarks, text[:1]) || colonInside(text) ||
		flow && (strings.ContainsAny(text, "[]{}") || strings.Contains(text, " #")))
}
