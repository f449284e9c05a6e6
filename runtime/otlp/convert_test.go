package otlp

import (
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

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

// What costs the bridge the metric or the process costs us one series.
func TestMisfits(t *testing.T) {
	label := []metric.LabelKey{{Key: "k"}}
	good := &metric.Series{LabelValues: []metric.LabelValue{metric.NewLabelValue("good")}, Point: metric.Point{Value: int64(1)}}
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
			&metric.Distribution{Buckets: []metric.Bucket{{Count: -2}}}, "negative count, -2"},
		{"negative summary", metric.TypeSummary, good.LabelValues, &metric.Summary{Count: -1}, "negative count, -1"},
		{"gauge distribution", metric.TypeGaugeDistribution, good.LabelValues, &metric.Distribution{}, "OTLP has no counterpart"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := &metric.Series{LabelValues: c.labels, Point: metric.Point{Value: c.value}}
			metrics := []*metric.Metric{nil, {
				Descriptor: metric.Descriptor{Name: "m", Type: c.kind, LabelKeys: label},
				Series:     []*metric.Series{bad},
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

// Without bounds OTLP has one bucket, or leaves it out.
func TestNoBounds(t *testing.T) {
	for _, c := range []struct {
		buckets []metric.Bucket
		want    []uint64
	}{{nil, nil}, {[]metric.Bucket{{Count: 3}}, []uint64{3}}} {
		p, err := histogram(&metric.Distribution{Count: 3, Sum: 1.5, Buckets: c.buckets})
		if err != nil || p.Count != 3 || p.Sum != 1.5 || len(p.Bounds) != 0 || !slices.Equal(p.BucketCounts, c.want) {
			t.Errorf("%v, %+v", err, p)
		}
	}
}

// A total that has fallen is cumulative, but not monotonic.
func TestFallen(t *testing.T) {
	for _, fallen := range []bool{false, true} {
		whole, err := convert(metric.Descriptor{Type: metric.TypeCumulativeInt64, Fallen: fallen}, &metric.Series{Point: metric.Point{Value: int64(3)}})
		sum, ok := whole.(metricdata.Sum[int64])
		if err != nil || !ok || sum.IsMonotonic == fallen || sum.Temporality != metricdata.CumulativeTemporality || sum.DataPoints[0].Value != 3 {
			t.Errorf("fallen %t: %v, %+v", fallen, err, whole)
		}
		real, err := convert(metric.Descriptor{Type: metric.TypeCumulativeFloat64, Fallen: fallen}, &metric.Series{Point: metric.Point{Value: 0.5}})
		float, ok := real.(metricdata.Sum[float64])
		if err != nil || !ok || float.IsMonotonic == fallen || float.Temporality != metricdata.CumulativeTemporality || float.DataPoints[0].Value != 0.5 {
			t.Errorf("fallen %t: %v, %+v", fallen, err, real)
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
	e := exemplar(&metric.Exemplar{Value: 1, Span: metric.Span{TraceID: metric.TraceID{1}}, Attachments: map[string]string{"bad\xff": "[\xff]"}})
	if e.TraceID != nil || e.SpanID != nil || e.Value != 1 {
		t.Errorf("half a span was sent: %+v", e)
	}
	if len(e.FilteredAttributes) != 1 || e.FilteredAttributes[0].Key != "bad\uFFFD" || e.FilteredAttributes[0].Value.AsString() != "[\uFFFD]" {
		t.Errorf("%+v", e.FilteredAttributes)
	}
}

// An exemplar shares no memory with what it was made of.
func TestExemplarsAreCopies(t *testing.T) {
	from := &metric.Exemplar{Span: metric.Span{TraceID: metric.TraceID{1}, SpanID: metric.SpanID{2}}}
	e := exemplar(from)
	from.Span = metric.Span{TraceID: metric.TraceID{7}, SpanID: metric.SpanID{7}}
	if e.TraceID[0] != 1 || e.SpanID[0] != 2 {
		t.Errorf("%x, %x", e.TraceID, e.SpanID)
	}
}
