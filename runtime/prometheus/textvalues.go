package prometheus

import (
	"bytes"
	"math"
	"strconv"

	dto "github.com/prometheus/client_model/go"
)

// appendLabels appends labels with the opening brace and without the closing one; nothing if
// there are none.
func appendLabels(b []byte, labels []*dto.LabelPair) []byte {
	separator := byte('{')
	for _, l := range labels {
		b = append(append(append(b, separator), l.GetName()...), `="`...)
		b = append(appendEscaped(b, l.GetValue(), true), '"')
		separator = ','
	}
	return b
}

// appendEscaped appends a text and escapes its backslashes and newlines, and on request its quotes.
func appendEscaped(b []byte, text string, quotes bool) []byte {
	first := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '\\' && c != '\n' && (c != '"' || !quotes) {
			continue
		}
		if c == '\n' {
			c = 'n'
		}
		b = append(append(b, text[first:i]...), '\\', c)
		first = i + 1
	}
	return append(b, text[first:]...)
}

// appendFloat appends a number. In OpenMetrics it is never written like an integer.
func appendFloat(b []byte, v float64, open bool) []byte {
	switch {
	case math.IsNaN(v):
		return append(b, "NaN"...)
	case math.IsInf(v, 1):
		return append(b, "+Inf"...)
	case math.IsInf(v, -1):
		return append(b, "-Inf"...)
	}
	first := len(b)
	if n := int64(v); float64(n) == v && -maxWhole < n && n < maxWhole {
		b = strconv.AppendInt(b, n, 10) // faster
	} else {
		b = strconv.AppendFloat(b, v, 'g', -1, 64)
	}
	if open && !bytes.ContainsAny(b[first:], "e.") {
		b = append(b, ".0"...)
	}
	return b
}

// maxWhole is the first whole number that has an exponent in the format 'g'.
const maxWhole = 1_000_000

// appendExemplar appends an exemplar as OpenMetrics has it.
func appendExemplar(b []byte, x *dto.Exemplar) []byte {
	b = appendLabels(append(b, " # "...), x.Label)
	b = appendFloat(append(b, "} "...), x.GetValue(), true)
	if x.Timestamp == nil {
		return b
	}
	return appendFloat(append(b, ' '), float64(x.Timestamp.AsTime().UnixNano())/1e9, true)
}
