package series

import "sync/atomic"

// BoundSeries are the series of a bound recorder that may be others in another
// registration: those of a view with a MaxSeries, or a wide one, and what is
// recorded together with them. S has them. It is safe for concurrent use.
type BoundSeries[S any] struct {
	find  func() S
	found atomic.Pointer[foundSeries[S]]
}

// foundSeries are the series that were found after so many registrations.
type foundSeries[S any] struct {
	series        S
	registrations uint64
}

// registrations counts those of packages that produce metrics themselves. It is
// alone on its cache line: bound recorders read it at each record.
var registrations struct {
	_ [cacheLine]byte
	n atomic.Uint64
	_ [cacheLine]byte
}

// BindSeries returns the series that find finds now, and at the first record
// after each registration. It must be safe for concurrent use.
func BindSeries[S any](find func() S) *BoundSeries[S] {
	b := &BoundSeries[S]{find: find}
	b.again()
	return b
}

// Found returns the series. They take what is recorded until the registration
// ends; without one they drop it.
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
