//go:build (amd64 || arm64) && gc && !race && !purego

package runtime

// release stores stateFree. Whoever then takes *state sees all that was written
// before. It is a plain store with release order, which package sync/atomic has
// not: its stores are also ordered before later loads, and on amd64 that takes
// as long as the whole rest of a record.
//
//go:noescape
func release(state *uint32)
