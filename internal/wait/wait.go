// Package wait is for tests: it has sync.WaitGroup.Go, which is new in Go 1.25.
package wait

import "sync"

// Go calls f in a goroutine that the group waits for.
func Go(group *sync.WaitGroup, f func()) {
	group.Add(1)
	go func() {
		defer group.Done()
		f()
	}()
}
