package series

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ocgen/ocgen/runtime/internal/callback"
	"github.com/ocgen/ocgen/runtime/internal/number"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// An ObservedInfo describes a view of an observed measure.
type ObservedInfo struct {
	Name string        // of the exported metric
	Tags []*record.Tag // of the view, those of the process included
	Sum  bool          // else it is a last value
}

// Int64Observed and Float64Observed are observed measures.
type (
	Int64Observed   = Observed[int64]
	Float64Observed = Observed[float64]
)

// An Observed is a measure whose values functions tell at each export, or
// whenever else the metrics are read. It is safe for concurrent use.
//
// A view of last values has the value of the newest function with the same tags
// of the view, and nothing of those that were stopped. In a view of sums each
// function tells its running total, which must not be negative nor fall; the
// totals of those with the same tags add up, and the last total that was read of
// one that was stopped stays. A series of sums begins when Observe is first
// called for it. All of this goes on while the package is not registered, but
// nothing is read then.
//
// A value that is not [record.Finite], and for sums one that is negative or has fallen, is
// counted under the view's name. So is a function that panics or ends its goroutine
// (runtime.Goexit, t.FailNow); the first time of each function is logged with slog.
// Then the series of last values is missing from this export, and a sum has the
// function's last total that was good. A last value may be negative, of a time too.
// Whole totals that add up to more than the largest int64 stay there.
type Observed[T int64 | float64] struct {
	tags []*record.Tag // of the call

	mu          sync.Mutex          // never held while a function is called
	descriptors []metric.Descriptor // of each view; nil unless registered
	views       []*observedView[T]
	active      []*observation[T] // in the order of Observe
}

// An observation is one function, from Observe until it is stopped. It is
// guarded by the lock of the measure.
type observation[T int64 | float64] struct {
	read    func() (value T, negative bool)
	rows    []*observedRow[T] // one of each view
	total   T                 // the largest that was good
	known   bool              // there is a total
	stopped bool

	panicked, late atomic.Bool // logged
}

// NewInt64Observed returns the observed measure of these tags and views.
func NewInt64Observed(tags []*record.Tag, views ...ObservedInfo) *Int64Observed {
	return newObserved[int64](tags, views)
}

// NewFloat64Observed returns the observed measure of these tags and views.
func NewFloat64Observed(tags []*record.Tag, views ...ObservedInfo) *Float64Observed {
	return newObserved[float64](tags, views)
}

func newObserved[T int64 | float64](tags []*record.Tag, views []ObservedInfo) *Observed[T] {
	o := &Observed[T]{}
	for _, t := range tags {
		if t.From() == record.FromCall {
			o.tags = append(o.tags, t)
		}
	}
	for _, info := range views {
		o.views = append(o.views, newObservedView[T](info))
	}
	return o
}

// Observe has the function called whenever the metrics are read, until stop is.
// values has one value for each tag from the call, in the order of the measure's
// tags; a missing one is absent. They are resolved, and replacements counted,
// now.
//
// The function is called with no lock held, in a goroutine of its measure's, by
// several at once if several exporters read. It should be quick, for the export waits: one that takes
// more than 5 s is logged. stop neither
// calls it nor waits for a call that has begun, so stop may be called with a lock
// held that the function takes; stopping again does nothing.
func (o *Observed[T]) Observe(read func() T, values ...record.TagValue) (stop func()) {
	return o.observe(func() (T, bool) {
		v := read()
		return v, v < 0
	}, values)
}

// ObserveTime has the function called as [Observed.Observe] does, and rounds what it
// returns to whole units: see [record.InUnits]. A total below zero is negative also where it
// is rounded to 0.
func ObserveTime(o *Int64Observed, read func() time.Duration, unit time.Duration, values ...record.TagValue) (stop func()) {
	return o.observe(func() (int64, bool) {
		d := read()
		return record.InUnits(d, unit), d < 0
	}, values)
}

func (o *Observed[T]) observe(read func() (value T, negative bool), values []record.TagValue) (stop func()) {
	indices := make([]uint64, len(o.tags))
	for i, t := range o.tags {
		var v record.TagValue
		if i < len(values) {
			v = values[i]
		}
		indices[i] = t.ValueIndex(v)
	}
	ob := &observation[T]{read: read}
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	for _, v := range o.views {
		ob.rows = append(ob.rows, v.row(o.tags, indices, now))
	}
	o.active = append(o.active, ob)
	return func() { o.end(ob) }
}

// end takes an observation out. Its totals stay.
func (o *Observed[T]) end(ob *observation[T]) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if ob.stopped {
		return
	}
	ob.stopped = true
	i := slices.Index(o.active, ob)
	o.active = slices.Delete(o.active, i, i+1)
	for i, row := range ob.rows {
		o.views[i].leave(row, ob)
	}
	ob.read = nil // whoever holds stop must not hold what the function holds
}

func (o *Observed[T]) names() []string {
	var names []string
	for _, v := range o.views {
		names = append(names, v.info.Name)
	}
	return names
}

func (o *Observed[T]) start(descriptors []metric.Descriptor) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.descriptors = descriptors
}

func (o *Observed[T]) stop() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.descriptors = nil
}

// read calls the functions and returns the metrics.
func (o *Observed[T]) read() []*metric.Metric {
	samples := o.ask()
	o.takeAll(samples)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.descriptors == nil {
		return nil
	}
	o.count(samples)
	now := time.Now() // after all starts
	var all []*metric.Metric
	for i, v := range o.views {
		if v.info.Sum {
			v.addUp(i, o.active)
		} else {
			v.choose(i, samples)
		}
		if m := v.metric(o.descriptors[i], now); m != nil {
			all = append(all, m)
		}
	}
	return all
}

// ask returns the samples to take, and none while not registered.
func (o *Observed[T]) ask() []sample[T] {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.descriptors == nil {
		return nil
	}
	samples := make([]sample[T], len(o.active))
	for i, ob := range o.active {
		samples[i] = sample[T]{of: ob, read: ob.read, least: ob.total}
	}
	return samples
}

// count counts what cannot be used of the samples, and keeps the totals of the
// others.
func (o *Observed[T]) count(samples []sample[T]) {
	for _, s := range samples {
		fell := s.failed == "" && (s.negative || s.value < s.least)
		for _, v := range o.views {
			switch {
			case s.failed != "":
				v.counters[s.failed].Inc()
			case fell && v.info.Sum:
				v.counters[record.ReasonNegative].Inc()
			}
		}
		if s.failed == "" && !fell {
			s.of.total, s.of.known = max(s.of.total, s.value), true
		}
	}
}

// A sample is one call of a function.
type sample[T int64 | float64] struct {
	of       *observation[T]
	read     func() (value T, negative bool)
	least    T // the total before the call; one that is read meanwhile may be larger
	value    T
	negative bool          // it is below zero, which rounding may hide
	failed   record.Reason // why there is no value; "": there is one
	panic    any           // what it panicked with; nil if it ended its goroutine
	place    string        // where
	inTime   bool
}

// take calls the function. That it panics or ends its goroutine costs this series
// only, and is counted.
func (s *sample[T]) take() {
	s.failed = record.ReasonPanicked
	defer func() {
		if s.panic = recover(); s.failed == record.ReasonPanicked {
			s.place = callback.EndPlace()
		}
	}()
	s.value, s.negative = s.read()
	s.failed = ""
	if !number.Usable(float64(s.value)) {
		s.failed = record.ReasonNotFinite
	}
}
