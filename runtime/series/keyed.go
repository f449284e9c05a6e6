package series

import "sync/atomic"

// keyedSeries finds series by their index: an open-addressing table whose slots
// are published atomically, so that finding one takes no lock. One goroutine at
// a time changes it; before it is three quarters full, a larger one takes its
// place, so a search always ends at an empty slot.
//
// It is not an intern.Table: keys are integers, so it neither hashes nor compares texts,
// and its values are pointers. It is not a sync.Map, which takes some eight times as long
// to find a key.
type keyedSeries[C any] struct {
	slots []keyedSlot[C]
	shift uint8 // of a hash, to get a slot's number
}

type keyedSlot[C any] struct {
	key    atomic.Uint64 // index plus one; 0: empty
	series atomic.Pointer[C]
}

// minKeyed is the size of the smallest table.
const minKeyed = 8

// newKeyedSeries returns an empty table of a size that is a power of two.
func newKeyedSeries[C any](size int) *keyedSeries[C] {
	t := &keyedSeries[C]{slots: make([]keyedSlot[C], size), shift: 64}
	for ; size > 1; size /= 2 {
		t.shift--
	}
	return t
}

// slot returns the first slot to look at for an index.
func (t *keyedSeries[C]) slot(index uint64) uint64 {
	const golden = 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio
	return index * golden >> (t.shift & 63)
}

// find returns the series of an index, or nil.
func (t *keyedSeries[C]) find(index uint64) *C {
	mask := uint64(len(t.slots) - 1)
	for i := t.slot(index); ; i++ {
		switch slot := &t.slots[i&mask]; slot.key.Load() {
		case index + 1:
			return slot.series.Load()
		case 0:
			return nil
		}
	}
}

// with returns the table with a series that it has not: itself, or a larger one
// if count are too many for it.
func (t *keyedSeries[C]) with(index uint64, c *C, count int) *keyedSeries[C] {
	if 4*count > 3*len(t.slots) {
		larger := newKeyedSeries[C](2 * len(t.slots))
		for i := range t.slots {
			if key := t.slots[i].key.Load(); key != 0 {
				larger.put(key-1, t.slots[i].series.Load())
			}
		}
		t = larger
	}
	t.put(index, c)
	return t
}

func (t *keyedSeries[C]) put(index uint64, c *C) {
	mask := uint64(len(t.slots) - 1)
	i := t.slot(index)
	for t.slots[i&mask].key.Load() != 0 {
		i++
	}
	t.slots[i&mask].series.Store(c) // first: the key publishes it
	t.slots[i&mask].key.Store(index + 1)
}
