package main

import (
	"runtime"
	"sync"
	"time"
)

// A scale is how much is done for one number.
type scale struct {
	rounds      int
	slice       time.Duration // that a loop runs for in one round
	shortRounds int           // that pairs are compared in
	series      int           // of which the bytes are measured
	read        []int         // series that are read
	contended   time.Duration // that busy goroutines record for before bytes are measured
	beside      time.Duration // that a recorder is watched for in one round
	scraped     []int         // series that are scraped
}

// full is what numbers are quoted from; quick shows that everything runs.
var (
	full  = scale{slice: 20 * time.Millisecond, shortRounds: 501, series: 10_000, read: []int{1_000, 10_000, 100_000}, contended: 20 * time.Second, beside: time.Second, scraped: []int{fewScraped, someScraped, mostScraped}}
	quick = scale{slice: time.Millisecond, shortRounds: 5, series: 500, read: []int{1_000}, contended: 20 * time.Millisecond, beside: 20 * time.Millisecond, scraped: []int{fewScraped}}
)

// A runner is a contender that takes part in the rounds of a work.
type runner struct {
	contender contender
	subject   *subject
	loops     []loop // of each worker
	sequences []*sequence
	records   int       // of each worker in a round
	times     []float64 // ns a record of one worker, by round
	allocs    float64   // objects that a record allocates
}

// newRunner starts the contender, and finds out how many records fill a slice;
// nil if it has nothing to show at this work.
func newRunner(c contender, w work, slice time.Duration) *runner {
	r := startRunner(c, w)
	if r == nil {
		return nil
	}
	r.records = w.length() // so that every series exists
	took := r.run()
	for took < slice/4 && r.records < 1<<30 {
		r.records *= 2
		took = r.run()
	}
	r.records = max(1, int(float64(r.records)*float64(slice)/float64(took)))
	r.allocs = r.allocations()
	return r
}

func startRunner(c contender, w work) *runner {
	if w.ctx != nothing && !c.isGenerated() {
		return nil
	}
	s := c.start(w)
	if s == nil {
		return nil
	}
	r := &runner{contender: c, subject: s, sequences: sequences(w)}
	for _, q := range r.sequences {
		if s.bind != nil {
			r.loops = append(r.loops, s.bind(q))
			continue
		}
		r.loops = append(r.loops, s.loop)
	}
	return r
}

// run makes the records of one round, and waits until they are counted:
// OpenCensus does that later, in one goroutine, and what it can take is its
// speed.
func (r *runner) run() time.Duration {
	if len(r.loops) == 1 {
		start := time.Now()
		r.loops[0](r.sequences[0], r.records)
		r.drained()
		return time.Since(start)
	}
	var ready, done sync.WaitGroup
	begin := make(chan struct{})
	for i, record := range r.loops {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-begin
			record(r.sequences[i], r.records)
		})
	}
	ready.Wait()
	start := time.Now()
	close(begin)
	done.Wait()
	r.drained()
	return time.Since(start)
}

func (r *runner) drained() {
	if r.subject.drain != nil {
		r.subject.drain()
	}
}

func (r *runner) stop() {
	if r.subject.stop != nil {
		r.subject.stop()
	}
}

// round is one of the alternating rounds, after an export as a program has them
// now and then. The garbage of others is no part of it; its own is, as far as it
// makes the collector run.
func (r *runner) round() {
	r.subject.read()
	runtime.GC()
	r.times = append(r.times, float64(r.run())/float64(r.records))
}

// allocations returns how many objects are allocated for a record, in whatever
// goroutine, when all series exist. The few that the measuring itself makes
// vanish in so many records.
func (r *runner) allocations() float64 {
	const records = 50_000
	whole := r.records
	r.records = records
	defer func() { r.records = whole }()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r.run()
	runtime.ReadMemStats(&after)
	perRecord := float64(after.Mallocs-before.Mallocs) / float64(records*len(r.loops))
	if perRecord < 0.01 {
		return 0
	}
	return perRecord
}

// measure lets all contenders do the work in alternating rounds, and begins
// each round with another one.
func measure(w work, all []contender, s scale) *workResult {
	var runners []*runner
	for _, c := range all {
		if r := newRunner(c, w, s.slice); r != nil {
			defer r.stop()
			runners = append(runners, r)
		}
	}
	for n := range s.rounds {
		for i := range runners {
			runners[(n+i)%len(runners)].round()
		}
	}
	result := &workResult{Work: w.name, headline: w.headline, begins: w.begins, ctx: w.ctx}
	for _, r := range runners {
		result.Rows = append(result.Rows, row{
			Library: r.contender.library, Style: r.contender.style,
			NS: median(r.times), MinNS: least(r.times), Allocs: r.allocs,
		})
	}
	if w.workers == 1 && !w.begins {
		result.Ratios = compare(runners, w, s)
	}
	return result
}
