package agreement_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	contrib "contrib.go.opencensus.io/exporter/stackdriver"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/stackdriver"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/resource"
	"go.opencensus.io/trace"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/protobuf/proto"
)

func keys(names ...string) []metricdata.LabelKey {
	var all []metricdata.LabelKey
	for _, n := range names {
		all = append(all, metricdata.LabelKey{Key: n, Description: "About " + n + "."})
	}
	return all
}

func present(values ...string) []metricdata.LabelValue {
	var all []metricdata.LabelValue
	for _, v := range values {
		all = append(all, metricdata.NewLabelValue(v))
	}
	return all
}

// samples are metrics of every type that Cloud Monitoring has, with everything
// that is converted.
func samples() []*metricdata.Metric {
	now := time.Now()
	start := now.Add(-time.Hour)
	series := func(start, end time.Time, value any, labels ...metricdata.LabelValue) *metricdata.TimeSeries {
		return &metricdata.TimeSeries{StartTime: start, LabelValues: labels, Points: []metricdata.Point{{Time: end, Value: value}}}
	}
	one := func(name string, t metricdata.Type, unit metricdata.Unit, labels []metricdata.LabelKey, ts ...*metricdata.TimeSeries) *metricdata.Metric {
		return &metricdata.Metric{
			Descriptor: metricdata.Descriptor{Name: name, Description: "About " + name + ".", Unit: unit, Type: t, LabelKeys: labels},
			TimeSeries: ts,
		}
	}
	span := trace.SpanContext{TraceID: trace.TraceID{1, 2, 3}, SpanID: trace.SpanID{4, 5}}
	sampled := &metricdata.Exemplar{Value: 1.5, Timestamp: start, Attachments: metricdata.Attachments{metricdata.AttachmentKeySpanContext: span}}
	plain := &metricdata.Exemplar{Value: 0.5, Timestamp: start}
	distribution := func(bounds []float64, buckets ...metricdata.Bucket) *metricdata.Distribution {
		d := &metricdata.Distribution{Sum: 4.5, SumOfSquaredDeviation: 0.25, BucketOptions: &metricdata.BucketOptions{Bounds: bounds}, Buckets: buckets}
		for _, b := range buckets {
			d.Count += b.Count
		}
		return d
	}
	onHost := one("shop/on_host", metricdata.TypeGaugeInt64, "1", nil, series(time.Time{}, now, int64(3)))
	onHost.Resource = &resource.Resource{Type: "gce_instance", Labels: map[string]string{"zone": "z", "instance_id": "1"}}
	return []*metricdata.Metric{
		one("shop/requests", metricdata.TypeCumulativeInt64, "1", keys("http.method", "2nd", "_x"),
			series(start, now, int64(1<<53+1), present("GET", "", "ä")...),
			series(start, now, int64(1), metricdata.NewLabelValue("POST"), metricdata.LabelValue{}, metricdata.LabelValue{}),
			series(now, now, int64(2), present("PUT", "same", "instant")...)),
		one("shop//spent/./money", metricdata.TypeCumulativeFloat64, "EUR", nil, series(start, now, 1.5)),
		one("shop/temperature", metricdata.TypeGaugeFloat64, "s", nil, series(time.Time{}, now, -1.5)),
		one("shop/gauge", metricdata.TypeGaugeInt64, "By", nil, series(start, now, int64(-3))),
		one("shop/latency", metricdata.TypeCumulativeDistribution, "ms", keys(strings.Repeat("k", 120)),
			series(start, now, distribution([]float64{1, 2}, metricdata.Bucket{Count: 1, Exemplar: plain}, metricdata.Bucket{Count: 2, Exemplar: sampled}, metricdata.Bucket{}), present("a")...),
			series(start, now, distribution([]float64{0, 2}, metricdata.Bucket{}, metricdata.Bucket{Count: 2}, metricdata.Bucket{Count: 1}), present("zero")...),
			series(start, now, distribution([]float64{-1, 2}, metricdata.Bucket{}, metricdata.Bucket{}, metricdata.Bucket{}), present("empty")...)),
		one("shop/sizes", metricdata.TypeGaugeDistribution, "By", nil,
			series(time.Time{}, now, distribution([]float64{1}, metricdata.Bucket{Count: 1}, metricdata.Bucket{}))),
		onHost,
	}
}

const sampleTask = "go-1@host-00000000"

// exportBoth sends the samples through OpenCensus's exporter and through ours.
func exportBoth(t *testing.T, prefix string) (theirs, ours *fakemonitoring.Server) {
	t.Helper()
	theirs, ours = fakemonitoring.New(t), fakemonitoring.New(t)
	labels := &contrib.Labels{}
	labels.Set("opencensus_task", sampleTask, "Opencensus task identifier")
	reference, err := contrib.NewExporter(contrib.Options{
		ProjectID: "p", Location: "here", MetricPrefix: prefix, DefaultMonitoringLabels: labels,
		MonitoringClientOptions: theirs.ClientOptions(), TraceClientOptions: theirs.ClientOptions(),
		OnError: func(err error) { t.Error(err) }, Timeout: 30 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	metrics := samples()
	produce(t, metrics...)
	if err := reference.ExportMetrics(t.Context(), metrics); err != nil {
		t.Fatal(err)
	}
	reference.Flush()
	if err := reference.Close(); err != nil {
		t.Error(err)
	}
	p := record.NewPackage(record.PackageInfo{
		Name: "shop", Monitoring: record.Monitoring{MetricPrefix: prefix}, Descriptors: func() []metric.Descriptor { return nil },
	})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)
	e, err := stackdriver.New(t.Context(), stackdriver.Options{ProjectID: "p", TaskLabel: sampleTask, ClientOptions: ours.ClientOptions()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := e.Export(ctx, runtime.Gather(ctx)); err != nil {
		t.Error(err)
	}
	if err := e.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	return theirs, ours
}

// identity is equal for two series that are one to Cloud Monitoring.
func identity(ts *monitoringpb.TimeSeries) string {
	return fmt.Sprint(ts.Metric.Type, ts.Metric.Labels, ts.Resource.Type, ts.Resource.Labels)
}

// What arrives is what OpenCensus's own exporter sends, but that each series
// says its kind and value type.
func TestStackdriverAsContrib(t *testing.T) {
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
