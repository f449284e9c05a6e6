package main

import (
	"runtime"
	"runtime/metrics"
	"sync"
)

// simultaneous is how many scrapes are compared with one.
const simultaneous = 40

// A scrapeMemory is how many bytes of heap are in use, above what is in use before the first
// scrape.
type scrapeMemory struct {
	Series int
	Kept   float64 // between two scrapes
	One    float64 // at the most, during scrapes one after another
	Forty  float64 // at the most, during forty simultaneous scrapes
}

func (l scrapable) held(series int) scrapeMemory {
	t := l.start(series)
	defer t.stop()
	t.change(series, 1)
	before := float64(heap())
	one := mostLive(func() {
		for range 3 {
			t.scrapeOnce(textFormat)
		}
	})
	kept := float64(heap())
	forty := mostLive(func() {
		var all sync.WaitGroup
		for range simultaneous {
			all.Go(func() { t.scrapeOnce(textFormat) })
		}
		all.Wait()
	})
	return scrapeMemory{series, kept - before, one - before, forty - before}
}

// mostLive returns the most bytes that the collector finds in use while do runs. It collects
// all the time, so garbage does not count.
func mostLive(do func()) float64 {
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	most := 0.0
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	for {
		runtime.GC()
		metrics.Read(sample)
		most = max(most, float64(sample[0].Value.Uint64()))
		select {
		case <-done:
			return most
		default:
		}
	}
}
