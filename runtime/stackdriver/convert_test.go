package stackdriver

import (
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/runtime/metric"
)

func keys(names ...string) []metric.LabelKey {
	var all []metric.LabelKey
	for _, n := range names {
		all = append(all, metric.LabelKey{Key: n, Description: "About " + n + "."})
	}
	return all
}

func present(values ...string) []metric.LabelValue {
	var all []metric.LabelValue
	for _, v := range values {
		all = append(all, metric.NewLabelValue(v))
	}
	return all
}

// samples are metrics of every type that Cloud Monitoring has, with everything
// that is converted.
func samples() []*metric.Metric {
	now := time.Now()
	start := now.Add(-time.Hour)
	series := func(start, end time.Time, value any, labels ...metric.LabelValue) *metric.Series {
		return &metric.Series{StartTime: start, LabelValues: labels, Point: metric.Point{Time: end, Value: value}}
	}
	one := func(name string, t metric.Type, unit string, labels []metric.LabelKey, ts ...*metric.Series) *metric.Metric {
		return &metric.Metric{
			Descriptor: metric.Descriptor{Name: name, Description: "About " + name + ".", Unit: unit, Type: t, LabelKeys: labels},
			Series:     ts,
		}
	}
	span := metric.Span{TraceID: metric.TraceID{1, 2, 3}, SpanID: metric.SpanID{4, 5}}
	sampled := &metric.Exemplar{Value: 1.5, Timestamp: start, Span: span}
	plain := &metric.Exemplar{Value: 0.5, Timestamp: start}
	distribution := func(bounds []float64, buckets ...metric.Bucket) *metric.Distribution {
		d := &metric.Distribution{Sum: 4.5, SumOfSquaredDeviation: 0.25, Bounds: bounds, Buckets: buckets}
		for _, b := range buckets {
			d.Count += b.Count
		}
		return d
	}
	onHost := one("shop/on_host", metric.TypeGaugeInt64, "1", nil, series(time.Time{}, now, int64(3)))
	onHost.Resource = &metric.Resource{Type: "gce_instance", Labels: map[string]string{"zone": "z", "instance_id": "1"}}
	return []*metric.Metric{
		one("shop/requests", metric.TypeCumulativeInt64, "1", keys("http.method", "2nd", "_x"),
			series(start, now, int64(1<<53+1), present("GET", "", "ä")...),
			series(start, now, int64(1), metric.NewLabelValue("POST"), metric.LabelValue{}, metric.LabelValue{}),
			series(now, now, int64(2), present("PUT", "same", "instant")...)),
		one("shop//spent/./money", metric.TypeCumulativeFloat64, "EUR", nil, series(start, now, 1.5)),
		one("shop/temperature", metric.TypeGaugeFloat64, "s", nil, series(time.Time{}, now, -1.5)),
		one("shop/gauge", metric.TypeGaugeInt64, "By", nil, series(start, now, int64(-3))),
		one("shop/latency", metric.TypeCumulativeDistribution, "ms", keys(strings.Repeat("k", 120)),
			series(start, now, distribution([]float64{1, 2}, metric.Bucket{Count: 1, Exemplar: plain}, metric.Bucket{Count: 2, Exemplar: sampled}, metric.Bucket{}), present("a")...),
			series(start, now, distribution([]float64{0, 2}, metric.Bucket{}, metric.Bucket{Count: 2}, metric.Bucket{Count: 1}), present("zero")...),
			series(start, now, distribution([]float64{-1, 2}, metric.Bucket{}, metric.Bucket{}, metric.Bucket{}), present("empty")...)),
		one("shop/sizes", metric.TypeGaugeDistribution, "By", nil,
			series(time.Time{}, now, distribution([]float64{1}, metric.Bucket{Count: 1}, metric.Bucket{}))),
		onHost,
	}
}

func TestNames(t *testing.T) {
	for _, test := range []struct{ prefix, name, want string }{
		{"", "a/b", "custom.googleapis.com/opencensus/a/b"},
		{"", "/a", "custom.googleapis.com/opencensus/a"},
		{"mysvc", "a/b", "custom.googleapis.com/opencensus/mysvc/a/b"},
		{"custom.googleapis.com/mysvc", "a/b", "custom.googleapis.com/mysvc/a/b"},
		{"external.googleapis.com/prometheus/", "x//y/../z", "external.googleapis.com/prometheus/x/z"},
		{"", "knative.dev/serving/x", "knative.dev/serving/x"},
		{"mysvc", "kubernetes.io/x", "mysvc/kubernetes.io/x"},
	} {
		if got := cloudmonitoring.MetricType(test.prefix, test.name); got != test.want {
			t.Errorf("%q, %q: got %q, want %q", test.prefix, test.name, got, test.want)
		}
	}
	for key, want := range map[string]string{
		"": "", "a": "a", "http.method": "http_method", "1st": "key_1st", "_x": "key_x", "-": "key_", "é": "key_",
		strings.Repeat("a", 101): strings.Repeat("a", 100),
	} {
		if got := cloudmonitoring.LabelKey(key); got != want {
			t.Errorf("%q: got %q, want %q", key, got, want)
		}
	}
}

// Attachments that Cloud Monitoring has no kind for are left out, and the
// exemplar stays.
func TestOtherAttachments(t *testing.T) {
	m := &metric.Metric{Descriptor: metric.Descriptor{Name: "m", Type: metric.TypeGaugeDistribution}}
	exemplar := &metric.Exemplar{Value: 2, Attachments: map[string]string{"user": "x", "SpanContext": "no span"}}
	m.Series = []*metric.Series{{Point: metric.Point{Time: time.Now(), Value: &metric.Distribution{
		Count: 1, Sum: 2, Buckets: []metric.Bucket{{Count: 1, Exemplar: exemplar}},
	}}}}
	series, failures := encoded(t, testConverter(), []*metric.Metric{m})
	if len(series) != 1 || len(failures) > 0 {
		t.Fatalf("%v, %v", series, failures)
	}
	all := series[0].Points[0].Value.GetDistributionValue().Exemplars
	if len(all) != 1 || all[0].Value != 2 || len(all[0].Attachments) != 0 {
		t.Errorf("got %v", all)
	}
}
