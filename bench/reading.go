package main

import (
	"fmt"
	"runtime"
	"time"
)

// A readResult is what reading takes, and what recorders notice of it.
type readResult struct {
	Library string
	Series  []int
	MS      []float64 // of one read, for each number of series
	Stalls  stallResult
}

// readAllSizes times reads of more and more series, and then watches recorders
// while most of them are read.
func readAllSizes(s scale) []readResult {
	results := timeReads(s)
	for i, r := range readables() {
		results[i].Stalls = stalls(r, s)
	}
	return results
}

// timeReads times reads of all libraries in alternating rounds.
func timeReads(s scale) []readResult {
	all := readables()
	results := make([]readResult, len(all))
	readers := make([]*reader, len(all))
	for i, r := range all {
		readers[i] = r.start()
		defer readers[i].stop()
		results[i].Library = r.library
	}
	made := 0
	for _, series := range s.read {
		for _, r := range readers {
			fill(r, made, series)
		}
		made = series
		times := make([][]float64, len(readers))
		for n := range s.rounds {
			for i := range readers {
				k := (n + i) % len(readers)
				times[k] = append(times[k], timeRead(all[k].library, readers[k], series))
			}
		}
		for i := range readers {
			results[i].Series = append(results[i].Series, series)
			results[i].MS = append(results[i].MS, median(times[i]))
		}
	}
	return results
}

// fill makes the series of the numbers from up to to.
func fill(r *reader, from, to int) {
	for i := from; i < to; i++ {
		r.record(i)
	}
	drain()
}

// timeRead returns the ms of one read, and sees to it that it is a whole one.
func timeRead(library string, r *reader, series int) float64 {
	runtime.GC()
	start := time.Now()
	got := r.read()
	took := time.Since(start)
	if got != series {
		panic(fmt.Sprintf("%s: %d series were read, not %d", library, got, series))
	}
	return float64(took) / float64(time.Millisecond)
}
