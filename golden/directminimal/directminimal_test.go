package directminimal_test

import (
	"testing"

	"github.com/ocgen/ocgen/golden/directminimal"
	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/internal/points"
)

func TestRecord(t *testing.T) {
	ctx := t.Context()
	directminimal.RecordJobs(ctx, 100) // before registration: dropped
	rows.Register(t, directminimal.RegisterViews, directminimal.UnregisterViews)
	directminimal.RecordJobs(ctx, 3)
	directminimal.RecordJobs(ctx, 4)
	directminimal.RecordJobs(ctx, -1)
	points.Expect(t, "jobs", "7")
}
