package census

import (
	"context"
	"math/bits"
	"sync/atomic"
)

// maxContexts bounds the contexts that one tag set keeps, a power of two. A context with a
// few tags takes about half a kilobyte, so a recorder keeps at most about 256 KB. With 4,096
// of them, 10,000 series took half as much memory again as series of OpenCensus itself.
const maxContexts = 512

// contexts are the tag contexts that a tag set has built, by the number of their
// combination of ordinals. A lookup needs no lock.
//
// This is a cache. If all combinations fit, the number is the slot, and no context is ever
// dropped. Otherwise a context has one of the slots of its set, and if these are taken, it
// takes the place of another: of one that was put there long ago, mostly.
type contexts struct {
	size  uint64                                         // number of combinations; 0: it exceeds 64 bits
	slots atomic.Pointer[[]atomic.Pointer[builtContext]] // nil until the first put
	next  atomic.Uint32                                  // the slot of a full set to use next
}

type builtContext struct {
	number uint64
	ctx    context.Context
}

// ways is the number of slots of a set, a power of two.
const ways = 8

// set returns the slots that a combination can have.
func (c *contexts) set(slots []atomic.Pointer[builtContext], number uint64) []atomic.Pointer[builtContext] {
	if c.size <= maxContexts && c.size > 0 {
		return slots[number : number+1]
	}
	const golden = 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio
	const sets = maxContexts / ways
	first := number * golden >> (64 - (bits.Len(sets) - 1)) * ways
	return slots[first : first+ways]
}

// get returns the context of a combination, or nil.
func (c *contexts) get(number uint64) context.Context {
	slots := c.slots.Load()
	if slots == nil {
		return nil
	}
	set := c.set(*slots, number)
	for i := range set {
		if b := set[i].Load(); b != nil && b.number == number {
			return b.ctx
		}
	}
	return nil
}

// put keeps the context of a combination. If goroutines put one at the same time, it may be
// there twice.
func (c *contexts) put(number uint64, ctx context.Context) {
	if c.slots.Load() == nil {
		slots := make([]atomic.Pointer[builtContext], c.slotCount())
		c.slots.CompareAndSwap(nil, &slots)
	}
	set := c.set(*c.slots.Load(), number)
	built := &builtContext{number, ctx}
	for i := range set {
		if set[i].CompareAndSwap(nil, built) {
			return
		}
	}
	set[c.next.Add(1)%uint32(len(set))].Store(built)
}

func (c *contexts) slotCount() uint64 {
	if c.size <= maxContexts && c.size > 0 {
		return c.size
	}
	return maxContexts
}
