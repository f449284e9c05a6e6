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
	MS      []float64    // of one read, for each number of series
	First   float64      // bytes that the first read of the most series allocates
	Later   float64      // bytes that a later one does, of series that were all recorded into
	Stalls  *stallResult // nil if none were counted
}

// readAllSizes times reads of more and more series, and then weighs reads of most of them
// and watches recorders beside such reads.
func readAllSizes(s scale) []readResult {
	results := timeReads(s)
	for i, r := range readables() {
		results[i].First, results[i].Later = readBytes(r, s.read[len(s.read)-1])
		if r.twin != nil {
			results[i].Stalls = stalls(r, s)
		}
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

// readBytes returns how many bytes the first read of new series allocates, and a later
// one of the same series with newer values.
func readBytes(library readable, series int) (first, later float64) {
	r := library.start()
	defer r.stop()
	fill(r, 0, series)
	first = allocatedBy(r)
	fill(r, 0, series)
	return first, allocatedBy(r)
}

func allocatedBy(r *reader) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r.read()
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}

// fill records into the series of the numbers from up to to.
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
