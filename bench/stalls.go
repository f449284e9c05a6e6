package main

import (
	"math/rand/v2"
	"runtime"
	"time"
)

// stallOver is from where on a record counts as held up, and longOver from where
// on it is for long.
const (
	stallOver = 50 * time.Microsecond
	longOver  = time.Millisecond
)

// A stallResult says how many records were held up.
//
// A goroutine that does nothing but read takes a processor, the memory's time
// and the collector's, and so holds up whatever else runs, if it has nothing to
// do with metrics. What the processor and the memory are guilty of shows beside
// one that copies memory; what the collector is, beside the same reads of other
// series of the library, which nobody records into. The rest is what recorders
// wait for.
type stallResult struct {
	Alone   held // nothing else ran
	Copying held // beside a goroutine that copies memory, all the time
	Twin    held // beside one that reads as many other series
	Reading held // beside one that reads the series that are recorded into
}

// held is how many records were held up. A machine's own interruptions come by
// the clock, so they are as many a second, but fewer of a million records, when
// these are faster. And a library whose records wait for whole reads has few
// records a second that could be held up.
type held struct {
	Second  float64 // over 50 µs, in one
	Million float64 // over 50 µs, of records
	Long    float64 // over 1 ms, in a second
}

// stalls watches records into as many series as are read at most, in alternating
// rounds.
func stalls(library readable, s scale) *stallResult {
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
	from, to := make([]byte, copied), make([]byte, copied)
	var alone, copying, beside, reading []held
	for range s.rounds {
		alone = append(alone, watch(r, order, s.beside))
		copying = append(copying, watchBeside(func() { copy(to, from) }, r, order, s.beside))
		beside = append(beside, watchBeside(func() { twin.read() }, r, order, s.beside))
		reading = append(reading, watchBeside(func() { r.read() }, r, order, s.beside))
	}
	return &stallResult{medianHeld(alone), medianHeld(copying), medianHeld(beside), medianHeld(reading)}
}

// copied is how much memory is copied at once, in bytes: about what a read of
// 100,000 series returns.
const copied = 48 << 20

// watchBeside is watch while a goroutine does nothing but one thing.
func watchBeside(do func(), recorded *reader, order []int, d time.Duration) held {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				do()
			}
		}
	}()
	result := watch(recorded, order, d)
	close(stop)
	<-stopped
	return result
}

// watch records for a while and returns how many records were held up. The length of order is a
// power of two.
func watch(r *reader, order []int, d time.Duration) held {
	runtime.GC()
	begin := time.Now()
	last, records, stalled, long := time.Duration(0), 0, 0.0, 0.0
	for last < d {
		r.record(order[records&(len(order)-1)])
		now := time.Since(begin)
		if took := now - last; took > stallOver {
			stalled++
			if took > longOver {
				long++
			}
		}
		last = now
		records++
	}
	return held{stalled / last.Seconds(), stalled / float64(records) * 1e6, long / last.Seconds()}
}

// medianHeld returns the medians, each of its own.
func medianHeld(rounds []held) held {
	var second, million, long []float64
	for _, r := range rounds {
		second, million, long = append(second, r.Second), append(million, r.Million), append(long, r.Long)
	}
	return held{median(second), median(million), median(long)}
}
