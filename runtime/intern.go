package runtime

import (
	"hash/maphash"
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
	slots []internSlot // a power of two
	texts []string     // by number
}

// An internSlot has no text of its own, so that many slots share a cache line.
type internSlot struct {
	hash   atomic.Uint64 // 0: empty; written last
	number uint32
}

// newIntern returns an empty set that takes max texts.
func newIntern(max int) *intern {
	t := &intern{seed: maphash.MakeSeed(), max: max}
	t.table.Store(new(internTable).larger())
	t.full.Store(max <= 0)
	return t
}

// find returns the number of a text.
func (t *intern) find(text string) (number uint32, ok bool) {
	table, hash := t.table.Load(), maphash.String(t.seed, text)|1
	for i := hash >> 1; ; i++ {
		slot := &table.slots[i&uint64(len(table.slots)-1)]
		switch slot.hash.Load() {
		case hash:
			if table.texts[slot.number] == text {
				return slot.number, true
			}
		case 0:
			return 0, false
		}
	}
}

// findBytes is find for bytes, without turning them into a string.
func (t *intern) findBytes(text []byte) (number uint32, ok bool) {
	table, hash := t.table.Load(), maphash.Bytes(t.seed, text)|1
	for i := hash >> 1; ; i++ {
		slot := &table.slots[i&uint64(len(table.slots)-1)]
		switch slot.hash.Load() {
		case hash:
			if table.texts[slot.number] == string(text) {
				return slot.number, true
			}
		case 0:
			return 0, false
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
		table = table.larger()
	}
	number = uint32(t.count)
	table.texts[number] = strings.Clone(text)
	table.insert(maphash.String(t.seed, text)|1, number)
	t.table.Store(table)
	t.count++
	if t.count == t.max {
		t.full.Store(true)
	}
	return number, true
}

// larger returns a table with the same texts and room for twice as many.
func (t *internTable) larger() *internTable {
	size := max(8, 2*len(t.slots))
	l := &internTable{slots: make([]internSlot, size), texts: make([]string, size*3/4)}
	copy(l.texts, t.texts)
	for i := range t.slots {
		if hash := t.slots[i].hash.Load(); hash != 0 {
			l.insert(hash, t.slots[i].number)
		}
	}
	return l
}

// insert puts a number into the first empty slot for its hash.
func (t *internTable) insert(hash uint64, number uint32) {
	mask := uint64(len(t.slots) - 1)
	i := hash >> 1
	for t.slots[i&mask].hash.Load() != 0 {
		i++
	}
	slot := &t.slots[i&mask]
	slot.number = number
	slot.hash.Store(hash)
}

// all returns the texts by number; there may be empty ones after the last.
func (t *intern) all() []string { return t.table.Load().texts }

// text returns the text of a number.
func (t *intern) text(number uint32) string { return t.all()[number] }
