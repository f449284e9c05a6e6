package otel

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	goruntime "runtime"
	"strings"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// logTo makes slog write to w until the test ends.
func logTo(t testing.TB, h slog.Handler) {
	old := slog.Default()
	slog.SetDefault(slog.New(h))
	t.Cleanup(func() { slog.SetDefault(old) })
}

// A memoryExporter keeps the text of what it exports.
type memoryExporter struct {
	mu       sync.Mutex
	exported []map[string]string // of each export: the data by the metric's name
	t        testing.TB
}

func (e *memoryExporter) Temporality(k sdk.InstrumentKind) metricdata.Temporality {
	return sdk.DefaultTemporalitySelector(k)
}

func (e *memoryExporter) Aggregation(k sdk.InstrumentKind) sdk.Aggregation {
	return sdk.DefaultAggregationSelector(k)
}

func (e *memoryExporter) Export(_ context.Context, rm *metricdata.ResourceMetrics) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := map[string]string{}
	for _, scope := range rm.ScopeMetrics {
		for _, m := range scope.Metrics {
			all[m.Name] = text(e.t, m.Data)
		}
	}
	e.exported = append(e.exported, all)
	return nil
}

func (e *memoryExporter) ForceFlush(context.Context) error { return nil }
func (e *memoryExporter) Shutdown(context.Context) error   { return nil }

// TestPanickingObserver beside an instrument of the SDK: a PeriodicReader exports everything
// else, also at Shutdown.
func TestPanickingObserver(t *testing.T) {
	logTo(t, slog.NewTextHandler(io.Discard, nil))
	for name, fail := range map[string]func(){"panic": func() { panic("no pool") }, "Goexit": goruntime.Goexit} {
		t.Run(name, func(t *testing.T) {
			said := problems(t)
			s := openShop(t)
			e := &memoryExporter{t: t}
			provider := sdk.NewMeterProvider(sdk.WithReader(sdk.NewPeriodicReader(e, sdk.WithProducer(NewProducer()))))
			counter, err := provider.Meter("beside").Int64Counter("sdk")
			if err != nil {
				t.Fatal(err)
			}
			failing := false
			defer s.total.Observe(func() int64 {
				if failing {
					fail()
				}
				return 7
			}, letterValue(1))()
			defer s.total.Observe(func() int64 { return 8 }, letterValue(2))()
			flush := func() {
				counter.Add(context.Background(), 1)
				s.requests.At(1).Inc()
				if err := provider.ForceFlush(context.Background()); err != nil {
					t.Error(err)
				}
			}
			flush()
			if all := said(); len(all) > 0 {
				t.Errorf("handled %q", all)
			}
			failing = true
			flush()
			wantObserverProblems(t, said(), s)
			if err := provider.Shutdown(context.Background()); err != nil {
				t.Error(err)
			}
			wantObserverProblems(t, said(), s)
			for i, want := range []map[string]string{
				{"sdk": "1", s.requestsName: "1", s.totalName: "a 7, b 8", s.poolName: "a 7, b 8"},
				{"sdk": "2", s.requestsName: "2", s.totalName: "a 7, b 8", s.poolName: "b 8"},
				{"sdk": "2", s.requestsName: "2", s.totalName: "a 7, b 8", s.poolName: "b 8"},
			} {
				for name, points := range want {
					if i >= len(e.exported) || !strings.HasSuffix(e.exported[i][name], points) {
						t.Errorf("export %d of %d: no %s %s in %q", i+1, len(e.exported), name, points, e.exported)
					}
				}
			}
			if n := count(s.poolName, record.ReasonPanicked); n != 2 {
				t.Errorf("record.Stats counts %d panics, want 2", n)
			}
		})
	}
}

// wantObserverProblems wants one problem for each metric of the functions.
func wantObserverProblems(t *testing.T, said []string, s *shop) {
	t.Helper()
	if len(said) != 2 {
		t.Fatalf("handled %q", said)
	}
	for i, name := range []string{s.totalName, s.poolName} {
		if want := `ocgen: metric "` + name + `": functions that observe it panicked or ended their goroutine, 1 time since`; !strings.HasPrefix(said[i], want) {
			t.Errorf("handled %q, want %q", said[i], want)
		}
	}
}

// count returns a count of record.Stats.
func count(measure string, r record.Reason) uint64 {
	for _, s := range record.Stats() {
		if s.Measure == measure && s.Reason == r {
			return s.Count
		}
	}
	return 0
}

// TestEarlierPanics: panics in readings of others, before the Producer was made, are not its.
func TestEarlierPanics(t *testing.T) {
	logTo(t, slog.NewTextHandler(io.Discard, nil))
	said := problems(t)
	s := openShop(t)
	stop := s.total.Observe(func() int64 { panic("no pool") })
	s.pkg.Read(nil)
	stop()
	produce(t, NewProducer())
	if all := said(); len(all) > 0 {
		t.Errorf("handled %q", all)
	}
}

// TestHandlerFails: the ErrorHandler may panic or end its goroutine, as t.FailNow does. It is
// called without a lock. A panic is logged, even if the slog.Handler panics too.
func TestHandlerFails(t *testing.T) {
	var out bytes.Buffer
	logTo(t, slog.NewTextHandler(&out, nil))
	s := openShop(t)
	defer s.total.Observe(func() int64 { panic("no pool") })()
	s.requests.At(1).Inc()
	p := NewProducer()
	produceWith := func(handle func(error)) {
		handleWith(t, handle)
		wantText(t, produce(t, p), s.requestsName, "sum int64 cumulative: a 1")
	}
	produceWith(func(error) { panic("no log") })
	if text := out.String(); !strings.Contains(text, "OpenTelemetry's ErrorHandler panicked: no log") || !strings.Contains(text, s.poolName) {
		t.Errorf("logged %s", text)
	}
	produceWith(func(error) { goruntime.Goexit() })
	produceWith(func(error) {
		handleWith(t, func(error) {})
		produce(t, p)
	})
	logTo(t, panickingLog{slog.NewTextHandler(io.Discard, nil)})
	produceWith(func(error) { panic("no log") })
}

// A panickingLog is a slog.Handler of a program, with a mistake.
type panickingLog struct{ slog.Handler }

func (panickingLog) Handle(context.Context, slog.Record) error { panic("disk full") }

// TestReadingPanics: a panic within a reading costs only its package. Afterwards no delta is
// missing.
func TestReadingPanics(t *testing.T) {
	logTo(t, panickingLog{slog.NewTextHandler(io.Discard, nil)})
	said := problems(t)
	bad, good := openShop(t), openShop(t)
	p := newDelta()
	bad.requests.At(1).Inc()
	good.requests.At(1).Inc()
	produce(t, p)
	bad.requests.At(1).Inc()
	good.requests.At(1).Inc()
	stop := bad.total.Observe(func() int64 { panic("no pool") }) // the first panic is logged
	scopes := produce(t, p)
	wantProblems(t, said(), "ocgen: reading package "+bad.pkg.Name()+" panicked: disk full, at ", "panics_test.go", "missing from this collection")
	wantText(t, scopes, bad.requestsName, "")
	wantText(t, scopes, good.requestsName, "sum int64 delta: a 1")
	stop()
	bad.requests.At(1).Inc()
	wantText(t, produce(t, p), bad.requestsName, "sum int64 delta: a 2")
}

// TestDescriptorsPanic: a package with a mistake costs only itself, in each collection.
func TestDescriptorsPanic(t *testing.T) {
	said := problems(t)
	broken := false
	name := unique("count")
	bad := record.NewPackage(record.PackageInfo{
		Name: "bad", Scope: unique("bad"), Parts: []record.Part{series.Sets(series.NewCounts(series.SeriesInfo{Name: name, Size: 1}))},
		Descriptors: func() []metric.Descriptor {
			if broken {
				panic(errors.New("no descriptors"))
			}
			return nil
		},
	})
	mustRegister(t, bad)
	defer bad.Unregister()
	broken = true
	good := openShop(t)
	good.requests.At(1).Inc()
	p := NewProducer()
	for range 2 {
		wantText(t, produce(t, p), good.requestsName, "sum int64 cumulative: a 1")
		wantProblems(t, said(), "ocgen: reading package bad panicked: no descriptors, at ")
	}
}
