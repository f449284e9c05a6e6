package series

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// A SeriesInfo describes the series of one view.
type SeriesInfo struct {
	Name      string        // of the exported metric
	Tags      []*record.Tag // of the view, those of the process included
	Bounds    []float64     // of a distribution: positive and strictly increasing, in the unit of the metric
	Size      uint64        // number of combinations of its tags according to generated code; 0: it exceeds 64 bits
	Keyed     bool          // series are found by a hash of their index, because a table of all would be too large
	MaxSeries int           // maximum of series; beyond it open tags are recorded as "__other__", and last values are dropped; 0: no limit is needed
	ZeroRows  bool          // all combinations of listed and known values exist from the registration, and the series of bound recorders
}

// A SeriesSet has the time series of one view of the direct recorder: a record changes
// its series at once, and an export reads it. C is the kind of the series. It is safe
// for concurrent use.
//
// A series is found by its index, without a lock. The index is a sum over the view's
// tags, except those of the process: the index of the tag times the number of
// combinations of the tags before it. Generated code computes it.
//
// A series counts from its first record to Unregister, or until it is forgotten (see
// [Forgetting]). After that its records go to its successor, so a bound recorder may be kept
// for ever.
type SeriesSet[C any] struct {
	info    SeriesInfo
	kind    kind[C]
	places  *places
	table   []unsafe.Pointer               // *C by index; nil if keyed
	keyed   atomic.Pointer[keyedSeries[C]] // nil if not keyed
	none    *C                             // drops the records while not registered
	past    *C                             // of last values: drops records past a limit; who finds it has counted them
	dropped *record.Counter                // records past MaxSeries
	full    atomic.Bool                    // MaxSeries is reached

	unregistered   *record.Counter // records before the first registration
	everRegistered atomic.Bool     // then records while not registered are dropped without a count

	descriptor atomic.Pointer[metric.Descriptor] // nil unless registered; changed with mu held

	mu      sync.Mutex
	series  []*C          // in the order of their creation; only appended to, until it is compacted
	gone    int           // number of those that were forgotten
	limited int           // number of series that count for MaxSeries
	early   map[uint64]*C // series that were bound while not registered and have no record yet
	rows    boundRows

	bound boundFinders

	labelling sync.Mutex // guards the fields below; readers lock it, before mu, and who ends series
	labels    labels
	labelled  *metric.Descriptor // the registration that the labels are of
}

// A kind has the functions of a set that depend on the kind of its series.
type kind[C any] struct {
	origin     func(c *C) *origin[C]
	made       func(c *C) // completes a new series; nil: nothing to do
	free       func(c *C) // frees the stripes of a series that has ended; nil: it has none
	cumulative bool
	single     bool // a series has the last value of one thing, so there is none of "__other__"
	// reader returns a function for at most n series, which returns the value of one
	// at this moment, and nil if it has none and is no zero row. It may use the memory
	// of last, a value of an earlier reading of the set, again; nil is none.
	reader func(n int, zero bool) func(c *C, last any) any
}

// newSeriesSet returns a set that drops records until it is registered.
func newSeriesSet[C any](info SeriesInfo, k kind[C]) *SeriesSet[C] {
	s := &SeriesSet[C]{
		info:    info,
		kind:    k,
		places:  newPlaces(info.Tags),
		dropped: record.CounterOfMeasure(info.Name, record.ReasonSeries),
		early:   map[uint64]*C{},

		unregistered: record.CounterOfMeasure(info.Name, record.ReasonUnregistered),
	}
	if info.ZeroRows {
		s.rows.has, s.bound.found = map[uint64]bool{}, map[finderKey]any{}
	}
	if info.Keyed {
		s.keyed.Store(newKeyedSeries[C](minKeyed))
	} else {
		s.table = make([]unsafe.Pointer, max(s.places.size, info.Size)) // see check: recorders use their own size
	}
	s.none = s.endedSeries(0)
	if k.single {
		s.past = s.endedSeries(0)
	}
	return s
}

// endedSeries returns a series that has ended: its records go to its successor.
func (s *SeriesSet[C]) endedSeries(index uint64) *C {
	c := new(C)
	if s.kind.made != nil {
		s.kind.made(c)
	}
	o := s.kind.origin(c)
	o.state, o.set, o.index = stateEnded, s, index
	return c
}

// At returns the series of an index in a set that is not keyed. It is never nil.
func (s *SeriesSet[C]) At(index uint64) (c *C) {
	if c = (*C)(atomic.LoadPointer(&s.table[index])); c == nil {
		c = s.added(index)
	}
	return
}

// Keyed returns the series of an index in a keyed set. It is never nil.
func (s *SeriesSet[C]) Keyed(index uint64) *C {
	if c := s.keyed.Load().find(index); c != nil {
		return c
	}
	return s.added(index)
}

// Bind returns the series of an index, for a recorder that keeps it. It may be kept for
// ever, and may be called before the registration. In a set with a MaxSeries, or a wide
// set, the result may be the series of "__other__", for ever: see [BindSeries].
func (s *SeriesSet[C]) Bind(index uint64) *C {
	if s.info.ZeroRows {
		s.ZeroRow(index)
	}
	if c := s.current(index); c != s.none {
		return c
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.lookup(index) // the set may just have been registered
	if c == nil {
		c = s.early[index]
	}
	if c == nil {
		c = s.endedSeries(index)
		s.early[index] = c
	}
	return c
}

// current returns the series of an index, or s.none while not registered.
func (s *SeriesSet[C]) current(index uint64) *C {
	if c := s.lookup(index); c != nil {
		return c
	}
	return s.added(index)
}

// lookup returns the series of an index, or nil.
func (s *SeriesSet[C]) lookup(index uint64) *C {
	switch {
	case s.info.Keyed:
		return s.keyed.Load().find(index)
	case index < uint64(len(s.table)):
		return (*C)(atomic.LoadPointer(&s.table[index]))
	}
	return nil
}

// added returns the series of an index that had none a moment ago. Beyond the limit it
// returns the series whose open tags are "__other__". Last values have none: the record is
// dropped.
func (s *SeriesSet[C]) added(index uint64) *C {
	if s.descriptor.Load() == nil {
		return s.none
	}
	if s.drops(index) {
		return s.droppedPast()
	}
	full := s.full.Load()
	c := s.lookup(index) // after full: finds every series that was added before full was set
	if c == nil && !full {
		c = s.add(index)
	}
	if c != nil {
		return c
	}
	other := s.places.collapsed(index)
	if other != index {
		s.dropped.Inc()
		if s.past != nil {
			return s.droppedPast()
		}
	}
	if c := s.lookup(other); c != nil {
		return c
	}
	return s.add(other)
}

// drops reports whether records of an index are dropped: last values with a tag past its maximum.
func (s *SeriesSet[C]) drops(index uint64) bool {
	return s.past != nil && s.places.pastLimit(index)
}

// droppedPast returns the series that drops records past a limit. A bound recorder whose
// series end looks again at its next record, because a place may be free then.
func (s *SeriesSet[C]) droppedPast() *C {
	if s.places.ends {
		endings.n.Add(1)
	}
	return s.past
}

// add adds a series, unless another goroutine has added it. It returns nil if the series
// would exceed the limit. Series of "__other__" do not count for the limit.
func (s *SeriesSet[C]) add(index uint64) *C {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.descriptor.Load() == nil {
		return s.none
	}
	return s.admit(index)
}

// admit is add in a registered set, with the lock held.
func (s *SeriesSet[C]) admit(index uint64) *C {
	if c := s.lookup(index); c != nil {
		return c
	}
	if !s.places.ends {
		return s.admitHeld(index)
	}
	held, ok := s.places.hold(index)
	if !ok {
		s.dropped.Inc()
		endings.n.Add(1) // a bound recorder must look again
		return s.none
	}
	if held != index { // a value had been released and has got another index
		if c := s.lookup(held); c != nil {
			s.places.release(held)
			return c
		}
	}
	c := s.admitHeld(held)
	if c == nil || c == s.past {
		s.places.release(held)
		endings.n.Add(1) // who looked meanwhile may have found no place
	}
	return c
}

// admitHeld is admit of an index that has no series, and whose values keep it.
func (s *SeriesSet[C]) admitHeld(index uint64) *C {
	if s.drops(index) {
		return s.past
	}
	limited := s.counts(index)
	if limited && s.full.Load() {
		return nil
	}
	c := s.create(index)
	if limited { // after the series can be found; see added
		s.limited++
		s.full.Store(s.limited == s.info.MaxSeries)
	}
	return c
}

// counts reports whether the series of an index counts for MaxSeries.
func (s *SeriesSet[C]) counts(index uint64) bool {
	return s.info.MaxSeries > 0 && s.places.collapsed(index) != index
}

// create is called with the lock held.
func (s *SeriesSet[C]) create(index uint64) *C {
	c := s.early[index]
	if c == nil {
		c = s.endedSeries(index)
	}
	delete(s.early, index)
	s.kind.origin(c).switchState(stateEnded, stateEmpty)
	s.series = append(s.series, c)
	if s.info.Keyed {
		s.keyed.Store(s.keyed.Load().with(index, c, len(s.series)-s.gone))
	} else {
		atomic.StorePointer(&s.table[index], unsafe.Pointer(c))
	}
	return c
}

// countUnregistered counts a record that is dropped.
func (s *SeriesSet[C]) countUnregistered() {
	if !s.everRegistered.Load() {
		s.unregistered.Inc()
	}
}

func (s *SeriesSet[C]) name() string { return s.info.Name }

// check returns an error if generated code counts the combinations differently from the
// set: then records would go to wrong series. Such a set is never registered. A program
// that goes on after the error still records: these records are dropped.
func (s *SeriesSet[C]) check() error {
	if s.places.size == s.info.Size {
		return nil
	}
	return fmt.Errorf("metric %q has %d combinations of tag values in the generated code but %d in package runtime/series: generate the code again with the version of ocgen in go.mod", s.info.Name, s.info.Size, s.places.size)
}

// start begins the recording.
func (s *SeriesSet[C]) start(d metric.Descriptor, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.descriptor.Load() != nil {
		return
	}
	s.places.freeze()
	s.everRegistered.Store(true)
	s.descriptor.Store(&d)
	s.startZeroRows(at)
}

// stop ends all series. Records that are being made then may be dropped.
func (s *SeriesSet[C]) stop() {
	s.labelling.Lock()
	defer s.labelling.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	ended := s.series
	s.descriptor.Store(nil)
	s.series, s.gone, s.limited = nil, 0, 0
	s.labels, s.labelled = labels{}, nil
	s.full.Store(false)
	if s.info.Keyed {
		s.keyed.Store(newKeyedSeries[C](minKeyed))
	}
	for i := range s.table {
		atomic.StorePointer(&s.table[i], nil)
	}
	for _, c := range ended { // last: recorders that hold them look for the successor
		if o := s.kind.origin(c); o.loadState() != stateEnded { // it was forgotten
			s.endOne(c)
			s.places.release(o.index)
		}
	}
}

// endOne ends a series, and frees its stripes.
func (s *SeriesSet[C]) endOne(c *C) {
	s.kind.origin(c).end()
	if s.kind.free != nil {
		s.kind.free(c)
	}
}
