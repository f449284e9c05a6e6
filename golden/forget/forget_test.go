package forget_test

import (
	"context"
	"testing"

	"github.com/ocgen/ocgen/golden/forget"
	"github.com/ocgen/ocgen/golden/internal/fleets"
	"github.com/ocgen/ocgen/golden/internal/rows"
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
