//go:build go1.25

package runtime

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// Health counts points, and its metrics say the same, without keeping ForceFlush
// or Shutdown from ending.
func TestHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(testSpacing)
		b.set("a", 1, "b", 2, "c", 3, "d", 4)
		b.answer = func(_ context.Context, e export) error {
			return &ExportError{Failures: append(append(
				e.failures(Refused, "b"), e.failures(Unconfirmed, "c")...), e.failures(Unsent, "d")...)}
		}
		tel := b.start(t, Options{})
		began := time.Now()
		_ = tel.ForceFlush(within(t, 100*time.Millisecond)) // one export: the lists are another test's
		h := tel.Health()
		if h.LastError == nil || !h.LastExport.Equal(began) || !h.LastSuccess.IsZero() {
			t.Errorf("%+v", h)
		}
		h.LastError, h.LastExport = nil, time.Time{}
		if want := (Health{Exports: 1, Failures: 1, Delivered: 1, Refused: 1, Unconfirmed: 1, Unsent: 1}); h != want {
			t.Errorf("%+v, want %+v", h, want)
		}
		time.Sleep(testSpacing)
		b.answer = nil
		if err := tel.ForceFlush(within(t, testGrace)); err != nil {
			t.Fatal(err)
		}
		succeeded := time.Now()
		if h := tel.Health(); h.Delivered != 4 || h.Exports != 2 || h.LastError != nil || !h.LastSuccess.Equal(succeeded) {
			t.Errorf("%+v", h)
		}
		time.Sleep(testSpacing)
		b.set("a", 2)
		if err := tel.ForceFlush(within(t, testGrace)); err != nil {
			t.Fatal(err)
		}
		want := map[string]int64{"a": 2,
			"ocgen/telemetry/exports success": 1, "ocgen/telemetry/exports failure": 1,
			"ocgen/telemetry/points delivered": 4, "ocgen/telemetry/points refused": 1,
			"ocgen/telemetry/points unconfirmed": 1, "ocgen/telemetry/points unsent": 1,
			"ocgen/telemetry/last_success": succeeded.Unix()}
		got := b.exported()[2].values
		for name, v := range want {
			if got[name] != v {
				t.Errorf("%s is %d, want %d", name, got[name], v)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%v", got)
		}
		shut := time.Now()
		if err := tel.Shutdown(within(t, testGrace)); err != nil || time.Since(shut) > 0 || len(b.exported()) != 3 {
			t.Errorf("Shutdown: %v after %v, %d exports; the telemetry's own metrics are not waited for", err, time.Since(shut), len(b.exported()))
		}
	})
}

// Two Telemetries of a process do not export each other's health, and readers
// get one of them.
func TestHealthOfOneTelemetry(t *testing.T) {
	first, second := &memory{}, &memory{}
	tels := []*Telemetry{startMemory(t, first), startMemory(t, second)}
	once := func(when string, want int, metrics map[string]int) {
		t.Helper()
		if metrics["ocgen/telemetry/exports"] != want {
			t.Errorf("%s: %v", when, metrics)
		}
	}
	names := func() map[string]int {
		all := map[string]int{}
		for _, m := range Gather(context.Background()) {
			all[m.Descriptor.Name]++
		}
		return all
	}
	once("two", 1, names())
	beside, err := Start(context.Background(), Options{Exporter: &memory{}, NoHealthMetrics: true})
	if err != nil {
		t.Fatal(err)
	}
	exported, err := beside.gatherAll(nil)
	if m := find(exported, "ocgen/telemetry/exports"); m != nil || err != nil {
		t.Errorf("a Telemetry without health metrics exports those of another one: %+v, %v", m, err)
	}
	if err := beside.Shutdown(within(t, 20*time.Second)); err != nil {
		t.Fatal(err)
	}
	for n, tel := range tels {
		if err := tel.Shutdown(within(t, 20*time.Second)); err != nil {
			t.Fatal(err)
		}
		once("after a Shutdown", 1-n, names())
	}
	without, err := Start(context.Background(), Options{Exporter: &memory{}, NoHealthMetrics: true})
	if err != nil {
		t.Fatal(err)
	}
	once("left out", 0, names())
	if err := without.Shutdown(within(t, 20*time.Second)); err != nil {
		t.Fatal(err)
	}
}

// Each Stat is a series, and nothing else is: what happened before Start as well.
func TestReplacedIsExported(t *testing.T) {
	measure, tag := unique("measure"), unique("tag")
	record.CounterOfMeasure(unique("well"), record.ReasonNegative) // of nothing
	record.CounterOfMeasure(measure, record.ReasonNegative).Inc()
	for range 2 {
		record.CounterOfTag(tag, record.ReasonOverflow).Inc()
	}
	all := (&healthProducer{t: &Telemetry{}, started: time.Now()}).Produce()
	m := all[len(all)-1]
	if m.Descriptor.Name != "ocgen/telemetry/replaced_or_dropped" || len(m.Series) != len(Stats()) {
		t.Fatalf("%+v", m)
	}
	found := 0
	for _, ts := range m.Series {
		switch fmt.Sprint(ts.LabelValues) {
		case fmt.Sprintf("[{%s true} {negative true} { false}]", measure):
			found++
			if ts.Point.Value != int64(1) || !ts.StartTime.Equal(record.CountedSince) {
				t.Errorf("%+v", ts)
			}
		case fmt.Sprintf("[{ false} {overflow true} {%s true}]", tag):
			found++
			if ts.Point.Value != int64(2) {
				t.Errorf("%+v", ts)
			}
		}
	}
	if found != 2 {
		t.Errorf("%d of 2 series", found)
	}
}

// What an exporter says though every point was accepted is told, and told once.
func TestRemarksAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told told
		e := &remarker{}
		tel, err := Start(context.Background(), Options{Exporter: e, Interval: time.Minute, OnError: told.tell, NoHealthMetrics: true,
			source: source{
				drain:   func(context.Context) error { return nil },
				records: func() uint64 { return 0 },
				gather: func(*record.Memory) ([]*metric.Metric, error) {
					return []*metric.Metric{{Series: []*metric.Series{series1()}}}, nil
				},
			}})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		if got := told.get(); len(got) != 1 || !errors.Is(got[0], errDown) {
			t.Errorf("told %q", got)
		}
		if err := tel.Shutdown(within(t, time.Second)); err != nil {
			t.Error(err)
		}
		if h := tel.Health(); h.Failures > 0 || h.LastError != nil || h.Delivered == 0 {
			t.Errorf("%+v", h)
		}
	})
}

// A remarker accepts every point and complains nevertheless.
type remarker struct{}

func (*remarker) Export(context.Context, []*metric.Metric) error {
	return errors.Join(&ExportError{}, errDown)
}

func (*remarker) Shutdown(context.Context) error { return nil }

// Our own metrics, if refused, lose no record, and are told.
func TestRefusedHealthIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told told
		b := newBackend(0)
		b.set("a", 1)
		b.answer = func(_ context.Context, e export) error {
			return e.fail(Refused, errDown, healthPrefix+"exports success")
		}
		tel := b.start(t, Options{Interval: time.Minute, OnError: told.tell})
		time.Sleep(5 * time.Minute)
		if got := told.get(); len(got) != 1 || !errors.Is(got[0], errDown) {
			t.Errorf("told %q", got)
		}
		if err := tel.Shutdown(within(t, time.Second)); err != nil {
			t.Error(err)
		}
	})
}

// If nothing may be exported at the interval yet, nothing is counted, least of all a success.
func TestNothingDueIsNoExport(t *testing.T) {
	for name, alone := range map[string]bool{"with health metrics": false, "without health metrics": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBackend(testSpacing)
				b.set("a", 1)
				b.answer = func(context.Context, export) error { return errDown }
				tel := b.start(t, Options{NoHealthMetrics: alone, OnError: func(error) {}})
				_ = tel.ForceFlush(within(t, time.Millisecond))
				before := tel.Health()
				if before.Exports != 1 || before.Failures != 1 || !before.LastSuccess.IsZero() {
					t.Fatalf("after a failure: %+v", before)
				}
				stop, end := context.WithCancel(context.Background())
				go func() { time.Sleep(time.Millisecond); end() }()
				tel.tick(stop)
				if h := tel.Health(); h != before {
					t.Errorf("%+v, although nothing was exported since %+v", h, before)
				}
				b.answer = nil
				if err := tel.Shutdown(within(t, testGrace)); err != nil {
					t.Error(err)
				}
			})
		})
	}
}
