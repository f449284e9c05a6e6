package otlp

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/metric/metricproducer"
	octrace "go.opencensus.io/trace"
	"go.opentelemetry.io/otel/bridge/opencensus"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
)

type producer []*metric.Metric

func (p *producer) Read() []*metric.Metric { return *p }

// bridged returns what OpenTelemetry's bridge makes of metrics.
func bridged(t *testing.T, metrics []*metric.Metric) metricdata.ScopeMetrics {
	t.Helper()
	p := (*producer)(&metrics)
	metricproducer.GlobalManager().AddProducer(p)
	defer metricproducer.GlobalManager().DeleteProducer(p)
	scopes, err := opencensus.NewMetricProducer().Produce(t.Context())
	if err != nil || len(scopes) != 1 {
		t.Fatalf("%v, %d scopes", err, len(scopes))
	}
	return scopes[0]
}

func newTest(t *testing.T, opts Options) *Exporter {
	t.Helper()
	e, err := New(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Shutdown(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return e
}

// The bridge is the authority on how OpenCensus looks in OpenTelemetry.
func TestEqualsBridge(t *testing.T) {
	e := newTest(t, Options{Endpoint: "localhost:1", Insecure: true})
	for seed := range uint64(200) {
		metrics := randomMetrics(rand.New(rand.NewPCG(seed, 0)))
		want := bridged(t, metrics)
		items, failures := itemsOf(metrics)
		if len(failures) > 0 {
			t.Fatalf("seed %d: %v", seed, failures[0].Err)
		}
		got := e.request(items).ScopeMetrics[0]
		if !metricdatatest.AssertEqual(t, want, got) {
			t.Fatalf("seed %d", seed)
		}
		for i := range want.Metrics {
			if got.Metrics[i].Name != want.Metrics[i].Name {
				t.Fatalf("seed %d: metric %d is %q, want %q", seed, i, got.Metrics[i].Name, want.Metrics[i].Name)
			}
		}
	}
}

var types = []metric.Type{
	metric.TypeGaugeInt64, metric.TypeGaugeFloat64, metric.TypeCumulativeInt64, metric.TypeCumulativeFloat64,
	metric.TypeCumulativeDistribution, metric.TypeSummary,
}

func randomMetrics(r *rand.Rand) []*metric.Metric {
	var metrics []*metric.Metric
	for i := range 1 + r.IntN(8) {
		m := &metric.Metric{Descriptor: metric.Descriptor{
			Name: fmt.Sprintf("shop/metric_%d", i), Description: "Größe, 大きさ", Unit: string([]string{"1", "s", "By", "{EUR}"}[r.IntN(4)]),
			Type: types[r.IntN(len(types))],
		}}
		for k := range r.IntN(4) {
			m.Descriptor.LabelKeys = append(m.Descriptor.LabelKeys, metric.LabelKey{Key: fmt.Sprintf("key.%d", k), Description: "not sent"})
		}
		for n := range 1 + r.IntN(5) {
			m.Series = append(m.Series, randomSeries(r, m.Descriptor, n))
		}
		metrics = append(metrics, m)
	}
	return metrics
}

func randomSeries(r *rand.Rand, d metric.Descriptor, n int) *metric.Series {
	s := &metric.Series{}
	if d.Type != metric.TypeGaugeInt64 && d.Type != metric.TypeGaugeFloat64 {
		s.StartTime = time.Unix(r.Int64N(1e9), r.Int64N(1e9))
	}
	for k := range d.LabelKeys {
		if k > 0 && r.IntN(4) == 0 {
			s.LabelValues = append(s.LabelValues, metric.LabelValue{})
			continue
		}
		s.LabelValues = append(s.LabelValues, metric.NewLabelValue(fmt.Sprintf("wert é %d", n)))
	}
	for range 1 + r.IntN(2) {
		s.Points = append(s.Points, metric.Point{Time: time.Unix(1e9+r.Int64N(1e9), 0), Value: randomValue(r, d.Type)})
	}
	return s
}

func randomValue(r *rand.Rand, kind metric.Type) any {
	switch kind {
	case metric.TypeGaugeInt64, metric.TypeCumulativeInt64:
		return r.Int64()
	case metric.TypeGaugeFloat64, metric.TypeCumulativeFloat64:
		return r.NormFloat64()
	case metric.TypeSummary:
		return &metric.Summary{Count: r.Int64(), Sum: r.Float64(), HasCountAndSum: true,
			Snapshot: metric.Snapshot{Percentiles: map[float64]float64{50: r.Float64(), 99: r.Float64(), 100: 1}}}
	}
	d := &metric.Distribution{Sum: r.ExpFloat64(), SumOfSquaredDeviation: 1}
	bounds := r.IntN(5)
	for i := range bounds {
		d.Bounds = append(d.Bounds, float64(i)*1.5)
	}
	for range bounds + 1 {
		b := metric.Bucket{Count: r.Int64N(1000)}
		if r.IntN(3) == 0 {
			b.Exemplar = randomExemplar(r)
		}
		d.Count += b.Count
		d.Buckets = append(d.Buckets, b)
	}
	return d
}

func randomExemplar(r *rand.Rand) *metric.Exemplar {
	e := &metric.Exemplar{Value: r.Float64(), Timestamp: time.Unix(r.Int64N(1e9), 0), Attachments: metric.Attachments{}}
	if r.IntN(2) == 0 {
		e.Attachments[metric.AttachmentKeySpanContext] = octrace.SpanContext{
			TraceID: octrace.TraceID{1, byte(r.IntN(256))}, SpanID: octrace.SpanID{2, byte(r.IntN(256))}, TraceOptions: 1,
		}
	}
	for key, value := range map[string]any{"text": "ü", "yes": true, "n": 7, "n64": int64(1) << 40, "x": 0.25} {
		if r.IntN(3) == 0 {
			e.Attachments[key] = value
		}
	}
	return e
}

// What costs the bridge the metric or the process costs us one series.
func TestMisfits(t *testing.T) {
	label := []metric.LabelKey{{Key: "k"}}
	good := &metric.Series{LabelValues: []metric.LabelValue{metric.NewLabelValue("good")}}
	var nilSummary *metric.Summary
	var nilDistribution *metric.Distribution
	for _, c := range []struct {
		name   string
		kind   metric.Type
		labels []metric.LabelValue
		value  any
		want   string
	}{
		{"few labels", metric.TypeGaugeInt64, nil, int64(1), "0 label values, the metric 1 label keys"},
		{"label not UTF-8", metric.TypeGaugeInt64, []metric.LabelValue{metric.NewLabelValue("\xff")}, int64(1), `"\xff" of label k is not UTF-8`},
		{"wrong type", metric.TypeGaugeInt64, good.LabelValues, 1.5, "float64 does not fit"},
		{"no value", metric.TypeCumulativeFloat64, good.LabelValues, nil, "does not fit"},
		{"nil distribution", metric.TypeCumulativeDistribution, good.LabelValues, nilDistribution, "does not fit"},
		{"nil summary", metric.TypeSummary, good.LabelValues, nilSummary, "does not fit"},
		{"too few buckets", metric.TypeCumulativeDistribution, good.LabelValues,
			&metric.Distribution{Count: 1, Bounds: []float64{1, 2}, Buckets: make([]metric.Bucket, 2)}, "2 buckets do not fit"},
		{"buckets without bounds", metric.TypeCumulativeDistribution, good.LabelValues,
			&metric.Distribution{Count: 1, Buckets: make([]metric.Bucket, 2)}, "2 buckets do not fit"},
		{"negative count", metric.TypeCumulativeDistribution, good.LabelValues, &metric.Distribution{Count: -1}, "negative count, -1"},
		{"negative bucket", metric.TypeCumulativeDistribution, good.LabelValues,
			&metric.Distribution{, Buckets: []metric.Bucket{{Count: -2}}}, "negative count, -2"},
		{"negative summary", metric.TypeSummary, good.LabelValues, &metric.Summary{Count: -1}, "negative count, -1"},
		{"gauge distribution", metric.TypeGaugeDistribution, good.LabelValues, &metric.Distribution{}, "OTLP has nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := &metric.Series{LabelValues: c.labels, Point: metric.Point{Value: c.value}}
			metrics := []*metric.Metric{nil, {
				Descriptor: metric.Descriptor{Name: "m", Type: c.kind, LabelKeys: label},
				Series: []*metric.Series{bad},
			}, {
				Descriptor: metric.Descriptor{Name: "other", Type: metric.TypeGaugeInt64, LabelKeys: label}, Series: []*metric.Series{good},
			}}
			items, failures := itemsOf(metrics)
			if len(items) != 1 || items[0].series != good {
				t.Errorf("%d series are sent, want the good one", len(items))
			}
			if len(failures) != 1 || failures[0].Metric != metrics[1] || failures[0].Series != bad || failures[0].Fate != runtime.Refused {
				t.Fatalf("%+v", failures)
			}
			if err := failures[0].Err.Error(); !strings.Contains(err, c.want) {
				t.Error(err)
			}
		})
	}
}

// The bridge panics at it.
func TestNoBounds(t *testing.T) {
	for _, buckets := range [][]metric.Bucket{nil, {{Count: 3}}} {
		p, err := histogram(&metric.Distribution{Count: 3, Sum: 1.5, Buckets: buckets})
		if err != nil || p.Count != 3 || p.Sum != 1.5 || len(p.Bounds) != 0 || len(p.BucketCounts) != 0 {
			t.Errorf("%v, %+v", err, p)
		}
	}
}

func TestTextOfDescriptor(t *testing.T) {
	for _, d := range []metric.Descriptor{
		{Name: "\xff"}, {Description: "\xff"}, {Unit: "\xff"}, {LabelKeys: []metric.LabelKey{{Key: "\xff"}}},
	} {
		if _, err := convert(d, &metric.Series{}); err == nil || !strings.Contains(err.Error(), "not UTF-8") {
			t.Errorf("%+v: %v", d, err)
		}
	}
}

// An exemplar is an extra: what it has that cannot be sent does not cost the
// point.
func TestOddExemplars(t *testing.T) {
	e := exemplar(&metric.Exemplar{Value: 1, Attachments: metric.Attachments{
		metric.AttachmentKeySpanContext: "not a span context", "bad\xff": []string{"\xff"},
	}})
	if e.TraceID != nil || e.SpanID != nil || e.Value != 1 {
		t.Errorf("%+v", e)
	}
	if len(e.FilteredAttributes) != 1 || e.FilteredAttributes[0].Key != "bad\uFFFD" || e.FilteredAttributes[0].Value.AsString() != "[\uFFFD]" {
		t.Errorf("%+v", e.FilteredAttributes)
	}
	e = exemplar(&metric.Exemplar{Attachments: metric.Attachments{metric.AttachmentKeySpanContext: octrace.SpanContext{}}})
	if e.TraceID != nil || e.SpanID != nil {
		t.Errorf("an empty span context was sent: %+v", e)
	}
}
