//go:build go1.25

package values_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"go.opencensus.io/stats/view"

	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/golden/values"
)

// A timer is one of a measure without tags.
type timer interface{ Record(context.Context) }

// TestTimers measures two days in every unit, by a clock of its own.
func TestTimers(t *testing.T) {
	rows.Register(t, values.RegisterViews, values.UnregisterViews)
	const d = 48 * time.Hour
	timers := func() []timer {
		return []timer{
			values.StartNsFloat(), values.StartUsFloat(), values.StartMsFloat(), values.StartSFloat(),
			values.StartMinFloat(), values.StartHFloat(), values.StartDFloat(),
			values.StartNsInt(), values.StartUsInt(), values.StartMsInt(), values.StartSInt(),
			values.StartMinInt(), values.StartHInt(),
		}
	}
	views := []*view.View{
		values.NsFloatView, values.UsFloatView, values.MsFloatView, values.SFloatView,
		values.MinFloatView, values.HFloatView, values.DFloatView,
		values.NsIntView, values.UsIntView, values.MsIntView, values.SIntView,
		values.MinIntView, values.HIntView,
	}
	units := []time.Duration{1, time.Microsecond, time.Millisecond, time.Second, time.Minute, time.Hour, 24 * time.Hour}
	synctest.Test(t, func(*testing.T) {
		all, days := timers(), values.StartDInt()
		time.Sleep(d)
		for _, timer := range all {
			timer.Record(context.Background())
		}
		days.Record(context.Background(), values.KindB)
	})
	for i, v := range views {
		rows.Expect(t, v, fmt.Sprintf("last %v", float64(d/units[i%len(units)])))
	}
	rows.Expect(t, values.DIntView, "kind=b: sum 2")
}
