package otlp

import (
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// TestUpDown: an up-down count is a cumulative sum that is not monotonic, and has a start.
func TestUpDown(t *testing.T) {
	start := time.Unix(10, 0)
	series := func(value any) *metric.Series {
		return &metric.Series{StartTime: start, Point: metric.Point{Time: start.Add(time.Second), Value: value}}
	}
	got, err := convert(metric.Descriptor{Name: "open", Type: metric.TypeGaugeInt64, UpDown: true}, series(int64(-2)))
	whole, ok := got.(metricdata.Sum[int64])
	if err != nil || !ok || whole.IsMonotonic || whole.Temporality != metricdata.CumulativeTemporality ||
		whole.DataPoints[0].Value != -2 || !whole.DataPoints[0].StartTime.Equal(start) {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = convert(metric.Descriptor{Name: "load", Type: metric.TypeGaugeFloat64, UpDown: true}, series(-0.5))
	float, ok := got.(metricdata.Sum[float64])
	if err != nil || !ok || float.IsMonotonic || float.Temporality != metricdata.CumulativeTemporality ||
		float.DataPoints[0].Value != -0.5 || !float.DataPoints[0].StartTime.Equal(start) {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = convert(metric.Descriptor{Name: "d", Type: metric.TypeCumulativeDistribution, UpDown: true}, series(&metric.Distribution{}))
	if err == nil || !strings.Contains(err.Error(), `no up-down counts of the type "cumulative distribution"`) {
		t.Error(err)
	}
}
