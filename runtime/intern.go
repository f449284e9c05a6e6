package runtime

import (
	"hash/maphash"
	"strings"
	"sync"
	"sync/atomic"

	"go.opencensus.io/tag"
)

// An intern is a set of at most max texts that only grows. Looking up a text
// that is in it takes no lock and allocates nothing: recorders do it for each
// open tag and each limited view.
//
// It is an open-addressing table whose slots are published atomically. Only
// admit writes, under the mutex; it replaces the whole table before that is
// half full, so a lookup always ends at an empty slot.
type intern struct {
	seed  maphash.Seed
	slots atomic.Pointer[[]atomic.Pointer[entry]]
	full  atomic.Bool // set after the last entry was published, never reset

	mu    sync.Mutex
	texts []string // in the order of admission; only appended to
	max   int
}

// An entry is one text of an intern.
type entry struct {
	hash  uint64
	text  string
	index uint32      // in the order of admission, from 0
	put   tag.Mutator // puts the text into a tag map; nil where nobody asks
}

// newIntern returns an empty set that takes max texts.
func newIntern(max int) *intern {
	t := &intern{seed: maphash.MakeSeed(), max: max}
	slots := make([]atomic.Pointer[entry], 8)
	t.slots.Store(&slots)
	t.full.Store(max <= 0)
	return t
}

// find returns the entry of a text, or nil.
func (t *intern) find(text string) *entry {
	hash := maphash.String(t.seed, text)
	slots := *t.slots.Load()
	for i := hash; ; i++ {
		e := slots[i&uint64(len(slots)-1)].Load()
		if e == nil || e.hash == hash && e.text == text {
			return e
		}
	}
}

// findBytes is find for bytes, without turning them into a string.
func (t *intern) findBytes(text []byte) *entry {
	hash := maphash.Bytes(t.seed, text)
	slots := *t.slots.Load()
	for i := hash; ; i++ {
		e := slots[i&uint64(len(slots)-1)].Load()
		if e == nil || e.hash == hash && e.text == string(text) {
			return e
		}
	}
}

// admit returns the entry of a text, which it adds if there is room, and nil
// if there is none. put, which may be nil, makes the entry's mutator.
//
// The set keeps a copy of the text: callers' texts are often parts of large
// buffers.
func (t *intern) admit(text string, put func(string) tag.Mutator) *entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e := t.find(text); e != nil || len(t.texts) >= t.max {
		return e
	}
	e := &entry{hash: maphash.String(t.seed, text), text: strings.Clone(text), index: uint32(len(t.texts))}
	if put != nil {
		e.put = put(e.text)
	}
	t.texts = append(t.texts, e.text)
	slots := *t.slots.Load()
	if 2*len(t.texts) > len(slots) {
		slots = doubled(slots)
	}
	insert(slots, e)
	t.slots.Store(&slots)
	if len(t.texts) == t.max {
		t.full.Store(true)
	}
	return e
}

// all returns the texts of all entries, by index.
func (t *intern) all() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.texts
}

// text returns the text of an entry.
func (t *intern) text(index int) string { return t.all()[index] }

// doubled returns a table of twice the size with the same entries.
func doubled(slots []atomic.Pointer[entry]) []atomic.Pointer[entry] {
	larger := make([]atomic.Pointer[entry], 2*len(slots))
	for i := range slots {
		if e := slots[i].Load(); e != nil {
			insert(larger, e)
		}
	}
	return larger
}

// insert puts an entry into the first empty slot for its hash.
func insert(slots []atomic.Pointer[entry], e *entry) {
	mask := uint64(len(slots) - 1)
	i := e.hash & mask
	for slots[i].Load() != nil {
		i = (i + 1) & mask
	}
	slots[i].Store(e)
}
