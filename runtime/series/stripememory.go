package series

import "sync/atomic"

// maxStripeBytes bounds the memory of all stripes of the process. It is enough for 256 contended
// distributions of up to 14 buckets or 512 contended numbers on 32 or more processors, and for
// 4,096 or 8,192 on two. A series beyond it has no stripes: its values are exact, but its recorders
// wait for each other. Exemplars of stripes are not counted.
const maxStripeBytes = 2 << 20

// stripeMemory is what the stripes of all series take.
var stripeMemory memoryBudget

// A memoryBudget counts bytes up to maxStripeBytes.
type memoryBudget struct{ used atomic.Int64 }

// hasRoom reports whether so many bytes are left at this moment.
func (b *memoryBudget) hasRoom(bytes int) bool { return b.used.Load()+int64(bytes) <= maxStripeBytes }

// take takes so many bytes, if they are left.
func (b *memoryBudget) take(bytes int) bool {
	for {
		used := b.used.Load()
		if used+int64(bytes) > maxStripeBytes {
			return false
		}
		if b.used.CompareAndSwap(used, used+int64(bytes)) {
			return true
		}
	}
}

// giveBack gives back what was taken.
func (b *memoryBudget) giveBack(bytes int) { b.used.Add(-int64(bytes)) }
