package trial

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// A Plan says what a trial does with a target.
type Plan struct {
	Seed       uint64
	Data       []byte // chooses the calls instead of the seed, in one sequence; nil: the seed does
	Calls      int
	Goroutines int // that record at once, each a share of the calls; 0: none do

	// Tight says that tags or views of the schema run full. Then earlier records and
	// registrations matter: the package is registered once, and nothing is recorded before.
	Tight bool

	// Exact says that sums of whole numbers past 2^53 are exact. Compare sets it.
	Exact bool

	Export Export // nil: the metrics are not exported
}

// A Reading has the metrics of a target after a number of calls.
type Reading struct {
	After   string // which calls
	Metrics []*metric.Metric
	Exports []string
	Living  []string               // differences between Metrics and what the model says of series that end
	SDK     []string               // differences between Metrics and those that OpenTelemetry's SDK reads
	Stats   map[record.Stat]uint64 // since the reading before
	lives   lives                  // of the whole run until now
	points  int                    // that were compared for SDK
	calls   []call                 // since the registration, in order; none if goroutines made them
	since   time.Time              // of the registration
	until   time.Time
}

// A call has the times before and after a call.
type call struct {
	before, after time.Time
}

// A run is a plan with one target.
type run struct {
	Plan
	target   *Target
	draw     *Draw
	sdk      *sdkReaders // nil unless the target is read by OpenTelemetry's SDK
	counted  map[record.Stat]uint64
	since    time.Time
	calls    []call
	readings []Reading
	problems []string // of the model, since the last reading
}

// Run makes the calls of a plan and returns the metrics after each part of them. Nothing
// else may record or register meanwhile.
func Run(t *Target, p Plan) ([]Reading, error) {
	r := &run{Plan: p, target: t, draw: Seeded(p.Seed), counted: counts()}
	if p.Data != nil {
		r.draw = FromBytes(p.Data)
	}
	r.draw.target, r.draw.tight, r.draw.exact, r.draw.model = t, p.Tight, p.Exact, newModel(t)
	if t.OpenTelemetry {
		r.sdk = newSDKReaders(t.Endings)
	}
	defer r.end()
	for _, set := range t.Set {
		if r.draw.N(4) > 0 {
			set(r.draw)
		}
	}
	first := func() error { return r.sequence(0) }
	again := func() error { return r.sequence(firstReading) }
	parts := []func() error{first}
	if !p.Tight {
		parts = []func() error{r.unregistered, first, r.unregistered, again}
		if p.Goroutines > 0 {
			parts = append(parts, r.together)
		}
	}
	for _, part := range parts {
		if err := part(); err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name, err)
		}
	}
	return r.readings, nil
}

// end unregisters the package and stops the functions that observe.
func (r *run) end() {
	r.target.Unregister()
	if r.sdk != nil {
		r.sdk.close()
	}
	for _, kept := range r.draw.kept {
		if stops, ok := kept.(*[keptSlots]func()); ok {
			for _, stop := range stops {
				if stop != nil {
					stop()
				}
			}
		}
	}
}

// unregistered makes calls that are dropped.
func (r *run) unregistered() error {
	for range min(r.Calls/10, 100) {
		if !r.draw.left() {
			break
		}
		r.timed()
	}
	return nil
}

func (r *run) one(d *Draw) { one(d, r.target.Calls)(d) }

// timed makes a call of the sequence.
func (r *run) timed() call {
	c := call{before: time.Now()}
	r.one(r.draw)
	c.after = time.Now()
	r.draw.model.made(c)
	return c
}

func (r *run) register() error {
	r.since, r.calls = time.Now(), nil
	if err := r.target.Register(); err != nil {
		return err
	}
	r.draw.model.register()
	if r.sdk != nil {
		r.sdk.registered()
	}
	for _, set := range r.target.Set { // too late
		set(r.draw)
	}
	return nil
}

// firstReading is the call of the second registration before which metrics are read first.
// The readings of both registrations that follow each other then have the same series.
const firstReading = 64

// endingReadings is the number of calls after which series that may have ended are read again.
const endingReadings = 50

// sequence makes half of the calls, or all if there is no second part. All metrics are read
// after 0, 1, 2, 4, 8 calls and so on, but not before the given call. Early readings have few
// series. If series end, there are more readings.
func (r *run) sequence(from int) error {
	if err := r.register(); err != nil {
		return err
	}
	n := r.Calls
	if !r.Tight {
		n /= 2
	}
	for i := range n {
		if !r.draw.left() {
			break
		}
		if i >= from && (i&(i-1) == 0 || len(r.target.Endings) > 0 && i%endingReadings == 0) {
			r.check(r.pass())
		}
		r.calls = append(r.calls, r.timed())
	}
	if err := r.read(fmt.Sprintf("%d calls", n)); err != nil {
		return err
	}
	r.target.Unregister()
	r.draw.model.unregister()
	return nil
}

// together has goroutines share the calls. The SDK collects deltas meanwhile.
func (r *run) together() error {
	if err := r.register(); err != nil {
		return err
	}
	var recording, collecting sync.WaitGroup
	for g := range r.Goroutines {
		d := Seeded(r.Seed*1000 + uint64(g))
		d.target, d.tame, d.exact, d.owner = r.target, true, r.Exact, fmt.Sprintf("text of %d ", g)
		recording.Go(func() {
			for range r.Calls / r.Goroutines {
				r.one(d)
			}
		})
	}
	done := make(chan struct{})
	if r.sdk != nil {
		collecting.Go(func() { r.sdk.collectUntil(done) })
	}
	recording.Wait()
	close(done)
	collecting.Wait()
	r.calls = nil
	return r.read(fmt.Sprintf("%d goroutines", r.Goroutines))
}

// check compares metrics with the model. After calls of several goroutines there is none.
func (r *run) check(metrics []*metric.Metric) {
	if problems := r.draw.model.check(metrics); len(r.problems) < maxDifferences {
		for _, p := range problems {
			r.problems = append(r.problems, fmt.Sprintf("after call %d: %s", len(r.calls), p))
		}
	}
}

// pass ends a moment: values that are observed grow, and all metrics are read.
func (r *run) pass() []*metric.Metric {
	r.draw.moment++
	metrics := runtime.Gather(context.Background())
	switch {
	case r.sdk != nil:
		r.sdk.compare(metrics)
	case len(r.target.Endings) > 0: // each reading counts the observed values that have no place
		for range sdkReadings {
			runtime.Gather(context.Background())
		}
	}
	return metrics
}

// read appends a reading.
func (r *run) read(after string) error {
	reading := Reading{After: after, Metrics: r.pass(), calls: r.calls, since: r.since, until: time.Now()}
	if len(r.calls) > 0 {
		r.check(reading.Metrics)
	}
	reading.Living, r.problems, reading.lives = r.problems, nil, r.draw.model.lives
	if r.sdk != nil {
		reading.SDK, reading.points = r.sdk.take()
	}
	now := counts()
	reading.Stats = map[record.Stat]uint64{}
	for key, n := range now {
		if n > r.counted[key] {
			reading.Stats[key] = n - r.counted[key]
		}
	}
	r.counted = now
	if r.Export != nil {
		var err error
		if reading.Exports, err = r.Export(context.Background(), reading.Metrics); err != nil {
			return err
		}
	}
	r.readings = append(r.readings, reading)
	return nil
}

// counts returns the counts of runtime.Stats by what they count.
func counts() map[record.Stat]uint64 {
	byKey := map[record.Stat]uint64{}
	for _, s := range runtime.Stats() {
		n := s.Count
		s.Count = 0
		byKey[s] = n
	}
	return byKey
}
