package schema

import (
	"regexp"
	"slices"
	"strings"
)

// Names as OpenTelemetry's exporter for Prometheus makes them by default: the strategy
// UnderscoreEscapingWithSuffixes of github.com/prometheus/otlptranslator v1.0.0. What can
// be reached with the names and units of a schema is here. internal/tests/otelnames
// compares it with that module.

// otelTargetInfo is the metric that the exporter adds. Its labels are the attributes of
// the resource.
const otelTargetInfo = "target_info"

// otelUnits are the words for the units that have one. Other units stay as they are.
var otelUnits = map[string]string{
	"d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds",
	"By": "bytes", "MBy": "megabytes", "GBy": "gigabytes", "TBy": "terabytes",
	"KiBy": "kibibytes", "MiBy": "mebibytes", "GiBy": "gibibytes", "TiBy": "tibibytes", // that module spells it so
	"1": "", "%": "percent",
}

// otelPerUnits are the words for units after a slash.
var otelPerUnits = map[string]string{"s": "second", "h": "hour", "d": "day"}

// outsideOtelName and outsideOtelLabel match characters that become a "_" together.
var (
	outsideOtelName  = regexp.MustCompile(`[^A-Za-z0-9:]+`)
	outsideOtelLabel = regexp.MustCompile(`[^A-Za-z0-9]+`)
)

// otelNames returns the names of an export's series. It returns none for a name without
// letters and digits, because the exporter refuses it.
func otelNames(e export) []string {
	v := e.view
	name := otelName(e.name, v.Unit(), v.Aggregation)
	switch {
	case name == "":
		return nil
	case v.Aggregation == Distribution:
		return []string{name, name + "_bucket", name + "_sum", name + "_count"}
	}
	return []string{name}
}

// otelName returns the name of a metric: the words of the name, of the unit and of the
// kind of metric, e.g. "shop_body_bytes_total" for a sum "shop/body" in By. The unit and
// the kind are not repeated if the name has them.
func otelName(name, unit string, aggregation Aggregation) string {
	words := strings.Fields(outsideOtelName.ReplaceAllString(name, " "))
	words = addOtelUnit(words, unit)
	switch {
	case aggregation == Count || aggregation == Sum:
		words = moveToEnd(words, "total")
	case aggregation == LastValue && unit == "1":
		words = moveToEnd(words, "ratio")
	}
	joined := strings.Join(words, "_")
	if joined != "" && isDigit(joined[0]) {
		return "_" + joined
	}
	return joined
}

// addOtelUnit adds the words of a unit, e.g. "bytes" and "per_second" for "By/s". A "_"
// at the end of the last word stays, as in "x_10_2_" for the unit 10^2.%.
func addOtelUnit(words []string, unit string) []string {
	above, below, _ := strings.Cut(unit, "/")
	word, per := otelUnitWord(above, otelUnits), strings.TrimSuffix(otelUnitWord(below, otelPerUnits), "_")
	isThere := slices.Contains(words, word)
	if per != "" {
		word = strings.TrimSuffix(word, "_")
	}
	if word != "" && !isThere {
		words = append(words, word)
	}
	if per != "" {
		words = append(words, "per_"+per)
	}
	return words
}

// otelUnitWord returns the word for a part of a unit, or "" if the part has an annotation.
func otelUnitWord(part string, table map[string]string) string {
	if strings.ContainsAny(part, "{}") {
		return ""
	}
	word, ok := table[part]
	if !ok {
		word = part
	}
	return strings.TrimPrefix(outsideOtelName.ReplaceAllString(word, "_"), "_")
}

// moveToEnd returns the words with the word once, at the end.
func moveToEnd(words []string, word string) []string {
	return append(slices.DeleteFunc(words, func(w string) bool { return w == word }), word)
}

// otelLabel returns the label that a tag key becomes. The exporter refuses a label that is
// only underscores, and Prometheus one that begins with two.
func otelLabel(key string) string {
	const mark = "__"
	if len(key) >= 2*len(mark) && strings.HasPrefix(key, mark) && strings.HasSuffix(key, mark) {
		return mark + outsideOtelLabel.ReplaceAllString(key[2:len(key)-2], "_") + mark
	}
	label := outsideOtelLabel.ReplaceAllString(key, "_")
	if label != "" && isDigit(label[0]) {
		return "key_" + label
	}
	return label
}
