package slobasic_test

import (
	"context"
	"os"
	"testing"

	"go.opencensus.io/stats/view"

	"github.com/ocgen/ocgen/golden/slobasic"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/internal/fakemonitoring/slocheck"
	"github.com/ocgen/ocgen/internal/tests/contrib"
)

// TestJobs computes the one SLO that does not use Google's own indicators, under
// a metric prefix that is not the default.
func TestJobs(t *testing.T) {
	if err := slobasic.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	defer slobasic.UnregisterViews()
	for range 4 {
		slobasic.RecordJobs(context.Background())
	}
	slobasic.RecordFailedJobs(context.Background())
	view.Find("") // comes back behind all records
	server := fakemonitoring.New(t)
	contrib.Export(t, server, "workload.googleapis.com/checkout")
	data, err := os.ReadFile("../../../../golden/slobasic/slo/jobs-done.json")
	if err != nil {
		t.Fatal(err)
	}
	want := slocheck.Amounts{Bad: 1, Total: 4}
	if got, err := slocheck.Evaluate(data, server.Series()); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}
