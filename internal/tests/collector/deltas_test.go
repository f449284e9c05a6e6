package collector_test

import (
	"slices"
	"testing"

	sdk "go.opentelemetry.io/otel/sdk/metric"
	wire "go.opentelemetry.io/proto/otlp/metrics/v1"

	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/internal/tests/collector"
)

// TestProducerDeltas: the deltas that arrive add up to the totals of the process, and each
// begins where the one before ends.
func TestProducerDeltas(t *testing.T) {
	for _, protocol := range protocols {
		t.Run(protocol, func(t *testing.T) {
			c := collector.Start(t)
			register(t)
			provider := newProvider(t, c, protocol, sdk.DeltaTemporalitySelector)
			const flushes = 3
			for range flushes {
				recordOtel(t.Context())
				if err := provider.ForceFlush(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			gathered := gatheredOtel(t)
			if err := provider.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			bySeries := map[string][]fakeotlp.Point{}
			for _, p := range ofScope(c.Points(), goldenScope) {
				if p.Kind == "gauge" {
					continue
				}
				if p.Temporality != wire.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA {
					t.Errorf("%s arrived as %v", p.Metric, p.Temporality)
				}
				series := p.Metric + fakeotlp.Key(p.Attributes)
				bySeries[series] = append(bySeries[series], p)
			}
			totals := 0
			for _, total := range expected(gathered) {
				if total.Kind == "gauge" {
					continue
				}
				totals++
				wantDeltas(t, bySeries[total.Metric+fakeotlp.Key(total.Attributes)], total, flushes)
			}
			if totals < 20 || len(bySeries) != totals {
				t.Errorf("deltas of %d series arrived, want %d", len(bySeries), totals)
			}
		})
	}
}

// wantDeltas compares the sum of the deltas of a series with its total.
func wantDeltas(t *testing.T, deltas []fakeotlp.Point, total fakeotlp.Point, n int) {
	t.Helper()
	if len(deltas) != n {
		t.Errorf("%s: %d deltas arrived, want %d", total.Metric, len(deltas), n)
		return
	}
	sum := fakeotlp.Point{Buckets: make([]uint64, len(total.Buckets))}
	began := total.Start
	for _, d := range deltas {
		if !d.Start.Equal(began) {
			t.Errorf("%s: a delta begins at %v, want %v", d.Metric, d.Start, began)
		}
		began = d.Time
		sum.Int, sum.Value, sum.Count, sum.Sum = sum.Int+d.Int, sum.Value+d.Value, sum.Count+d.Count, sum.Sum+d.Sum
		for i, n := range d.Buckets {
			sum.Buckets[i] += n
		}
	}
	sameValue := total.Integer || sum.Value == total.Value // Value is Int, rounded
	if sum.Int != total.Int || !sameValue || sum.Count != total.Count || sum.Sum != total.Sum || !slices.Equal(sum.Buckets, total.Buckets) {
		t.Errorf("%s: the deltas add up to %+v, want %+v", total.Metric, sum, total)
	}
}
