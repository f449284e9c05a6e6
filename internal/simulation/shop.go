// Package simulation is a shop whose metrics and clock tests move. The tests of
// runtime/sloz look at it, and those that look with a browser.
package simulation

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// A World is a process whose metrics and clock the test moves.
type World struct {
	mu       sync.Mutex
	now      time.Time
	born     time.Time
	names    []string // of metrics, in order
	families map[string]*family
	Panics   bool // one of the producers
	random   uint64
}

// A family is a metric and its series.
type family struct {
	descriptor metric.Descriptor
	bounds     []float64
	series     []*cells
}

// cells are a series. A counter and a gauge have one cell, a distribution one
// for each bucket.
type cells struct {
	values []string // "" is an absent label
	counts []int64
}

// NewWorld returns a World without metrics, on a morning in March.
func NewWorld() *World {
	start := time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	return &World{now: start, born: start, families: map[string]*family{}, random: 1}
}

// Metric declares one. A distribution has bounds.
func (w *World) Metric(name string, kind metric.Type, unit string, bounds []float64, keys ...string) {
	labels := make([]metric.LabelKey, len(keys))
	for i, key := range keys {
		labels[i].Key = key
	}
	w.names = append(w.names, name)
	w.families[name] = &family{metric.Descriptor{Name: name, Unit: unit, Type: kind, LabelKeys: labels}, bounds, nil}
}

func (w *World) cells(name string, values []string) *cells {
	f := w.families[name]
	for _, c := range f.series {
		if fmt.Sprint(c.values) == fmt.Sprint(values) {
			return c
		}
	}
	c := &cells{values, make([]int64, len(f.bounds)+1)}
	f.series = append(f.series, c)
	return c
}

// Count adds to a counter.
func (w *World) Count(name string, n int64, values ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cells(name, values).counts[0] += n
}

// Set sets a gauge.
func (w *World) Set(name string, v int64, values ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cells(name, values).counts[0] = v
}

// Record adds n values to a distribution.
func (w *World) Record(name string, v float64, n int64, values ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	bucket := 0
	for _, bound := range w.families[name].bounds {
		if v >= bound {
			bucket++
		}
	}
	w.cells(name, values).counts[bucket] += n
}

// StartAt lets the process have started at now, which is the clock's time too.
func (w *World) StartAt(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now, w.born = now, now
}

// Clock returns the time.
func (w *World) Clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Pass moves the clock.
func (w *World) Pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// dice returns a number in [0, 1), the same ones in each run.
func (w *World) dice() float64 {
	w.random ^= w.random << 13
	w.random ^= w.random >> 7
	w.random ^= w.random << 17
	return float64(w.random>>11) / (1 << 53)
}

// Gather returns the metrics, as runtime.Gather does those of a process.
func (w *World) Gather(context.Context) (all []*metric.Metric, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Panics {
		err = errors.New("the producer *shop.Stock of metrics panicked: index out of range [3]")
	}
	for _, name := range w.names {
		f := w.families[name]
		if len(f.series) == 0 || w.Panics && name == "shop/in_stock" {
			continue
		}
		m := &metric.Metric{Descriptor: f.descriptor}
		for _, c := range f.series {
			m.Series = append(m.Series, f.timeSeries(c, w.born, w.now))
		}
		all = append(all, m)
	}
	return all, err
}

func (f *family) timeSeries(c *cells, born, now time.Time) *metric.Series {
	labels := make([]metric.LabelValue, len(c.values))
	for i, v := range c.values {
		labels[i] = metric.LabelValue{Value: v, Present: v != ""}
	}
	point := metric.Point{Time: now, Value: int64(c.counts[0])}
	if f.descriptor.Type == metric.TypeCumulativeDistribution {
		d := &metric.Distribution{Bounds: f.bounds}
		for _, n := range c.counts {
			d.Count += n
			d.Buckets = append(d.Buckets, metric.Bucket{Count: n})
		}
		point = metric.Point{Time: now, Value: d}
	}
	series := &metric.Series{LabelValues: labels, Point: point}
	if f.descriptor.Type != metric.TypeGaugeInt64 {
		series.StartTime = born
	}
	return series
}

// NewShop returns a world with the metrics of a shop.
func NewShop() *World {
	w := NewWorld()
	w.Metric("shop/request_count", metric.TypeCumulativeInt64, "1", nil, "method", "outcome", "tenant")
	w.Metric("shop/request_latency", metric.TypeCumulativeDistribution, "ms",
		[]float64{5, 10, 25, 50, 100, 250, 500, 1000, 2500}, "method", "outcome")
	w.Metric("shop/queue_depth", metric.TypeGaugeInt64, "1", nil)
	w.Metric("shop/in_stock", metric.TypeGaugeInt64, "1", nil, "warehouse")
	w.Metric("shop/idle", metric.TypeCumulativeInt64, "1", nil, "outcome")
	w.Set("shop/in_stock", 400, "north")
	w.Set("shop/in_stock", 300, "south")
	w.Count("shop/idle", 0, "ok")
	return w
}

// A Load is what happens in the shop.
type Load struct {
	Requests     int     // in ten seconds
	Errors, Slow float64 // parts of them
	Queue        int64
}

// Loads that tests use.
var (
	Healthy = Load{Requests: 80, Errors: 0.0002, Slow: 0.004, Queue: 12}
	Burning = Load{Requests: 80, Errors: 0.02, Slow: 0.14, Queue: 160}
	Night   = Load{}
)

// Live lets time pass under the load, ten seconds at a time.
func (w *World) Live(e *evaluate.Evaluator, d time.Duration, l Load) {
	for ; d > 0; d -= 10 * time.Second {
		w.Pass(10 * time.Second)
		for range l.Requests {
			w.request(l)
		}
		if l.Requests > 0 {
			w.Set("shop/queue_depth", l.Queue+int64(w.dice()*20))
		}
		e.Evaluate(context.Background())
	}
}

func (w *World) request(l Load) {
	methods, tenants := []string{"GET", "GET", "GET", "POST", "PUT"}, []string{"acme", "globex", "initech", ""}
	method, tenant, outcome := methods[int(w.dice()*5)], tenants[int(w.dice()*4)], "ok"
	if w.dice() < l.Errors*2 && method != "PUT" && tenant != "acme" {
		outcome = "error"
	}
	took := 4 + 22*math.Exp(2*w.dice()*w.dice())
	if w.dice() < l.Slow {
		took = 260 + 1300*w.dice()*w.dice()
	}
	w.Count("shop/request_count", 1, method, outcome, tenant)
	w.Record("shop/request_latency", took, 1, method, outcome)
}

func requests(where ...slo.Condition) slo.Selection {
	return slo.Selection{Metric: "shop/request_count", Unit: "1", Where: where}
}

func latencies() slo.Selection {
	return slo.Selection{Metric: "shop/request_latency", Unit: "ms"}
}

func failed() *slo.Selection {
	s := requests(slo.Condition{Key: "outcome", Values: []string{"error"}})
	return &s
}

func all() *slo.Selection {
	s := requests()
	return &s
}

// ShopSLOs are SLOs of all forms.
func ShopSLOs() []slo.SLO {
	availability := &slo.Ratio{Bad: failed(), Total: all()}
	workbook := &slo.Alerts{MinEvents: 100, Tiers: []slo.Tier{
		{Severity: "page", Over: time.Hour, Short: 5 * time.Minute, Burn: 14.4},
		{Severity: "page", Over: 6 * time.Hour, Short: 30 * time.Minute, Burn: 6},
		{Severity: "ticket", Over: 24 * time.Hour, Short: 2 * time.Hour, Burn: 3},
		{Severity: "ticket", Over: 72 * time.Hour, Short: 6 * time.Hour, Burn: 1},
	}}
	return []slo.SLO{
		{ID: "availability", DisplayName: "Requests succeed", Goal: 0.999, Days: 28, Ratio: availability, Alerts: workbook},
		{ID: "fast_enough", DisplayName: "Requests take less than 500 ms", Goal: 0.98, Days: 7,
			Distribution: &slo.DistributionCut{Selection: latencies(), Max: 500}, Alerts: workbook},
		{ID: "good_windows", DisplayName: "Most minutes are fast", Goal: 0.9, Calendar: "WEEK",
			Windows: &slo.Windows{Length: time.Minute, Threshold: 0.95, Distribution: &slo.DistributionCut{Selection: latencies(), Max: 250}},
			Alerts:  &slo.Alerts{Tiers: []slo.Tier{{Severity: "ticket", Over: 10 * time.Minute, Short: 10 * time.Minute, Burn: 2}}}},
		{ID: "available_windows", DisplayName: "Nearly all five minutes are available", Goal: 0.95, Days: 28,
			Windows: &slo.Windows{Length: 5 * time.Minute, Threshold: 0.99, Ratio: availability}},
		{ID: "short_queue", DisplayName: "The queue stays short", Goal: 0.99, Days: 7,
			Windows: &slo.Windows{Length: time.Minute, Mean: &slo.MetricRange{Selection: slo.Selection{Metric: "shop/queue_depth", Unit: "1"}, Min: math.Inf(-1), Max: 100}}},
		{ID: "in_stock", DisplayName: "There is enough in stock", Goal: 0.9, Days: 30,
			Windows: &slo.Windows{Length: 5 * time.Minute, Sum: &slo.MetricRange{Selection: slo.Selection{Metric: "shop/in_stock", Unit: "{items}"}, Min: 500, Max: math.Inf(1)}}},
		{ID: "idle", DisplayName: "Nobody calls this", Goal: 0.99, Days: 28,
			Ratio: &slo.Ratio{Good: &slo.Selection{Metric: "shop/idle", Unit: "1", Where: []slo.Condition{{Key: "outcome", Values: []string{"ok"}}}}, Total: &slo.Selection{Metric: "shop/idle", Unit: "1"}}},
		{ID: "no_such_view", DisplayName: "Its view is not registered", Goal: 0.99, Days: 28,
			Ratio: &slo.Ratio{Good: &slo.Selection{Metric: "shop/nowhere"}, Total: &slo.Selection{Metric: "shop/nowhere"}}},
		{ID: "not_a_bound", DisplayName: "A threshold inside of a bucket", Goal: 0.99, Days: 28,
			Distribution: &slo.DistributionCut{Selection: latencies(), Max: 300}},
		{ID: "by_google", DisplayName: "Availability as Google Cloud measures it", Goal: 0.999, Days: 28, Basic: &slo.Basic{Availability: true}},
		{ID: "windows_by_google", DisplayName: "Windows by a basic indicator", Goal: 0.99, Days: 28,
			Windows: &slo.Windows{Length: 5 * time.Minute, Threshold: 0.9, Basic: &slo.Basic{Latency: time.Second}}},
	}
}

// Evaluator returns one over the world, which is closed with the test.
func (w *World) Evaluator(tb testing.TB, slos []slo.SLO) *evaluate.Evaluator {
	tb.Helper()
	e := evaluate.New(evaluate.Options{SLOs: slos, Gather: w.Gather, Now: w.Clock})
	tb.Cleanup(e.Close)
	return e
}
