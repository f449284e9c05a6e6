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
	used  int   // slots that are not empty; only writers use it
	shift uint8 // of a hash, to get a slot's number
}

type keyedSlot[C any] struct {
	key    atomic.Uint64     // index plus one; 0: empty
	series atomic.Pointer[C] // nil: it was removed
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

// with returns the table with a series that it has not: itself, or another one if too many
// slots are used. The table has count series then.
func (t *keyedSeries[C]) with(index uint64, c *C, count int) *keyedSeries[C] {
	if 4*(t.used+1) > 3*len(t.slots) {
		size := minKeyed
		for size < 2*count {
			size *= 2
		}
		other := newKeyedSeries[C](size)
		for i := range t.slots {
			if c := t.slots[i].series.Load(); c != nil {
				other.put(t.slots[i].key.Load()-1, c)
			}
		}
		t = other
	}
	t.put(index, c)
	return t
}

func (t *keyedSeries[C]) put(index uint64, c *C) {
	slot := t.place(index)
	slot.series.Store(c) // first: the key publishes it
	if slot.key.Load() == 0 {
		slot.key.Store(index + 1)
		t.used++
	}
}

// remove removes the series of an index. The key stays, so that a search goes on behind it.
func (t *keyedSeries[C]) remove(index uint64) { t.place(index).series.Store(nil) }

// place returns the slot of an index, or an empty slot for it.
func (t *keyedSeries[C]) place(index uint64) *keyedSlot[C] {
	mask := uint64(len(t.slots) - 1)
	for i := t.slot(index); ; i++ {
		slot := &t.slots[i&mask]
		if key := slot.key.Load(); key == 0 || key == index+1 {
			return slot
		}
	}
}
