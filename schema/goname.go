package schema

import (
	"go/token"
	"go/types"
	"regexp"
	"strings"

	"github.com/agext/levenshtein"
)

// Go names are made from ids by rule, so that who reads the schema knows what
// to write in Go, and who reads Go finds the line of the schema.
//
// An id is words of lower-case letters and digits between single underscores.
// Each word becomes one with a capital, and the words that Go spells in capitals
// (HTTP, ID) are spelt so, as linters ask of hand-written code. The rule forgets
// where underscores stood before digits: p_99 and p99 are both P99. Such a clash
// is reported at both places in the schema; a number put behind one of the names
// would change what callers call when somebody adds an id elsewhere.
//
// A tag value is any printable text, and its spelling often carries meaning:
// GET stays GET, notFound becomes NotFound. So its words are cut only at what a
// Go name cannot hold, and only their first letters change. Words in capitals
// between underscores are the exception: nobody could read INVALID_ARGUMENT
// without them, so it becomes InvalidArgument. A value name always follows its
// tag's name: it may begin with a digit.

// initialisms are golint's, and those of this field: SLI, SLO, GRPC and OK.
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

// goWord capitalizes a word: wholly if it is an initialism in lower case, else
// its first letter.
func goWord(word string) string {
	if word == "" || initialisms[word] {
		return strings.ToUpper(word)
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// capitals are values such as NOT_FOUND.
var capitals = regexp.MustCompile(`^[A-Z0-9]+(_[A-Z0-9]+)+$`)

// valueGoName returns the part of a constant's Go name that stands for a tag
// value, behind the tag's name: "NotFound" for "not found"; "" if the value has
// neither letters nor digits.
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

// isGoIdentifier reports whether s can name a declaration: an identifier of
// ASCII letters, digits and underscores, which is all that [LowerCamel] knows
// to make unexported, no keyword, and not the blank identifier.
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

// isPredeclared reports whether s has a meaning in Go without being declared,
// e.g. "string", "max" or "nil".
func isPredeclared(s string) bool { return types.Universe.Lookup(s) != nil }

// isExported reports whether s begins with a capital.
func isExported(s string) bool { return token.IsExported(s) }

// longestGuess is the longest word that didYouMean looks at: beyond it the
// cost grows and typing errors are not what is wrong.
const longestGuess = 100

// didYouMean returns the candidate that word is most likely a misspelling of:
// the nearest one within one edit, or a third of the letters, case aside. Two
// neighbouring letters in the wrong order are one edit. Of equally near ones
// it takes the first in the alphabet, so that the order of the candidates
// does not matter. It returns "" if none is near.
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

// editDistance counts the edits between two words. It sets the library no
// maximum: with one, v1.2.3 returns less than the distance for words that are
// far apart ("frobnicate" and "measures" with the maximum 3 are 2 apart).
func editDistance(a, b string) int {
	if swapped(a, b) {
		return 1
	}
	return levenshtein.Distance(a, b, nil)
}

// swapped reports whether a and b differ by two neighbouring letters in the
// wrong order, which the edit distance takes for two edits.
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
