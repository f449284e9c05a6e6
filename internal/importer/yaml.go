package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// plain matches texts that every YAML parser reads as text without quotes. It leaves
// out what the language's rule quote-text wants quoted.
var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_/.+-]*( [A-Za-z0-9_/.,;()%&'=<>+-]+)*$`)

var otherwise = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}

// yamlText returns a text as a YAML scalar.
func yamlText(s string) string {
	if plain.MatchString(s) && !slices.Contains(otherwise, strings.ToLower(s)) {
		return s
	}
	return quoted(s)
}

// quoted returns a text in YAML's double quotes.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// yamlList returns a list of texts in one line.
func yamlList(texts []string) string {
	list := make([]string, len(texts))
	for i, s := range texts {
		list[i] = yamlText(s)
		if strings.ContainsAny(s, ",[]{}") {
			list[i] = quoted(s)
		}
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func yamlIDs(tags []*draftTag) string {
	var ids []string
	for _, t := range tags {
		ids = append(ids, t.id)
	}
	return yamlList(ids)
}
