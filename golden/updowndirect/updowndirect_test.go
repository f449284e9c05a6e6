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

// BenchmarkAdd compares Add with a count, side by side.
func BenchmarkAdd(b *testing.B) {
	if err := updowndirect.RegisterViews(); err != nil {
		b.Fatal(err)
	}
	defer updowndirect.UnregisterViews()
	ctx := context.Background()
	kinds := updowndirect.KindValues()
	for name, call := range map[string]func(i int){
		"count": func(i int) { updowndirect.RecordRequests(ctx, kinds[i&1]) },
		"add":   func(i int) { updowndirect.AddPending(ctx, 1-2*int64(i&1), kinds[i&1]) },
		"begin": func(i int) { updowndirect.BeginPending(ctx, kinds[i&1])() },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				call(i)
			}
		})
	}
}
