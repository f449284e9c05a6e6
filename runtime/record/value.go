package record

import (
	"strings"
	"unicode/utf8"

	"github.com/ocgen/ocgen/internal/characters"
)

// A TagValue is one argument for a tag of a recorder. Its zero value is
// [Absent]. It holds no pointer to anything that a call would have to allocate.
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

// Absent says that a record has not the tag, whatever the call's ctx carries.
var Absent TagValue

// Closed returns the value of a closed tag by its ordinal: 1 for the first
// value of [ClosedTag.Values].
func Closed[T ~uint8 | ~uint16 | ~uint32](v T) TagValue {
	return TagValue{ordinal: uint32(v), kind: kindClosed}
}

// Open returns the value of an open tag. Empty text is absent, as it is in
// OpenCensus.
func Open[T ~string](v T) TagValue {
	return TagValue{text: string(v), kind: kindOpen}
}

// What is recorded in place of a value that cannot be recorded.
const (
	invalidText = "__invalid__" // not a value of the tag, or refused by OpenCensus
	otherText   = "__other__"   // past the number of values or series
)

// maxTextLen is the length in bytes above which OpenCensus refuses a tag's
// value (go.opencensus.io/tag, validate.go).
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

// recordable reports whether the tag takes a text that is not known yet.
func (v *openValues) recordable(text string) bool {
	if !v.utf8 {
		return recordable(text)
	}
	return len(text) <= maxTextLen && utf8.ValidString(text) && strings.IndexFunc(text, characters.IsControl) < 0
}
