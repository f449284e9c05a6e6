package evaluate

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/slo"
)

// interval is the time between readings of an evaluator with History, and between the samples
// of the shortest window.
const interval = 10 * time.Second

// Options configure [New].
type Options struct {
	// SLOs are the SLOs to evaluate. nil: the SLOs of all registered packages, including
	// packages that are registered later.
	SLOs []slo.SLO
	// History runs a goroutine that reads the metrics every 10 seconds until Close.
	History bool
	// Gather reads the metrics. nil: with History a runtime.Gatherer, which uses the memory
	// of the previous reading again; without History runtime.GatherPartial. If Gather returns
	// metrics and an error, the metrics are evaluated. The evaluator keeps no part of the
	// metrics, and calls Gather from one goroutine at a time.
	Gather func(context.Context) ([]*metric.Metric, error)
	// Now returns the time of readings and windows. nil: time.Now.
	Now func() time.Time
}

// An Evaluator evaluates SLOs. It is safe for concurrent use: simultaneous calls share a
// reading.
//
// Its memory is bounded. For each SLO it keeps 200 samples, of 88 bytes and 8 bytes for
// each bucket, and 60 windows. For each metric that an SLO selects from, it keeps the
// last value of at most twice the metric's series, and of 1,000 more. With History and without
// Options.Gather it also keeps the last reading of all metrics of the process, so that the next
// reading uses the memory again: see [runtime.Gatherer].
//
// For the look-backs of an SLO's tiers it keeps readings at spacings of 10 seconds or 1/720
// of the look-back, rounded up to 10 seconds: at most 722 of 32 bytes for each spacing. The
// tiers of the SRE workbook need four spacings, 92 kB.
type Evaluator struct {
	options Options
	begun   atomic.Int64  // readings
	turn    chan struct{} // holds a token during a reading
	stop    context.CancelFunc
	stopped sync.WaitGroup

	mu       sync.Mutex
	done     int64 // number of the last reading
	last     time.Time
	began    time.Time
	problems []string
	packages []*record.Package // whose SLOs are followed

	environment string // of the last reading
	followers   []*follower
	metrics     map[string]*followedMetric
}

// New returns an evaluator. An evaluator with History must be closed.
func New(o Options) *Evaluator {
	switch {
	case o.Gather != nil:
	case o.History:
		o.Gather = new(runtime.Gatherer).Gather
	default:
		o.Gather = runtime.GatherPartial
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	e := &Evaluator{options: o, turn: make(chan struct{}, 1), problems: []string{}, metrics: map[string]*followedMetric{}}
	for i := range o.SLOs {
		e.follow("", &o.SLOs[i])
	}
	ctx, stop := context.WithCancel(context.Background())
	e.stop = stop
	if o.History {
		e.stopped.Add(1)
		go func() {
			defer e.stopped.Done()
			e.sample(ctx)
		}()
	}
	return e
}

// Close ends the goroutine of History and waits for it. It may be called more than once.
// The evaluator keeps its readings.
func (e *Evaluator) Close() {
	e.stop()
	e.stopped.Wait()
}

// sample reads at each multiple of interval, so that readings are at the beginnings of
// windows.
func (e *Evaluator) sample(ctx context.Context) {
	for {
		limited, cancel := context.WithTimeout(ctx, interval)
		_ = e.read(limited) // calls of Evaluate read by themselves and return the error
		cancel()
		now := time.Now()
		next := time.NewTimer(now.Truncate(interval).Add(interval).Sub(now))
		select {
		case <-next.C:
		case <-ctx.Done():
			next.Stop()
			return
		}
	}
}

// Evaluate reads the metrics, with all earlier records, and returns all SLOs. If ctx is
// done before the metrics are read, the result is the one of the last reading, and Problems
// has the error.
func (e *Evaluator) Evaluate(ctx context.Context) Report {
	err := e.read(ctx)
	e.mu.Lock()
	defer e.mu.Unlock()
	r := Report{Time: e.last, Began: e.began, History: e.options.History, Problems: slices.Clone(e.problems), SLOs: []SLO{}}
	if err != nil {
		r.Problems = append(r.Problems, err.Error())
	}
	for _, f := range e.followers {
		r.SLOs = append(r.SLOs, f.report())
	}
	return r
}

// Detail evaluates the SLO with the key by combinations of label values. It returns
// false if there is no such SLO. The key is [SLO].Key.
func (e *Evaluator) Detail(ctx context.Context, key string) (Detail, bool) {
	err := e.read(ctx)
	e.mu.Lock()
	defer e.mu.Unlock()
	i := slices.IndexFunc(e.followers, func(f *follower) bool { return f.key == key })
	if i < 0 {
		return Detail{}, false
	}
	d := e.followers[i].detail()
	if err != nil && d.SLO.Status == "" {
		d.SLO.Status = err.Error()
	}
	return d, true
}

// discover begins to follow the SLOs of packages that are registered now. The SLOs of a
// package that was unregistered stay, with a status that says so.
func (e *Evaluator) discover() {
	if e.options.SLOs != nil {
		return
	}
	moved := e.environment != runtime.Environment()
	e.environment = runtime.Environment()
	for _, p := range runtime.Registered() {
		if slices.Contains(e.packages, p) {
			if moved {
				e.refollow(p)
			}
			continue
		}
		e.packages = append(e.packages, p)
		slos := p.SLOs()
		for i := range slos {
			e.follow(p.Name(), &slos[i])
		}
	}
}

// refollow gives the SLOs of a package the goals and alerts of another environment, which
// the program chose after a reading. The readings stay, since nothing else of an SLO
// differs; the tiers begin anew.
func (e *Evaluator) refollow(p *record.Package) {
	if !p.HasEnvironments() {
		return
	}
	for _, s := range p.SLOs() {
		for _, f := range e.followers {
			if f.pkg != p.Name() || f.slo.ID != s.ID {
				continue
			}
			f.slo = s
			if f.indicator.invalid == "" {
				f.history = newHistory(s.Alerts)
			}
		}
	}
}

func (e *Evaluator) follow(pkg string, s *slo.SLO) {
	f := &follower{key: e.key(pkg, s.ID), pkg: pkg, slo: *s, tracks: newTracks(periodLength(s))}
	f.indicator = newIndicator(s, func(from *slo.Selection) *selection {
		m := e.metrics[from.Metric]
		if m == nil {
			m = &followedMetric{name: from.Metric}
			e.metrics[from.Metric] = m
		}
		return m.selection(from.Where)
	})
	f.broken = slices.ContainsFunc(f.indicator.metrics, func(m *followedMetric) bool { return m.forgetful })
	if f.indicator.invalid == "" {
		f.history = newHistory(s.Alerts)
	}
	if f.indicator.windows != nil && f.indicator.invalid == "" {
		f.windowing = newWindowing(f.indicator)
	}
	e.followers = append(e.followers, f)
}

// key returns a key that no other SLO has.
func (e *Evaluator) key(pkg, id string) string {
	base := id
	if pkg != "" {
		base = pkg + "/" + id
	}
	key := base
	for n := 2; slices.ContainsFunc(e.followers, func(f *follower) bool { return f.key == key }); n++ {
		key = fmt.Sprintf("%s#%d", base, n)
	}
	return key
}

// take adds a reading to all metrics and SLOs.
func (e *Evaluator) take(metrics []*metric.Metric, r reading) {
	e.last = r.at
	if e.began.IsZero() {
		e.began = r.at
	}
	e.problems = []string{}
	if r.err != nil {
		e.problems = append(e.problems, r.err.Error())
	}
	for _, read := range metrics {
		if m := e.metrics[read.Descriptor.Name]; m != nil {
			m.take(read, r.number)
		}
	}
	if r.err == nil {
		for _, m := range e.metrics {
			m.prune(r.number)
		}
	}
	r.known = remembered(isRegistered)
	for _, f := range e.followers {
		f.take(r)
	}
}
