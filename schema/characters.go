package schema

import (
	"strconv"
	"strings"

	"github.com/ocgen/ocgen/internal/characters"
)

// visible replaces the control characters of a text by escapes, for messages.
func visible(text string) string {
	if strings.IndexFunc(text, characters.IsControl) < 0 {
		return text
	}
	var b strings.Builder
	for _, c := range text {
		if characters.IsControl(c) {
			quoted := strconv.QuoteRune(c)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}
