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
	Sum  bool          // false: last values
}

// Int64Observed and Float64Observed are observed measures.
type (
	Int64Observed   = Observed[int64]
	Float64Observed = Observed[float64]
)

// An Observed is a measure whose values come from functions, which are called at each
// export and at each other reading of the metrics. It is safe for concurrent use.
//
// A series begins with the first call of Observe for its tags, and ends when its last
// function is stopped. Then it is no longer exported, and its values give their places
// within the maxima of the tags back. A function that is observed with the same tags later
// begins the series anew.
//
// In a view of last values, each series has the value of the newest function with its
// tags. In a view of sums, each function returns its running total, which must not be
// negative nor fall. The totals of functions with the same tags are added up, and the last
// total of a stopped function stays while another function has the series. Functions can be
// added and stopped while the package is not registered, but they are not called then.
//
// If a tag has its maximum of values, a further value is recorded as "__other__" in a view
// of sums. A view of last values leaves it out, because one series cannot have the values of
// different things; it is counted at Observe and at each reading until there is a place.
//
// These are counted under the name of the view: a value that is not [record.Finite]; for
// sums, a total that is negative or has fallen; and a function that panics or ends its
// goroutine (runtime.Goexit, t.FailNow). The first time of each function is also logged
// with slog. The series of last values is then missing from this export, and a sum has
// the last good total of the function. A last value may be negative, also of a time. The
// sum of integer totals stays at the largest int64 if it would exceed it.
type Observed[T int64 | float64] struct {
	tags []*record.Tag // of the call

	mu          sync.Mutex          // never held while a function is called
	descriptors []metric.Descriptor // of each view; nil unless registered
	views       []*observedView[T]
	active      []*observation[T] // in the order of Observe
}

// An observation is one function, from Observe until it is stopped. The lock of the
// measure guards it.
type observation[T int64 | float64] struct {
	read    func() (value T, negative bool)
	values  []record.TagValue
	indices []uint64          // of the values
	rows    []*observedRow[T] // one of each view; nil: the view leaves it out
	total   T                 // the largest good total
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
			o.tags = append(o.tags, t.Ending())
		}
	}
	for _, info := range views {
		o.views = append(o.views, newObservedView[T](info))
	}
	return o
}

// Observe registers read, which is called at each reading of the metrics until stop is
// called. values has one value for each tag from the call, in the order of the measure's
// tags; a missing value is absent. Observe resolves the values and counts replacements.
//
// read is called with no lock held, in a goroutine of the measure, and by several
// goroutines at once if several exporters read. It should be quick because exports wait
// for it: a call of more than 5 s is logged. stop neither calls read nor waits for a
// call that has begun, so it may be called with a lock held that read takes. Another
// call of stop does nothing.
func (o *Observed[T]) Observe(read func() T, values ...record.TagValue) (stop func()) {
	return o.observe(func() (T, bool) {
		v := read()
		return v, v < 0
	}, values)
}

// ObserveTime registers read as [Observed.Observe] does, and rounds its results to whole
// units: see [record.InUnits]. A total below zero counts as negative even if it is
// rounded to 0.
func ObserveTime(o *Int64Observed, read func() time.Duration, unit time.Duration, values ...record.TagValue) (stop func()) {
	return o.observe(func() (int64, bool) {
		d := read()
		return record.InUnits(d, unit), d < 0
	}, values)
}

func (o *Observed[T]) observe(read func() (value T, negative bool), values []record.TagValue) (stop func()) {
	ob := &observation[T]{read: read, values: make([]record.TagValue, len(o.tags)), indices: make([]uint64, len(o.tags))}
	copy(ob.values, values)
	for i, t := range o.tags {
		ob.indices[i] = t.ValueIndex(ob.values[i])
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	for _, v := range o.views {
		ob.rows = append(ob.rows, v.row(o.tags, ob.indices, now))
	}
	o.active = append(o.active, ob)
	return func() { o.end(ob) }
}

// findRows looks for series that an observation did not get because there was no place.
func (o *Observed[T]) findRows(ob *observation[T]) {
	if !slices.Contains(ob.rows, nil) {
		return
	}
	for i, t := range o.tags {
		if t.IsOpen() && ob.indices[i] != record.InvalidOrdinal { // also an index that no series kept
			ob.indices[i] = t.ValueIndex(ob.values[i])
		}
	}
	now := time.Now()
	for i, v := range o.views {
		if ob.rows[i] == nil {
			ob.rows[i] = v.row(o.tags, ob.indices, now)
		}
	}
}

// end removes an observation, and ends the series that have no other.
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
		if row != nil {
			o.views[i].leave(row, ob)
		}
	}
	ob.read = nil // stop must not keep the memory of the function alive
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

// ask returns the samples to take; none while not registered.
func (o *Observed[T]) ask() []sample[T] {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.descriptors == nil {
		return nil
	}
	samples := make([]sample[T], len(o.active))
	for i, ob := range o.active {
		o.findRows(ob)
		samples[i] = sample[T]{of: ob, read: ob.read, least: ob.total}
	}
	return samples
}

// count counts the unusable samples, and keeps the totals of the others.
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
	least    T // the total before the call; another reading may find a larger one meanwhile
	value    T
	negative bool          // the value is below zero, which rounding may hide
	failed   record.Reason // the reason why there is no value; "": there is one
	panic    any           // the value of the panic; nil if the function ended its goroutine
	place    string        // of the panic or the end
	inTime   bool
}

// take calls the function. If the function panics or ends its goroutine, only this
// sample fails, and it is counted.
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
