package otel

import (
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// TestSumIsNotLowered: a record of zero lowers the mean times the count, by rounding. The
// sums of points must not fall, and no delta is negative.
func TestSumIsNotLowered(t *testing.T) {
	s := openShop(t)
	cumulative, delta := NewProducer(), newDelta()
	pointOf := func(p *Producer) metricdata.HistogramDataPoint[float64] {
		return found(t, produce(t, p), s.latencyName).(metricdata.Histogram[float64]).DataPoints[0]
	}
	var read, last float64 // of the recorder, and of the points
	fell := 0
	for i := range 300 {
		if i%3 == 0 {
			s.latency.At(1).Record(0.1 * float64(i))
		}
		s.latency.At(1).Record(0)
		before := read
		for _, m := range s.pkg.Read(nil) {
			if m.Descriptor.Name == s.latencyName {
				read = m.Series[0].Point.Value.(*metric.Distribution).Sum
			}
		}
		if read < before {
			fell++
		}
		sum := pointOf(cumulative).Sum
		if sum < last || sum < read || sum-read > rounding*read {
			t.Errorf("record %d: the sum is %v after %v, the recorder's is %v", i, sum, last, read)
		}
		if d := pointOf(delta).Sum; d != sum-last {
			t.Errorf("record %d: the delta is %v, the sums are %v and %v", i, d, last, sum)
		}
		last = sum
	}
	if fell == 0 {
		t.Error("the recorder's sum has not fallen")
	}
}

// TestSumFalls: values may be negative, and then the sum is the recorder's.
func TestSumFalls(t *testing.T) {
	s := openShop(t)
	p := NewProducer()
	s.latency.At(1).Record(64)
	wantText(t, produce(t, p), s.latencyName, "histogram float64 cumulative: a 1 of sum 64 in [0 1 0] by [10 100]")
	s.latency.At(1).Record(-2)
	wantText(t, produce(t, p), s.latencyName, "histogram float64 cumulative: a 2 of sum 62 in [1 1 0] by [10 100]")
}
