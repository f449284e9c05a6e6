package seed_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/seed"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/internal/fakemonitoring/slocheck"
	"github.com/ocgen/ocgen/internal/tests/contrib"
	"go.opencensus.io/stats/view"
)

// TestSLOs serves 50 requests, of which one fails and two take a second or more,
// and computes both SLOs from what the real exporter then writes.
func TestSLOs(t *testing.T) {
	if err := seed.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	defer seed.UnregisterViews()
	ctx := context.Background()
	for i := range 50 {
		seed.RecordRequestCountSLI(ctx)
		latency := time.Duration(i) * 20 * time.Millisecond // up to 980 ms
		switch i {
		case 7:
			seed.RecordErrorCountSLI(ctx)
		case 20:
			latency = time.Second // not under 1000 ms
		case 30:
			latency = time.Minute
		}
		seed.RecordResponseLatencySLI(ctx, latency)
	}
	view.Find("") // comes back behind all records
	server := fakemonitoring.New(t)
	contrib.Export(t, server, "") // as the guide's exporter: no prefix but the default
	for file, want := range map[string]slocheck.Amounts{
		"availability.json": {Bad: 1, Total: 50},
		"latency.json":      {Good: 48, Total: 50},
	} {
		data, err := os.ReadFile(filepath.Join("../../../../golden/seed/slo", file))
		if err != nil {
			t.Fatal(err)
		}
		got, err := slocheck.Evaluate(data, server.Series())
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", file, got, err, want)
		}
	}
}
