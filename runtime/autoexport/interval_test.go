package autoexport

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
)

func TestIntervalMistakes(t *testing.T) {
	for value, want := range map[string]string{
		"10s":                 `OTEL_METRIC_EXPORT_INTERVAL is "10s": it must be a whole number of milliseconds above 0; set it to 60000`,
		"0":                   "above 0",
		"-1":                  "above 0",
		"1e3":                 "whole number",
		"9223372036855":       "whole number",
		"9999999999999999999": "whole number",
		"999":                 `OTEL_METRIC_EXPORT_INTERVAL is "999": this exporter needs at least 1s between exports; set it to 1000 or more, or unset it`,
	} {
		t.Setenv(intervalVariable, value)
		t.Setenv(variable, "console")
		if e, err := New(t.Context()); err == nil || e != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v", value, e, err)
		}
	}
}

// A spaced exporter's backend takes a point in 5 s.
type spaced struct {
	none
	shut bool
}

func (s *spaced) Spacing() time.Duration { return 5100 * time.Millisecond }

func (s *spaced) Shutdown(context.Context) error { s.shut = true; return nil }

func TestIntervalBelowTheSpacing(t *testing.T) {
	s := &spaced{}
	const want = `OTEL_METRIC_EXPORT_INTERVAL is "2000": this exporter needs at least 5.1s between exports; set it to 5100 or more`
	if _, err := withInterval(t.Context(), s, 2*time.Second); err == nil || !strings.Contains(err.Error(), want) || !s.shut {
		t.Errorf("%v, shut down: %t", err, s.shut)
	}
	if _, err := withInterval(t.Context(), s, 5100*time.Millisecond); err != nil {
		t.Error(err)
	}
}

// The exporter proposes what the variable says.
func TestIntervalIsProposed(t *testing.T) {
	for value, want := range map[string]time.Duration{"": 0, " ": 0, " 2500 ": 2500 * time.Millisecond, "60000": time.Minute} {
		t.Setenv(intervalVariable, value)
		e := newTest(t, "none")
		wanted := runtime.Exporter(none{})
		if want > 0 {
			wanted = runtime.WithInterval(none{}, want)
		}
		if e != wanted {
			t.Errorf("%q: %v, want %v", value, e, wanted)
		}
	}
}

// What Start must know of the exporter is seen through the interval.
func TestIntervalHidesNothing(t *testing.T) {
	t.Setenv(intervalVariable, "3000")
	e := newTest(t, "none")
	tel, err := runtime.Start(t.Context(), runtime.Options{Exporter: e})
	if err != nil {
		t.Fatal(err)
	}
	if err := tel.ForceFlush(t.Context()); err != nil {
		t.Error(err)
	}
	if h := tel.Health(); !h.LastSuccess.IsZero() || h.Delivered > 0 {
		t.Errorf("none looks like a backend: %+v", h)
	}
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}
