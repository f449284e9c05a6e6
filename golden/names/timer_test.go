//go:build go1.25

package names_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/golden/names"
)

// TestTimers shows that nothing is shadowed in timers, one of an event, whose time is its last value.
func TestTimers(t *testing.T) {
	rows.Register(t, names.RegisterViews, names.UnregisterViews)
	ctx := t.Context()
	synctest.Test(t, func(*testing.T) {
		start, ms := names.StartStart(), names.StartMs()
		time.Sleep(2 * time.Second)
		start.Record(ctx, "t")
		ms.Record(ctx, 1, 2, 3, names.LenLong, names.TypeB, "s", "t", 0, "h", "i", "m", "l", "o")
	})
	rows.Expect(t, names.StartView, "time=t: last 2000")
	rows.Expect(t, names.CostView, "sum 1")
	rows.Expect(t, names.CostValuesView, "len=long: last 2")
	rows.Expect(t, names.LevelView, "level=l: last 2")
}
