package stackdriver

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// large returns a metric with n of the largest distributions that Cloud Monitoring accepts. Each
// bucket has an exemplar with a span.
func large(name string, n int) *metric.Metric {
	m := distributions(name, n)
	bounds := make([]float64, 198)
	for i := range bounds {
		bounds[i] = float64(i + 1)
	}
	for _, s := range m.Series {
		d := &metric.Distribution{Count: 199, Sum: 199 * 99, Bounds: bounds, Buckets: make([]metric.Bucket, 199)}
		for i := range d.Buckets {
			span := metric.Span{TraceID: metric.TraceID{1}, SpanID: metric.SpanID{2}}
			d.Buckets[i] = metric.Bucket{Count: 1, Exemplar: &metric.Exemplar{Value: float64(i) + 0.5, Timestamp: s.Point.Time, Span: span}}
		}
		s.Point.Value = d
	}
	return m
}

// TestLargeSeries: series of any size that Cloud Monitoring accepts arrive, though a server of
// gRPC refuses requests over 4 MiB.
func TestLargeSeries(t *testing.T) {
	const n = 450
	fake, e := newFake(t)
	if err := e.Export(within(t, 60*time.Second), []*metric.Metric{large("large", n)}); err != nil {
		t.Fatal(err)
	}
	if got := len(fake.Series()); got != n {
		t.Errorf("%d series arrived, want %d", got, n)
	}
	if requests := fake.Requests(); slices.Max(requests) >= 200 {
		t.Errorf("requests of %v series", requests)
	}
}

// TestSeriesThatIsTooLarge: it is refused, and the others of its request arrive.
func TestSeriesThatIsTooLarge(t *testing.T) {
	fake, e := newFake(t)
	m := counted("m", 3, 1)
	m.Series[1].LabelValues = present(strings.Repeat("x", 5<<20))
	err := e.Export(within(t, 20*time.Second), []*metric.Metric{m})
	if got := fates(t, m, err); !slices.Equal(got, []string{"", "refused", ""}) || !strings.Contains(err.Error(), "a series must take at most 1048576: shorten its label values") {
		t.Errorf("%q: %.300v", got, err)
	}
	if got := len(fake.Series()); got != 2 {
		t.Errorf("%d series arrived", got)
	}
}
