package main

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Series by closed tags are also weighed after busyGoroutines have recorded into all of them at
// once, on a Go scheduler with manyProcessors: some libraries make parts of a series for
// goroutines that meet there, and as many parts as there are processors.
const (
	busyGoroutines = 8
	manyProcessors = 64
)

// weighContended returns the bytes a series after the goroutines have ended, and after two more
// reads. before is the heap before the library recorded anything.
func weighContended(f filler, before uint64, s scale) (contended, atRest float64) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(manyProcessors))
	filled := f.start(false)
	filled.fill(s.series)
	recordBusily(filled, s)
	drain()
	after := heap()
	filled.read()
	filled.read()
	later := heap()
	filled.stop() // and what record keeps is alive until here
	weigh := func(bytes uint64) float64 { return f.perSeries(float64(bytes)-float64(before), false, s.series) }
	return weigh(after), weigh(later)
}

// recordBusily records for a while from goroutines that do nothing else. Each records into all
// series in random order, at least once.
func recordBusily(filled *filling, s scale) {
	var ended atomic.Bool
	var busy sync.WaitGroup
	for n := range busyGoroutines {
		order := rand.New(rand.NewPCG(7, uint64(n))).Perm(s.series)
		busy.Go(func() {
			for value := 0; value == 0 || !ended.Load(); value++ {
				for _, i := range order {
					filled.record(i, value)
				}
			}
		})
	}
	time.Sleep(s.contended)
	ended.Store(true)
	busy.Wait()
}
