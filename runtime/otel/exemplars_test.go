package otel

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// sampledSpan returns a sampled span whose ids end in n.
func sampledSpan(n byte) metric.Span {
	return metric.Span{TraceID: metric.TraceID{15: n}, SpanID: metric.SpanID{7: n}, Sampled: true}
}

// exemplarsOf returns the exemplars of each point, such as "a 5@01 50@02".
func exemplarsOf(t testing.TB, data metricdata.Aggregation) string {
	t.Helper()
	if data == nil {
		return ""
	}
	var points []string
	for _, p := range data.(metricdata.Histogram[float64]).DataPoints {
		text := valuesOf(p.Attributes)
		for _, e := range p.Exemplars {
			trace, span := hex.EncodeToString(e.TraceID), hex.EncodeToString(e.SpanID)
			if len(trace) != 32 || len(span) != 16 || strings.Trim(trace[:30]+span[:14], "0") != "" || trace[30:] != span[14:] {
				t.Fatalf("trace %q, span %q", trace, span)
			}
			if age := time.Since(e.Time); age < 0 || age > time.Hour {
				t.Errorf("the exemplar is of %v", e.Time)
			}
			text += fmt.Sprintf(" %v@%s", e.Value, trace[30:])
		}
		points = append(points, text)
	}
	return strings.Join(points, ", ")
}

func TestExemplars(t *testing.T) {
	s := openShop(t)
	cumulative, delta := NewProducer(), newDelta()
	unsampled := sampledSpan(9)
	unsampled.Sampled = false
	for _, c := range []struct {
		record            func()
		cumulative, delta string
	}{
		{func() {
			s.latency.At(1).RecordExemplar(sampledSpan(1), 5)
			s.latency.At(1).RecordExemplar(sampledSpan(2), 50)
			s.latency.At(2).Record(5)
		}, "a 5@01 50@02, b", "a 5@01 50@02, b"},
		{func() {}, "a 5@01 50@02, b", ""},
		{func() { // the bucket keeps its exemplar
			s.latency.At(1).RecordExemplar(unsampled, 6)
			s.latency.At(1).Record(60)
		}, "a 5@01 50@02, b", "a"},
		{func() {
			s.latency.At(1).RecordExemplar(sampledSpan(3), 7)
			s.latency.At(2).RecordExemplar(sampledSpan(4), 500)
		}, "a 7@03 50@02, b 500@04", "a 7@03, b 500@04"},
		{func() { s.latency.At(2).Record(500) }, "a 7@03 50@02, b 500@04", "b"},
	} {
		c.record()
		if got := exemplarsOf(t, found(t, produce(t, cumulative), s.latencyName)); got != c.cumulative {
			t.Errorf("cumulative: %s, want %s", got, c.cumulative)
		}
		if got := exemplarsOf(t, found(t, produce(t, delta), s.latencyName)); got != c.delta {
			t.Errorf("delta: %s, want %s", got, c.delta)
		}
	}
}

// TestHalfASpan: ids that are not valid are left out, the exemplar stays.
func TestHalfASpan(t *testing.T) {
	s := openShop(t)
	s.latency.At(1).RecordExemplar(metric.Span{TraceID: metric.TraceID{1}, Sampled: true}, 5)
	e := found(t, produce(t, NewProducer()), s.latencyName).(metricdata.Histogram[float64]).DataPoints[0].Exemplars
	if len(e) != 1 || e[0].Value != 5 || e[0].TraceID != nil || e[0].SpanID != nil {
		t.Errorf("%+v", e)
	}
}
