package otlp

import (
	"math/bits"
	"sync/atomic"
)

// A memory is what an exporter keeps between exports: the points and items of a batch, and the
// bytes of one request. Each of these three has at most a little more than maxRequest.
//
// The bytes of a request may be read after its call has ended: gRPC leaves a canceled request
// in the queue of its connection, and a transport of HTTP may read the body after RoundTrip.
// So each reader has a reference, and the last one returns the bytes, from any goroutine. If a
// reader never returns them, the next request has new ones.
type memory struct {
	batch   atomic.Pointer[batch]
	request atomic.Pointer[[]byte]
	closed  atomic.Bool
}

// maxKept is the largest capacity in bytes that is kept. A single series may need more.
const maxKept = 2 * maxRequest

// take returns an empty batch for an export.
func (m *memory) take() *batch {
	if b := m.batch.Swap(nil); b != nil {
		return b
	}
	return &batch{}
}

// give keeps the batch of an export, unless the export used less than an eighth of its memory.
func (m *memory) give(b *batch) {
	b.forget()
	small := cap(b.points) > 8*b.peak
	b.peak = 0
	if small {
		m.request.Store(nil)
	}
	if small || cap(b.points) > maxKept || m.closed.Load() {
		return
	}
	m.batch.Store(b)
	m.dropIfClosed()
}

// Get returns bytes for a request of n bytes. With Put it implements mem.BufferPool.
func (m *memory) Get(n int) *[]byte {
	if b := m.request.Swap(nil); b != nil && cap(*b) >= n {
		return b
	}
	b := make([]byte, 0, max(minRequest, 1<<bits.Len(uint(n-1))))
	return &b
}

// minRequest is the smallest capacity of the bytes of a request. gRPC does not return bytes
// whose capacity is 1 KiB or less.
const minRequest = 2 << 10

// Put is called when nobody reads the bytes of a request any more.
func (m *memory) Put(b *[]byte) {
	if cap(*b) > maxKept {
		return
	}
	*b = (*b)[:0]
	m.request.Store(b)
	m.dropIfClosed()
}

// close drops the memory, also that which is returned later.
func (m *memory) close() {
	m.closed.Store(true)
	m.dropIfClosed()
}

func (m *memory) dropIfClosed() {
	if m.closed.Load() {
		m.batch.Store(nil)
		m.request.Store(nil)
	}
}
