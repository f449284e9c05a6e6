package templates

import (
	"bytes"
	"encoding/json"
	"math"
)

// JSON returns v as indented JSON with a final newline. Fields come in the
// order of their structs and map keys sorted, so equal values give equal bytes.
// It fails on a NaN alone, for which JSON has no form.
func JSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // else <, > and & in a filter become \u003c and the like
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
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
