package record

import (
	"math"
	"sync"
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime/internal/intern"
)

// openValues are the texts of an open tag. A text needs a place, and there are as many
// places as the tag's maximum. A text has one number for series that stay and another one
// for series that end, and only one place. The ordinal of a text is its number plus one, so
// 0 is absent, 1 "__other__" and 2 "__invalid__".
//
// The number for series that stay is below the maximum and stays: the index of a series,
// from which its place in a table is computed, must be small. The number for series that end
// lasts as long as a series has it.
type openValues struct {
	staying *intern.Table
	ending  *intern.Counted
	known   []uint32 // ordinals of the known values, which need no place
	utf8    bool
	max     int         // places
	full    atomic.Bool // no place is free
	ended   atomic.Bool // a text has or had a number for series that end

	mu    sync.Mutex // held when a text gets or loses a number
	taken int        // places
}

// The numbers of the replacements.
const (
	otherNumber   = 0
	invalidNumber = 1
)

// OtherOrdinal is the ordinal of "__other__", of every open tag.
const OtherOrdinal = otherNumber + 1

// InvalidOrdinal is the ordinal of "__invalid__", of every open tag.
const InvalidOrdinal = invalidNumber + 1

// lastReplacement is the highest ordinal of an open tag that stands in for
// another value.
const lastReplacement = InvalidOrdinal

// endingOrdinals is the number of ordinals for series that end.
const endingOrdinals = math.MaxUint32 + 1

func newOpenValues(o OpenTag) *openValues {
	v := &openValues{utf8: o.UTF8, max: max(o.MaxValues, 0)}
	v.staying = intern.New(lastReplacement + len(o.Known) + v.max)
	v.ending = intern.NewCounted(endingOrdinals-1, v.left)
	for i, text := range append([]string{OtherText, invalidText}, o.Known...) {
		number, _ := v.staying.Admit(text)
		if i >= lastReplacement {
			v.known = append(v.known, number+1)
		}
		v.ending.Use(v.ending.Admit(text)) // for ever
	}
	v.full.Store(v.max == 0)
	return v
}

// find returns the number of a text that has one.
func (v *openValues) find(text string, ends bool) (number uint32, ok bool) {
	if ends {
		n, ok := v.ending.Find(text)
		return uint32(n), ok
	}
	return v.staying.Find(text)
}

// mayHavePlace reports whether a text may have a place though there was none free: there is
// one now, the text has the other number, or no series has the text of another one.
func (v *openValues) mayHavePlace(text string) bool {
	switch {
	case !v.ended.Load(): // then places are never given back
		return false
	case !v.full.Load(), v.ending.Idle():
		return true
	}
	if _, ok := v.ending.Find(text); ok {
		return true
	}
	_, ok := v.staying.Find(text)
	return ok
}

// admit returns the number of a text, which it gives a place and a number if it has none.
func (v *openValues) admit(text string, ends bool) (number uint32, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if number, ok := v.find(text, ends); ok {
		return number, true
	}
	if _, ok := v.find(text, !ends); !ok && !v.place() {
		return 0, false
	}
	if ends {
		v.ended.Store(true)
		return uint32(v.ending.Admit(text)), true
	}
	return v.staying.Admit(text)
}

// place takes a place, if need be that of a text that no series has. It is called with the
// lock held.
func (v *openValues) place() bool {
	for v.taken >= v.max { // a text that leaves has no place of its own if it also stays
		if !v.ending.Evict() {
			return false
		}
	}
	v.setTaken(v.taken + 1)
	return true
}

func (v *openValues) setTaken(n int) {
	v.taken = n
	v.full.Store(n >= v.max)
}

// left gives the place of a text back that has lost its number for series that end. It is
// called with the lock held.
func (v *openValues) left(text string) {
	if _, stays := v.staying.Find(text); !stays {
		v.setTaken(v.taken - 1)
	}
}

// text returns the text of a number, and "" if it is no longer the number of one.
func (v *openValues) text(number uint32, ends bool) string {
	if ends {
		text, _ := v.ending.Text(uint64(number))
		return text
	}
	return v.staying.Text(number)
}
