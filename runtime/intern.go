package runtime

import (
	"hash/maphash"
	"math"
	"strings"
	"sync"
	"sync/atomic"
)

// An intern numbers at most max texts, from 0 in the order of their admission.
// Looking up a text that is in it takes no lock and allocates nothing: recorders
// do it for each open tag and each limited view.
//
// It is an open-addressing table whose slots are published atomically. Only
// admit writes, under the mutex; it replaces the whole table before that is
// three quarters full, so a lookup always ends at an empty slot.
type intern struct {
	seed  maphash.Seed
	table atomic.Pointer[internTable]
	full  atomic.Bool // set after the last text was published, never reset

	mu    sync.Mutex
	count int
	max   int
}

// An internTable is never changed but in slots that are empty, and in texts that
// no slot refers to.
type internTable struct {
	slots []atomic.Uint64 // a power of two; see internSlot
	texts []string        // by number
}

// internSlot returns a slot that is not empty, which is 0: the upper half of the
// hash, and the text's number plus one. It has no text of its own, so that many
// slots share a cache line.
func internSlot(hash uint64, number uint32) uint64 { return hash&^math.MaxUint32 | uint64(number) + 1 }

// newIntern returns an empty set that takes max texts.
func newIntern(max int) *intern {
	t := &intern{seed: maphash.MakeSeed(), max: max}
	t.table.Store(t.larger(&internTable{}))
	t.full.Store(max <= 0)
	return t
}

// find returns the number of a text.
func (t *intern) find(text string) (number uint32, ok bool) {
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

// findBytes is find for bytes, without turning them into a string.
func (t *intern) findBytes(text []byte) (number uint32, ok bool) {
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

// admit returns the number of a text, which it adds if there is room.
//
// The set keeps a copy of the text: callers' texts are often parts of large
// buffers.
func (t *intern) admit(text string) (number uint32, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if number, ok := t.find(text); ok || t.count >= t.max {
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
func (t *intern) larger(table *internTable) *internTable {
	size := max(8, 2*len(table.slots))
	l := &internTable{slots: make([]atomic.Uint64, size), texts: make([]string, size*3/4)}
	for number, text := range table.texts {
		l.texts[number] = text
		l.insert(maphash.String(t.seed, text), uint32(number))
	}
	return l
}

// insert puts a number into the first empty slot for its hash.
func (t *internTable) insert(hash uint64, number uint32) {
	mask := uint64(len(t.slots) - 1)
	i := hash
	for t.slots[i&mask].Load() != 0 {
		i++
	}
	t.slots[i&mask].Store(internSlot(hash, number))
}

// all returns the texts by number; there may be empty ones after the last.
func (t *intern) all() []string { return t.table.Load().texts }

// text returns the text of a number.
func (t *intern) text(number uint32) string { return t.all()[number] }
