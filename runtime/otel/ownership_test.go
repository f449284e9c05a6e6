package otel

import (
	"context"
	"slices"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	api "go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// spoil overwrites all that a result refers to, up to the capacity of its slices.
func spoil(scopes []metricdata.ScopeMetrics) {
	for i := range scopes {
		metrics := scopes[i].Metrics[:cap(scopes[i].Metrics)]
		for k := range metrics {
			switch d := metrics[k].Data.(type) {
			case metricdata.Gauge[int64]:
				spoilNumbers(d.DataPoints)
			case metricdata.Gauge[float64]:
				spoilNumbers(d.DataPoints)
			case metricdata.Sum[int64]:
				spoilNumbers(d.DataPoints)
			case metricdata.Sum[float64]:
				spoilNumbers(d.DataPoints)
			case metricdata.Histogram[float64]:
				spoilHistograms(d.DataPoints)
			}
			metrics[k] = metricdata.Metrics{Name: "spoiled"}
		}
	}
	clear(scopes[:cap(scopes)])
}

func spoilNumbers[N int64 | float64](points []metricdata.DataPoint[N]) {
	for i := range points {
		points[i] = metricdata.DataPoint[N]{Value: -7}
	}
}

func spoilHistograms(points []metricdata.HistogramDataPoint[float64]) {
	for i, p := range points {
		for k := range p.Bounds {
			p.Bounds[k] = -7
		}
		for k := range p.BucketCounts {
			p.BucketCounts[k] = 7
		}
		for k := range p.Exemplars {
			clear(p.Exemplars[k].TraceID)
			clear(p.Exemplars[k].SpanID)
			p.Exemplars[k].Value = -7
		}
		points[i] = metricdata.HistogramDataPoint[float64]{Count: 7}
	}
}

// TestResultBelongsToCaller: a change of a result changes no later one, and neither the
// program's own metrics.
func TestResultBelongsToCaller(t *testing.T) {
	s := openShop(t)
	cumulative, delta := NewProducer(), newDelta()
	defer s.total.Observe(func() int64 { return 5 })()
	for i := range 3 {
		s.requests.At(1).Inc()
		s.seconds.At(1).Add(1)
		s.items.At(1).Set(3)
		s.latency.At(1).RecordExemplar(sampledSpan(1), 5)
		s.latency.At(2).Record(50)
		for _, p := range []*Producer{cumulative, delta} {
			scopes := produce(t, p)
			wantText(t, scopes, s.itemsName, "gauge int64: a 3")
			if got := exemplarsOf(t, found(t, scopes, s.latencyName)); got != "a 5@01, b" {
				t.Errorf("collection %d: exemplars %s", i+1, got)
			}
			want := "histogram float64 delta: a 1 of sum 5 in [1 0 0] by [10 100], b 1 of sum 50 in [0 1 0] by [10 100]"
			if p == cumulative {
				want = []string{
					"histogram float64 cumulative: a 1 of sum 5 in [1 0 0] by [10 100], b 1 of sum 50 in [0 1 0] by [10 100]",
					"histogram float64 cumulative: a 2 of sum 10 in [2 0 0] by [10 100], b 2 of sum 100 in [0 2 0] by [10 100]",
					"histogram float64 cumulative: a 3 of sum 15 in [3 0 0] by [10 100], b 3 of sum 150 in [0 3 0] by [10 100]",
				}[i]
			}
			wantText(t, scopes, s.latencyName, want)
			spoil(scopes)
		}
	}
}

// TestSlicesDoNotOverlap: what is appended to the slices of a point changes no other point.
func TestSlicesDoNotOverlap(t *testing.T) {
	s := openShop(t)
	for i := range uint64(4) {
		s.latency.At(i).RecordExemplar(sampledSpan(1), 5)
		s.latency.At(i).RecordExemplar(sampledSpan(2), 50)
	}
	scopes := produce(t, NewProducer())
	want := text(t, found(t, scopes, s.latencyName)) + exemplarsOf(t, found(t, scopes, s.latencyName))
	for _, p := range found(t, scopes, s.latencyName).(metricdata.Histogram[float64]).DataPoints {
		_ = append(p.BucketCounts, 7)
		_ = append(p.Exemplars, metricdata.Exemplar[float64]{Value: -7})
		for _, e := range p.Exemplars {
			_, _ = append(e.TraceID, 7), append(e.SpanID, 7)
		}
	}
	if got := text(t, found(t, scopes, s.latencyName)) + exemplarsOf(t, found(t, scopes, s.latencyName)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestSameResourceMetrics: the SDK writes its instruments into the memory of our last result,
// here histograms with more points and more buckets.
func TestSameResourceMetrics(t *testing.T) {
	s := openShop(t)
	reader := sdk.NewManualReader(sdk.WithProducer(NewProducer()))
	provider := sdk.NewMeterProvider(sdk.WithReader(reader))
	var rm metricdata.ResourceMetrics
	var theirs []api.Float64Histogram
	for i := range 5 {
		for letter := range uint64(4) {
			s.latency.At(letter).Record(5)
		}
		s.requests.At(1).Inc()
		// One more scope each time, so that each place of the last result is used.
		h, err := provider.Meter(string(rune('a'+i))).Float64Histogram("theirs", api.WithExplicitBucketBoundaries(1, 2, 3, 4, 5, 6))
		if err != nil {
			t.Fatal(err)
		}
		theirs = append(theirs, h)
		for _, h := range theirs {
			for k := range 6 {
				h.Record(context.Background(), 2.5, api.WithAttributes(attribute.Int("k", k)))
			}
		}
		if err := reader.Collect(context.Background(), &rm); err != nil {
			t.Fatal(err)
		}
		n := uint64(i + 1)
		for _, p := range found(t, rm.ScopeMetrics, s.latencyName).(metricdata.Histogram[float64]).DataPoints {
			if p.Count != n || !slices.Equal(p.BucketCounts, []uint64{n, 0, 0}) || !slices.Equal(p.Bounds, []float64{10, 100}) {
				t.Errorf("collection %d: %+v", i+1, p)
			}
		}
		for k := range theirs {
			want := make([]uint64, 7)
			want[2] = n - uint64(k)
			for _, p := range theirPoints(rm.ScopeMetrics, string(rune('a'+k))) {
				if !slices.Equal(p.BucketCounts, want) || p.Count != want[2] {
					t.Errorf("collection %d: the SDK's own are %+v, want %d", i+1, p, want)
				}
			}
		}
		if sum := found(t, rm.ScopeMetrics, s.requestsName).(metricdata.Sum[int64]).DataPoints[0].Value; sum != int64(n) {
			t.Errorf("collection %d: %d requests", i+1, sum)
		}
	}
}

// theirPoints returns the points of the SDK's own histogram in a scope.
func theirPoints(scopes []metricdata.ScopeMetrics, scope string) []metricdata.HistogramDataPoint[float64] {
	for _, s := range scopes {
		if s.Scope.Name == scope {
			return s.Metrics[0].Data.(metricdata.Histogram[float64]).DataPoints
		}
	}
	return []metricdata.HistogramDataPoint[float64]{{}} // which equals no histogram
}
