package schema

import (
	"strings"
	"unicode"

	"github.com/ocgen/ocgen/internal/characters"
)

// Facts of the language for programs that write schemas, and for pages about schemas.

// IsUnit reports whether a measure can have the unit.
func IsUnit(unit string) bool { return checkUnit(unit) == nil }

// RightUnit returns the unit that a word probably means, e.g. "s" for "sec", or "".
func RightUnit(word string) string { return repairUnit(word) }

// IsID reports whether an element can have the id.
func IsID(id string) bool { return len(id) <= maxNameBytes && idPattern.MatchString(id) }

// IsTagValue reports whether the values of a tag can have the text.
func IsTagValue(text string) bool {
	return text != "" && len(text) <= maxNameBytes && isPrintableASCII(text) && text != invalidValue && text != otherValue
}

// IsNamedValue reports whether a constant for the tag value gets a Go name without
// being given one.
func IsNamedValue(text string) bool { return valueGoName(text) != "" }

// MaxBounds is the largest number of bounds of a distribution.
const MaxBounds = maxBounds

// PluginMeasure returns the exported name of a measure of OpenCensus's own plugins, e.g.
// of ochttp's ServerLatency.
func PluginMeasure(importPath, variable string) (name string, ok bool) {
	m, ok := knownMeasure(importPath, variable)
	return m.name, ok
}

// PluginKey returns the tag key of a variable of OpenCensus's own plugins, e.g. of
// ochttp's KeyServerRoute.
func PluginKey(importPath, variable string) (key string, ok bool) {
	return knownKey(importPath, variable)
}

// CleanText returns a description without what the language forbids: control characters
// and bytes that are no UTF-8.
func CleanText(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if characters.IsControl(r) && r != '\n' && r != '\t' || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, " ")))
}

// GoName returns the Go name of an id, e.g. "RequestID" for "request_id".
func GoName(id string) string { return goName(id) }

// Values that a process records in place of others.
const (
	InvalidValue = invalidValue // of a closed tag without a catch-all, or of a text that is no valid value
	OtherValue   = otherValue   // of an open tag with too many values
)

// PrometheusNames returns the names of a view's series in the Prometheus text format, for
// one of the names of [View.Exports]. For a distribution, the first is the name of the
// family, which no series has.
func (v *View) PrometheusNames(name string) []string {
	return prometheusNames(export{view: v, name: name})
}

// PrometheusLabel returns the label in the Prometheus text format.
func (t *Tag) PrometheusLabel() string { return sanitizePrometheus(t.Key) }

// OTelPrometheusNames is [View.PrometheusNames] for OpenTelemetry's exporter for
// Prometheus with its defaults.
func (v *View) OTelPrometheusNames(name string) []string {
	return otelNames(export{view: v, name: name})
}

// OTelPrometheusLabel is [Tag.PrometheusLabel] for the same exporter.
func (t *Tag) OTelPrometheusLabel() string { return otelLabel(t.Key) }
