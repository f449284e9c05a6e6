package updowndirect_test

import (
	"context"
	"os"
	"testing"

	"github.com/ocgen/ocgen/golden/internal/updowns"
	"github.com/ocgen/ocgen/golden/updowndirect"
)

func TestMain(m *testing.M) {
	updowndirect.SetZone(updowndirect.ZoneA)
	os.Exit(m.Run())
}

func TestUpDown(t *testing.T) {
	updowns.Package[updowndirect.Kind, updowndirect.End, updowndirect.Delta, updowndirect.Route, updowndirect.Tenant]{
		Prefix:        "golden/updowndirect/",
		Read:          updowndirect.KindRead,
		Write:         updowndirect.KindWrite,
		Near:          updowndirect.EndNear,
		Large:         updowndirect.DeltaLarge,
		Register:      updowndirect.RegisterViews,
		Unregister:    updowndirect.UnregisterViews,
		WithTenant:    updowndirect.WithTenant,
		AddPending:    updowndirect.AddPending,
		BeginPending:  updowndirect.BeginPending,
		PendingFor:    func(k updowndirect.Kind) updowns.Adder { return updowndirect.PendingFor(k) },
		AddOpen:       updowndirect.AddOpen,
		BeginOpen:     updowndirect.BeginOpen,
		BeginOpened:   updowndirect.BeginOpened,
		OpenFor:       func(k updowndirect.Kind, r updowndirect.Route) updowns.Adder { return updowndirect.OpenFor(k, r) },
		BeginPages:    updowndirect.BeginPages,
		PagesFor:      func(r updowndirect.Route) updowns.Adder { return updowndirect.PagesFor(r) },
		BeginSessions: updowndirect.BeginSessions,
		SessionsFor:   func(k updowndirect.Kind) updowns.Adder { return updowndirect.SessionsFor(k) },
		AddWorkers:    updowndirect.AddWorkers,
		AddLoad:       updowndirect.AddLoad,
		AddBacklog:    updowndirect.AddBacklog,
	}.Test(t)
}

// TestZeroBound: the zero value of a bound recorder records nothing.
func TestZeroBound(t *testing.T) {
	for _, zero := range []updowns.Adder{updowndirect.BoundPending{}, updowndirect.BoundOpen{}, updowndirect.BoundPages{}, updowndirect.BoundSessions{}} {
		zero.Add(context.Background(), 1)
		zero.Begin(context.Background())()
	}
}
