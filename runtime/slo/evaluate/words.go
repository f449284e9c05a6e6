package evaluate

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// below describes the values in [min, max). A minimum of 0 means no minimum: see
// unboundedBelow.
func below(min, max float64, u string) string {
	low, high := min != 0 && !math.IsInf(min, -1), !math.IsInf(max, 1)
	switch {
	case low && high:
		return "from " + number(min) + " to below " + number(max) + unit(u)
	case low:
		return "from " + number(min) + unit(u)
	case high:
		return "below " + number(max) + unit(u)
	default:
		return "of any value"
	}
}

// within describes the values in [min, max].
func within(min, max float64, u string) string {
	low, high := !math.IsInf(min, -1), !math.IsInf(max, 1)
	switch {
	case low && high:
		return "from " + number(min) + " to " + number(max) + unit(u)
	case low:
		return "at least " + number(min) + unit(u)
	case high:
		return "at most " + number(max) + unit(u)
	default:
		return "of any value"
	}
}

// lengthOf returns the length of a window as text, e.g. "1 h 30 min".
func lengthOf(d time.Duration) string {
	var parts []string
	for _, u := range []struct {
		name   string
		length time.Duration
	}{{"d", day}, {"h", time.Hour}, {"min", time.Minute}} {
		if n := d / u.length; n > 0 {
			parts = append(parts, strconv.FormatInt(int64(n), 10)+" "+u.name)
			d -= n * u.length
		}
	}
	if d > 0 {
		parts = append(parts, number(d.Seconds())+" s")
	}
	return strings.Join(parts, " ")
}

// number returns a number as text, with an exponent only if it is very large or very small.
func number(v float64) string {
	if v == 0 || math.Abs(v) >= 1e-4 && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// unit returns the unit after a number.
func unit(u string) string {
	if u == "" || u == "1" {
		return ""
	}
	return " " + u
}

// percent returns a part as a percentage without noise of rounding.
func percent(part float64) string { return number(math.Round(part*1e12) / 1e10) }
