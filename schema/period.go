package schema

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// parseLength reads a duration with its unit, such as 300ms, 5m, 1h30m or 1d. It must
// be above 0, a whole number of nanoseconds and at most 292 years.
func parseLength(text string) (time.Duration, error) {
	r, withUnit, err := sumParts(text, "ns")
	switch {
	case err != nil:
		return 0, err
	case !withUnit:
		return 0, fmt.Errorf("%s has no unit; write a duration such as 300ms, 90s, 5m or 1d", quote(text))
	case r.Sign() <= 0:
		return 0, fmt.Errorf("%s must be above 0; write a duration such as 300ms or 5m", quote(text))
	case !r.IsInt() || !r.Num().IsInt64():
		return 0, fmt.Errorf("%s must be a whole number of nanoseconds, at most 292 years; write a duration such as 300ms or 5m", quote(text))
	}
	return time.Duration(r.Num().Int64()), nil
}

var days = regexp.MustCompile(`^([0-9]+) ?(d|days?|w|weeks?)?$`)

// parseDays reads an SLO's rolling period: a whole number of days from 1d to 30d, the
// limits of the Cloud Monitoring API.
func parseDays(text string) (int, error) {
	n, ok := countDays(text)
	switch {
	case !ok:
		return 0, fmt.Errorf("%s must be a whole number of days; write 1d to 30d, such as 28d, or write calendar: month instead of period", quote(text))
	case n < 1 || n > 30:
		return 0, fmt.Errorf("%s must be from 1d to 30d, the limits of the Cloud Monitoring API; write 28d, or write calendar: month instead of period", quote(text))
	case text != fmt.Sprintf("%dd", n):
		return 0, fmt.Errorf("%s must be written in days; write %dd", quote(text), n)
	}
	return n, nil
}

// countDays reads a period in any form.
func countDays(text string) (n int, ok bool) {
	if m := days.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil || n > 1000 {
			n = 1000 // any number above the limit
		}
		if strings.HasPrefix(m[2], "w") {
			n *= 7
		}
		return n, true
	}
	length, err := parseLength(text)
	return int(length / (24 * time.Hour)), err == nil && length%(24*time.Hour) == 0
}
