package series

import (
	"math"
	"slices"
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime/record"
)

// A Forgetting ends the series of a measure: those of the views that have all tags of the
// call. It is safe for concurrent use.
type Forgetting struct {
	tags []*record.Tag
	sets []ForgettingSet
}

// A ForgettingSet is a [SeriesSet] of any kind. The open tags of a set whose series end are
// those of [record.Tag.Ending].
type ForgettingSet interface {
	forget(tags []*record.Tag, indices []uint64)
}

// NewForgetting returns a Forgetting for the series of these sets. Each of the sets has all of
// the tags, which are the parameters of a call in their order.
func NewForgetting(tags []*record.Tag, sets ...ForgettingSet) *Forgetting {
	return &Forgetting{tags: tags, sets: sets}
}

// Forget ends the series with these values of the tags of the call, whatever their values of
// the tags from ctx. It does nothing where there are none. They are not exported any more
// when Forget has returned, except by a reading that has begun before. Their places within
// the maxima of the tags and of the views are free then. A record that is made meanwhile
// counts as made before or after.
func (f *Forgetting) Forget(values ...record.TagValue) {
	indices := make([]uint64, len(f.tags))
	for i, t := range f.tags {
		index, ok := t.Existing(values[i])
		if !ok {
			return
		}
		indices[i] = index
	}
	for _, s := range f.sets {
		s.forget(f.tags, indices)
	}
}

// forget ends the series whose tags have the indices.
func (s *SeriesSet[C]) forget(tags []*record.Tag, indices []uint64) {
	s.labelling.Lock()
	defer s.labelling.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	var inlineParts, inline [maxTags]uint64
	wanted, others := append(inlineParts[:0], make([]uint64, len(s.places.places))...), false
	for i, pl := range s.places.places {
		switch at := slices.Index(tags, pl.tag); {
		case at >= 0:
			wanted[i] = indices[at]
		case !pl.fixed:
			wanted[i], others = anyPart, true
		}
	}
	if !others {
		if c := s.withParts(wanted); c != nil {
			s.end(c)
		}
		return
	}
	for _, c := range s.series {
		o := s.kind.origin(c)
		if o.loadState() == stateEnded {
			continue
		}
		if parts, _ := s.places.parts(inline[:0], o.index); matches(parts, wanted) {
			s.end(c)
		}
	}
}

// anyPart is above all parts of an index.
const anyPart = math.MaxUint64

func matches(parts, wanted []uint64) bool {
	for i, part := range parts {
		if wanted[i] != anyPart && wanted[i] != part {
			return false
		}
	}
	return true
}

// withParts returns the series whose index has the parts, or nil.
func (s *SeriesSet[C]) withParts(parts []uint64) *C {
	if s.places.wide == nil {
		return s.lookup(s.places.join(parts))
	}
	var inline [maxTags]uint64
	if number, ok := s.places.numberOf(s.places.given(inline[:0], parts)); ok {
		return s.lookup(number)
	}
	return nil
}

// end ends a series. It is called with both locks held.
func (s *SeriesSet[C]) end(c *C) {
	o := s.kind.origin(c)
	if s.info.Keyed { // first: recorders that hold the series look for the successor
		s.keyed.Load().remove(o.index)
	} else {
		atomic.StorePointer(&s.table[o.index], nil)
	}
	s.endOne(c)
	if s.counts(o.index) {
		s.limited--
		s.full.Store(false)
	}
	s.places.release(o.index)
	s.gone++
	if s.gone >= minGone && s.gone > len(s.series)/2 {
		s.compact()
	}
	endings.n.Add(1)
}

// minGone is how many series must have ended before they leave the list without a reading.
const minGone = 32

// compact removes the series that have ended from the list. It is called with both locks
// held. Readers may still use the old list.
func (s *SeriesSet[C]) compact() {
	has := s.series
	ended := func(i int) bool { return s.kind.origin(has[i]).loadState() == stateEnded }
	s.labels.keep(s.places, len(has), func(i int) uint64 { return s.kind.origin(has[i]).index }, ended)
	series := make([]*C, 0, len(has)-s.gone)
	for i, c := range has {
		if !ended(i) {
			series = append(series, c)
		}
	}
	s.series, s.gone = series, 0
}
