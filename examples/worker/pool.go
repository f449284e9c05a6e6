package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ocgen/ocgen/examples/worker/workermetrics"
)

// A job is one file to work on.
type job struct {
	kind     workermetrics.Kind
	customer workermetrics.Customer
	size     int64
}

var customers = []workermetrics.Customer{"Müller", "東京印刷", "Ivanov"}

// A pool is a queue with workers that take jobs from it.
type pool struct {
	workers int
	queue   chan job
	busy    atomic.Int64
	worked  atomic.Int64 // nanoseconds
}

func newPool(workers int) *pool { return &pool{workers: workers, queue: make(chan job, 100)} }

// observe gives the numbers that the pool keeps anyway to the metrics, which read
// them at each export. The function that it returns ends that.
func (p *pool) observe() (stop func()) {
	stops := []func(){
		workermetrics.ObserveQueueLength(func() int64 { return int64(len(p.queue)) }),
		workermetrics.ObserveWorkers(workermetrics.StateBusy, p.busy.Load),
		workermetrics.ObserveWorkers(workermetrics.StateIdle, func() int64 { return int64(p.workers) - p.busy.Load() }),
		workermetrics.ObserveBusyTime(func() time.Duration { return time.Duration(p.worked.Load()) }),
	}
	return func() {
		for _, s := range stops {
			s()
		}
	}
}

// work fills the queue for the duration, or until ctx ends, and returns how many
// jobs came, once all of them have ended.
func (p *pool) work(ctx context.Context, duration time.Duration) (jobs int) {
	ctx, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	var working sync.WaitGroup
	for range p.workers {
		working.Go(func() {
			for j := range p.queue {
				p.do(context.WithoutCancel(ctx), j)
			}
		})
	}
	for ; ctx.Err() == nil; jobs++ {
		select {
		case p.queue <- job{workermetrics.Kind(1 + rand.IntN(2)), customers[rand.IntN(len(customers))], 1000 << rand.IntN(14)}:
		case <-ctx.Done():
			jobs--
		}
	}
	close(p.queue)
	working.Wait()
	return jobs
}

// do works on one job and records it, by the result that is known at its end.
func (p *pool) do(ctx context.Context, j job) {
	start := time.Now()
	p.busy.Add(1)
	time.Sleep(time.Duration(2+rand.IntN(8)) * time.Millisecond)
	result := workermetrics.ResultDone
	switch rand.IntN(100) {
	case 0:
		result = workermetrics.ResultFailed
	case 1, 2, 3:
		result = workermetrics.ResultRetried
	}
	p.busy.Add(-1)
	took := time.Since(start)
	p.worked.Add(int64(took))
	workermetrics.RecordJob(ctx, took, j.size, j.kind, result, j.customer)
	if result != workermetrics.ResultFailed {
		workermetrics.RecordMails(ctx, reply())
	}
}

// reply is the answer of a mail server, which is rarely "no".
func reply() workermetrics.Reply {
	if rand.IntN(200) == 0 {
		return "550"
	}
	return "250"
}
