package stackdriver

import "sync"

const parallel = 8 // requests at a time

// A callGroup runs functions in goroutines, a few at a time.
type callGroup struct {
	running sync.WaitGroup
	places  chan struct{}
}

func newCallGroup() *callGroup { return &callGroup{places: make(chan struct{}, parallel)} }

// run waits for a place, and runs f in a goroutine.
func (g *callGroup) run(f func()) {
	g.places <- struct{}{}
	g.running.Add(1)
	go func() {
		defer func() { // f may end its goroutine: an interceptor of a test calls t.FailNow
			<-g.places
			g.running.Done()
		}()
		f()
	}()
}

// wait waits for all functions.
func (g *callGroup) wait() { g.running.Wait() }
