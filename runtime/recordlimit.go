package runtime

import (
	"slices"
	"sync"
)

// A RecordLimit keeps the views of one recorder within their MaxSeries together:
// past that of one of them, the open tags of the whole record become "__other__",
// so that its views agree. A recorder needs one if it feeds several views with
// open tags, and one of them is limited; else the set does the same alone. It is
// safe for concurrent use.
type RecordLimit struct {
	tags []*Tag
	sets []limitedSeries
}

// limitedSeries is a SeriesSet of any kind.
type limitedSeries interface {
	placesOf() *places
	registered() bool
	has(index uint64) bool
	hasRoom() bool
	reserve(index uint64)
	drop()
}

// limiting orders the records that could exceed a limit, over all sets.
var limiting sync.Mutex

// NewRecordLimit returns the limit of a recorder with these tags, those of the
// process left out, and with these limited sets.
func NewRecordLimit(tags []*Tag, sets ...limitedSeries) *RecordLimit {
	return &RecordLimit{tags, sets}
}

// Keep changes the indices of a record's tags, in the order of the limit's, if
// the record would exceed the limit.
func (l *RecordLimit) Keep(indices []uint64) {
	for _, s := range l.sets {
		if !l.has(s, indices) {
			l.admit(indices)
			return
		}
	}
}

// admit makes the series of the record, or collapses its open tags.
func (l *RecordLimit) admit(indices []uint64) {
	for _, s := range l.sets {
		if !s.hasRoom() && !l.has(s, indices) {
			l.collapse(s, indices)
			return
		}
	}
	limiting.Lock()
	defer limiting.Unlock()
	for _, s := range l.sets {
		if !s.hasRoom() && !l.has(s, indices) {
			l.collapse(s, indices)
			return
		}
	}
	for _, s := range l.sets {
		var inline [maxTags]uint64
		s.reserve(s.placesOf().join(l.parts(s, inline[:0], indices)))
	}
}

// collapse turns the open tags into "__other__". Absent ones stay absent.
func (l *RecordLimit) collapse(full limitedSeries, indices []uint64) {
	full.drop()
	for i, t := range l.tags {
		if t.open != nil && indices[i] != 0 {
			indices[i] = otherIndex
		}
	}
}

// has reports whether the record needs no place within the MaxSeries of a set.
func (l *RecordLimit) has(s limitedSeries, indices []uint64) bool {
	var inline [maxTags]uint64
	p, parts := s.placesOf(), l.parts(s, inline[:0], indices)
	if index, ok := p.find(parts); ok {
		return s.has(index)
	}
	return !s.registered() || !p.collapse(p.given(parts[:0], parts))
}

// parts appends each tag's part of the index in a set of a record.
func (l *RecordLimit) parts(s limitedSeries, to, indices []uint64) []uint64 {
	for _, pl := range s.placesOf().places {
		part := uint64(0)
		if !pl.fixed {
			part = indices[slices.Index(l.tags, pl.tag)]
		}
		to = append(to, part)
	}
	return to
}

func (s *SeriesSet[C]) placesOf() *places { return s.places }
func (s *SeriesSet[C]) registered() bool  { return s.descriptor.Load() != nil }
func (s *SeriesSet[C]) hasRoom() bool     { return !s.full.Load() }
func (s *SeriesSet[C]) drop()             { s.dropped.inc() }

// has reports whether a record needs no place within MaxSeries: its series has
// one, or takes none, or nothing is recorded.
func (s *SeriesSet[C]) has(index uint64) bool {
	return s.lookup(index) != nil || !s.registered() || s.places.collapsed(index) == index
}

func (s *SeriesSet[C]) reserve(index uint64) { s.add(index) }
