package metrictest

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// turn is held by the test that called Exclusive, and holder is its name.
var (
	turn   sync.Mutex
	holder atomic.Pointer[string]
)

// Exclusive is [Start] for parallel tests of one package: it waits for its turn,
// and until t and its subtests have ended no other test gets past Exclusive. Call
// it after t.Parallel. A test that records without calling it is still seen.
//
// A subtest of a test that has called it would wait for ever, and fails at once.
func Exclusive(t testing.TB) *Metrics {
	t.Helper()
	if h := holder.Load(); h != nil && (t.Name() == *h || strings.HasPrefix(t.Name(), *h+"/")) {
		t.Fatalf("metrictest.Exclusive: %s has already called Exclusive and holds it until that test ends: use metrictest.Start here", *h)
	}
	turn.Lock()
	name := t.Name()
	holder.Store(&name)
	t.Cleanup(func() {
		holder.Store(nil)
		turn.Unlock()
	})
	return Start(t)
}
