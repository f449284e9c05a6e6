package stackdriver

import (
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// The functions of this file append fields to a message in the wire format of protobuf.
// Texts must be UTF-8. Zero values are written too.

func appendText(b []byte, field protowire.Number, text string) []byte {
	b = protowire.AppendTag(b, field, protowire.BytesType)
	return protowire.AppendString(b, text)
}

// appendInt also writes a number of an enumeration.
func appendInt(b []byte, field protowire.Number, v int64) []byte {
	b = protowire.AppendTag(b, field, protowire.VarintType)
	return protowire.AppendVarint(b, uint64(v))
}

func appendDouble(b []byte, field protowire.Number, v float64) []byte {
	b = protowire.AppendTag(b, field, protowire.Fixed64Type)
	return protowire.AppendFixed64(b, math.Float64bits(v))
}

// appendTime writes a google.protobuf.Timestamp.
func appendTime(b []byte, field protowire.Number, t time.Time) []byte {
	b, start := begin(b, field)
	b = appendInt(b, timestampSeconds, t.Unix())
	b = appendInt(b, timestampNanos, int64(t.Nanosecond()))
	return end(b, start)
}

// begin begins a field that is a message, or a packed list. It returns the start of its
// contents, for end.
func begin(b []byte, field protowire.Number) (_ []byte, start int) {
	b = protowire.AppendTag(b, field, protowire.BytesType)
	b = append(b, 0) // the length, if it takes one byte
	return b, len(b)
}

// end writes the length of a field that begin began. If the length takes more than the byte
// that begin left for it, the contents move.
func end(b []byte, start int) []byte {
	size := len(b) - start
	if more := protowire.SizeVarint(uint64(size)) - 1; more > 0 {
		var room [9]byte
		b = append(b, room[:more]...)
		copy(b[start+more:], b[start:start+size])
	}
	protowire.AppendVarint(b[:start-1], uint64(size))
	return b
}
