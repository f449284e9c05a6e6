package observe_test

import (
	"context"
	"os"
	"testing"

	"github.com/ocgen/ocgen/golden/internal/observed"
	"github.com/ocgen/ocgen/golden/observe"
)

func TestMain(m *testing.M) {
	observe.SetZone(observe.ZoneA)
	os.Exit(m.Run())
}

func TestObserve(t *testing.T) {
	observed.Package[observe.Pool, observe.State]{
		Prefix:             "golden/observe/",
		Idle:               observe.StateIdle,
		Busy:               observe.StateBusy,
		Register:           observe.RegisterViews,
		Unregister:         observe.UnregisterViews,
		ObserveConnections: observe.ObserveConnections,
		ObserveLoad:        observe.ObserveLoad,
		ObserveWaits:       observe.ObserveWaits,
		ObserveWaited:      observe.ObserveWaited,
		ObserveUptime:      observe.ObserveUptime,
		ObserveBlocked:     observe.ObserveBlocked,
		RecordJobs:         observe.RecordJobs,
		RecordJobsBound: func(ctx context.Context, jobs int64, state observe.State) {
			observe.JobsFor(state).Record(ctx, jobs)
		},
	}.Test(t)
}
