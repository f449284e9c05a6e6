package series

import (
	"slices"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// A Set is the time series of one view: a [SeriesSet] of any kind.
type Set interface {
	name() string
	check() error
	start(d metric.Descriptor, at time.Time) // begins to take records; zero rows exist from then
	findBound()                              // finds the series of bound recorders that have zero rows
	stop()                                   // ends it; what was collected is dropped
	read(now time.Time, last *metric.Metric) *metric.Metric
}

// An Observer has the views of one observed measure: it is an [Observed] of any type.
type Observer interface {
	names() []string
	start(descriptors []metric.Descriptor) // one for each name
	stop()                                 // what was collected is dropped, the functions stay
	read() []*metric.Metric                // of the views that have a series
}

// Sets returns the part of a package that has the sets of its direct recorder. The sets
// must be in the order in which recorders write them.
func Sets(sets ...Set) record.Part { return &setsPart{sets: sets} }

// Observers returns the part of a package that has its observed measures.
func Observers(observed ...Observer) record.Part { return &observedPart{observed: observed} }

// A setsPart starts and stops with registrations held, and is read at any time.
type setsPart struct {
	unshared
	sets    []Set
	started bool
}

func (p *setsPart) Names() []string {
	var names []string
	for _, s := range p.sets {
		names = append(names, s.name())
	}
	return names
}

func (p *setsPart) Check() []error {
	all := record.SourceConflicts(p.Names())
	for _, s := range p.sets {
		if err := s.check(); err != nil {
			all = append(all, err)
		}
	}
	return all
}

func (p *setsPart) Start(descriptors map[string]metric.Descriptor) error {
	if p.started {
		return nil
	}
	p.started = true
	now := time.Now()
	for _, s := range p.sets {
		s.start(descriptors[s.name()], now)
	}
	registrations.n.Add(1) // now: what is found from now on is found in all sets
	for _, s := range p.sets {
		s.findBound()
	}
	return nil
}

func (p *setsPart) Stop() {
	p.started = false
	for _, s := range p.sets {
		s.stop()
	}
}

// Read copies the series in the reverse of the order in which they are written: an
// event writes a total before its parts, so a record that comes meanwhile may be
// missing from a part, but is never in a part and missing from the total.
func (p *setsPart) Read(memory *record.Memory) []*metric.Metric {
	var all []*metric.Metric
	now := time.Now()
	for _, s := range slices.Backward(p.sets) {
		if m := s.read(now, memory.Take(s)); m != nil {
			memory.Put(s, m)
			all = append(all, m)
		}
	}
	return all
}

func (p *setsPart) Observed() bool { return false }

// An observedPart starts and stops with registrations held, and is read at any time.
type observedPart struct {
	unshared
	observed []Observer
}

func (p *observedPart) Names() []string {
	var names []string
	for _, o := range p.observed {
		names = append(names, o.names()...)
	}
	return names
}

func (p *observedPart) Check() []error { return record.SourceConflicts(p.Names()) }

func (p *observedPart) Start(descriptors map[string]metric.Descriptor) error {
	for _, o := range p.observed {
		var views []metric.Descriptor
		for _, name := range o.names() {
			views = append(views, descriptors[name])
		}
		o.start(views)
	}
	return nil
}

func (p *observedPart) Stop() {
	for _, o := range p.observed {
		o.stop()
	}
}

// Read calls the functions that observe, which may be slow.
func (p *observedPart) Read(*record.Memory) []*metric.Metric {
	var all []*metric.Metric
	for _, o := range p.observed {
		all = append(all, o.read()...)
	}
	return all
}

func (p *observedPart) Observed() bool { return true }

// unshared is a part whose metrics no other package can have too.
type unshared struct{}

func (unshared) Shares(record.Part) bool { return false }

// Active reports false: nothing is exported unless the package is registered.
func (unshared) Active() bool { return false }
