package schema

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// timeUnits are the units of a measure of time, by their UCUM spelling.
var timeUnits = map[string]time.Duration{
	"ns":  time.Nanosecond,
	"us":  time.Microsecond,
	"ms":  time.Millisecond,
	"s":   time.Second,
	"min": time.Minute,
	"h":   time.Hour,
	"d":   24 * time.Hour,
}

// timeComponent matches a unit of time, including units that a number cannot have, such
// as ks, 10ms or s{CPU}.
var timeComponent = regexp.MustCompile(`^(?:[1-9][0-9]*)?[kMGTPEZYmunpfazy]?(?:s|min|h|d)(?:\{[!-z|~]+\})?$`)

// isTimeUnit reports whether a unit is a unit of time.
func isTimeUnit(unit string) bool { return timeComponent.MatchString(unit) }

// sizeUnits are the units of a measure of size, in bytes.
var sizeUnits = map[string]int64{
	"By":   1,
	"kBy":  1e3,
	"MBy":  1e6,
	"GBy":  1e9,
	"KiBy": 1 << 10,
	"MiBy": 1 << 20,
	"GiBy": 1 << 30,
}

// unitComponent matches a Component of the grammar that the Cloud Monitoring API gives
// for MetricDescriptor.unit, and what its examples use beyond the grammar: integers
// ("1000/d", "MiBy/10ms", "1s{CPU}"), powers of ten ("10^2.%") and a prefix before an
// annotation ("k{watt}.h").
var unitComponent = func() *regexp.Regexp {
	const (
		annotation = `\{[!-z|~]+\}`
		prefix     = `(?:[KMGTP]i|[kMGTPEZYmunpfazy])`
		integer    = `[1-9][0-9]*`
		unit       = `(?:%|` + prefix + `?(?:bit|By|s|min|h|d|1))`
	)
	return regexp.MustCompile(`^(?:` +
		`10\^-?[1-9][0-9]*(?:` + annotation + `)?|` +
		integer + `(?:` + annotation + `)?|` +
		`(?:` + integer + `)?` + unit + `(?:` + annotation + `)?|` +
		prefix + `?` + annotation + `)$`)
}()

// wrongUnits has the right spellings of words that people write in place of a unit, by
// the word in lower case.
var wrongUnits = map[string]string{
	"nanos": "ns", "nanosecond": "ns", "nanoseconds": "ns", "nsec": "ns", "nsecs": "ns",
	"\u00b5s": "us", "\u03bcs": "us", "micros": "us", "microsecond": "us", "microseconds": "us", "usec": "us", "usecs": "us",
	"millis": "ms", "millisecond": "ms", "milliseconds": "ms", "msec": "ms", "msecs": "ms",
	"second": "s", "seconds": "s", "sec": "s", "secs": "s",
	"m": "min", "minute": "min", "minutes": "min", "mins": "min",
	"hour": "h", "hours": "h", "hr": "h", "hrs": "h",
	"day": "d", "days": "d",
	"b": "By", "byte": "By", "bytes": "By", "bits": "bit",
	"kb": "kBy", "kilobyte": "kBy", "kilobytes": "kBy",
	"mb": "MBy", "megabyte": "MBy", "megabytes": "MBy",
	"gb": "GBy", "gigabyte": "GBy", "gigabytes": "GBy",
	"tb": "TBy", "terabyte": "TBy", "terabytes": "TBy",
	"kib": "KiBy", "kibibyte": "KiBy", "kibibytes": "KiBy",
	"mib": "MiBy", "mebibyte": "MiBy", "mebibytes": "MiBy",
	"gib": "GiBy", "gibibyte": "GiBy", "gibibytes": "GiBy",
	"tib": "TiBy", "tebibyte": "TiBy", "tebibytes": "TiBy",
	"percent": "%", "percentage": "%", "pct": "%",
	"ratio": "10^2.%", "fraction": "10^2.%",
	"count": "1", "counts": "1", "number": "1", "none": "1", "dimensionless": "1", "unitless": "1", "total": "1",
}

// binaryUnits maps decimal units to binary ones, since "KB" may mean 1000 or 1024 bytes.
var binaryUnits = map[string]string{"kBy": "KiBy", "MBy": "MiBy", "GBy": "GiBy", "TBy": "TiBy"}

// maxUnitBytes is a length that OpenCensus and its exporters accept. Real units are
// much shorter.
const maxUnitBytes = 255

// checkUnit returns nil for a unit of the UCUM subset that the Cloud Monitoring API
// allows (see the comment of google.api.MetricDescriptor.unit). Otherwise it returns an
// error that contains the cure.
func checkUnit(unit string) error {
	if unit == "" {
		return fmt.Errorf(`unit "" is empty; write "1" for a plain number`)
	}
	if len(unit) > maxUnitBytes {
		return fmt.Errorf("unit %s has %d bytes; write at most %d", quote(unit), len(unit), maxUnitBytes)
	}
	if trimmed := strings.TrimSpace(unit); trimmed != unit {
		return fmt.Errorf("unit %s has spaces around it; write %s", quote(unit), quote(trimmed))
	}
	components, separators, ok := splitUnit(unit)
	if !ok {
		return fmt.Errorf(`unit %s has unbalanced braces; write an annotation as "{name}"`, quote(unit))
	}
	if strings.Contains(separators, "/.") {
		return fmt.Errorf(`unit %s multiplies after dividing; write all "." before the first "/"`, quote(unit))
	}
	bad := ""
	for _, c := range components {
		if unitComponent.MatchString(c) {
			continue
		}
		if _, known := rightUnit(c); !known {
			return badComponent(unit, c)
		}
		bad = c
	}
	if bad == "" {
		return nil
	}
	return fmt.Errorf("unit %s is not UCUM; write %q%s", quote(unit), repairUnit(unit), orBinary(bad, components))
}

// repairUnit returns the right spelling of a wrong unit, or "" if it is not known.
func repairUnit(unit string) string {
	if len(unit) > maxUnitBytes {
		return ""
	}
	components, separators, ok := splitUnit(strings.TrimSpace(unit))
	if !ok || strings.Contains(separators, "/.") {
		return ""
	}
	var repaired strings.Builder
	for i, c := range components {
		if !unitComponent.MatchString(c) {
			right, known := rightUnit(c)
			if !known {
				return ""
			}
			c = right
		}
		if i > 0 {
			repaired.WriteByte(separators[i-1])
		}
		repaired.WriteString(c)
	}
	return repaired.String()
}

// splitUnit splits a unit at each "." and "/" outside of annotations.
func splitUnit(unit string) (components []string, separators string, ok bool) {
	start, depth := 0, 0
	for i := range len(unit) {
		switch c := unit[i]; {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case depth == 0 && (c == '.' || c == '/'):
			components = append(components, unit[start:i])
			separators += string(c)
			start = i + 1
		}
		if depth < 0 || depth > 1 {
			return nil, "", false
		}
	}
	return append(components, unit[start:]), separators, depth == 0
}

// rightUnit returns the right spelling of a unit that is written as a common word or in
// the wrong case.
func rightUnit(word string) (string, bool) {
	if right, ok := wrongUnits[strings.ToLower(word)]; ok && word != "M" { // "M" is mega, but the unit is missing
		return right, true
	}
	for _, right := range []string{"ns", "us", "ms", "s", "min", "h", "d", "By", "bit", "kBy", "MBy", "GBy", "KiBy", "MiBy", "GiBy"} {
		if strings.EqualFold(word, right) {
			return right, true
		}
	}
	return "", false
}

// orBinary returns the alternative for a cure that proposes a unit of 1000: the unit of
// 1024.
func orBinary(word string, components []string) string {
	right, _ := rightUnit(word)
	binary, ok := binaryUnits[right]
	if !ok || len(components) > 1 {
		return ""
	}
	return fmt.Sprintf(", or %q for units of 1024", binary)
}

// countable matches a word that names the counted things, e.g. "requests" or "EUR".
var countable = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// badComponent returns the error for a component whose right spelling is not known.
func badComponent(unit, component string) error {
	switch {
	case component == "":
		return fmt.Errorf(`unit %s lacks a unit beside "." or "/"; write "1" there, as in "1/s"`, quote(unit))
	case countable.MatchString(component) && component == unit:
		return fmt.Errorf(`unit %s is not UCUM; write "1", or "{%s}" to name what is counted`, quote(unit), clip(component))
	case countable.MatchString(component):
		return fmt.Errorf(`unit %s is not UCUM; write "{%s}" instead of %s`, quote(unit), clip(component), quote(component))
	case strings.ContainsAny(component, "{}"):
		return fmt.Errorf("unit %s has a bad annotation; write printable ASCII without spaces in its braces, after a unit or alone", quote(unit))
	}
	return fmt.Errorf(`unit %s is not UCUM; write "1", or a unit such as "ms", "s", "By", "%%", "{request}" or "By/s"`, quote(unit))
}

// nameUnits are the words at the end of a name that are units. "min", "h", "d" and "m"
// are left out, because they usually mean minimum, or nothing.
var nameUnits = map[string]string{
	"ns": "ns", "nanos": "ns", "nanoseconds": "ns",
	"us": "us", "usec": "us", "micros": "us", "microseconds": "us",
	"ms": "ms", "msec": "ms", "millis": "ms", "milliseconds": "ms",
	"s": "s", "sec": "s", "secs": "s", "seconds": "s",
	"minutes": "min", "hours": "h", "days": "d",
	"bytes": "By", "bits": "bit",
	"kb": "kBy", "mb": "MBy", "gb": "GBy", "kib": "KiBy", "mib": "MiBy", "gib": "GiBy",
	"kilobytes": "kBy", "megabytes": "MBy", "gigabytes": "GBy",
	"percent": "%", "pct": "%",
}

// unitInName returns the unit in the last word of an id or exported name, e.g. "ms" for
// "shop/latency_ms". A name of one word has no unit, and neither has a rate:
// "bytes_per_second" is not a time.
func unitInName(name string) (unit string, ok bool) {
	name = name[strings.LastIndexByte(name, '/')+1:]
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == '-' || r == '.' })
	if len(words) < 2 || words[len(words)-2] == "per" {
		return "", false
	}
	unit, ok = nameUnits[words[len(words)-1]]
	return unit, ok
}
