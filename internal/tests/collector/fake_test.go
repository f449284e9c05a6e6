package collector_test

import (
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/internal/tests/collector"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/otlp"
)

var protocols = []string{"grpc", "http"}

// A receiver is a Collector, or the fake of one.
type receiver interface {
	GRPC() string
	URL() string
	Points() []fakeotlp.Point
}

// exporterTo returns an exporter to a receiver.
func exporterTo(t *testing.T, r receiver, protocol string) *otlp.Exporter {
	t.Helper()
	endpoint := map[string]string{"grpc": "http://" + r.GRPC(), "http": r.URL()}[protocol]
	e, err := otlp.New(t.Context(), otlp.Options{Protocol: protocol, Endpoint: endpoint, Resource: map[string]string{
		"service.name": "shop", "service.instance.id": "7",
	}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestFakeIsAsReal: of the same export, internal/fakeotlp has the points that a Collector
// has, and both have what was exported.
func TestFakeIsAsReal(t *testing.T) {
	register(t)
	ctx, _ := traced(t)
	recordAll(ctx)
	metrics := append(runtime.Gather(t.Context()), oddMetrics()...)
	fake, real := fakeotlp.New(t), collector.Start(t)
	for _, protocol := range protocols {
		t.Run(protocol, func(t *testing.T) {
			before := len(real.Points())
			for _, r := range []receiver{fake, real} {
				e := exporterTo(t, r, protocol)
				if err := e.Export(t.Context(), metrics); err != nil {
					t.Fatal(err)
				}
				if err := e.Shutdown(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			got, faked := real.Points()[before:], fake.Points()[before:]
			wantSame(t, got, expected(metrics))
			wantSame(t, faked, expected(metrics))
			for i := range min(len(got), len(faked)) {
				r, f := got[i], faked[i]
				if r.Metric != f.Metric || r.Scope != f.Scope || r.ScopeVersion != f.ScopeVersion || fakeotlp.Key(r.Resource) != fakeotlp.Key(f.Resource) {
					t.Errorf("point %d: the Collector has %s of %q %q and %v, the fake has %s of %q %q and %v", i,
						r.Metric, r.Scope, r.ScopeVersion, r.Resource, f.Metric, f.Scope, f.ScopeVersion, f.Resource)
				}
				if r.Resource["service.instance.id"] != "7" || r.Scope == "" || r.ScopeVersion == "" {
					t.Errorf("%s arrived with the resource %v and the scope %q %q", r.Metric, r.Resource, r.Scope, r.ScopeVersion)
				}
			}
		})
	}
}

// oddMetrics returns metrics that no generated package has.
func oddMetrics() []*metric.Metric {
	at := time.Date(2026, 11, 22, 10, 0, 0, 1, time.UTC)
	made := func(name string, kind metric.Type, value any) *metric.Metric {
		return &metric.Metric{
			Descriptor: metric.Descriptor{Name: name, Description: "Zeile\n\"大きさ\"", Unit: "{Größe}", Type: kind, LabelKeys: []metric.LabelKey{{Key: "a"}, {Key: "b"}}},
			Series: []*metric.Series{{
				LabelValues: []metric.LabelValue{metric.NewLabelValue(""), {}}, // empty, and absent
				StartTime:   at.Add(-time.Hour), Point: metric.Point{Time: at, Value: value},
			}},
		}
	}
	return []*metric.Metric{
		made("odd/summary", metric.TypeSummary, &metric.Summary{Count: 3, Sum: 1.5, HasCountAndSum: true, Snapshot: metric.Snapshot{
			Percentiles: map[float64]float64{50: 0.25, 99: 1},
		}}),
		made("odd/bare", metric.TypeCumulativeDistribution, &metric.Distribution{Count: 3, Sum: 1.5}),
		made("odd/attached", metric.TypeCumulativeDistribution, &metric.Distribution{
			Count: 1, Sum: 1, Bounds: []float64{0.1, 0.30000000000000004}, Buckets: []metric.Bucket{{}, {}, {Count: 1, Exemplar: &metric.Exemplar{
				Value: 1, Timestamp: at, Span: metric.Span{TraceID: metric.TraceID{1}, SpanID: metric.SpanID{2}}, Attachments: map[string]string{"user": "7", "ä": "ö"},
			}}},
		}),
		made("odd/nothing", metric.TypeCumulativeInt64, int64(0)),
		made("odd/large", metric.TypeGaugeInt64, int64(-1<<63)),
		made("odd/small", metric.TypeCumulativeFloat64, 5e-324),
	}
}
