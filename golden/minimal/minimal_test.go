package minimal_test

import (
	"context"
	"testing"

	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/golden/minimal"
)

func TestRecord(t *testing.T) {
	ctx := context.Background()
	minimal.RecordJobs(ctx, 100) // before registration: dropped
	rows.Register(t, minimal.RegisterViews, minimal.UnregisterViews)
	minimal.RecordJobs(ctx, 3)
	minimal.RecordJobs(ctx, 4)
	rows.Expect(t, minimal.JobsView, "sum 7")
}

func TestRegisterTwice(t *testing.T) {
	rows.Register(t, minimal.RegisterViews, minimal.UnregisterViews)
	if err := minimal.RegisterViews(); err != nil {
		t.Error(err)
	}
}
