package otel

import (
	"math"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/series"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// upDowns are metrics that are counted up and down, in a package that is registered until the
// test ends.
type upDowns struct {
	open *series.Int64UpDowns
	load *series.Float64UpDowns

	openName, loadName string
}

func openUpDowns(t *testing.T) *upDowns {
	t.Helper()
	u := &upDowns{openName: unique("open"), loadName: unique("load")}
	u.open = series.NewInt64UpDowns(series.SeriesInfo{Name: u.openName, Size: 1})
	u.load = series.NewFloat64UpDowns(series.SeriesInfo{Name: u.loadName, Size: 1})
	pkg := newPackage([]metric.Descriptor{
		{Name: u.openName, Unit: "1", Type: metric.TypeGaugeInt64, UpDown: true},
		{Name: u.loadName, Unit: "1", Type: metric.TypeGaugeFloat64, UpDown: true},
	}, series.Sets(u.open, u.load))
	mustRegister(t, pkg)
	t.Cleanup(pkg.Unregister)
	return u
}

// expectOpen checks the sum of open.
func (u *upDowns) expectOpen(t *testing.T, scopes []metricdata.ScopeMetrics, temporality metricdata.Temporality, want int64) metricdata.DataPoint[int64] {
	t.Helper()
	sum, ok := found(t, scopes, u.openName).(metricdata.Sum[int64])
	if !ok || sum.IsMonotonic || sum.Temporality != temporality || len(sum.DataPoints) != 1 || sum.DataPoints[0].Value != want {
		t.Fatalf("%+v, want a sum of %d that is not monotonic and %v", found(t, scopes, u.openName), want, temporality)
	}
	return sum.DataPoints[0]
}

// TestUpDown: up-down counts are sums that are not monotonic, with the start of their series.
func TestUpDown(t *testing.T) {
	u := openUpDowns(t)
	end := series.Begin(u.open.At(0))
	u.open.At(0).Add(-3)
	u.load.At(0).Add(-0.5)
	p := NewProducer()
	scopes := produce(t, p)
	first := u.expectOpen(t, scopes, metricdata.CumulativeTemporality, -2)
	if first.StartTime.IsZero() || !first.Time.After(first.StartTime) {
		t.Errorf("the point is from %v to %v", first.StartTime, first.Time)
	}
	load, ok := found(t, scopes, u.loadName).(metricdata.Sum[float64])
	if !ok || load.IsMonotonic || load.DataPoints[0].Value != -0.5 {
		t.Errorf("%+v, want a sum of -0.5 that is not monotonic", found(t, scopes, u.loadName))
	}
	end()
	if second := u.expectOpen(t, produce(t, p), metricdata.CumulativeTemporality, -3); !second.StartTime.Equal(first.StartTime) {
		t.Errorf("the start moved from %v to %v", first.StartTime, second.StartTime)
	}
}

// TestUpDownTemporality: only InstrumentKindUpDownCounter decides. The SDK's selectors for
// deltas and for low memory leave it cumulative.
func TestUpDownTemporality(t *testing.T) {
	u := openUpDowns(t)
	u.open.At(0).Add(5)
	for name, selector := range map[string]sdk.TemporalitySelector{
		"delta": sdk.DeltaTemporalitySelector, "lowmemory": sdk.LowMemoryTemporalitySelector, "cumulative": sdk.CumulativeTemporalitySelector,
	} {
		t.Run(name, func(t *testing.T) {
			u.expectOpen(t, produce(t, NewProducer(WithTemporality(selector))), metricdata.CumulativeTemporality, 5)
		})
	}
	p := NewProducer(WithTemporality(func(k sdk.InstrumentKind) metricdata.Temporality {
		if k == sdk.InstrumentKindUpDownCounter {
			return metricdata.DeltaTemporality
		}
		return metricdata.CumulativeTemporality
	}))
	u.expectOpen(t, produce(t, p), metricdata.DeltaTemporality, 5)
	u.open.At(0).Add(-7)
	u.expectOpen(t, produce(t, p), metricdata.DeltaTemporality, -7)
	u.open.At(0).Add(math.MaxInt64)
	u.open.At(0).Add(-1)
	u.expectOpen(t, produce(t, p), metricdata.DeltaTemporality, math.MaxInt64-1)
	if data := found(t, produce(t, p), u.openName); data != nil {
		t.Errorf("a delta without a change: %+v", data)
	}
}

// TestDeltaOfForgottenUpDown: a series that was forgotten begins anew, though no label tells the
// two apart.
func TestDeltaOfForgottenUpDown(t *testing.T) {
	u := openUpDowns(t)
	p := NewProducer(WithTemporality(func(sdk.InstrumentKind) metricdata.Temporality { return metricdata.DeltaTemporality }))
	u.open.At(0).Add(5)
	first := u.expectOpen(t, produce(t, p), metricdata.DeltaTemporality, 5)
	series.NewForgetting(nil, u.open).Forget()
	tick()
	u.open.At(0).Add(2)
	again := u.expectOpen(t, produce(t, p), metricdata.DeltaTemporality, 2)
	if !again.StartTime.After(first.Time) {
		t.Errorf("the delta is from %v to %v, the first to %v", again.StartTime, again.Time, first.Time)
	}
}
