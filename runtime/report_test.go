//go:build go1.25

package runtime

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// texts returns what was told.
func (o *told) texts() []string {
	var all []string
	for _, err := range o.get() {
		all = append(all, err.Error())
	}
	return all
}

func TestReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told told
		r := reports{hook: told.tell}
		other := errors.New("quota")
		for _, err := range []error{errDown, errors.New(errDown.Error()), errDown, other, errDown, nil, errDown, errDown, nil, nil, errDown, errDown} {
			if err == nil {
				r.well(exporting)
			} else {
				r.tell(exporting, err)
			}
			time.Sleep(time.Minute)
		}
		r.end()
		want := []string{
			"backend is down", "2 more times: backend is down", "quota", "backend is down", "exports work again, after 5 failures in 5m0s",
			"backend is down", "exports work again, after 2 failures in 2m0s",
			"backend is down", "1 more time: backend is down",
		}
		if got := told.texts(); !slices.Equal(got, want) {
			t.Errorf("told %q\nwant %q", got, want)
		}
	})
}

// An outage is not told at its beginning alone. What else fails is.
func TestReportsRemind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told told
		r := reports{hook: told.tell}
		for range 26 {
			r.tell(exporting, errDown)
			r.tell(preparing, errors.New("no permission"))
			time.Sleep(time.Minute)
		}
		r.well(preparing)
		r.well(exporting)
		want := []string{
			"backend is down", "no permission", "10 more times: backend is down", "10 more times: backend is down",
			"preparations of the backend work again, after 26 failures in 26m0s", "exports work again, after 26 failures in 26m0s",
		}
		if got := told.texts(); !slices.Equal(got, want) {
			t.Errorf("told %q\nwant %q", got, want)
		}
	})
}

// A Shutdown that delivers what an outage kept back says that it is over; one
// that cannot says how often it failed.
func TestShutdownAfterAnOutage(t *testing.T) {
	for _, comesBack := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			var told told
			var up atomic.Bool
			b := newBackend(0)
			b.set("a", 1)
			b.answer = func(_ context.Context, e export) error {
				if up.Load() {
					return nil
				}
				return e.fail(Unsent, errDown, "a")
			}
			tel := b.start(t, Options{Interval: time.Minute, OnError: told.tell})
			time.Sleep(5 * time.Minute)
			up.Store(comesBack)
			if err := tel.Shutdown(within(t, testGrace)); (err == nil) != comesBack {
				t.Error(err)
			}
			got := told.texts()
			if len(got) != 2 || strings.HasPrefix(got[1], "exports work again, after ") != comesBack || strings.Contains(got[1], " more time") == comesBack {
				t.Errorf("told %q", got)
			}
		})
	}
}

func TestReportsGoToSlog(t *testing.T) {
	var b bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&b, nil)))
	defer slog.SetDefault(old)
	r := reports{hook: logReport}
	for range 3 {
		r.tell(exporting, errDown)
	}
	r.well(exporting)
	lines := strings.Split(b.String(), "\n")
	if len(lines) != 3 || !strings.Contains(lines[0], `level=ERROR msg="ocgen: export of metrics failed" error="backend is down"`) ||
		!strings.Contains(lines[1], `level=INFO msg="ocgen: exports work again, after 3 failures in 0s"`) {
		t.Errorf("got\n%s", &b)
	}
}
