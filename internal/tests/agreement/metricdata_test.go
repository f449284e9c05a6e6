package agreement_test

import (
	"testing"
	"time"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/resource"
	"go.opencensus.io/trace"
)

var at = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func series(value any, labels ...string) *metricdata.TimeSeries {
	s := &metricdata.TimeSeries{Points: []metricdata.Point{{Time: at, Value: value}}, StartTime: at.Add(-time.Minute)}
	for _, l := range labels {
		s.LabelValues = append(s.LabelValues, metricdata.LabelValue{Value: l, Present: l != ""})
	}
	return s
}

// distribution returns a distribution whose count is the sum of its buckets.
func distribution(sum float64, bounds []float64, counts ...int64) *metricdata.Distribution {
	d := &metricdata.Distribution{Sum: sum, BucketOptions: &metricdata.BucketOptions{Bounds: bounds}}
	for _, c := range counts {
		d.Count += c
		d.Buckets = append(d.Buckets, metricdata.Bucket{Count: c})
	}
	return d
}

func newMetric(name string, typ metricdata.Type, keys []string, series ...*metricdata.TimeSeries) *metricdata.Metric {
	m := &metricdata.Metric{
		Descriptor: metricdata.Descriptor{Name: name, Description: "About " + name + ".", Unit: "1", Type: typ},
		TimeSeries: series,
	}
	for _, k := range keys {
		m.Descriptor.LabelKeys = append(m.Descriptor.LabelKeys, metricdata.LabelKey{Key: k})
	}
	return m
}

// produce lets OpenCensus, and so the process, have the metrics until the test ends.
func produce(t testing.TB, metrics ...*metricdata.Metric) {
	p := (*producer)(&metrics)
	metricproducer.GlobalManager().AddProducer(p)
	t.Cleanup(func() { metricproducer.GlobalManager().DeleteProducer(p) })
}

// A producer gives metrics to whoever reads those of OpenCensus.
type producer []*metricdata.Metric

func (p *producer) Read() []*metricdata.Metric { return *p }

// sampleMetrics returns metrics of every kind, with texts that must be escaped.
func sampleMetrics() []*metricdata.Metric {
	bounds := []float64{5, 10, 25, 1000}
	latency := distribution(60017.5, bounds, 1, 0, 2, 0, 12)
	latency.Buckets[2].Exemplar = &metricdata.Exemplar{Value: 12.5, Timestamp: at, Attachments: metricdata.Attachments{
		metricdata.AttachmentKeySpanContext: trace.SpanContext{TraceID: trace.TraceID{1, 2}, SpanID: trace.SpanID{3}}}}
	latency.Buckets[4].Exemplar = &metricdata.Exemplar{Value: 5000, Timestamp: at.Add(time.Second), Attachments: metricdata.Attachments{
		metricdata.AttachmentKeySpanContext: trace.SpanContext{TraceID: trace.TraceID{4}, SpanID: trace.SpanID{5, 6}}}}
	latency.Buckets[0].Exemplar = &metricdata.Exemplar{Value: 1, Timestamp: at, Attachments: metricdata.Attachments{"user": "7"}}

	requests := newMetric("shop/request_count", metricdata.TypeCumulativeInt64, []string{"http.method", "outcome"},
		series(int64(1200345), "GET", "ok"), series(int64(7), "DELETE", ""), series(int64(12), "", "two \"words\"\nand \\"), series(int64(1), "-", "üñ"))
	requests.Descriptor.Description = "Requests, by method\nand how they ended \\."
	revenue := newMetric("shop/revenue", metricdata.TypeCumulativeFloat64, nil, series(1234567.0625))
	revenue.Resource = &resource.Resource{Type: "k8s_container", Labels: map[string]string{"zone": "b"}}
	wait := newMetric("shop.example/wait--time_ms", metricdata.TypeGaugeFloat64, []string{"_pool", "0"}, series(-0.5, "a", "b"))
	wait.Descriptor.Unit = "ms"
	return []*metricdata.Metric{
		requests, revenue, wait,
		newMetric("shop/request_latency", metricdata.TypeCumulativeDistribution, []string{"http.method"},
			series(latency, "GET"), series(distribution(0, bounds, 0, 0, 0, 0, 0), "PUT")),
		newMetric("shop/sent_total", metricdata.TypeCumulativeInt64, nil, series(int64(3))),
		newMetric("shop/queue_depth", metricdata.TypeGaugeInt64, nil, series(int64(-3))),
		newMetric("shop/nothing", metricdata.TypeGaugeInt64, nil),
	}
}
