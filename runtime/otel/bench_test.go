package otel

import (
	"context"
	"fmt"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"go.opentelemetry.io/otel/attribute"
	api "go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// twelveBounds are the bounds of the distributions that are measured, in ms.
var twelveBounds = []float64{5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000}

// A latencies is a registered package with one distribution of n series.
type latencies struct {
	pkg    *record.Package
	n      uint64
	series *series.Distributions
}

// newLatencies makes n series by an open tag, and by closed ones up to the number of labels.
func newLatencies(t testing.TB, n, labels int) *latencies {
	tags := []*record.Tag{record.NewOpenTag(unique("tag"), record.OpenTag{MaxValues: n})}
	for len(tags) < labels {
		tags = append(tags, record.NewClosedTag(unique("tag"), record.ClosedTag{Values: []string{"x"}}))
	}
	d := metric.Descriptor{Name: unique("latency"), Unit: "ms", Type: metric.TypeCumulativeDistribution}
	size := uint64(1)
	for _, tag := range tags {
		d.LabelKeys = append(d.LabelKeys, metric.LabelKey{Key: tag.Key()})
		size *= tag.Indices()
	}
	l := &latencies{n: uint64(n), series: series.NewDistributions(series.SeriesInfo{Name: d.Name, Tags: tags, Size: size, Keyed: true, Bounds: twelveBounds})}
	l.pkg = register(t, []metric.Descriptor{d}, series.Sets(l.series))
	for i := range n {
		tags[0].ValueIndex(record.Open(fmt.Sprintf("value-%05d", i)))
	}
	l.record()
	return l
}

// record records into each series.
func (l *latencies) record() {
	for i := range l.n {
		l.series.Keyed(i + 3).Record(float64(i % 100))
	}
}

// BenchmarkProduce is a collection of 10,000 distributions of 12 bounds and 3 labels. In
// "changed" each series gets a record between two collections.
func BenchmarkProduce(b *testing.B) {
	for _, c := range []struct {
		name string
		opts []Option
		all  bool // series change
	}{
		{"cumulative", nil, false},
		{"cumulative-changed", nil, true},
		{"delta-changed", []Option{WithTemporality(sdk.DeltaTemporalitySelector)}, true},
		{"delta-resting", []Option{WithTemporality(sdk.DeltaTemporalitySelector)}, false},
	} {
		b.Run(c.name, func(b *testing.B) {
			l := newLatencies(b, 10_000, 3)
			p := NewProducer(c.opts...)
			produce(b, p)
			b.ReportAllocs()
			for b.Loop() {
				if c.all {
					b.StopTimer()
					l.record()
					b.StartTimer()
				}
				produce(b, p)
			}
		})
	}
}

// BenchmarkCollect is the same through a Reader, beside one whose instruments are the
// SDK's.
func BenchmarkCollect(b *testing.B) {
	b.Run("ocgen", func(b *testing.B) {
		newLatencies(b, 10_000, 3)
		measureCollect(b, newReader(b, NewProducer()))
	})
	b.Run("sdk", func(b *testing.B) {
		r := sdk.NewManualReader()
		meter := sdk.NewMeterProvider(sdk.WithReader(r), sdk.WithCardinalityLimit(0)).Meter("bench")
		latency, err := meter.Float64Histogram("latency", api.WithExplicitBucketBoundaries(twelveBounds...))
		if err != nil {
			b.Fatal(err)
		}
		for i := range 10_000 {
			latency.Record(context.Background(), float64(i%100), api.WithAttributes(
				attribute.String("x", "x"), attribute.String("y", "x"), attribute.String("subscriber", fmt.Sprintf("value-%05d", i))))
		}
		measureCollect(b, r)
	})
}

// measureCollect collects into a new ResourceMetrics each time, as a PeriodicReader does.
func measureCollect(b *testing.B, r *sdk.ManualReader) {
	points := 0
	b.ReportAllocs()
	for b.Loop() {
		scopes := collect(b, r)
		points = len(scopes[0].Metrics[0].Data.(metricdata.Histogram[float64]).DataPoints)
	}
	if points != 10_000 {
		b.Fatalf("collected %d points", points)
	}
}
