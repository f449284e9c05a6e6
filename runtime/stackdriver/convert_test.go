package stackdriver

import (
	"context"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	contrib "contrib.go.opencensus.io/exporter/stackdriver"
	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/trace"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/protobuf/proto"
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
	one := func(name string, t metric.Type, unit metric.Unit, labels []metric.LabelKey, ts ...*metric.Series) *metric.Metric {
		return &metric.Metric{
			Descriptor: metric.Descriptor{Name: name, Description: "About " + name + ".", Unit: unit, Type: t, LabelKeys: labels},
			Series:     ts,
		}
	}
	span := trace.SpanContext{TraceID: trace.TraceID{1, 2, 3}, SpanID: trace.SpanID{4, 5}}
	sampled := &metric.Exemplar{Value: 1.5, Timestamp: start, Attachments: metric.Attachments{metric.AttachmentKeySpanContext: span}}
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

const sampleTask = "go-1@host-00000000"

// exportBoth sends the samples through OpenCensus's exporter and through ours.
func exportBoth(t *testing.T, prefix string) (theirs, ours *fakemonitoring.Server) {
	t.Helper()
	theirs, ours = fakemonitoring.New(t), fakemonitoring.New(t)
	labels := &contrib.Labels{}
	labels.Set(cloudmonitoring.TaskLabel, sampleTask, cloudmonitoring.TaskLabelDescription)
	reference, err := contrib.NewExporter(contrib.Options{
		ProjectID: "p", Location: "here", MetricPrefix: prefix, DefaultMonitoringLabels: labels,
		MonitoringClientOptions: theirs.ClientOptions(), TraceClientOptions: theirs.ClientOptions(),
		OnError: func(err error) { t.Error(err) }, Timeout: 30 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	metrics := samples()
	if err := reference.ExportMetrics(context.Background(), metrics); err != nil {
		t.Fatal(err)
	}
	reference.Flush()
	if err := reference.Close(); err != nil {
		t.Error(err)
	}
	m := onKubernetesShop
	m.MetricPrefix, m.Resource, m.ResourceLabels = prefix, "", nil
	register(t, "shop", m, countView)
	e, err := New(context.Background(), Options{ProjectID: "p", TaskLabel: sampleTask, ClientOptions: ours.ClientOptions()})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Export(within(t, 30*time.Second), metrics); err != nil {
		t.Error(err)
	}
	if err := e.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	return theirs, ours
}

// What arrives is what OpenCensus's own exporter sends, but that each series
// says its kind and value type.
func TestAsOpenCensusExports(t *testing.T) {
	for _, prefix := range []string{"", "mysvc", "custom.googleapis.com/opencensus", "workload.googleapis.com/checkout/"} {
		t.Run(prefix, func(t *testing.T) {
			theirs, ours := exportBoth(t, prefix)
			want := map[string]*monitoringpb.TimeSeries{}
			for _, ts := range theirs.Series() {
				want[identity(ts)] = ts
			}
			if len(want) != 11 || len(ours.Series()) != len(want) {
				t.Fatalf("%d series, want %d, which are 11", len(ours.Series()), len(want))
			}
			for _, ts := range ours.Series() {
				d := ours.Descriptors()[ts.Metric.Type]
				if ts.MetricKind != d.MetricKind || ts.ValueType != d.ValueType {
					t.Errorf("%v %v, but the descriptor is %v", ts.MetricKind, ts.ValueType, d)
				}
				got := proto.Clone(ts).(*monitoringpb.TimeSeries)
				got.MetricKind, got.ValueType = metricpb.MetricDescriptor_METRIC_KIND_UNSPECIFIED, metricpb.MetricDescriptor_VALUE_TYPE_UNSPECIFIED
				if w := want[identity(ts)]; !proto.Equal(got, w) {
					t.Errorf("got\n%v\nwant\n%v", got, w)
				}
			}
			if len(theirs.Descriptors()) != len(ours.Descriptors()) {
				t.Errorf("%d descriptors, want %d", len(ours.Descriptors()), len(theirs.Descriptors()))
			}
			for name, w := range theirs.Descriptors() {
				if got := ours.Descriptors()[name]; !proto.Equal(got, w) {
					t.Errorf("got\n%v\nwant\n%v", got, w)
				}
			}
		})
	}
}

// Attachments that Cloud Monitoring has no kind for are left out, and the
// exemplar stays.
func TestOtherAttachments(t *testing.T) {
	e, err := exemplar(&metric.Exemplar{Value: 2, Attachments: metric.Attachments{"user": "x", metric.AttachmentKeySpanContext: "no span"}}, "p")
	if err != nil || e.Value != 2 || len(e.Attachments) != 0 {
		t.Errorf("got %v, %v", e, err)
	}
}
