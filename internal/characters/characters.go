// Package characters has the set of characters that texts of a schema and recorded tag
// values must not contain. The language and the runtime both use it, so each value that
// can be recorded can be named in a schema.
package characters

import "unicode"

// controls are the characters of the set, except for the last two of each plane. They
// are not shown, but change how other text is shown or read.
//
//   - The C0 and C1 controls. Terminals execute them, and YAML reads some as the end of
//     a line.
//   - The bidirectional controls, including the deprecated ones (U+206A to U+206F). They
//     reorder the characters around them, so that one text looks like another.
//   - The line and paragraph separators. YAML, JavaScript and some logs read them as the
//     end of a line.
//   - U+FEFF, the byte order mark. YAML parsers drop or refuse it.
//   - Noncharacters. Unicode reserves them for a program's own use, and YAML refuses
//     U+FFFE and U+FFFF.
//
// All other characters are allowed: the invisible characters of scripts and emoji
// (joiners, variation selectors, the tag letters of flags), private use, and characters
// that Unicode has not assigned yet. So the set is the same in every version of Unicode
// and Go.
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

// IsControl reports whether c is in the set.
func IsControl(c rune) bool {
	const lastTwo = 0xFFFE // the last two characters of each plane are noncharacters
	return unicode.Is(controls, c) || c&lastTwo == lastTwo
}
