package evaluate

import (
	"time"

	"github.com/ocgen/ocgen/runtime/slo"
)

// day is the length of every day in UTC.
const day = 24 * time.Hour

// periodLength returns the greatest possible length of an SLO's period.
func periodLength(s *slo.SLO) time.Duration {
	switch s.Calendar {
	case "DAY":
		return day
	case "WEEK":
		return 7 * day
	case "FORTNIGHT":
		return 14 * day
	case "MONTH":
		return 31 * day
	}
	return time.Duration(s.Days) * day
}

// calendarStart returns when the calendar period began that t is in, in UTC, as
// google.type.CalendarPeriod defines it: weeks begin on Mondays, and fortnights
// with the first ISO week of the year.
func calendarStart(calendar string, t time.Time) time.Time {
	t = t.UTC()
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	monday := midnight.AddDate(0, 0, -(int(t.Weekday())+6)%7)
	switch calendar {
	case "DAY":
		return midnight
	case "WEEK":
		return monday
	case "FORTNIGHT":
		if _, week := t.ISOWeek(); week%2 == 0 {
			return monday.AddDate(0, 0, -7)
		}
		return monday
	default:
		return midnight.AddDate(0, 0, 1-t.Day())
	}
}
