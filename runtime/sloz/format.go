package sloz

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// count returns a number of events, e.g. "1,234". Sums of measures may be
// fractions, of which two digits are shown.
func count(v float64) string {
	if v != math.Trunc(v) {
		if rounded := math.Round(v*100) / 100; rounded != math.Trunc(rounded) {
			whole, fraction, _ := strings.Cut(strconv.FormatFloat(rounded, 'f', -1, 64), ".")
			return grouped(whole) + "." + fraction
		}
	}
	return grouped(strconv.FormatFloat(v, 'f', 0, 64))
}

// grouped puts commas between thousands.
func grouped(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// events returns a number of things with their word in the right number.
func events(n float64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// number returns a measured value as it is.
func number(v float64) string {
	if v == 0 || math.Abs(v) >= 1e-4 && math.Abs(v) < 1e15 {
		whole, fraction, has := strings.Cut(strconv.FormatFloat(v, 'f', -1, 64), ".")
		if has {
			return grouped(whole) + "." + fraction
		}
		return grouped(whole)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// short returns a measured value to four digits, for where there is little room.
func short(v float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	if err != nil {
		return number(v)
	}
	return number(rounded)
}

// goalPercent returns a goal in full, e.g. "99.95%".
func goalPercent(goal float64) string {
	return strconv.FormatFloat(math.Round(goal*1e12)/1e10, 'f', -1, 64) + "%"
}

// part returns a fraction as a percentage with at least two decimals, and one more than the
// goal has. It is cut off, not rounded, so a value that is shown as the goal has met the
// goal, and only the whole is shown as 100%.
func part(v, goal float64) string {
	if v <= 0 {
		return "0%"
	}
	if v >= 1 {
		return "100%"
	}
	digits := 2
	if _, fraction, ok := strings.Cut(strings.TrimSuffix(goalPercent(goal), "%"), "."); ok {
		digits = max(digits, min(len(fraction)+1, 8))
	}
	unit := math.Pow10(digits)
	// The binary form of 0.9995 times 10000 may lie below 9995.
	floored := math.Floor(v*100*unit+1e-6) / unit
	if floored >= 100 {
		floored = 100 - 1/unit
	}
	if floored == 0 {
		return "<" + strconv.FormatFloat(1/unit, 'f', digits, 64) + "%"
	}
	return strconv.FormatFloat(floored, 'f', digits, 64) + "%"
}

// share returns a rough percentage, e.g. "62%": 0% and 100% are none and all.
func share(v float64) string {
	switch percent := math.Floor(v*100 + 1e-9); {
	case v <= 0:
		return "0%"
	case v < 0.01:
		return "<1%"
	case v < 1 && percent >= 100:
		return "99%"
	default:
		return count(percent) + "%"
	}
}

// percent returns a part to two digits, e.g. "1.6%".
func percent(v float64) string {
	if v >= 0.1 {
		return strconv.FormatFloat(v*100, 'f', 0, 64) + "%"
	}
	return strconv.FormatFloat(v*100, 'g', 2, 64) + "%"
}

// times returns how many times something is, to a tenth if that tells more.
func times(v float64) string {
	if v < 10 {
		return number(math.Round(v*10) / 10)
	}
	return count(math.Round(v))
}

// burn returns a burn rate, e.g. "14.4x".
func burn(rate float64) string {
	switch {
	case rate > 0 && rate < 0.01:
		return "<0.01x"
	case rate < 10 && rate != math.Trunc(rate):
		return strconv.FormatFloat(rate, 'f', 2, 64) + "x"
	case rate < 1000 && rate != math.Trunc(rate):
		return strconv.FormatFloat(rate, 'f', 1, 64) + "x"
	default:
		return count(math.Round(rate)) + "x"
	}
}

// span returns a length of time in its two largest units, e.g. "2 h 5 min".
func span(d time.Duration) string {
	if d < time.Second {
		return "0 s"
	}
	units := []struct {
		name   string
		length time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"min", time.Minute}, {"s", time.Second}}
	for i, u := range units {
		if d < u.length {
			continue
		}
		text := strconv.FormatInt(int64(d/u.length), 10) + " " + u.name
		if i+1 < len(units) {
			if rest := d % u.length / units[i+1].length; rest > 0 {
				text += " " + strconv.FormatInt(int64(rest), 10) + " " + units[i+1].name
			}
		}
		return text
	}
	return "0 s"
}

// roughly returns a length of time in its largest unit.
func roughly(d time.Duration) string {
	words := strings.Fields(span(d))
	return words[0] + " " + words[1]
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// clock returns a time of day in UTC, with the date if the date of now differs.
func clock(t, now time.Time) string {
	return formatted(t, now, "15:04:05")
}

// minute is clock for windows, which begin with a minute.
func minute(t, now time.Time) string {
	return formatted(t, now, "15:04")
}

func formatted(t, now time.Time, layout string) string {
	t, now = t.UTC(), now.UTC()
	if t.YearDay() != now.YearDay() || t.Year() != now.Year() {
		layout = "2006-01-02 " + layout
	}
	return t.Format(layout)
}
