package slo_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.opencensus.io/stats/view"

	"github.com/ocgen/ocgen/golden/slo"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/internal/fakemonitoring/slocheck"
	"github.com/ocgen/ocgen/internal/tests/contrib"
)

// golden is the folder of the generated package.
const golden = "../../../../golden/slo"

// TestSLOsMeasureWhatIsRecorded records, exports with the real exporter, and
// computes each SLO's indicator from what arrives: the filters select by labels
// that exist, hostile values included, and the thresholds fall between buckets.
func TestSLOsMeasureWhatIsRecorded(t *testing.T) {
	if err := slo.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	defer slo.UnregisterViews()
	record()
	view.Find("") // comes back behind all records
	server := fakemonitoring.New(t)
	contrib.Export(t, server, "custom.googleapis.com/opencensus")

	want := map[string]slocheck.Amounts{
		"bad-of-total":       {Bad: 3, Total: 7},
		"good-of-total":      {Good: 4, Total: 7},
		"good-and-bad":       {Good: 2, Bad: 3},
		"hostile-values":     {Bad: 3, Total: 3},
		"hostile-not":        {Good: 6, Total: 7},
		"hostile-prefix":     {Bad: 1, Total: 7},
		"weighted":           {Good: 3, Total: 4},
		"under":              {Good: 3, Total: 3},
		"at-least":           {Good: 2, Total: 3},
		"between":            {Good: 3, Total: 7},
		"below-everything":   {Good: 4, Total: 7},
		"windows-of-ratio":   {Bad: 3, Total: 7},
		"windows-of-latency": {Good: 3, Total: 6},
		"short-queue":        {Gauge: 7},
		"enough-work":        {Gauge: 7},
		"comfortable":        {Gauge: 40.5},
	}
	files, err := filepath.Glob(golden + "/slo/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(want)+1 {
		t.Errorf("%d files, want %d SLOs and the service", len(files), len(want))
	}
	for id, amounts := range want {
		data, err := os.ReadFile(filepath.Join(golden, "slo", id+".json"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := slocheck.Evaluate(data, server.Series())
		if err != nil || got != amounts {
			t.Errorf("%s: got %+v, %v, want %+v", id, got, err, amounts)
		}
	}
	compareDescriptors(t, server)
}

func record() {
	ctx := context.Background()
	const order = slo.Route(`/orders/{id:"\d+"}`)
	slo.RecordRequestLatency(ctx, 50*time.Millisecond, slo.OutcomeOK, 0, "/orders/new")
	slo.RecordRequestLatency(ctx, 300*time.Millisecond, slo.OutcomeOK, 0, "/health")
	slo.RecordRequestLatency(ctx, 700*time.Millisecond, slo.OutcomeError, slo.ReasonQuoted, order)
	slo.RecordRequestLatency(ctx, 1500*time.Millisecond, slo.OutcomeError, slo.ReasonInjected, order)
	slo.RecordRequestLatency(ctx, 5*time.Second, slo.OutcomeTimeout, slo.ReasonBackslash, "/health")
	slo.RecordRequestLatency(ctx, 200*time.Millisecond, slo.OutcomeOK, slo.ReasonMarkup, order)
	slo.RecordRequestLatency(ctx, 20*time.Second, slo.OutcomeError, 0, "/orders/new")

	slo.RecordUploadSize(ctx, 1000)
	slo.RecordUploadSize(ctx, 64<<10) // "at least" takes the bound itself in
	slo.RecordUploadSize(ctx, 100_000)

	slo.RecordCost(ctx, 2.5, slo.OutcomeOK)
	slo.RecordCost(ctx, 1, slo.OutcomeError)
	slo.RecordCost(ctx, 0.5, slo.OutcomeOK)

	slo.RecordQueueDepth(ctx, 9)
	slo.RecordQueueDepth(ctx, 7)
	slo.RecordTemperature(ctx, 40.5, slo.OutcomeOK)
	slo.RecordTemperature(ctx, 90, slo.OutcomeError)
}

// compareDescriptors compares the descriptors that the exporter created with the
// files, in what a write must agree with: an SLO can be created with either.
func compareDescriptors(t *testing.T, server *fakemonitoring.Server) {
	t.Helper()
	files, err := filepath.Glob(golden + "/descriptors/*.json")
	if err != nil {
		t.Fatal(err)
	}
	created := server.Descriptors()
	if len(files) != len(created) {
		t.Errorf("%d files, and %d descriptors were created", len(files), len(created))
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := slocheck.Descriptor(data)
		if err != nil {
			t.Fatal(err)
		}
		theirs := created[ours.Type]
		if theirs == nil {
			t.Errorf("%s: the exporter creates no %s", file, ours.Type)
			continue
		}
		if ours.MetricKind != theirs.MetricKind || ours.ValueType != theirs.ValueType || len(ours.Labels) != len(theirs.Labels) ||
			ours.Description != theirs.Description || ours.DisplayName != theirs.DisplayName {
			t.Errorf("%s: got\n%v\nthe exporter creates\n%v", file, ours, theirs)
		}
		if strings.ContainsAny(ours.Description, "\n\t") {
			t.Errorf("%s: the description %q has more than one line", file, ours.Description)
		}
	}
}
