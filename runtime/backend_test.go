package runtime

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

const (
	testSpacing = 5 * time.Second
	testGrace   = 12 * time.Second
)

// A backend is an exporter that keeps Cloud Monitoring's rule, that two points
// of a series lie apart, together with the series of a process. Its tests run in
// a bubble of testing/synctest, whose time OpenCensus's goroutine cannot share.
type backend struct {
	spacing time.Duration
	answer  func(ctx context.Context, e export) error // nil accepts; called without mu
	prepare func(ctx context.Context) error
	known   func() []*record.Package // nil: those of the process

	mu      sync.Mutex
	tel     *Telemetry       // its health metrics are read too, unless it is nil
	values  map[string]int64 // of the process's series, by their label
	started time.Time
	has     map[string]metric.Point // the last accepted, by label
	exports []export
	early   int // points refused for their spacing
	drains  int
	shut    bool
}

// An export is what one call of Export got.
type export struct {
	at     time.Time
	values map[string]int64 // by label; of health metrics by name
	all    []*metric.Metric
}

var errDown = errors.New("backend is down")

func newBackend(spacing time.Duration) *backend {
	return &backend{spacing: spacing, values: map[string]int64{}, has: map[string]metric.Point{}, started: time.Now()}
}

func (b *backend) start(t *testing.T, opts Options) *Telemetry {
	t.Helper()
	opts.Exporter = b
	opts.source = b.source()
	if opts.OnError == nil {
		opts.OnError = func(err error) { t.Errorf("told: %v", err) }
	}
	if opts.Interval == 0 {
		opts.Interval = 1e6 * time.Hour // so that only what the test does is exported
	}
	tel, err := Start(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	if !opts.NoHealthMetrics {
		b.mu.Lock()
		b.tel = tel
		b.mu.Unlock()
	}
	return tel
}

// set gives series new values: "a", 1, "b", 2.
func (b *backend) set(pairs ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := 0; i < len(pairs); i += 2 {
		b.values[pairs[i].(string)] = int64(pairs[i+1].(int))
	}
}

// source returns the series of the backend as where metrics come from.
func (b *backend) source() source {
	return source{drain: b.drain, records: func() uint64 { return 0 }, gather: b.gather, known: b.known}
}

func (b *backend) drain(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drains++
	return context.Cause(ctx)
}

func (b *backend) gather(*record.Memory) ([]*metric.Metric, error) {
	b.mu.Lock()
	m := &metric.Metric{Descriptor: metric.Descriptor{
		Name: "m", Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "s"}}}}
	for _, label := range slices.Sorted(maps.Keys(b.values)) {
		m.Series = append(m.Series, &metric.Series{
			LabelValues: []metric.LabelValue{metric.NewLabelValue(label)}, StartTime: b.started,
			Point: metric.Point{Time: time.Now(), Value: int64(b.values[label])},
		})
	}
	tel := b.tel
	b.mu.Unlock()
	all := []*metric.Metric{m}
	if tel != nil {
		for _, m := range tel.own.Produce() {
			if m.Descriptor.Name != healthPrefix+"replaced_or_dropped" { // by any test
				all = append(all, m)
			}
		}
	}
	return all, nil
}

func label(m *metric.Metric, ts *metric.Series) string {
	if len(ts.LabelValues) == 0 {
		return m.Descriptor.Name
	}
	if m.Descriptor.Name == "m" {
		return ts.LabelValues[0].Value
	}
	return m.Descriptor.Name + " " + ts.LabelValues[0].Value
}

func (b *backend) Export(ctx context.Context, metrics []*metric.Metric) error {
	e := export{at: time.Now(), values: map[string]int64{}, all: metrics}
	for _, m := range metrics {
		for _, ts := range m.Series {
			e.values[label(m, ts)] = ts.Point.Value.(int64)
		}
	}
	b.mu.Lock()
	if b.shut {
		panic("export after shutdown")
	}
	b.exports = append(b.exports, e)
	b.mu.Unlock()
	var answered error
	if b.answer != nil {
		answered = b.answer(ctx, e)
	}
	return b.keep(metrics, answered)
}

// keep accepts what the answer does not except, and refuses what is too early.
func (b *backend) keep(metrics []*metric.Metric, answered error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	find := failures(answered, nil)
	var partial *ExportError
	all := &ExportError{}
	if errors.As(answered, &partial) {
		all.Failures = append(all.Failures, partial.Failures...)
		excepted := map[*metric.Series]bool{}
		for _, f := range partial.Failures {
			excepted[f.Series] = true
		}
		find = func(i item) (Failure, bool) { return Failure{}, excepted[i.series] }
	} else if answered != nil {
		return answered
	}
	for _, m := range metrics {
		for _, ts := range m.Series {
			if _, failed := find(item{metric: m, series: ts}); failed {
				continue
			}
			key, p := label(m, ts), ts.Point
			if last, ok := b.has[key]; ok && p.Time.Sub(last.Time) < b.spacing {
				b.early++
				all.Failures = append(all.Failures, Failure{m, ts, Refused, fmt.Errorf("too early by %v", b.spacing-p.Time.Sub(last.Time))})
				continue
			}
			b.has[key] = p
		}
	}
	if len(all.Failures) > 0 {
		return all
	}
	return nil
}

func (b *backend) Shutdown(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shut = true
	return nil
}

func (b *backend) Spacing() time.Duration { return b.spacing }

func (b *backend) Prepare(ctx context.Context, _ []metric.Descriptor) error {
	if b.prepare == nil {
		return nil
	}
	return b.prepare(ctx)
}

// fail returns an error with the fate for each series of the labels that was
// exported; nil if none was.
func (e export) fail(fate Fate, err error, labels ...string) error {
	failed := &ExportError{}
	for _, m := range e.all {
		for _, ts := range m.Series {
			if slices.Contains(labels, label(m, ts)) {
				failed.Failures = append(failed.Failures, Failure{m, ts, fate, err})
			}
		}
	}
	if len(failed.Failures) == 0 {
		return nil
	}
	return failed
}

// exported returns the exports until now.
func (b *backend) exported() []export {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.exports)
}

// told keeps what OnError gets.
type told struct {
	mu  sync.Mutex
	all []error
}

func (o *told) tell(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all = append(o.all, err)
}

func (o *told) get() []error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.all)
}

// wantHas checks what the backend has of the series: "a", 1, "b", 2.
func (b *backend) wantHas(t *testing.T, pairs ...any) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := 0; i < len(pairs); i += 2 {
		if got := b.has[pairs[i].(string)].Value; got != int64(pairs[i+1].(int)) {
			t.Errorf("the backend has %s = %v, want %d", pairs[i], got, pairs[i+1])
		}
	}
}

// wantExports checks the labels of the series of each export.
func (b *backend) wantExports(t *testing.T, want ...string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	var got []string
	for _, e := range b.exports {
		text := ""
		for _, label := range slices.Sorted(maps.Keys(e.values)) {
			if len(label) == 1 {
				text += label
			}
		}
		got = append(got, text)
	}
	if !slices.Equal(got, want) {
		t.Errorf("exports of %q, want %q", got, want)
	}
}

// lists returns the series of a ShutdownError: "refused a; unsent b c".
func lists(err error) string {
	if err == nil {
		return ""
	}
	var e *ShutdownError
	if !errors.As(err, &e) {
		return "not a ShutdownError: " + err.Error()
	}
	text := ""
	for _, l := range []struct {
		name string
		all  []SeriesFailure
	}{{"refused", e.Refused}, {"unconfirmed", e.Unconfirmed}, {"unsent", e.Unsent}} {
		if len(l.all) > 0 {
			text += l.name
		}
		for _, f := range l.all {
			text += " " + f.Series
		}
		if len(l.all) > 0 {
			text += "; "
		}
	}
	return text
}
