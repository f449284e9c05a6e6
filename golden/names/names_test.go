package names_test

import (
	"context"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/golden/names"
)

// TestRecord shows that nothing is shadowed: values end up where their names say.
func TestRecord(t *testing.T) {
	rows.Register(t, names.RegisterViews, names.UnregisterViews)
	ctx := context.Background()
	names.RecordRange(ctx, 2, names.TypeA, "s", "t", names.Ctx404, "h", "i", "m", "l", "o")
	names.RecordLevel(ctx, 1.5e9, "l", names.CtxYes)
	names.RecordStart(ctx, 3*time.Millisecond, "t")
	names.RecordCost(ctx, 1)
	names.RecordCostValues(ctx, 2, names.LenShort)
	names.RecordRPCQPS(ctx, 9)
	rows.Expect(t, names.RangeView,
		"ctx=404 http.method=o http_id=h id=i level=l method=m string=s time=t type=a: sum 2")
	rows.Expect(t, names.LevelView, "ctx=yes_ level=l: last 1.5")
	rows.Expect(t, names.StartView, "time=t: last 3")
	rows.Expect(t, names.CostView, "sum 1")
	rows.Expect(t, names.CostValuesView, "len=short: last 2")
	rows.Expect(t, names.RPCQPSView, "last 9")
}

// TestPackages: tags that are called like the packages that the code calls.
func TestPackages(t *testing.T) {
	rows.Register(t, names.RegisterViews, names.UnregisterViews)
	ctx := names.WithSeries(t.Context(), "s")
	names.RecordPackages(ctx, 2, "m", names.RecordA, names.CensusB, "o", "t", names.SpanA)
	rows.Expect(t, names.PackagesView, "census=b metric=m record=a series=s slo=o span=a tag=t: sum 2")
}

func TestEvent(t *testing.T) {
	rows.Register(t, names.RegisterViews, names.UnregisterViews)
	names.RecordMs(context.Background(), 1, 2, 3, time.Second,
		names.LenLong, names.TypeB, "s", "t", 0, "h", "i", "m", "l", "o")
	rows.Expect(t, names.CostView, "sum 1")
	rows.Expect(t, names.CostValuesView, "len=long: last 2")
	rows.Expect(t, names.LevelView, "level=l: last 1")
}
