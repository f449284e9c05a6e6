package forgetviews_test

import (
	"context"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/forgetviews"
	"github.com/ocgen/ocgen/golden/internal/fleets"
	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/internal/points"
	"github.com/ocgen/ocgen/runtime"
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

// TestLastValuesPastALimit: the values of different things do not overwrite each other, and a
// metric without series is not exported.
func TestLastValuesPastALimit(t *testing.T) {
	rows.Register(t, forgetviews.RegisterViews, forgetviews.UnregisterViews)
	ctx := t.Context()
	for _, peer := range []forgetviews.Peer{"p1", "p2", "p3"} { // as many as max_values
		forgetviews.RecordSent(ctx, 1, peer)
	}
	forgetviews.RecordDelay(ctx, time.Second, "p4")
	points.Expect(t, prefix+"delay")
	points.Expect(t, prefix+"delays", "peer=__other__: 1")
	for _, m := range runtime.Gather(ctx) {
		if len(m.Series) == 0 {
			t.Errorf("%s is exported without series", m.Descriptor.Name)
		}
	}
	forgetviews.RecordDelay(ctx, time.Second, "p3")
	points.Expect(t, prefix+"delay", "peer=p3: 1")
	points.Expect(t, prefix+"delays", "peer=__other__: 1", "peer=p3: 1")
}
