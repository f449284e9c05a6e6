// Package updowns tests what the packages updown and updowndirect export: numbers that go
// up and down. Both are generated from one schema.
package updowns

import (
	"context"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/internal/points"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/record"
)

// An Adder is a bound recorder.
type Adder interface {
	Add(ctx context.Context, delta int64)
	Begin(ctx context.Context) (end func())
}

// A Package is what a package generated from the schema declares. Its zone is a.
type Package[Kind, End, Delta any, Route, Tenant ~string] struct {
	Prefix      string // of its metrics' names
	Read, Write Kind
	Near        End
	Large       Delta

	Register   func() error
	Unregister func()

	WithTenant    func(context.Context, Tenant) context.Context
	AddPending    func(context.Context, int64, Kind)
	BeginPending  func(context.Context, Kind) func()
	PendingFor    func(Kind) Adder
	AddOpen       func(context.Context, int64, Kind, Route)
	BeginOpen     func(context.Context, Kind, Route) func()
	BeginOpened   func(context.Context, Route, Kind) func() // its former name
	OpenFor       func(Kind, Route) Adder
	BeginPages    func(context.Context, Route) func()
	PagesFor      func(Route) Adder
	BeginSessions func(context.Context, Kind) func()
	SessionsFor   func(Kind) Adder
	AddWorkers    func(context.Context, int64, End, Delta)
	AddLoad       func(context.Context, float64, Kind)
	AddBacklog    func(context.Context, time.Duration)
}

// Test runs all tests on a package.
func (p Package[Kind, End, Delta, Route, Tenant]) Test(t *testing.T) {
	t.Run("BeforeRegistration", p.testBeforeRegistration) // first
	t.Run("UpAndDown", p.testUpAndDown)
	t.Run("Overflow", p.testOverflow)
	t.Run("Begin", p.testBegin)
	t.Run("Registrations", p.testRegistrations)
	t.Run("Views", p.testViews)
	t.Run("Limits", p.testLimits)
	t.Run("Context", p.testContext)
	t.Run("ZeroRows", p.testZeroRows)
	t.Run("Descriptors", p.testDescriptors)
}

func (p Package[Kind, End, Delta, Route, Tenant]) expect(t *testing.T, name string, want ...string) {
	t.Helper()
	points.Expect(t, p.Prefix+name, want...)
}

// register registers the views until the end of the test.
func (p Package[Kind, End, Delta, Route, Tenant]) register(t *testing.T) context.Context {
	t.Helper()
	rows.Register(t, p.Register, p.Unregister)
	return t.Context()
}

func dropped(name string) uint64 {
	for _, s := range record.Stats() {
		if s.Measure == name && s.Reason == record.ReasonUnregistered {
			return s.Count
		}
	}
	return 0
}

// The end of a record that was dropped does nothing.
func (p Package[Kind, End, Delta, Route, Tenant]) testBeforeRegistration(t *testing.T) {
	early := p.BeginPending(t.Context(), p.Read)
	bound := p.PendingFor(p.Write).Begin(t.Context())
	p.AddPending(t.Context(), -1, p.Read)
	if n := dropped(p.Prefix + "pending"); n != 3 {
		t.Errorf("%d records are counted as dropped, want 3", n)
	}
	ctx := p.register(t)
	p.AddPending(ctx, 5, p.Read)
	p.AddPending(ctx, 5, p.Write)
	early()
	bound()
	p.expect(t, "pending", "query=read: 5", "query=write: 5")
}

func (p Package[Kind, End, Delta, Route, Tenant]) testUpAndDown(t *testing.T) {
	ctx := p.register(t)
	p.expect(t, "pending")
	p.AddPending(ctx, 2, p.Read)
	p.AddPending(ctx, -1, p.Read)
	p.AddPending(ctx, -3, p.Write)
	p.PendingFor(p.Write).Add(ctx, 1)
	p.expect(t, "pending", "query=read: 1", "query=write: -2")
	p.AddPending(ctx, -1, p.Read) // a series at 0 stays
	p.expect(t, "pending", "query=read: 0", "query=write: -2")

	p.AddLoad(ctx, 1.5, p.Read)
	p.AddLoad(ctx, -2, p.Read)
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e150, -1e150} {
		p.AddLoad(ctx, bad, p.Read)
	}
	p.expect(t, "load", "query=read: -0.5")

	p.AddBacklog(ctx, 2500*time.Microsecond)
	p.AddBacklog(ctx, -500*time.Microsecond)
	p.expect(t, "backlog", "2") // each is rounded away from zero
	p.expect(t, "backlog_too", "2")
}

// A total is right again once it is back in the range of an int64.
func (p Package[Kind, End, Delta, Route, Tenant]) testOverflow(t *testing.T) {
	ctx := p.register(t)
	p.AddPending(ctx, math.MaxInt64, p.Read)
	p.AddPending(ctx, 10, p.Read)
	p.AddPending(ctx, -20, p.Read)
	p.expect(t, "pending", "query=read: 9223372036854775797")
}

// An end acts once, whoever calls it and how often.
func (p Package[Kind, End, Delta, Route, Tenant]) testBegin(t *testing.T) {
	ctx := p.register(t)
	first, second := p.BeginPending(ctx, p.Read), p.PendingFor(p.Read).Begin(ctx)
	p.expect(t, "pending", "query=read: 2")
	first()
	third := p.BeginPending(ctx, p.Read) // may have the memory of the first
	first()
	p.expect(t, "pending", "query=read: 2")
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			second()
		}()
	}
	group.Wait()
	p.expect(t, "pending", "query=read: 1")
	third()
	second()
	p.expect(t, "pending", "query=read: 0")
}

// The end of a record of an earlier registration does nothing: its series has gone.
func (p Package[Kind, End, Delta, Route, Tenant]) testRegistrations(t *testing.T) {
	ctx := p.register(t)
	bound, pages := p.PendingFor(p.Read), p.PagesFor("/cart")
	ends := []func(){p.BeginPending(ctx, p.Read), bound.Begin(ctx), p.BeginPages(ctx, "/cart"), pages.Begin(ctx)}
	p.Unregister()
	ends[0]()
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	now, nowPages := bound.Begin(ctx), pages.Begin(ctx)
	for _, end := range ends {
		end()
	}
	p.expect(t, "pending", "query=read: 1")
	p.expect(t, "pages", "route=/cart: 1")
	now()
	nowPages()
	p.expect(t, "pending", "query=read: 0")
	p.expect(t, "pages", "route=/cart: 0")
}

// Each view of a measure counts with its own tags.
func (p Package[Kind, End, Delta, Route, Tenant]) testViews(t *testing.T) {
	ctx := p.WithTenant(p.register(t), "acme")
	end := p.BeginOpen(ctx, p.Read, "/cart")
	p.AddOpen(ctx, 2, p.Write, "/cart")
	bound := p.OpenFor(p.Read, "/cart")
	boundEnd := bound.Begin(t.Context()) // without a tenant
	p.BeginOpened(ctx, "/cart", p.Read)()
	p.expect(t, "open", "query=read route=/cart zone=a: 2", "query=write route=/cart zone=a: 2")
	p.expect(t, "open_tenants", "query=read tenant=acme: 1", "query=write tenant=acme: 2", "query=read: 1")
	points.ExpectBoth(t, p.Prefix+"open_now", p.Prefix+"open_before", "4")
	end()
	boundEnd()
	p.expect(t, "open", "query=read route=/cart zone=a: 0", "query=write route=/cart zone=a: 2")
	p.expect(t, "open_tenants", "query=read tenant=acme: 0", "query=write tenant=acme: 2", "query=read: 0")
	points.ExpectBoth(t, p.Prefix+"open_now", p.Prefix+"open_before", "2")
}

// Past a limit a record goes to "__other__", and its end too.
func (p Package[Kind, End, Delta, Route, Tenant]) testLimits(t *testing.T) {
	ctx := p.register(t)
	var ends []func()
	for _, route := range []Route{"/1", "/2", "/3", "/4", "/5"} {
		ends = append(ends, p.BeginOpen(ctx, p.Read, route), p.BeginPages(ctx, route), p.PagesFor(route).Begin(ctx))
	}
	p.expect(t, "open", "query=read route=/1 zone=a: 1", "query=read route=/2 zone=a: 1", "query=read route=/3 zone=a: 1", "query=read route=__other__ zone=a: 2")
	p.expect(t, "pages", "route=/1: 2", "route=/2: 2", "route=__other__: 6")
	for _, end := range ends {
		end()
	}
	p.expect(t, "open", "query=read route=/1 zone=a: 0", "query=read route=/2 zone=a: 0", "query=read route=/3 zone=a: 0", "query=read route=__other__ zone=a: 0")
	p.expect(t, "pages", "route=/1: 0", "route=/2: 0", "route=__other__: 0")
}

// A tag from ctx is the one of the beginning.
func (p Package[Kind, End, Delta, Route, Tenant]) testContext(t *testing.T) {
	ctx := p.register(t)
	end := p.BeginSessions(p.WithTenant(ctx, "acme"), p.Read)
	bound := p.SessionsFor(p.Read).Begin(p.WithTenant(ctx, "other"))
	p.expect(t, "sessions", "query=read tenant=acme: 1", "query=read tenant=other: 1")
	end()
	bound()
	p.expect(t, "sessions", "query=read tenant=acme: 0", "query=read tenant=other: 0")
}

func (p Package[Kind, End, Delta, Route, Tenant]) testZeroRows(t *testing.T) {
	ctx := p.register(t)
	p.AddWorkers(ctx, -4, p.Near, p.Large)
	p.expect(t, "workers", "end=far: 0", "end=near: 0",
		"delta=large end=far: 0", "delta=large end=near: -4", "delta=small end=far: 0", "delta=small end=near: 0")
}

// All descriptors of the package but one are of up-down counts, and their points have a
// start.
func (p Package[Kind, End, Delta, Route, Tenant]) testDescriptors(t *testing.T) {
	before := time.Now()
	ctx := p.register(t)
	p.AddPending(ctx, 1, p.Read)
	p.AddLoad(ctx, 1, p.Read)
	found := 0
	for _, m := range runtime.Gather(ctx) {
		if !strings.HasPrefix(m.Descriptor.Name, p.Prefix) {
			continue
		}
		found++
		for _, s := range m.Series {
			if start := s.StartTime; !m.Descriptor.UpDown || start.Before(before) || !s.Point.Time.After(start) {
				t.Errorf("%s: %+v starts at %v, with a point at %v", m.Descriptor.Name, m.Descriptor, start, s.Point.Time)
			}
		}
	}
	if found != 3 { // workers has zero rows
		t.Errorf("%d metrics, want 3", found)
	}
}
