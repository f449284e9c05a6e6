package census

import (
	"context"
	"math/bits"
	"sync/atomic"
)

// maxContexts bounds the contexts that one tag set keeps. A context with a few
// tags takes about half a kilobyte, so a recorder keeps at most about 2 MB.
const maxContexts = 4096

// contexts are the tag contexts that a tag set has built, by the number of their
// combination of ordinals. They are never dropped. A lookup needs no lock.
//
// This is a cache: beyond maxContexts a context is made for each record. So, unlike a table
// of series, the table never grows. If all combinations fit, the number is the slot. Texts
// are numbered before, by an intern.Table for each open tag.
type contexts struct {
	// size is the number of combinations; 0: it exceeds 64 bits. Up to maxContexts each
	// combination has the slot of its number. Otherwise the slots are a hash table, twice
	// as large as maxContexts.
	size  uint64
	slots atomic.Pointer[[]atomic.Pointer[builtContext]] // nil until the first put
	count atomic.Int64
}

type builtContext struct {
	number uint64
	ctx    context.Context
}

// slotCount is a power of two: slot takes the upper bits of a product.
const slotCount = 2 * maxContexts

// slot returns the first slot to search for a number.
func (c *contexts) slot(number uint64) uint64 {
	if c.size <= maxContexts {
		return number
	}
	const golden = 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio
	return number * golden >> (64 - (bits.Len(slotCount) - 1))
}

// get returns the context of a combination, or nil.
func (c *contexts) get(number uint64) context.Context {
	slots := c.slots.Load()
	if slots == nil {
		return nil
	}
	for i := c.slot(number); ; i = (i + 1) % uint64(len(*slots)) {
		b := (*slots)[i].Load()
		if b == nil {
			return nil
		}
		if b.number == number {
			return b.ctx
		}
	}
}

// put keeps the context of a combination unless there are maxContexts.
func (c *contexts) put(number uint64, ctx context.Context) {
	if c.slots.Load() == nil {
		slots := make([]atomic.Pointer[builtContext], c.slotCount())
		c.slots.CompareAndSwap(nil, &slots)
	}
	if c.count.Add(1) > maxContexts {
		c.count.Add(-1)
		return
	}
	slots := *c.slots.Load()
	built := &builtContext{number, ctx}
	for i := c.slot(number); ; i = (i + 1) % uint64(len(slots)) {
		if slots[i].CompareAndSwap(nil, built) {
			return
		}
		if slots[i].Load().number == number { // another goroutine was faster
			c.count.Add(-1)
			return
		}
	}
}

func (c *contexts) slotCount() uint64 {
	if c.size <= maxContexts {
		return c.size
	}
	return slotCount
}
