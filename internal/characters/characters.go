// Package characters has the set of characters that no text of a schema and no recorded
// tag value may hold. The language and the runtime both use it, so each value that can be
// recorded can be named in a schema.
package characters

import "unicode"

// controls are the characters of the set but for the last two of each plane. They act on
// the text around them instead of showing something.
//
//   - The C0 and C1 controls. Terminals obey them, and YAML takes some for the end of a
//     line.
//   - The bidirectional controls, the deprecated ones included (U+206A to U+206F). They
//     reorder the characters around them, so one text looks like another.
//   - The line and paragraph separators. YAML, JavaScript and some logs take them for the
//     end of a line.
//   - U+FEFF, the byte order mark. YAML readers drop it or refuse it.
//   - Noncharacters. Unicode reserves them for a program's own use, and YAML refuses
//     U+FFFE and U+FFFF.
//
// All others are allowed: invisible characters that scripts and emoji need (joiners,
// variation selectors, the tag letters of flags), private use, and characters that Unicode
// has not assigned yet. So the set is the same with every version of Unicode and of Go.
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
	const lastTwo = 0xFFFE // of each plane: noncharacters too
	return unicode.Is(controls, c) || c&lastTwo == lastTwo
}
