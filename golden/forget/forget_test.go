package forget_test

import (
	"context"
	"testing"

	"github.com/ocgen/ocgen/golden/forget"
	"github.com/ocgen/ocgen/golden/internal/fleets"
	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/internal/points"
)

const prefix = "golden/forget/"

func TestMain(m *testing.M) {
	forget.SetZone(forget.ZoneA)
	m.Run()
}

var soak = fleets.Soak{
	Metrics: []fleets.Metric{
		{Name: prefix + "weight", Label: "thing"},
		{Name: prefix + "steps", Label: "thing"},
		{Name: prefix + "held", Label: "thing"},
		{Name: prefix + "height", Label: "thing"},
	},
	Begin: func(name string, number int64) (end func()) {
		ctx := forget.WithTenant(context.Background(), "acme")
		thing := forget.Thing(name)
		stopWeight := forget.ObserveWeight(thing, forget.KindBlue, func() int64 { return number })
		stopSteps := forget.ObserveSteps(thing, forget.KindBlue, func() int64 { return number })
		letGo := forget.BeginHeld(ctx, thing)
		forget.HeightFor(thing).Record(ctx, number)
		return func() {
			stopWeight()
			stopSteps()
			letGo()
			forget.ForgetHeld(thing)
			forget.ForgetHeight(thing)
		}
	},
}

func TestSoak(t *testing.T) {
	rows.Register(t, forget.RegisterViews, forget.UnregisterViews)
	soak.Test(t)
}

func TestSoakTogether(t *testing.T) {
	rows.Register(t, forget.RegisterViews, forget.UnregisterViews)
	soak.TestTogether(t)
}

// TestZeroRowsBesideSeriesThatEnd: a bound recorder gives the views that stay their rows, also if
// it looks its tags up again.
func TestZeroRowsBesideSeriesThatEnd(t *testing.T) {
	rows.Register(t, forget.RegisterViews, forget.UnregisterViews)
	points.Expect(t, prefix+"looks", "color=blue: 0", "color=green: 0")
	forget.LookFor(0, "n1").Record(t.Context(), 3)
	points.Expect(t, prefix+"looks", "color=__invalid__: 1", "color=blue: 0", "color=green: 0")
	forget.GlanceFor(forget.KindBlue, "t1").Record(t.Context(), 4)
	points.Expect(t, prefix+"looks", "color=__invalid__: 1", "color=blue: 1", "color=green: 0")
	points.Expect(t, prefix+"height_seen", "thing=t1: 4")
}

// TestPlacesOfSeriesThatStay: a value whose place was taken by a series that stays has it for
// series that end too.
func TestPlacesOfSeriesThatStay(t *testing.T) {
	rows.Register(t, forget.RegisterViews, forget.UnregisterViews)
	for _, node := range []forget.Node{"n1", "n2"} { // as many as max_values
		forget.RecordMoved(t.Context(), 1, node, forget.KindBlue)
	}
	forget.RecordState(t.Context(), 5, "n2")
	points.Expect(t, prefix+"state", "node=n2: 5")
	forget.ForgetState("n2")
	points.Expect(t, prefix+"state")
}
