package many_test

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/golden/many"
	"github.com/ocgen/ocgen/runtime"
)

// TestRecord fills the tag up to its last value, and one over.
func TestRecord(t *testing.T) {
	rows.Register(t, many.RegisterViews, many.UnregisterViews)
	ctx, before := context.Background(), runtime.Stats()
	const limit = 10000
	for i := range limit {
		many.RecordJobs(ctx, many.Shard(strconv.Itoa(i)))
	}
	if n := len(rows.Of(t, many.JobsView)); n != limit {
		t.Errorf("%d values of a tag that takes %d gave %d series", limit, limit, n)
	}
	if lost := runtime.Stats(); !slices.Equal(lost, before) {
		t.Errorf("within the limits something was replaced: %v, before %v", lost, before)
	}
	many.RecordJobs(ctx, "one over")
	all := rows.Of(t, many.JobsView)
	if !slices.Contains(all, "shard=__other__: count 1") || len(all) > limit+1 {
		t.Errorf("the value over the limit is not in __other__; there are %d series", len(all))
	}
	many.RecordJobTime(ctx, 10*time.Millisecond, "9999") // a bound counts above
	rows.Expect(t, many.JobTimeView, "shard=9999: count 1 mean 10 buckets [0 0 1 0]")
}
