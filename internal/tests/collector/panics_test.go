package collector_test

import (
	"strings"
	"testing"

	sdk "go.opentelemetry.io/otel/sdk/metric"

	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/internal/tests/collector"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
)

// TestPanickingObserver: a function that observes and panics costs its own series. The
// package's other metrics arrive, and so do the SDK's own.
func TestPanickingObserver(t *testing.T) {
	broken := series.NewInt64Observed(nil, series.ObservedInfo{Name: "collector/broken"})
	sound := series.NewInt64Observed(nil, series.ObservedInfo{Name: "collector/sound"})
	counted := series.NewCounts(series.SeriesInfo{Name: "collector/counted", Size: 1})
	pkg := record.NewPackage(record.PackageInfo{
		Name:  "observers",
		Parts: []record.Part{series.Sets(counted), series.Observers(broken, sound)},
		Descriptors: func() []metric.Descriptor {
			return []metric.Descriptor{
				{Name: "collector/broken", Type: metric.TypeGaugeInt64, Unit: "1"},
				{Name: "collector/sound", Type: metric.TypeGaugeInt64, Unit: "1"},
				{Name: "collector/counted", Type: metric.TypeCumulativeInt64, Unit: "1"},
			}
		},
		Scope: "example.com/observers",
	})
	defer broken.Observe(func() int64 { panic("the pool is nil") })()
	defer sound.Observe(always[int64](7))()
	for _, protocol := range protocols {
		t.Run(protocol, func(t *testing.T) {
			c := collector.Start(t)
			if err := pkg.Register(); err != nil {
				t.Fatal(err)
			}
			defer pkg.Unregister()
			provider := newProvider(t, c, protocol, sdk.CumulativeTemporalitySelector)
			counted.At(0).Inc()
			serveRequest(t, provider)
			if err := provider.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			arrived := c.Points()
			wantServed(t, arrived)
			ours := map[string]int64{}
			for _, p := range ofScope(arrived, "example.com/observers") {
				ours[p.Metric] = p.Int
			}
			if len(ours) != 2 || ours["collector/sound"] != 7 || ours["collector/counted"] != 1 {
				t.Errorf("of the package arrived %v", ours)
			}
			wantPanicked(t, arrived, takeHandled())
		})
	}
}

// wantPanicked fails unless the panic of collector/broken was counted and reported.
func wantPanicked(t *testing.T, arrived []fakeotlp.Point, handled []string) {
	t.Helper()
	found := false
	for _, p := range ofScope(arrived, "github.com/ocgen/ocgen") {
		found = found || p.Attributes["measure"] == "collector/broken" && p.Attributes["reason"] == string(record.ReasonPanicked) && p.Int > 0
	}
	if !found {
		t.Errorf("the panic is not counted: %+v", ofScope(arrived, "github.com/ocgen/ocgen"))
	}
	if len(handled) == 0 || !strings.Contains(strings.Join(handled, "\n"), "collector/broken") {
		t.Errorf("OpenTelemetry's ErrorHandler got %q, want an error about collector/broken", handled)
	}
}
