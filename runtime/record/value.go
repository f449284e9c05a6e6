package record

import (
	"strings"
	"unicode/utf8"

	"github.com/ocgen/ocgen/internal/characters"
)

// A TagValue is an argument of a recorder for one tag. The zero value is [Absent].
// Making one allocates no memory.
type TagValue struct {
	text    string
	ordinal uint32
	kind    valueKind
}

type valueKind uint8

const (
	kindAbsent valueKind = iota
	kindClosed
	kindOpen
)

// Absent means that the record does not have the tag, even if ctx carries it.
var Absent TagValue

// Closed returns the value of a closed tag with the given ordinal: 1 is the first value
// of [ClosedTag.Values].
func Closed[T ~uint8 | ~uint16 | ~uint32](v T) TagValue {
	return TagValue{ordinal: uint32(v), kind: kindClosed}
}

// Open returns the value of an open tag. Empty text means absent, as in OpenCensus.
func Open[T ~string](v T) TagValue {
	return TagValue{text: string(v), kind: kindOpen}
}

// OtherText replaces the value of an open tag past the maximum of values or series.
const OtherText = "__other__"

// invalidText replaces a value that is not one of the tag, or that OpenCensus refuses.
const invalidText = "__invalid__"

// maxTextLen is the length in bytes above which OpenCensus refuses a tag's
// value (validate.go of OpenCensus's package tag).
const maxTextLen = 255

// recordable reports whether OpenCensus takes text as a tag's value: at most
// 255 bytes of printable ASCII.
func recordable(text string) bool {
	if len(text) > maxTextLen {
		return false
	}
	for i := 0; i < len(text); i++ {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// recordable reports whether the text, which is not known yet, is a valid value of the tag.
func (v *openValues) recordable(text string) bool {
	if !v.utf8 {
		return recordable(text)
	}
	return len(text) <= maxTextLen && utf8.ValidString(text) && strings.IndexFunc(text, characters.IsControl) < 0
}
