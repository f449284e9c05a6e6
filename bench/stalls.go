package main

import (
	"math/rand/v2"
	"runtime"
	"time"
)

// stallOver is from where on a record counts as held up.
const stallOver = 50 * time.Microsecond

// A stallResult says how many records took over 50 µs.
//
// A goroutine that does nothing but read takes a processor, the memory's time
// and the collector's, and so holds up whatever else runs, if it has nothing to
// do with metrics. What reading does to recorders beyond that shows beside the
// same reads of other series of the library, which nobody records into.
type stallResult struct {
	Alone   held // nothing was read
	Twin    held // beside a goroutine that reads as many other series, all the time
	Reading held // beside one that reads the series that are recorded into
}

// held is how many records were held up. A machine's own interruptions come by
// the clock, so they are as many a second, but more in a million records, when
// these are slower for sharing the memory with a reader. And a library whose
// records wait for whole reads has few records a second that could be held up.
type held struct {
	Second  float64 // in one
	Million float64 // of records
}

// stalls watches records into as many series as are read at most, in alternating
// rounds.
func stalls(library readable, s scale) stallResult {
	series := s.read[len(s.read)-1]
	r, twin := library.start(), library.twin()
	defer r.stop()
	defer twin.stop()
	fill(r, 0, series)
	fill(twin, 0, series)
	random := rand.New(rand.NewPCG(5, 6))
	order := make([]int, size)
	for i := range order {
		order[i] = random.IntN(series)
	}
	var alone, beside, reading []held
	for range s.rounds {
		alone = append(alone, watch(r, order, s.beside))
		beside = append(beside, watchBeside(twin, r, order, s.beside))
		reading = append(reading, watchBeside(r, r, order, s.beside))
	}
	return stallResult{medianHeld(alone), medianHeld(beside), medianHeld(reading)}
}

// watchBeside is watch while a goroutine does nothing but read.
func watchBeside(read, recorded *reader, order []int, d time.Duration) held {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				read.read()
			}
		}
	}()
	result := watch(recorded, order, d)
	close(stop)
	<-stopped
	return result
}

// watch records for a while and returns how many records were held up.
func watch(r *reader, order []int, d time.Duration) held {
	runtime.GC()
	begin := time.Now()
	last, records, stalled := time.Duration(0), 0, 0.0
	for last < d {
		r.record(order[records&mask])
		now := time.Since(begin)
		if now-last > stallOver {
			stalled++
		}
		last = now
		records++
	}
	return held{stalled / last.Seconds(), stalled / float64(records) * 1e6}
}

// medianHeld returns the medians, each of its own.
func medianHeld(rounds []held) held {
	var second, million []float64
	for _, r := range rounds {
		second, million = append(second, r.Second), append(million, r.Million)
	}
	return held{median(second), median(million)}
}
