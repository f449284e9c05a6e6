package schema

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// ratFloat rounds to the nearest float64. It fails if the number is too large for a
// float64, or if a number other than 0 would become 0.
func ratFloat(r *big.Rat) (float64, error) {
	f, _ := r.Float64()
	if math.IsInf(f, 0) {
		return 0, fmt.Errorf("a number is beyond ±1.8e308, the range of a float64; write one closer to 0")
	}
	if f == 0 && r.Sign() != 0 {
		return 0, fmt.Errorf("a number is closer to 0 than 5e-324, the smallest float64; write 0, or one farther from 0")
	}
	return f, nil
}

// formatNumber returns the shortest decimal that parses to f, without an exponent
// between 1e-6 and 1e15. Infinities are written as in YAML.
func formatNumber(f float64) string {
	switch abs := math.Abs(f); {
	case f == 0:
		return "0" // not "-0"
	case math.IsInf(f, 1):
		return ".inf"
	case math.IsInf(f, -1):
		return "-.inf"
	case abs >= 1e-6 && abs <= 1e15:
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'e', -1, 64)
}

// formatQuantity returns f with its unit in the form that parseQuantity reads, e.g.
// 250ms. It leaves out units that a number cannot have.
func formatQuantity(f float64, unit string) string {
	if dimension(unit) == "" || math.IsInf(f, 0) || math.IsNaN(f) {
		return formatNumber(f)
	}
	return formatNumber(f) + unit
}

// percent returns a fraction as a percentage with at most 12 decimals, e.g. 0.999 as
// "99.9%".
func percent(r *big.Rat) string {
	return decimal(new(big.Rat).Mul(r, big.NewRat(100, 1))) + "%"
}

// decimal returns a fraction as a decimal number with at most 14 decimals.
func decimal(r *big.Rat) string {
	text := r.FloatString(14)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// quote quotes a text of the schema for a message.
func quote(text string) string { return strconv.Quote(shortened(text)) }

// clip is quote without the quotes.
func clip(text string) string { return visible(shortened(text)) }

// shortened cuts a text of the schema to a length that keeps messages readable.
func shortened(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// Thousands returns a whole number with commas, e.g. "1,234,567".
func Thousands[N ~int | ~int64 | ~uint64](n N) string { return ThousandsOf(fmt.Sprint(n)) }

// ThousandsOf is [Thousands] for the digits of a whole number, which may have a sign.
func ThousandsOf(digits string) string {
	unsigned := strings.TrimPrefix(digits, "-")
	sign := digits[:len(digits)-len(unsigned)]
	for i := len(unsigned) - 3; i > 0; i -= 3 {
		unsigned = unsigned[:i] + "," + unsigned[i:]
	}
	return sign + unsigned
}
