package updownotel_test

import (
	"testing"

	"github.com/ocgen/ocgen/internal/points"
	"github.com/ocgen/ocgen/internal/tests/golden/updownotel"
	"github.com/ocgen/ocgen/runtime/otel"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

func TestMain(m *testing.M) {
	updownotel.SetZone(updownotel.ZoneA)
	m.Run()
}

// TestUpDown: our exporters and OpenTelemetry's SDK get the same numbers.
func TestUpDown(t *testing.T) {
	if err := updownotel.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(updownotel.UnregisterViews)
	ctx := updownotel.WithTenant(t.Context(), "acme")
	end := updownotel.BeginOpen(ctx, updownotel.KindRead, "/cart")
	updownotel.OpenFor(updownotel.KindWrite, "/cart").Add(ctx, -2)
	updownotel.AddLoad(ctx, -0.5, updownotel.KindRead)
	const prefix = "golden/updownotel/"
	expect := func(read, all int64, want ...string) {
		t.Helper()
		points.Expect(t, prefix+"open", want...)
		producer := otel.NewProducer()
		scopes, err := producer.Produce(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := sums(t, scopes, prefix+"open_tenants"); got["query=read,tenant=acme"] != read {
			t.Errorf("%v, want %d reads", got, read)
		}
		for _, name := range []string{prefix + "open_now", prefix + "open_before"} {
			if got := sums(t, scopes, name); got[""] != all {
				t.Errorf("%s: %v, want %d", name, got, all)
			}
		}
	}
	expect(1, -1, "query=read route=/cart zone=a: 1", "query=write route=/cart zone=a: -2")
	end()
	expect(0, -2, "query=read route=/cart zone=a: 0", "query=write route=/cart zone=a: -2")
	points.Expect(t, prefix+"load", "query=read: -0.5")
}

// sums returns the points of a sum that is not monotonic, by their attributes.
func sums(t *testing.T, scopes []metricdata.ScopeMetrics, name string) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	for _, s := range scopes {
		for _, m := range s.Metrics {
			if m.Name != name {
				continue
			}
			sum, ok := m.Data.(metricdata.Sum[int64])
			if !ok || sum.IsMonotonic {
				t.Errorf("%s is %+v", name, m.Data)
			}
			for _, p := range sum.DataPoints {
				key := ""
				for _, a := range p.Attributes.ToSlice() {
					if key != "" {
						key += ","
					}
					key += string(a.Key) + "=" + a.Value.AsString()
				}
				all[key] = p.Value
			}
		}
	}
	return all
}
