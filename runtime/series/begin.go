package series

import (
	"sync"
	"sync/atomic"
)

// An addition is where [Begin] has added 1. The zero value is a record that was dropped.
//
// A series is not used again after it has ended, and nothing reads it: its successor, which
// has the same labels, is another one. So a subtraction that comes later changes nothing
// that is exported.
type addition struct {
	series *Int64UpDown
	stripe int // the number of the stripe, plus 1; 0: the series' own number
}

// undo subtracts what was added.
func (a addition) undo() {
	if a.stripe == 0 || !a.series.spread.stripes.Load().decrement(a.stripe-1) {
		atomic.AddInt64(&a.series.n, -1)
	}
}

// begun are the additions of one call of [Begin]. They are used again after its end.
type begun struct {
	ticket    atomic.Uint64 // of the call; the end raises it, so that it acts once
	additions []addition
}

var begunPool = sync.Pool{New: func() any { return new(begun) }}

// Begin adds 1 to the series, which are those of one record. The function that it returns
// subtracts 1 from the series to which Begin has added. It acts once, and any goroutine may
// call it. It changes nothing where the record was dropped, or where the series has ended
// since. Begin allocates 24 bytes, and nothing if the record was dropped.
func Begin(views ...*Int64UpDown) (end func()) {
	b := begunPool.Get().(*begun)
	b.additions = b.additions[:0]
	for _, c := range views {
		if a := c.add(1); a.series != nil {
			b.additions = append(b.additions, a)
		}
	}
	if len(b.additions) == 0 {
		begunPool.Put(b)
		return func() {}
	}
	ticket := b.ticket.Load()
	return func() {
		if b.ticket.CompareAndSwap(ticket, ticket+1) {
			b.end()
		}
	}
}

// end undoes the additions. It is called once for each ticket.
func (b *begun) end() {
	for _, a := range b.additions {
		a.undo()
	}
	clear(b.additions) // frees the series of ended registrations
	begunPool.Put(b)
}
