package observedirect_test

import (
	"context"
	"os"
	"testing"

	"github.com/ocgen/ocgen/golden/internal/observed"
	"github.com/ocgen/ocgen/golden/observedirect"
)

func TestMain(m *testing.M) {
	observedirect.SetZone(observedirect.ZoneA)
	os.Exit(m.Run())
}

func TestObserve(t *testing.T) {
	observed.Package[observedirect.Pool, observedirect.State]{
		Prefix:             "golden/observedirect/",
		Idle:               observedirect.StateIdle,
		Busy:               observedirect.StateBusy,
		Register:           observedirect.RegisterViews,
		Unregister:         observedirect.UnregisterViews,
		ObserveConnections: observedirect.ObserveConnections,
		ObserveLoad:        observedirect.ObserveLoad,
		ObserveWaits:       observedirect.ObserveWaits,
		ObserveWaited:      observedirect.ObserveWaited,
		ObserveUptime:      observedirect.ObserveUptime,
		ObserveBlocked:     observedirect.ObserveBlocked,
		RecordJobs:         observedirect.RecordJobs,
		RecordJobsBound: func(ctx context.Context, jobs int64, state observedirect.State) {
			observedirect.JobsFor(state).Record(ctx, jobs)
		},
	}.Test(t)
}
