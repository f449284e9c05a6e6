package series

import (
	"sync"
	"time"
)

// A view with zero rows has series before their first record:
//
//   - all combinations of listed values and, of open tags, known values. The registration
//     adds them.
//   - the series of bound recorders. Binding adds them and, if the set is not registered
//     then, the registration. Each later registration adds them again, since bound
//     recorders may be kept for ever.
//
// A zero row has a start and no record. It takes a place within MaxSeries as a record does.
// If there is none, the series of "__other__" is the zero row, because the records of the
// bound recorder will go there.

// boundRows remembers the series to which bound recorders gave a zero row, in the order of
// the binding: at most MaxSeries of them, and beside these the series of "__other__". The lock
// of the set guards it.
type boundRows struct {
	indices []uint64
	has     map[uint64]bool
	limited int // number of those that count for MaxSeries
}

// startZeroRows adds the zero rows of a registration. It is called with the lock held.
func (s *SeriesSet[C]) startZeroRows(at time.Time) {
	if !s.info.ZeroRows {
		return
	}
	for _, index := range s.places.listed() {
		if c := s.admit(index); c != nil {
			s.kind.origin(c).begin(at)
		}
	}
	for _, index := range s.rows.indices {
		s.addZeroRow(index, at)
	}
}

// addZeroRow adds a zero row for an index, or for "__other__" past the limit. It is called
// with the lock held, in a registered set. It returns the index that has the row.
func (s *SeriesSet[C]) addZeroRow(index uint64, at time.Time) uint64 {
	c := s.admit(index)
	if c == nil {
		index = s.places.collapsed(index)
		c = s.admit(index)
	}
	o := s.kind.origin(c)
	o.begin(at)
	o.bound.Store(true)
	return index
}

// ZeroRow makes the series of an index a zero row, now and in each later registration. It
// is for sets with ZeroRows. Past MaxSeries, the series of "__other__" is the zero row.
func (s *SeriesSet[C]) ZeroRow(index uint64) {
	if c := s.lookup(index); c != nil && s.kind.origin(c).bound.Load() {
		return
	}
	if s.places.wide != nil && s.info.Size != 0 {
		return // only generated code takes the set for not wide: it is never registered, see check
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.descriptor.Load() != nil {
		s.addZeroRow(index, time.Now())
	}
	s.remember(index) // not the row that it has now: in the next registration there may be a place
}

// remember is called with the lock held.
func (s *SeriesSet[C]) remember(index uint64) {
	if s.rows.has[index] {
		return
	}
	other := s.places.collapsed(index)
	switch {
	case other == index || s.info.MaxSeries == 0:
	case s.rows.limited < s.info.MaxSeries:
		s.rows.limited++
	case s.rows.has[other]:
		return
	default:
		index = other
	}
	s.rows.has[index] = true
	s.rows.indices = append(s.rows.indices, index)
}

// Zero returns the series of an index, and makes it a zero row of this registration. It is
// for sets with ZeroRows, in the function of [BindZeroRows]. It is never nil.
func (s *SeriesSet[C]) Zero(index uint64) *C {
	c := s.current(index)
	if o := s.kind.origin(c); c != s.none && o.start.Load() == 0 {
		o.begin(time.Now())
	}
	return c
}

// mostFinders is the maximum of [BoundSeries] with zero rows that a set remembers.
const mostFinders = 1 << 14

// boundFinders remembers [BoundSeries], so that each registration finds their series and
// gives them zero rows. It remembers the first mostFinders. A set may have several
// recorders, and the type of the series tells them apart.
type boundFinders struct {
	mu      sync.RWMutex
	found   map[finderKey]any // *BoundSeries
	inOrder []func()          // finds their series
}

// A finderKey identifies the tags of one recorder.
type finderKey struct {
	series any // a nil pointer to the type of the series
	tags   string
}

// A ZeroRowSet is a [SeriesSet] of any kind, with ZeroRows.
type ZeroRowSet interface{ finders() *boundFinders }

func (s *SeriesSet[C]) finders() *boundFinders { return &s.bound }

// BindZeroRows is [BindSeries] for series with zero rows: find is called also at each
// registration, before RegisterViews returns. set is a set that find uses, and indices are
// what find depends on. If both were bound before, the result is the same as then, and find
// is not called. If a set has remembered 16,384 results, it does not remember more: those
// have zero rows from now until the registration ends, and later from their first record.
func BindZeroRows[S any](set ZeroRowSet, find func() S, indices ...uint64) *BoundSeries[S] {
	f := set.finders()
	var inline [8 * maxTags]byte
	key := wideKey(inline[:0], indices)
	f.mu.RLock()
	known, ok := f.found[finderKey{(*S)(nil), string(key)}]
	f.mu.RUnlock()
	if !ok {
		known = f.remember(finderKey{(*S)(nil), string(key)}, func() (any, func()) {
			b := &BoundSeries[S]{find: find}
			return b, func() { b.again() }
		})
	}
	b := known.(*BoundSeries[S])
	if b.found.Load() == nil { // after it is remembered: a registration meanwhile finds it too
		b.again()
	}
	return b
}

// remember returns the BoundSeries of a key, which make makes if there is none.
func (f *boundFinders) remember(key finderKey, make func() (b any, again func())) any {
	f.mu.Lock()
	defer f.mu.Unlock()
	if b, ok := f.found[key]; ok {
		return b
	}
	b, again := make()
	if len(f.inOrder) < mostFinders {
		f.found[key] = b
		f.inOrder = append(f.inOrder, again)
	}
	return b
}

// findBound finds the series of bound recorders in the order in which they were bound.
func (s *SeriesSet[C]) findBound() {
	s.bound.mu.RLock()
	all := s.bound.inOrder
	s.bound.mu.RUnlock()
	for _, again := range all {
		again()
	}
}
