package templates

import (
	"bytes"
	"encoding/json"
	"math"
)

// A JSONEncoder makes the bodies of many small files: it keeps its buffers.
type JSONEncoder struct {
	b bytes.Buffer
	e *json.Encoder
}

// NewJSONEncoder returns an encoder for one goroutine at a time.
func NewJSONEncoder() *JSONEncoder {
	j := new(JSONEncoder)
	j.e = json.NewEncoder(&j.b)
	j.e.SetEscapeHTML(false) // else <, > and & in a filter become \u003c and the like
	j.e.SetIndent("", "  ")
	return j
}

// Encode returns v as indented JSON with a final newline. Fields come in the
// order of their structs and map keys sorted, so equal values give equal bytes.
// It fails on a NaN alone, for which JSON has no form.
func (j *JSONEncoder) Encode(v any) ([]byte, error) {
	j.b.Reset()
	if err := j.e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.Clone(j.b.Bytes()), nil
}

// A Number is a double in proto3 JSON: the shortest decimal that reads back as
// the same value; infinities are words, as JSON has no numbers for them.
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
