package record

import "unicode"

// controls are the characters that no recorded tag value may hold. They are those
// that no schema may hold, so that whatever is recorded can be named in a schema:
// schema/characters.go says why each of them is here, and a test in
// internal/characters tries every rune with both tables.
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
