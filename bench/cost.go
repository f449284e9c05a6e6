package main

import (
	"math"
	"runtime"
	"time"
)

// A cost is what one scrape, export or refresh costs.
type cost struct {
	MS     float64 // from the request, or the reading, to the end of the response
	CPU    float64 // ms of all processors in this process, with the garbage collector
	Allocs float64
	Bytes  float64
}

var unmeasured = cost{math.NaN(), math.NaN(), math.NaN(), math.NaN()}

// costOf measures from now until do calls done.
func costOf(do func(done func())) (c cost) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	used, start := processorTime(), time.Now()
	do(func() {
		c.MS = milliseconds(time.Since(start))
		c.CPU = milliseconds(processorTime() - used)
		runtime.ReadMemStats(&after)
		c.Allocs = float64(after.Mallocs - before.Mallocs)
		c.Bytes = float64(after.TotalAlloc - before.TotalAlloc)
	})
	return c
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func medianCost(all []cost) cost { return combined(all, median) }

// meanCost prepares and measures n times. Garbage is collected once, after the first preparation: at
// first only the work's own garbage makes the collector run, and over many times each gets its share.
func meanCost(n int, prepare func(), measure func() cost) cost {
	all := make([]cost, n)
	for i := range all {
		prepare()
		if i == 0 {
			runtime.GC()
		}
		all[i] = measure()
	}
	return combined(all, mean)
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// combined combines each number of the costs on its own.
func combined(all []cost, combine func([]float64) float64) cost {
	of := func(value func(cost) float64) float64 {
		values := make([]float64, len(all))
		for i, c := range all {
			values[i] = value(c)
		}
		return combine(values)
	}
	return cost{
		MS:     of(func(c cost) float64 { return c.MS }),
		CPU:    of(costTime),
		Allocs: of(costAllocs),
		Bytes:  of(costBytes),
	}
}

// The numbers that checks compare. The time is the processor time: on a machine with other work
// a long scrape or export is interrupted, and a short one is not.
func costTime(c cost) float64   { return c.CPU }
func costAllocs(c cost) float64 { return c.Allocs }
func costBytes(c cost) float64  { return c.Bytes }
