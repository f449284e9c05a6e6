package otel

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// atStart is what a Producer returns before any test.
var atStart, errAtStart = NewProducer().Produce(context.Background())

// TestNothingRegistered: a Producer without packages says nothing, since packages may come
// later.
func TestNothingRegistered(t *testing.T) {
	if atStart != nil || errAtStart != nil {
		t.Errorf("got %v, %v", atStart, errAtStart)
	}
	if !record.StatsGoToOpenTelemetry() {
		t.Error("OpenCensus's readers still get the metric of record.Stats")
	}
}

func TestEveryKind(t *testing.T) {
	s := openShop(t)
	s.requests.At(2).Inc()
	s.requests.At(1).Inc()
	s.requests.At(2).Inc()
	s.bytes.At(0).Add(1<<53 + 1)
	s.bytes.At(4).Add(math.MaxInt64)
	s.bytes.At(4).Add(1)
	s.seconds.At(1).Add(0.1)
	s.seconds.At(1).Add(0.2)
	s.items.At(3).Set(-(1<<53 + 1))
	s.load.At(3).Set(-0.5)
	for _, v := range []float64{-1, 9.5, 10, 99, 100, 1000} {
		s.latency.At(1).Record(v)
	}
	defer s.total.Observe(func() int64 { return 1<<53 + 1 }, record.TagValue{})()
	scopes := collect(t, newReader(t, NewProducer()))
	for name, want := range map[string]string{
		s.requestsName: "sum int64 cumulative: b 2, a 1",
		s.bytesName:    "sum int64 cumulative: - 9007199254740993, d 9223372036854775807",
		s.secondsName:  "sum float64 cumulative: a 0.30000000000000004",
		s.itemsName:    "gauge int64: c -9007199254740993",
		s.loadName:     "gauge float64: c -0.5",
		s.latencyName:  "histogram float64 cumulative: a 6 of sum 1217.5 in [2 2 2] by [10 100]",
		s.totalName:    "sum int64 cumulative: - 9007199254740993",
		s.poolName:     "gauge int64: - 9007199254740993",
	} {
		wantText(t, scopes, name, want)
	}
	key := s.letter.Key()
	sum := found(t, scopes, s.requestsName).(metricdata.Sum[int64])
	if v, ok := sum.DataPoints[0].Attributes.Value(attribute.Key(key)); !ok || v.AsString() != "b" {
		t.Errorf("the attribute %s is %v", key, v)
	}
	for _, scope := range scopes {
		if scope.Scope.Name != s.pkg.Scope() {
			continue
		}
		d := s.pkg.Descriptors()
		for i, m := range scope.Metrics {
			if m.Name != d[i].Name || m.Description != d[i].Description || m.Unit != d[i].Unit {
				t.Errorf("metric %d is %s, %q, %q, want %+v", i, m.Name, m.Description, m.Unit, d[i])
			}
		}
	}
}

// TestDistributionWithoutBounds has one bucket.
func TestDistributionWithoutBounds(t *testing.T) {
	name := unique("unbounded")
	d := series.NewDistributions(series.SeriesInfo{Name: name, Size: 1})
	register(t, []metric.Descriptor{{Name: name, Type: metric.TypeCumulativeDistribution}}, series.Sets(d))
	d.At(0).Record(3)
	wantText(t, produce(t, NewProducer()), name, "histogram float64 cumulative: - 1 of sum 3 in [1] by []")
}

// tick waits for the next reading of the clock.
func tick() {
	for start := time.Now().UnixNano(); time.Now().UnixNano() == start; {
	}
}

// TestTimes: each series has the start time of its own.
func TestTimes(t *testing.T) {
	s := openShop(t)
	before := time.Now()
	s.requests.At(1).Inc()
	tick()
	between := time.Now()
	s.requests.At(2).Inc()
	s.latency.At(1).Record(1)
	s.items.At(1).Set(1)
	tick()
	p := NewProducer()
	first := produce(t, p)
	after := time.Now()
	requests := spans(t, found(t, first, s.requestsName))
	a, b := requests["a"], requests["b"]
	if a.start.Before(before.Round(0)) || !a.start.Before(between) || b.start.Before(between.Round(0)) || !b.start.Before(b.end) || b.end.After(after) || a.end != b.end {
		t.Errorf("a is of %v, b of %v; the second began at %v", a, b, between)
	}
	tick()
	second := produce(t, p)
	for _, name := range []string{s.requestsName, s.latencyName} {
		was, is := spans(t, found(t, first, name))["a"], spans(t, found(t, second, name))["a"]
		if was.start.IsZero() || !is.start.Equal(was.start) || !is.end.After(was.end) {
			t.Errorf("%s is of %v, then of %v", name, was, is)
		}
	}
	if gauge := spans(t, found(t, second, s.itemsName))["a"]; !gauge.start.IsZero() || gauge.end.IsZero() {
		t.Errorf("the gauge is of %v", gauge)
	}
}

// TestScopes: each package has its own, in the order of their registration, with its metrics
// in the order of the schema. A package of another recorder has none.
func TestScopes(t *testing.T) {
	p := NewProducer()
	one, two := newShop(), openShop(t)
	name := unique("other")
	other := series.NewCounts(series.SeriesInfo{Name: name, Size: 1})
	direct := record.NewPackage(record.PackageInfo{
		Name: "direct", Parts: []record.Part{series.Sets(other)},
		Descriptors: func() []metric.Descriptor {
			return []metric.Descriptor{{Name: name, Type: metric.TypeCumulativeInt64}}
		},
	})
	mustRegister(t, direct)
	defer direct.Unregister()
	other.At(0).Inc()
	wantScopes(t, produce(t, p)) // without series
	two.latency.At(1).Record(1)
	two.requests.At(1).Inc()
	defer two.total.Observe(func() int64 { return 1 })()
	twoNames := []string{two.pkg.Scope(), two.requestsName, two.latencyName, two.totalName, two.poolName}
	wantScopes(t, produce(t, p), twoNames)
	mustRegister(t, one.pkg)
	one.items.At(1).Set(1)
	oneNames := []string{one.pkg.Scope(), one.itemsName}
	wantScopes(t, produce(t, p), twoNames, oneNames)
	two.pkg.Unregister()
	wantScopes(t, produce(t, p), oneNames)
	one.pkg.Unregister()
	wantScopes(t, produce(t, p))
}

// TestEqualScopes: two schemas may name the same scope. A Reader has the metrics of both.
func TestEqualScopes(t *testing.T) {
	scope := unique("shared")
	var names []string
	for range 2 {
		name := unique("count")
		counts := series.NewCounts(series.SeriesInfo{Name: name, Size: 1})
		pkg := record.NewPackage(record.PackageInfo{
			Name: "equal", Scope: scope, Parts: []record.Part{series.Sets(counts)},
			Descriptors: func() []metric.Descriptor {
				return []metric.Descriptor{{Name: name, Type: metric.TypeCumulativeInt64}}
			},
		})
		mustRegister(t, pkg)
		t.Cleanup(pkg.Unregister)
		counts.At(0).Inc()
		names = append(names, name)
	}
	scopes := collect(t, newReader(t, NewProducer()))
	wantText(t, scopes, names[0], "sum int64 cumulative: - 1")
	wantText(t, scopes, names[1], "sum int64 cumulative: - 1")
	for _, s := range scopes {
		if s.Scope.Name != scope && s.Scope.Name != ownScope {
			t.Errorf("a scope is %q", s.Scope.Name)
		}
	}
}

// TestTwoReaders: each Reader has a Producer, and gets everything in its own temporality.
func TestTwoReaders(t *testing.T) {
	s := openShop(t)
	cumulative := newReader(t, NewProducer())
	delta := newReader(t, NewProducer(WithTemporality(sdk.DeltaTemporalitySelector)))
	s.requests.At(1).Inc()
	wantText(t, collect(t, cumulative), s.requestsName, "sum int64 cumulative: a 1")
	s.requests.At(1).Inc()
	wantText(t, collect(t, delta), s.requestsName, "sum int64 delta: a 2")
	s.requests.At(1).Inc()
	wantText(t, collect(t, cumulative), s.requestsName, "sum int64 cumulative: a 3")
	wantText(t, collect(t, delta), s.requestsName, "sum int64 delta: a 1")
}

func TestNilSelector(t *testing.T) {
	defer func() {
		if got := recover(); got != "otel: WithTemporality got nil" {
			t.Errorf("panicked with %v", got)
		}
	}()
	NewProducer(WithTemporality(nil))
	t.Error("no panic")
}

// TestCancelledContext: the SDK checks ctx itself. A reading is not repeated, so it must not
// be dropped.
func TestCancelledContext(t *testing.T) {
	s := openShop(t)
	s.requests.At(1).Inc()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	scopes, err := NewProducer().Produce(ctx)
	if err != nil {
		t.Error(err)
	}
	wantText(t, scopes, s.requestsName, "sum int64 cumulative: a 1")
}
