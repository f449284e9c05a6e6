package schema

import (
	"strconv"
	"strings"
	"unicode"
)

// controls are the characters that texts of a schema and recorded tag values must not
// contain. They are not shown, but change how other text is shown or read.
//
//   - The C0 and C1 controls. Terminals execute them, and YAML reads some as the end of
//     a line.
//   - The bidirectional controls, including the deprecated ones (U+206A to U+206F). They
//     reorder the text around them, so that one text looks like another.
//   - The line and paragraph separators. YAML, JavaScript and some logs read them as the
//     end of a line.
//   - U+FEFF, the byte order mark. YAML parsers drop or refuse it.
//   - The 66 noncharacters. Unicode reserves them for a program's own use, and YAML
//     refuses U+FFFE and U+FFFF.
//
// All other characters are allowed: the invisible characters of scripts and emoji
// (joiners, variation selectors, the tag letters of flags), private use, and characters
// that Unicode has not assigned yet. So the set is the same in every version of Unicode
// and Go.
//
// The packages of the runtime have the same table, since they and this package must not
// import each other. A test in internal/characters tries every rune with both.
var controls = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x0000, Hi: 0x001F, Stride: 1},
		{Lo: 0x007F, Hi: 0x009F, Stride: 1},
		{Lo: 0x061C, Hi: 0x061C, Stride: 1},
		{Lo: 0x200E, Hi: 0x200F, Stride: 1},
		{Lo: 0x2028, Hi: 0x202E, Stride: 1},
		{Lo: 0x2066, Hi: 0x206F, Stride: 1},
		{Lo: 0xFDD0, Hi: 0xFDEF, Stride: 1},
		{Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1},
	},
	LatinOffset: 2,
}

func isControl(c rune) bool {
	const lastTwo = 0xFFFE // the last two characters of each plane are noncharacters
	return unicode.Is(controls, c) || c&lastTwo == lastTwo
}

// visible replaces the control characters of a text by escapes, for messages.
func visible(text string) string {
	if strings.IndexFunc(text, isControl) < 0 {
		return text
	}
	var b strings.Builder
	for _, c := range text {
		if isControl(c) {
			quoted := strconv.QuoteRune(c)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}
