package updown_test

import (
	"context"
	"os"
	"testing"

	"github.com/ocgen/ocgen/golden/internal/updowns"
	"github.com/ocgen/ocgen/golden/updown"
)

func TestMain(m *testing.M) {
	updown.SetZone(updown.ZoneA)
	os.Exit(m.Run())
}

func TestUpDown(t *testing.T) {
	updowns.Package[updown.Kind, updown.End, updown.Delta, updown.Route, updown.Tenant]{
		Prefix:        "golden/updown/",
		Read:          updown.KindRead,
		Write:         updown.KindWrite,
		Near:          updown.EndNear,
		Large:         updown.DeltaLarge,
		Register:      updown.RegisterViews,
		Unregister:    updown.UnregisterViews,
		WithTenant:    updown.WithTenant,
		AddPending:    updown.AddPending,
		BeginPending:  updown.BeginPending,
		PendingFor:    func(k updown.Kind) updowns.Adder { return updown.PendingFor(k) },
		AddOpen:       updown.AddOpen,
		BeginOpen:     updown.BeginOpen,
		BeginOpened:   updown.BeginOpened,
		OpenFor:       func(k updown.Kind, r updown.Route) updowns.Adder { return updown.OpenFor(k, r) },
		BeginPages:    updown.BeginPages,
		PagesFor:      func(r updown.Route) updowns.Adder { return updown.PagesFor(r) },
		BeginSessions: updown.BeginSessions,
		SessionsFor:   func(k updown.Kind) updowns.Adder { return updown.SessionsFor(k) },
		AddWorkers:    updown.AddWorkers,
		AddLoad:       updown.AddLoad,
		AddBacklog:    updown.AddBacklog,
	}.Test(t)
}

// TestZeroBound: the zero value of a bound recorder records nothing.
func TestZeroBound(t *testing.T) {
	for _, zero := range []updowns.Adder{updown.BoundPending{}, updown.BoundOpen{}, updown.BoundPages{}, updown.BoundSessions{}} {
		zero.Add(context.Background(), 1)
		zero.Begin(context.Background())()
	}
}
