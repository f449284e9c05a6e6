package series

import "sync/atomic"

// BoundSeries are the series of a bound recorder that may be different series after
// another registration: the series of views with a MaxSeries or of wide views, and all
// series that are recorded together with them. S holds the series. It is safe for
// concurrent use.
type BoundSeries[S any] struct {
	find  func() S
	found atomic.Pointer[foundSeries[S]]
	ends  bool // it is found again after each ending too
}

// foundSeries are the series that were found after so many registrations and endings.
type foundSeries[S any] struct {
	series        S
	registrations uint64
	endings       uint64
}

// registrations counts the registrations of packages with direct series. It is
// alone on its cache line: bound recorders read it at each record.
var registrations struct {
	_ [cacheLine]byte
	n atomic.Uint64
	_ [cacheLine]byte
}

// endings counts the series that were forgotten, and the observed series that were stopped:
// after each there may be a place for a bound recorder's series. It is alone on its cache
// line, as registrations is.
var endings struct {
	_ [cacheLine]byte
	n atomic.Uint64
	_ [cacheLine]byte
}

// BindEnding is [BindSeries] for series that can be forgotten. find is called again after
// one was forgotten, in any set. It computes the indices of tags whose series end anew, with
// [record.Tag.UncountedIndex].
func BindEnding[S any](find func() S) *BoundSeries[S] {
	b := &BoundSeries[S]{find: find, ends: true}
	b.again()
	return b
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
	f := b.found.Load()
	if f.registrations != registrations.n.Load() || b.ends && f.endings != endings.n.Load() {
		return b.again()
	}
	return &f.series
}

// again finds the series. What is found while a registration begins or ends, in
// some sets only, is no longer used once the next has begun.
func (b *BoundSeries[S]) again() *S {
	n, ended := registrations.n.Load(), endings.n.Load()
	f := &foundSeries[S]{b.find(), n, ended}
	b.found.Store(f)
	return &f.series
}
