package metrictest_test

import (
	"context"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/metrictest"
	"github.com/ocgen/ocgen/runtime/metrictest/internal/faketb"
	"github.com/ocgen/ocgen/runtime/record"
)

const produced = "metrictest_test/produced"

// A library gives one metric that no generated package has.
type library struct {
	mu      sync.Mutex
	metrics []*metric.Metric
}

// added is in the process for its whole life: a source cannot be removed.
var added = sync.OnceValue(func() *library {
	l := &library{}
	record.AddSource(l)
	return l
})

func addProducer(t *testing.T) *library {
	l := added()
	t.Cleanup(func() { l.give() })
	return l
}

func (l *library) Drain(context.Context) error { return nil }

func (l *library) Records() uint64 { return 0 }

func (l *library) Conflict(string) error { return nil }

func (l *library) Read(*record.Memory) ([]*metric.Metric, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.metrics, nil
}

func (l *library) give(metrics ...*metric.Metric) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.metrics = metrics
}

// set makes the library's only metric.
func (l *library) set(kind metric.Type, ts ...*metric.Series) {
	l.give(&metric.Metric{Descriptor: metric.Descriptor{Name: produced, Unit: "1", Type: kind}, Series: ts})
}

// TestShapes asks metrics that only their data describes.
func TestShapes(t *testing.T) {
	p := addProducer(t)
	for _, c := range []struct {
		kind  metric.Type
		value any
		fails string // of WantSum
	}{
		{metric.TypeGaugeInt64, int64(3), "it has no sum, because it is a last value"},
		{metric.TypeGaugeFloat64, 2.5, "it has no sum, because it is a last value"},
		{metric.TypeSummary, int64(3), "it has no sum, because it is a summary"},
		{metric.TypeCumulativeInt64, int64(3), "sum is 3, want -1"},
		{metric.TypeCumulativeFloat64, 2.5, "sum is 2.5, want -1"},
		{metric.TypeGaugeDistribution, &metric.Distribution{Sum: 7}, "sum is 7, want -1"},
	} {
		f := faketb.New(t, t.Name())
		p.set(c.kind)
		m := metrictest.Start(f)
		p.set(c.kind, &metric.Series{Point: metric.Point{Value: c.value}})
		if got := f.Run(func() { m.Metric(produced).WantSum(-1) }); !strings.Contains(got, produced+": "+c.fails) {
			t.Errorf("%v: got %q, want %q", c.kind, got, c.fails)
		}
		again := metrictest.Start(f)
		if got := f.Run(func() { again.Metric(produced).WantNoChange() }); (got == "") != (c.kind != metric.TypeSummary) {
			t.Errorf("%v: no change: %q", c.kind, got)
		}
	}
}

func TestProducers(t *testing.T) {
	p := addProducer(t)
	begin := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	point := func(v any) *metric.Series {
		return &metric.Series{StartTime: begin, Point: metric.Point{Time: time.Now(), Value: v}}
	}
	p.set(metric.TypeCumulativeInt64, point(int64(math.MaxInt64-1)))
	m := metrictest.Start(t)
	m.Metric(produced).WantNoChange()
	p.set(metric.TypeCumulativeInt64, point(int64(math.MaxInt64)))
	m.Metric(produced).WantCount(1) // to the last digit
	m.Metric(produced).WantSum(1)

	p.set(metric.TypeCumulativeFloat64)
	m = metrictest.Start(t)
	p.set(metric.TypeCumulativeFloat64, point(1.5))
	m.Metric(produced).WantSum(1.5 * (1 + 5e-10))

	p.set(metric.TypeCumulativeFloat64, point(1e12))
	m = metrictest.Start(t)
	p.set(metric.TypeCumulativeFloat64, point(1e12+5))
	m.Metric(produced).WantSum(5.0001)
	f := faketb.New(t, t.Name())
	report := f.Run(func() {
		m := metrictest.Start(f)
		p.set(metric.TypeCumulativeFloat64, point(1.5e12))
		m.Metric(produced).WantSum(4.9e11)
	})
	if !strings.Contains(report, "want 490000000000") {
		t.Errorf("5e11 passed as 4.9e11: %q", report)
	}

	p.set(metric.TypeCumulativeDistribution, point(&metric.Distribution{
		Count: 2, Sum: 1, Bounds: []float64{-1, 1}, Buckets: []metric.Bucket{{Count: 1}, {}, {Count: 1}}}))
	metrictest.Start(t).Metric(produced).WantBuckets(metrictest.Buckets{})
	m.Metric(produced).WantBuckets(metrictest.Buckets{math.Inf(-1): 1, 1: 1})

	p.set(metric.TypeCumulativeDistribution, point(&metric.Distribution{Count: 1, Sum: 1e6}))
	m = metrictest.Start(t)
	p.set(metric.TypeCumulativeDistribution, point(&metric.Distribution{Count: 2, Sum: 1e6 + 0.3}))
	if got := m.Metric(produced).Sum(); got != 0.3 { // not 0.30000000004656613
		t.Errorf("sum %v", got)
	}

	// What cannot be compared is left out, and never a panic.
	misshapen := point(int64(1))
	misshapen.LabelValues = []metric.LabelValue{metric.NewLabelValue("without a key")}
	p.set(metric.TypeCumulativeDistribution, point(&metric.Summary{}), point(nil), misshapen, &metric.Series{},
		point(&metric.Distribution{Count: 4}))
	m = metrictest.Start(t)
	p.set(metric.TypeCumulativeDistribution, point(&metric.Distribution{Count: 6}))
	m.Metric(produced).WantCount(2)
}
