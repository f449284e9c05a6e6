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

// Exclusive is [Start] for parallel tests of one package. It waits until no other test
// holds the lock, and holds it until t and its subtests have ended. Call it after
// t.Parallel. Records of tests that do not call Exclusive are still seen.
//
// In a subtest of a test that holds the lock Exclusive would wait for ever, so it fails
// at once.
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
