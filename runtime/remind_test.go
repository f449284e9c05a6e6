//go:build go1.25

package runtime

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocgen/ocgen/runtime/record"
)

// Lost records are told once, with the cure, whoever else is registered. The counts of
// lost records are the process's, so the test has one of its own.
func TestLostRecordsAreTold(t *testing.T) {
	if !alone(t) {
		return
	}
	log := logTo(t)
	lost, registered := newTestPackage("lost"), newTestPackage("registered")
	lost.counts.At(0).Inc()
	if err := registered.Register(); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(testSpacing)
		b.set("a", 1)
		tel := b.start(t, Options{Interval: 10 * time.Second})
		time.Sleep(time.Minute)
		if err := tel.Shutdown(within(t, testGrace)); err != nil {
			t.Error(err)
		}
	})
	if got := log.lines("RegisterViews"); len(got) != 1 || len(log.lines(lost.name)) != 1 || len(log.lines("records=1 ")) != 1 {
		t.Errorf("logged %q", got)
	}
	if !slices.ContainsFunc(Stats(), func(s record.Stat) bool { return s.Measure == lost.name && s.Reason == record.ReasonUnregistered }) {
		t.Errorf("counted %v", Stats())
	}
}

// has returns a list of these packages as all that the program has.
func has(packages ...*testPackage) func() []*record.Package {
	return func() []*record.Package {
		var all []*record.Package
		for _, p := range packages {
			all = append(all, p.Package)
		}
		return all
	}
}

// A program that registers nothing is told, unless it has other metrics, registers
// after Start, or has no generated package.
func TestForgottenRegistration(t *testing.T) {
	forgotten, registered := newTestPackage("shopmetrics"), newTestPackage("other")
	if err := registered.Register(); err != nil {
		t.Fatal(err)
	}
	registered.Unregister()
	for name, c := range map[string]struct {
		packages []*testPackage
		series   bool
		wait     time.Duration // between Start and Shutdown
		lines    int
	}{
		"forgotten":               {[]*testPackage{forgotten}, false, time.Minute, 1},
		"forgotten, a short run":  {[]*testPackage{forgotten}, false, 0, 1},
		"other metrics":           {[]*testPackage{forgotten}, true, time.Minute, 0},
		"one of two":              {[]*testPackage{forgotten, registered}, false, time.Minute, 0},
		"no generated package":    {nil, false, time.Minute, 0},
		"registered, but nothing": {[]*testPackage{registered}, false, time.Minute, 0},
	} {
		t.Run(name, func(t *testing.T) {
			log := logTo(t)
			synctest.Test(t, func(t *testing.T) {
				b := newBackend(testSpacing)
				b.known = has(c.packages...)
				if c.series {
					b.set("a", 1)
				}
				tel := b.start(t, Options{Interval: 10 * time.Second})
				time.Sleep(c.wait)
				if err := tel.Shutdown(within(t, testGrace)); err != nil {
					t.Error(err)
				}
			})
			got := log.lines("RegisterViews")
			if len(got) != c.lines || c.lines > 0 && len(log.lines("shopmetrics")) != 1 {
				t.Errorf("logged %q", got)
			}
		})
	}
}

// Packages that register within the first interval after Start are in time.
func TestRegistrationAfterStart(t *testing.T) {
	late := newTestPackage("late")
	log := logTo(t)
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(testSpacing)
		b.known = has(late)
		tel := b.start(t, Options{Interval: 10 * time.Second})
		time.Sleep(10*time.Second - 1) // the first export has been made
		if err := late.Register(); err != nil {
			t.Fatal(err)
		}
		late.Unregister()
		time.Sleep(time.Minute)
		if err := tel.Shutdown(within(t, testGrace)); err != nil {
			t.Error(err)
		}
	})
	if got := log.lines("RegisterViews"); len(got) != 0 {
		t.Errorf("logged %q", got)
	}
}
