package schema

import (
	"go/token"
	"go/types"
	"regexp"
	"strings"

	"github.com/agext/levenshtein"
)

// Go names are made from ids by rule. So readers of the schema know the name in Go, and
// readers of the Go code find the line in the schema.
//
// An id is words of lower-case letters and digits, joined by single underscores. Each
// word gets a capital first letter. Words that Go spells in capitals (HTTP, ID) are
// written in capitals, as linters demand. The rule drops underscores before digits:
// p_99 and p99 both become P99. Such a clash is reported at both places in the schema.
// Adding a number to one of the names instead would rename functions when somebody adds
// an id elsewhere.
//
// A tag value is any printable text, and its spelling often has a meaning: GET stays
// GET, notFound becomes NotFound. So its words are split only at characters that a Go
// name cannot contain, and only their first letters change. Words in capitals that are
// joined by underscores are the exception: INVALID_ARGUMENT becomes InvalidArgument,
// because the words would not be readable without the underscores. The name of a value
// always follows the name of its tag, so it may begin with a digit.

// initialisms are those of golint, and SLI, SLO, GRPC and OK.
var initialisms = func() map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(`ACL API ASCII CPU CSS DNS EOF GUID HTML HTTP HTTPS ID IP JSON LHS QPS RAM RHS
		RPC SLA SMTP SQL SSH TCP TLS TTL UDP UI UID UUID URI URL UTF8 VM XML XMPP XSRF XSS SLI SLO GRPC OK`) {
		set[strings.ToLower(word)] = true
	}
	return set
}()

// goName returns the exported Go name of an id, e.g. "RequestID" for
// "request_id".
func goName(id string) string {
	var name strings.Builder
	for word := range strings.SplitSeq(id, "_") {
		name.WriteString(goWord(word))
	}
	return name.String()
}

// goWord capitalizes a word: all letters of an initialism in lower case, otherwise the
// first letter.
func goWord(word string) string {
	if word == "" || initialisms[word] {
		return strings.ToUpper(word)
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// capitals are values such as NOT_FOUND.
var capitals = regexp.MustCompile(`^[A-Z0-9]+(_[A-Z0-9]+)+$`)

// valueGoName returns the part of a constant's Go name that stands for a tag value and
// follows the tag's name: "NotFound" for "not found". It is "" if the value has no
// letters and no digits.
func valueGoName(text string) string {
	if capitals.MatchString(text) {
		text = strings.ToLower(text)
	}
	words := strings.FieldsFunc(text, func(r rune) bool {
		return r >= 0x80 || !isLetter(byte(r)) && !isDigit(byte(r))
	})
	for i, word := range words {
		words[i] = goWord(word)
	}
	return strings.Join(words, "")
}

// isGoIdentifier reports whether s can name a declaration: an identifier of ASCII
// letters, digits and underscores, since [LowerCamel] knows only these, and neither a
// keyword nor the blank identifier.
func isGoIdentifier(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return s != "_" && token.IsIdentifier(s)
}

// isKeyword reports whether s is a keyword of Go.
func isKeyword(s string) bool { return token.IsKeyword(s) }

// isPredeclared reports whether Go predeclares s, e.g. "string", "max" or "nil".
func isPredeclared(s string) bool { return types.Universe.Lookup(s) != nil }

// isExported reports whether s begins with a capital letter.
func isExported(s string) bool { return token.IsExported(s) }

// longestGuess is the maximum length of a word for which didYouMean searches. Longer
// words cost more, and they are rarely typing errors.
const longestGuess = 100

// didYouMean returns the candidate that word is most likely a misspelling of: the
// nearest one within one edit or a third of the letters, ignoring case. Two swapped
// neighbouring letters are one edit. Of several nearest candidates it returns the first
// in alphabetical order, so the order of the candidates does not matter. It returns ""
// if no candidate is near.
func didYouMean(word string, candidates []string) string {
	if len(word) < 2 || len(word) > longestGuess {
		return ""
	}
	limit := max(1, len(word)/3)
	best, bestDistance := "", limit+1
	for _, c := range candidates {
		if c == word || max(len(c)-len(word), len(word)-len(c)) > limit {
			continue
		}
		d := editDistance(strings.ToLower(word), strings.ToLower(c))
		if d < bestDistance || d == bestDistance && d <= limit && c < best {
			best, bestDistance = c, d
		}
	}
	return best
}

// editDistance counts the edits between two words. It gives the library no maximum,
// because v1.2.3 returns too small a distance then for words that are far apart: with
// the maximum 3, "frobnicate" and "measures" are 2 apart.
func editDistance(a, b string) int {
	if swapped(a, b) {
		return 1
	}
	return levenshtein.Distance(a, b, nil)
}

// swapped reports whether a and b differ by two swapped neighbouring letters, which the
// edit distance counts as two edits.
func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
