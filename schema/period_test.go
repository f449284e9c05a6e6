package schema

import (
	"testing"
	"time"
)

func TestParseLength(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"5m": 5 * time.Minute, "5min": 5 * time.Minute, "1h30m": 90 * time.Minute, "90s": 90 * time.Second, "1d": 24 * time.Hour,
		"300ms": 300 * time.Millisecond, "0.5s": 500 * time.Millisecond, "1ns": 1, "106751d": 106751 * 24 * time.Hour,
	} {
		if got, err := parseLength(text); err != nil || got != want {
			t.Errorf("parseLength(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	const notWhole = " must be a whole number of nanoseconds, at most 292 years; write a duration such as 300ms or 5m"
	for text, want := range map[string]string{
		"300": " has no unit; write a duration such as 300ms, 90s, 5m or 1d",
		"0s":  " must be above 0; write a duration such as 300ms or 5m", "-5m": " must be above 0; write a duration such as 300ms or 5m",
		"0.5ns": notWhole, "106752d": notWhole, "1e300s": notWhole,
		"5 m": " contains a space; write 5m",
		"1w":  ` has the unit "w", which is not a unit of time; write ns, us, ms, s, m, h or d`,
		"5mb": ` has the unit "mb", which is not a unit of time; write ns, us, ms, s, m, h or d`,
		"":    " is not a number; write a decimal such as 5, 2.5 or 1e3",
	} {
		if got, err := parseLength(text); err == nil || err.Error() != quote(text)+want {
			t.Errorf("parseLength(%q) = %v\n got %v\nwant %s", text, got, err, quote(text)+want)
		}
	}
}

func TestParseDays(t *testing.T) {
	for text, want := range map[string]int{"1d": 1, "7d": 7, "28d": 28, "30d": 30} {
		if got, err := parseDays(text); err != nil || got != want {
			t.Errorf("parseDays(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
	const outside = " must be from 1d to 30d, the limits of the Cloud Monitoring API; write 28d, or write calendar: month instead of period"
	const noDays = " must be a whole number of days; write 1d to 30d, such as 28d, or write calendar: month instead of period"
	for text, want := range map[string]string{
		"4w": " must be written in days; write 28d", "1 week": " must be written in days; write 7d", "28": " must be written in days; write 28d",
		"28 days": " must be written in days; write 28d", "028d": " must be written in days; write 28d", "720h": " must be written in days; write 30d",
		"31d": outside, "0d": outside, "5w": outside, "744h": outside, "99999999999999999999d": outside,
		"36h": noDays, "5m": noDays, "-3d": noDays, "month": noDays, "P28D": noDays, "": noDays,
	} {
		if got, err := parseDays(text); err == nil || err.Error() != quote(text)+want {
			t.Errorf("parseDays(%q) = %v\n got %v\nwant %s", text, got, err, quote(text)+want)
		}
	}
}
