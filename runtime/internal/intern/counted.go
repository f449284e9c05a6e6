package intern

import (
	"container/list"
	"hash/maphash"
	"strings"
	"sync"
	"sync/atomic"
)

// A Counted table numbers texts that are in use, and forgets the others. A text is in use
// from [Counted.Use] to the last [Counted.Release]. Then it leaves the table, and its number
// belongs to nobody: numbers rise, and one is given again only after all others. So whoever
// still holds the number of a text that has left finds no text, and never another one.
//
// A text that was admitted and is not used yet is idle. Idle texts leave if others need
// their place: see [Counted.Evict].
//
// Looking up a text takes no lock and allocates nothing, as in a [Table]. It is safe for
// concurrent use.
type Counted struct {
	seed  maphash.Seed
	slots atomic.Pointer[[]atomic.Pointer[countedText]] // a power of two, at most three quarters of them full
	idles atomic.Int64                                  // number of idle texts

	mu       sync.Mutex
	gone     func(text string) // is told the texts that leave, with mu held; nil: nobody is
	limit    uint64            // of the numbers, which are below it
	next     uint64            // number to try first
	filled   int               // slots that are not empty
	byNumber map[uint64]*countedText
	idle     list.List // *countedText that are not used yet, the oldest first
	former   []formerText
	formers  int // number of texts that have left
}

// A countedText is never changed but for its uses, which the lock of the table guards.
type countedText struct {
	hash   uint64
	number uint64
	text   string
	uses   int
	idle   *list.Element // nil once it is used
}

// A formerText is a text that has left.
type formerText struct {
	number uint64
	text   string
}

// mostIdle is the maximum of idle texts. mostFormer is the number of texts that have left
// and are still known: see [Counted.Former].
const (
	mostIdle   = 1024
	mostFormer = 256
)

// removed is in slots whose text has left, so that a lookup goes on behind them.
var removed = new(countedText)

// NewCounted returns an empty table whose numbers are below limit. There must always be fewer
// texts. gone is told each text that leaves; it must not use the table.
func NewCounted(limit uint64, gone func(text string)) *Counted {
	t := &Counted{seed: maphash.MakeSeed(), gone: gone, limit: limit, byNumber: map[uint64]*countedText{}}
	slots := make([]atomic.Pointer[countedText], 8)
	t.slots.Store(&slots)
	return t
}

// Find returns the number of a text.
func (t *Counted) Find(text string) (number uint64, ok bool) {
	slots, hash := *t.slots.Load(), maphash.String(t.seed, text)
	for i := hash; ; i++ {
		switch e := slots[i&uint64(len(slots)-1)].Load(); {
		case e == nil:
			return 0, false
		case e.hash == hash && e.text == text && e != removed:
			return e.number, true
		}
	}
}

// FindBytes is Find for bytes, without turning them into a string.
func (t *Counted) FindBytes(text []byte) (number uint64, ok bool) {
	slots, hash := *t.slots.Load(), maphash.Bytes(t.seed, text)
	for i := hash; ; i++ {
		switch e := slots[i&uint64(len(slots)-1)].Load(); {
		case e == nil:
			return 0, false
		case e.hash == hash && e.text == string(text) && e != removed:
			return e.number, true
		}
	}
}

// Admit returns the number of a text, which it adds if it is not there. The table keeps a
// copy of the text.
func (t *Counted) Admit(text string) (number uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if number, ok := t.Find(text); ok {
		return number
	}
	if t.idle.Len() >= mostIdle {
		t.evict()
	}
	for t.byNumber[t.next] != nil {
		t.advance()
	}
	e := &countedText{hash: maphash.String(t.seed, text), number: t.next, text: strings.Clone(text)}
	t.advance()
	e.idle = t.idle.PushBack(e)
	t.idles.Store(int64(t.idle.Len()))
	t.byNumber[e.number] = e
	t.put(e)
	return e.number
}

func (t *Counted) advance() {
	if t.next++; t.next >= t.limit {
		t.next = 0
	}
}

// put adds a text that is not in the slots. They are made anew before they are three
// quarters full, with room for twice the texts that are there.
func (t *Counted) put(e *countedText) {
	slots := *t.slots.Load()
	if 4*(t.filled+1) > 3*len(slots) {
		size := 8
		for size < 4*len(t.byNumber) {
			size *= 2
		}
		slots, t.filled = make([]atomic.Pointer[countedText], size), 0
		for _, other := range t.byNumber {
			if other != e {
				t.insert(slots, other)
			}
		}
		t.insert(slots, e)
		t.slots.Store(&slots)
		return
	}
	t.insert(slots, e)
}

func (t *Counted) insert(slots []atomic.Pointer[countedText], e *countedText) {
	i, mask := e.hash, uint64(len(slots)-1)
	for slots[i&mask].Load() != nil {
		i++
	}
	slots[i&mask].Store(e)
	t.filled++
}

// Use notes one more use of a number. It reports false if the text has left.
func (t *Counted) Use(number uint64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.byNumber[number]
	if e == nil {
		return false
	}
	e.uses++
	if e.idle != nil {
		t.idle.Remove(e.idle)
		t.idles.Store(int64(t.idle.Len()))
		e.idle = nil
	}
	return true
}

// Release ends one use of a number. After the last the text leaves.
func (t *Counted) Release(number uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e := t.byNumber[number]; e != nil {
		if e.uses--; e.uses == 0 {
			t.remove(e)
		}
	}
}

// Idle reports whether a text is idle.
func (t *Counted) Idle() bool { return t.idles.Load() > 0 }

// Evict removes the text that has been idle longest. It reports whether there was one.
func (t *Counted) Evict() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.evict()
}

func (t *Counted) evict() bool {
	oldest := t.idle.Front()
	if oldest == nil {
		return false
	}
	t.remove(oldest.Value.(*countedText))
	return true
}

// remove is called with the lock held.
func (t *Counted) remove(e *countedText) {
	if e.idle != nil {
		t.idle.Remove(e.idle)
		t.idles.Store(int64(t.idle.Len()))
	}
	delete(t.byNumber, e.number)
	slots := *t.slots.Load()
	i, mask := e.hash, uint64(len(slots)-1)
	for slots[i&mask].Load() != e {
		i++
	}
	slots[i&mask].Store(removed)
	if len(t.former) < mostFormer {
		t.former = append(t.former, formerText{})
	}
	t.former[t.formers%mostFormer] = formerText{e.number, e.text}
	t.formers++
	if t.gone != nil {
		t.gone(e.text)
	}
}

// Text returns the text of a number.
func (t *Counted) Text(number uint64) (text string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e := t.byNumber[number]; e != nil {
		return e.text, true
	}
	return "", false
}

// Former returns the text that had a number before it left, if it was one of the last 256
// that left.
func (t *Counted) Former(number uint64) (text string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.former { // the newest first: a number may have been given twice
		if f := t.former[(t.formers-1-i)%mostFormer]; f.number == number {
			return f.text, true
		}
	}
	return "", false
}

// Len returns the number of texts.
func (t *Counted) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.byNumber)
}
