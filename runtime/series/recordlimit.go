package series

import (
	"slices"
	"sync"

	"github.com/ocgen/ocgen/runtime/record"
)

// A RecordLimit keeps several views of one recorder within their MaxSeries together. If
// a record would exceed the maximum of one view, its open tags are recorded as
// "__other__" in all of them, so the views agree. A recorder needs one if it records
// into several views with open tags and one of them is limited; otherwise the set
// enforces its limit alone. It is safe for concurrent use.
type RecordLimit struct {
	tags []*record.Tag
	sets []limitedSet
}

// A limitedSet is a set, and how its index is computed from the tags of a record.
type limitedSet struct {
	LimitedSet
	places *places
	terms  []limitTerm // of the set's tags except process tags
}

// A limitTerm is a tag's part of the index.
type limitTerm struct {
	tag    int    // of the record's
	stride uint64 // not used in a wide set
}

// A LimitedSet is a [SeriesSet] of any kind, of a view with a maximum of series.
type LimitedSet interface {
	placesOf() *places
	registered() bool
	has(index uint64) bool
	hasRoom() bool
	reserve(index uint64) bool
	dropsPast() bool
	drop()
}

// limiting orders the records that could exceed a limit, over all sets.
var limiting sync.Mutex

// NewRecordLimit returns the limit of a recorder with these tags and these limited sets.
// Tags of the process are left out.
func NewRecordLimit(tags []*record.Tag, sets ...LimitedSet) *RecordLimit {
	l := &RecordLimit{tags: tags}
	for _, s := range sets {
		set, stride := limitedSet{LimitedSet: s, places: s.placesOf()}, uint64(1)
		for _, pl := range set.places.places {
			if !pl.fixed {
				set.terms = append(set.terms, limitTerm{slices.Index(tags, pl.tag), stride})
				stride *= pl.radix
			}
		}
		l.sets = append(l.sets, set)
	}
	return l
}

// Keep changes the indices of a record's tags, in the order of the limit's tags, if the
// record would exceed the limit.
func (l *RecordLimit) Keep(indices []uint64) {
	for i := range l.sets {
		if !l.sets[i].fits(indices) {
			l.admit(indices)
			return
		}
	}
}

// admit makes the series of the record, or collapses its open tags.
func (l *RecordLimit) admit(indices []uint64) {
	for i := range l.sets {
		if !l.sets[i].hasRoom() && !l.sets[i].fits(indices) {
			l.collapse(&l.sets[i], indices)
			return
		}
	}
	limiting.Lock()
	defer limiting.Unlock()
	for i := range l.sets {
		if !l.sets[i].hasRoom() && !l.sets[i].fits(indices) {
			l.collapse(&l.sets[i], indices)
			return
		}
	}
	for i := range l.sets {
		// Recorders of one view only take their places without this lock. What
		// was reserved before stays, without a record and so without a row.
		if !l.sets[i].add(indices) {
			l.collapse(&l.sets[i], indices)
			return
		}
	}
}

// collapse turns the open tags into "__other__". Absent ones stay absent.
func (l *RecordLimit) collapse(full *limitedSet, indices []uint64) {
	full.drop()
	for i, t := range l.tags {
		if t.IsOpen() && indices[i] != 0 {
			indices[i] = otherIndex
		}
	}
}

// fits reports whether the record needs no place within MaxSeries.
func (s *limitedSet) fits(indices []uint64) bool {
	if s.places.wide == nil {
		return s.has(s.index(indices))
	}
	var inline [maxTags]uint64
	given := s.given(inline[:0], indices)
	if s.dropsPast() && s.places.givenPastLimit(given) {
		return true
	}
	if number, ok := s.places.numberOf(given); ok {
		return s.has(number)
	}
	return !s.registered() || !s.places.collapse(given)
}

// add makes the series of the record, unless there is no place for it.
func (s *limitedSet) add(indices []uint64) bool {
	if s.places.wide == nil {
		return s.reserve(s.index(indices))
	}
	var inline [maxTags]uint64
	return s.reserve(s.places.number(s.given(inline[:0], indices)))
}

// index returns the index of the record, in a set that is not wide.
func (s *limitedSet) index(indices []uint64) (index uint64) {
	for _, t := range s.terms {
		index += indices[t.tag] * t.stride
	}
	return index
}

// given appends the record's part of each tag of the set.
func (s *limitedSet) given(to, indices []uint64) []uint64 {
	for _, t := range s.terms {
		to = append(to, indices[t.tag])
	}
	return to
}

func (s *SeriesSet[C]) placesOf() *places { return s.places }
func (s *SeriesSet[C]) registered() bool  { return s.descriptor.Load() != nil }
func (s *SeriesSet[C]) hasRoom() bool     { return !s.full.Load() }

// drop counts a record whose open tags become "__other__".
func (s *SeriesSet[C]) drop() { s.dropped.Inc() }

// has reports whether a record needs no place within MaxSeries: its series has one, or takes
// none, or nothing is recorded, or the record is dropped.
func (s *SeriesSet[C]) has(index uint64) bool {
	return s.lookup(index) != nil || !s.registered() || s.places.collapsed(index) == index || s.drops(index)
}

// dropsPast reports whether the set drops records with a tag past its maximum: last values.
func (s *SeriesSet[C]) dropsPast() bool { return s.past != nil }

func (s *SeriesSet[C]) reserve(index uint64) bool { return s.add(index) != nil }
