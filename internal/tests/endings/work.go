package main

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/ocgen/ocgen/golden/many"
)

// A work is what a process records: values numbered from 0, spread over the
// series of two views. A process and who counts for it both know it.
type work struct {
	Values, Shards int
}

var (
	usual = work{Values: 1000, Shards: 10}
	lots  = work{Values: 10000, Shards: 10000}
)

// place returns the shard of a value, and whether it goes to the distribution.
func (w work) place(i int) (shard string, timed bool) {
	return strconv.Itoa(i % w.Shards), i/w.Shards%2 == 1
}

// bySeries returns how many values each series gets.
func (w work) bySeries() map[string]int {
	n := map[string]int{}
	for i := range w.Values {
		shard, timed := w.place(i)
		v := many.JobsView
		if timed {
			v = many.JobTimeView
		}
		n[seriesName(v.Name, shard)]++
	}
	return n
}

// seriesName returns a series as the runtime's errors name it.
func seriesName(view, shard string) string { return fmt.Sprintf("%s{shard=%s}", view, shard) }

// recorders is how many goroutines record at once.
const recorders = 8

// record records the values from first to before end, from several goroutines.
func (w work) record(ctx context.Context, first, end int) {
	var running sync.WaitGroup
	for r := range recorders {
		running.Go(func() {
			for i := first + r; i < end; i += recorders {
				w.recordOne(ctx, i)
			}
		})
	}
	running.Wait()
}

func (w work) recordOne(ctx context.Context, i int) {
	shard, timed := w.place(i)
	if timed {
		many.RecordJobTime(ctx, time.Duration(i)*time.Microsecond, many.Shard(shard))
		return
	}
	many.RecordJobs(ctx, many.Shard(shard))
}
