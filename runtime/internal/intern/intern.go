// Package intern numbers texts. Recorders look up each open tag and each limited view
// in such a table, so a lookup takes no lock and allocates nothing.
package intern

import (
	"hash/maphash"
	"math"
	"strings"
	"sync"
	"sync/atomic"
)

// A Table numbers at most max texts, from 0 in the order of their admission.
// Looking up a text that is in it takes no lock and allocates nothing: recorders
// do it for each open tag and each limited view.
//
// It is an open-addressing table whose slots are published atomically. Only
// Admit writes, under the mutex; it replaces the whole table before that is
// three quarters full, so a lookup always ends at an empty slot.
//
// A map behind a sync.RWMutex would make all recorders write to one cache line; a sync.Map
// boxes its keys, so each lookup of a text would allocate.
type Table struct {
	seed  maphash.Seed
	table atomic.Pointer[slotTable]
	full  atomic.Bool // set after the last text was published, never reset

	mu    sync.Mutex
	count int
	max   int
}

// A slotTable is only changed in empty slots, and in texts that no slot refers to.
type slotTable struct {
	slots []atomic.Uint64 // a power of two; see slotOf
	texts []string        // by number
}

// slotOf returns a slot that is not empty, which is 0: the upper half of the
// hash, and the text's number plus one. It has no text of its own, so that many
// slots share a cache line.
func slotOf(hash uint64, number uint32) uint64 { return hash&^math.MaxUint32 | uint64(number) + 1 }

// New returns an empty table for max texts.
func New(max int) *Table {
	t := &Table{seed: maphash.MakeSeed(), max: max}
	t.table.Store(t.larger(&slotTable{}))
	t.full.Store(max <= 0)
	return t
}

// Find returns the number of a text.
func (t *Table) Find(text string) (number uint32, ok bool) {
	table, hash := t.table.Load(), maphash.String(t.seed, text)
	for i := hash; ; i++ {
		slot := table.slots[i&uint64(len(table.slots)-1)].Load()
		if slot == 0 {
			return 0, false
		}
		if number = uint32(slot) - 1; (slot^hash)>>32 == 0 && table.texts[number] == text {
			return number, true
		}
	}
}

// FindBytes is find for bytes, without turning them into a string.
func (t *Table) FindBytes(text []byte) (number uint32, ok bool) {
	table, hash := t.table.Load(), maphash.Bytes(t.seed, text)
	for i := hash; ; i++ {
		slot := table.slots[i&uint64(len(table.slots)-1)].Load()
		if slot == 0 {
			return 0, false
		}
		if number = uint32(slot) - 1; (slot^hash)>>32 == 0 && table.texts[number] == string(text) {
			return number, true
		}
	}
}

// Admit returns the number of a text, which it adds if there is room.
//
// The table keeps a copy of the text: callers' texts are often parts of large
// buffers.
func (t *Table) Admit(text string) (number uint32, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if number, ok := t.Find(text); ok || t.count >= t.max {
		return number, ok
	}
	table := t.table.Load()
	if t.count == len(table.texts) {
		table = t.larger(table)
	}
	number = uint32(t.count)
	table.texts[number] = strings.Clone(text)
	table.insert(maphash.String(t.seed, text), number)
	t.table.Store(table)
	t.count++
	if t.count == t.max {
		t.full.Store(true)
	}
	return number, true
}

// larger returns a table with the same texts and room for twice as many.
func (t *Table) larger(table *slotTable) *slotTable {
	size := max(8, 2*len(table.slots))
	l := &slotTable{slots: make([]atomic.Uint64, size), texts: make([]string, size*3/4)}
	for number, text := range table.texts {
		l.texts[number] = text
		l.insert(maphash.String(t.seed, text), uint32(number))
	}
	return l
}

// insert puts a number into the first empty slot for its hash.
func (t *slotTable) insert(hash uint64, number uint32) {
	mask := uint64(len(t.slots) - 1)
	i := hash
	for t.slots[i&mask].Load() != 0 {
		i++
	}
	t.slots[i&mask].Store(slotOf(hash, number))
}

// All returns the texts by number; there may be empty ones after the last.
func (t *Table) All() []string { return t.table.Load().texts }

// Text returns the text of a number.
func (t *Table) Text(number uint32) string { return t.All()[number] }

// Full reports whether the table takes no more texts. A text that was admitted before
// Full was true is found by every later lookup, so call Full before the lookup.
func (t *Table) Full() bool { return t.full.Load() }
