package series

import "sync/atomic"

// BoundSeries are the series of a bound recorder that may be different series after
// another registration: the series of views with a MaxSeries or of wide views, and all
// series that are recorded together with them. S holds the series. It is safe for
// concurrent use.
type BoundSeries[S any] struct {
	find  func() S
	found atomic.Pointer[foundSeries[S]]
}

// foundSeries are the series that were found after so many registrations.
type foundSeries[S any] struct {
	series        S
	registrations uint64
}

// registrations counts the registrations of packages with direct series. It is
// alone on its cache line: bound recorders read it at each record.
var registrations struct {
	_ [cacheLine]byte
	n atomic.Uint64
	_ [cacheLine]byte
}

// BindSeries calls find now, and at the first record after each registration, and keeps
// its result. find must be safe for concurrent use.
func BindSeries[S any](find func() S) *BoundSeries[S] {
	b := &BoundSeries[S]{find: find}
	b.again()
	return b
}

// Found returns the series. They record until the registration ends, and drop records
// without a registration.
func (b *BoundSeries[S]) Found() *S {
	if f := b.found.Load(); f.registrations == registrations.n.Load() {
		return &f.series
	}
	return b.again()
}

// again finds the series. What is found while a registration begins or ends, in
// some sets only, is no longer used once the next has begun.
func (b *BoundSeries[S]) again() *S {
	n := registrations.n.Load()
	f := &foundSeries[S]{b.find(), n}
	b.found.Store(f)
	return &f.series
}
