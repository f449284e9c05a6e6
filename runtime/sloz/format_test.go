package sloz

import (
	"testing"
	"time"
)

func TestFormats(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{count(0), "0"}, {count(999), "999"}, {count(1234), "1,234"}, {count(1234567), "1,234,567"}, {count(-1234), "-1,234"},
		{count(12.5), "12.5"}, {count(1234.567), "1,234.57"}, {count(0.001), "0"}, {count(1999.999), "2,000"}, {count(1e15), "1,000,000,000,000,000"},
		{events(1, "event", "events"), "1 event"}, {events(0, "event", "events"), "0 events"}, {events(2000, "event", "events"), "2,000 events"},
		{number(0.25), "0.25"}, {number(2500), "2,500"}, {number(1e20), "1e+20"}, {number(1e-9), "1e-09"}, {number(0), "0"}, {number(-12345.5), "-12,345.5"},
		{short(27.3612), "27.36"}, {short(1234567), "1,235,000"}, {short(0.1 + 0.2), "0.3"},
		{goalPercent(0.999), "99.9%"}, {goalPercent(0.95), "95%"}, {goalPercent(0.99999), "99.999%"}, {goalPercent(1 - 0.999), "0.1%"},
		{share(0), "0%"}, {share(0.001), "<1%"}, {share(0.626), "62%"}, {share(0.9999), "99%"}, {share(1), "100%"}, {share(3.2), "320%"}, {share(-1), "0%"},
		{burn(0), "0x"}, {burn(0.001), "<0.01x"}, {burn(1), "1x"}, {burn(3.514), "3.51x"}, {burn(14.4), "14.4x"}, {burn(1000), "1,000x"}, {burn(1234.4), "1,234x"},
		{percent(0.0016), "0.16%"}, {percent(0.16), "16%"}, {percent(1), "100%"}, {times(3.54), "3.5"}, {times(2), "2"}, {times(1234.4), "1,234"},
		{span(0), "0 s"}, {span(12 * time.Second), "12 s"}, {span(5 * time.Minute), "5 min"}, {span(65 * time.Second), "1 min 5 s"},
		{span(26 * time.Hour), "1 d 2 h"}, {span(24*time.Hour + 5*time.Minute), "1 d"}, {roughly(119 * time.Second), "1 min"}, {roughly(0), "0 s"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// TestPart holds that what is not whole does not show as 100%, nor what misses
// its goal as the goal.
func TestPart(t *testing.T) {
	for _, c := range []struct {
		v, goal float64
		want    string
	}{
		{0, 0.9, "0%"}, {1, 0.999, "100%"}, {0.9995, 0.9995, "99.950%"}, {0.99949999, 0.9995, "99.949%"},
		{0.999, 0.999, "99.90%"}, {1998.0 / 2000, 0.999, "99.90%"}, {0.98999, 0.99, "98.99%"}, {0.99, 0.99, "99.00%"},
		{0.9999999999, 0.99, "99.99%"}, {1 - 1e-16, 0.99, "99.99%"}, {0.999999, 0.99999, "99.9999%"}, {0.99998, 0.99999, "99.9980%"},
		{1e-9, 0.99, "<0.01%"}, {0.0001, 0.99, "0.01%"}, {2.0 / 3, 0.9, "66.66%"},
	} {
		if got := part(c.v, c.goal); got != c.want {
			t.Errorf("%v with the goal %v is %q, want %q", c.v, c.goal, got, c.want)
		}
	}
}

func TestClock(t *testing.T) {
	now := time.Date(2026, 3, 9, 0, 1, 2, 0, time.UTC)
	if got := clock(now.Add(-time.Minute), now); got != "00:00:02" {
		t.Error(got)
	}
	if got := clock(now.Add(-2*time.Minute), now); got != "2026-03-08 23:59:02" {
		t.Error(got)
	}
	if got := minute(now.In(time.FixedZone("", 3600)), now); got != "00:01" {
		t.Error(got)
	}
}
