package evaluate

import (
	"testing"
	"time"
)

func TestCalendarStart(t *testing.T) {
	for _, c := range []struct{ calendar, at, want string }{
		{"DAY", "2026-03-02T23:59:59Z", "2026-03-02"},
		{"DAY", "2026-03-02T23:59:59-05:00", "2026-03-03"},
		{"WEEK", "2026-03-02T00:00:00Z", "2026-03-02"}, // a Monday
		{"WEEK", "2026-03-08T12:00:00Z", "2026-03-02"},
		{"FORTNIGHT", "2025-12-30T12:00:00Z", "2025-12-29"}, // ISO week 1 of 2026
		{"FORTNIGHT", "2026-01-11T12:00:00Z", "2025-12-29"},
		{"FORTNIGHT", "2026-01-12T00:00:00Z", "2026-01-12"},
		{"FORTNIGHT", "2027-01-02T12:00:00Z", "2026-12-28"}, // ISO week 53 is a fortnight alone
		{"FORTNIGHT", "2027-01-04T12:00:00Z", "2027-01-04"},
		{"MONTH", "2026-02-28T12:00:00Z", "2026-02-01"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := calendarStart(c.calendar, at).Format(time.RFC3339); got != c.want+"T00:00:00Z" {
			t.Errorf("%s of %s began %s, want %s", c.calendar, c.at, got, c.want)
		}
	}
}
