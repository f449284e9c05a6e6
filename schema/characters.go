package schema

import (
	"strconv"
	"strings"
	"unicode"
)

// controls are the characters that no text of a schema and no recorded tag value
// may hold: they do something to the text around them instead of showing
// something.
//
//   - The C0 and C1 controls. Terminals obey them, and YAML takes some for a
//     line's end.
//   - The bidirectional controls, the deprecated ones included (U+206A to
//     U+206F). They reorder what stands around them, so that a text looks like
//     another.
//   - The line and paragraph separators. YAML, JavaScript and some logs take them
//     for a line's end.
//   - U+FEFF, the byte order mark. YAML readers drop it or refuse it.
//   - The 66 noncharacters. Unicode reserves them for a program's own use, and YAML
//     refuses U+FFFE and U+FFFF.
//
// Everything else stays: invisible characters that scripts and emoji are written
// with (joiners, variation selectors, the tag letters of flags), private use, and
// what Unicode has not assigned yet. So the set is the same with every version of
// Unicode, and of Go.
//
// Package runtime has the same table, since neither package may import the other.
// A test in internal/characters tries every rune with both.
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
	const lastTwo = 0xFFFE // of each plane: noncharacters too
	return unicode.Is(controls, c) || c&lastTwo == lastTwo
}

// visible writes the control characters of a text as escapes, for messages.
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
