package forgetviews_test

import (
	"context"
	"testing"

	"github.com/ocgen/ocgen/golden/forgetviews"
	"github.com/ocgen/ocgen/golden/internal/fleets"
	"github.com/ocgen/ocgen/golden/internal/rows"
)

const prefix = "golden/forgetviews/"

var soak = fleets.Soak{
	Metrics: []fleets.Metric{
		{Name: prefix + "weight", Label: "thing"},
		{Name: prefix + "steps", Label: "thing"},
		{Name: prefix + "held", Label: "thing"},
	},
	Begin: func(name string, number int64) (end func()) {
		ctx := forgetviews.WithTenant(context.Background(), "acme")
		thing := forgetviews.Thing(name)
		stopWeight := forgetviews.ObserveWeight(thing, forgetviews.KindBlue, func() int64 { return number })
		stopSteps := forgetviews.ObserveSteps(thing, forgetviews.KindBlue, func() int64 { return number })
		letGo := forgetviews.BeginHeld(ctx, thing)
		return func() {
			stopWeight()
			stopSteps()
			letGo()
			forgetviews.ForgetHeld(thing)
		}
	},
}

func TestSoak(t *testing.T) {
	rows.Register(t, forgetviews.RegisterViews, forgetviews.UnregisterViews)
	soak.Test(t)
}

func TestSoakTogether(t *testing.T) {
	rows.Register(t, forgetviews.RegisterViews, forgetviews.UnregisterViews)
	soak.TestTogether(t)
}
