package templates

import (
	"bytes"
	"encoding/json"
	"math"
)

// A JSONEncoder encodes many small files and reuses its buffers.
type JSONEncoder struct {
	b bytes.Buffer
	e *json.Encoder
}

// NewJSONEncoder returns an encoder for one goroutine at a time.
func NewJSONEncoder() *JSONEncoder {
	j := new(JSONEncoder)
	j.e = json.NewEncoder(&j.b)
	j.e.SetEscapeHTML(false) // otherwise <, > and & in a filter become \u003c and so on
	j.e.SetIndent("", "  ")
	return j
}

// Encode returns v as indented JSON with a final newline. Fields are in the order of
// their structs and map keys are sorted, so equal values give equal bytes. It fails
// only on a NaN, which JSON cannot represent.
func (j *JSONEncoder) Encode(v any) ([]byte, error) {
	j.b.Reset()
	if err := j.e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.Clone(j.b.Bytes()), nil
}

// A Number is a double in proto3 JSON: the shortest decimal that parses to the same
// value. Infinities are words, because JSON has no numbers for them.
type Number float64

// MarshalJSON implements [json.Marshaler].
func (n Number) MarshalJSON() ([]byte, error) {
	switch f := float64(n); {
	case math.IsInf(f, 1):
		return []byte(`"Infinity"`), nil
	case math.IsInf(f, -1):
		return []byte(`"-Infinity"`), nil
	default:
		return json.Marshal(f)
	}
}
