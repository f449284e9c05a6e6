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
	Data       []byte // drives the calls in place of the seed, in one sequence; nil: the seed does
	Calls      int
	Goroutines int // that record at once, each a share of the calls; 0: none do

	// Tight says that tags or views of the schema run full. Then a recorder's
	// past matters: it is registered once, and nothing is recorded before.
	Tight bool

	Export Export // nil: exporters are not asked
}

// A Reading is what a target exports after a number of calls.
type Reading struct {
	After   string // which calls
	Metrics []*metric.Metric
	Exports []string
	Stats   map[record.Stat]uint64 // since the reading before
	calls   []call                 // since the registration, in order; none if goroutines made them
	since   time.Time              // of the registration
	until   time.Time
}

// A call is when one was made.
type call struct {
	before, after time.Time
}

// A run is a plan with one target.
type run struct {
	Plan
	target   *Target
	draw     *Draw
	counted  map[record.Stat]uint64
	since    time.Time
	calls    []call
	readings []Reading
}

// Run makes the calls of a plan and returns what was exported after each part
// of them. Nothing else may record or register meanwhile.
func Run(t *Target, p Plan) ([]Reading, error) {
	r := &run{Plan: p, target: t, draw: Seeded(p.Seed), counted: counts()}
	if p.Data != nil {
		r.draw = FromBytes(p.Data)
	}
	r.draw.target, r.draw.tight = t, p.Tight
	defer r.end()
	for _, set := range t.Set {
		if r.draw.N(4) > 0 {
			set(r.draw)
		}
	}
	parts := []func() error{r.sequence}
	if !p.Tight {
		parts = []func() error{r.unregistered, r.sequence, r.unregistered, r.sequence}
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

// end stops what observes.
func (r *run) end() {
	r.target.Unregister()
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
		r.one(r.draw)
	}
	return nil
}

func (r *run) one(d *Draw) { one(d, r.target.Calls)(d) }

func (r *run) register() error {
	r.since, r.calls = time.Now(), nil
	if err := r.target.Register(); err != nil {
		return err
	}
	for _, set := range r.target.Set { // too late
		set(r.draw)
	}
	return nil
}

// sequence makes half of the calls, or all if there is no second part.
func (r *run) sequence() error {
	if err := r.register(); err != nil {
		return err
	}
	n := r.Calls
	if !r.Tight {
		n /= 2
	}
	for range n {
		if !r.draw.left() {
			break
		}
		c := call{before: time.Now()}
		r.one(r.draw)
		c.after = time.Now()
		r.calls = append(r.calls, c)
	}
	if err := r.read(fmt.Sprintf("%d calls", n)); err != nil {
		return err
	}
	r.target.Unregister()
	return nil
}

// together has goroutines share the calls.
func (r *run) together() error {
	if err := r.register(); err != nil {
		return err
	}
	var running sync.WaitGroup
	for g := range r.Goroutines {
		d := Seeded(r.Seed*1000 + uint64(g))
		d.target, d.tame = r.target, true
		running.Go(func() {
			for range r.Calls / r.Goroutines {
				r.one(d)
			}
		})
	}
	running.Wait()
	r.calls = nil
	return r.read(fmt.Sprintf("%d goroutines", r.Goroutines))
}

// read takes a reading.
func (r *run) read(after string) error {
	ctx := context.Background()
	reading := Reading{After: after, Metrics: runtime.Gather(ctx), calls: r.calls, since: r.since, until: time.Now()}
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
		if reading.Exports, err = r.Export(ctx, reading.Metrics); err != nil {
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
