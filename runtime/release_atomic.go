//go:build !(amd64 || arm64) || !gc || race || purego

package runtime

import "sync/atomic"

// release stores stateFree; see release_asm.go.
func release(state *uint32) { atomic.StoreUint32(state, stateFree) }
