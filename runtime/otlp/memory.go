package otlp

import (
	"math/bits"
	"sync/atomic"
)

// A memory is what an exporter keeps between exports: a batch, and the bytes of one request.
//
// The bytes of a request may be read after its call has ended: gRPC leaves a canceled request
// in the queue of its connection, and a transport of HTTP may read the body after RoundTrip.
// So each reader has a reference, and the last one returns the bytes, from any goroutine. Until
// then other requests have other bytes.
type memory struct {
	batch   atomic.Pointer[batch]
	request atomic.Pointer[[]byte]
	closed  atomic.Bool
}

// The largest memory in bytes that is kept, 7 MiB in all. A single series may need more.
const (
	maxKeptBatch   = 5 << 20
	maxKeptRequest = maxRequest
)

// take returns an empty batch for an export.
func (m *memory) take() *batch {
	if b := m.batch.Swap(nil); b != nil {
		return b
	}
	return &batch{}
}

// give keeps the batch of an export, unless it is too large or the export used less than an
// eighth of it.
func (m *memory) give(b *batch) {
	b.forget()
	small := cap(b.points) > 8*b.peak
	b.peak = 0
	if small {
		m.request.Store(nil)
	}
	if small || b.memory() > maxKeptBatch {
		return
	}
	m.batch.Store(b)
	m.dropIfClosed()
}

// Get returns n bytes for a request. With Put it implements mem.BufferPool.
func (m *memory) Get(n int) *[]byte {
	if b := m.request.Swap(nil); b != nil && cap(*b) >= n {
		*b = (*b)[:n]
		return b
	}
	b := make([]byte, n, max(minRequest, 1<<bits.Len(uint(n-1))))
	return &b
}

// minRequest is the smallest capacity of the bytes of a request. gRPC does not return bytes
// whose capacity is 1 KiB or less.
const minRequest = 2 << 10

// Put is called when nobody reads the bytes of a request any more.
func (m *memory) Put(b *[]byte) {
	if cap(*b) > maxKeptRequest {
		return
	}
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
