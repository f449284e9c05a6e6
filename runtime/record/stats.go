package record

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Reason says why a value was replaced or dropped.
type Reason string

const (
	// ReasonUnknown: a closed tag's value is not one of its values; recorded
	// as the tag's catch-all, or as "__invalid__" if it has none.
	ReasonUnknown Reason = "unknown"
	// ReasonInvalid: a text is longer than 255 bytes or not printable ASCII,
	// which OpenCensus refuses, or, of a tag with UTF8, not UTF-8 or with a
	// control character; recorded as "__invalid__".
	ReasonInvalid Reason = "invalid"
	// ReasonOverflow: an open tag has had its maximum of different values;
	// recorded as "__other__".
	ReasonOverflow Reason = "overflow"
	// ReasonSeries: a view has had its maximum of series; the record's open
	// tags became "__other__".
	ReasonSeries Reason = "series"
	// ReasonLate: a process tag was set after registration; ignored.
	ReasonLate Reason = "late"
	// ReasonNotFinite: a value was NaN, infinite, or 1e150 or more in magnitude;
	// dropped.
	ReasonNotFinite Reason = "not_finite"
	// ReasonNegative: a value was negative, of a measure with a sum, which must not
	// fall, or of a measure of time that is not only kept as a last value; or an
	// observed total was negative or fell. Dropped.
	ReasonNegative Reason = "negative"
	// ReasonNotStarted: a timer recorded that was never started; nothing of its
	// record counts.
	ReasonNotStarted Reason = "not_started"
	// ReasonStopped: view.Stop had been called; dropped.
	ReasonStopped Reason = "stopped"
	// ReasonUnregistered: RegisterViews of the package had not been called yet;
	// dropped. Records after UnregisterViews are dropped without a count.
	ReasonUnregistered Reason = "unregistered"
	// ReasonPanicked: a function that observes a measure panicked, or ended its
	// goroutine as t.FailNow does; it has no value at that reading.
	ReasonPanicked Reason = "panicked"
)

// A Stat counts what happened to one tag or measure for one reason since the
// process began.
type Stat struct {
	Tag     string // the tag's OpenCensus key; "" if Measure is set
	Measure string // the measure's name; for [ReasonSeries], [ReasonUnregistered] and observed measures the view's; "" if Tag is set
	Reason  Reason
	Count   uint64
}

// Stats returns all counts that are not zero, sorted by tag, measure and
// reason. It is safe for concurrent use; counts never fall. A runtime.Telemetry exports
// them as ocgen/telemetry/replaced_or_dropped.
func Stats() []Stat {
	counterList.mu.Lock()
	defer counterList.mu.Unlock()
	var all []Stat
	for _, c := range counterList.all {
		if n := c.n.Load(); n > 0 {
			all = append(all, Stat{Tag: c.tag, Measure: c.measure, Reason: c.reason, Count: n})
		}
	}
	slices.SortFunc(all, func(a, b Stat) int {
		return cmp.Or(cmp.Compare(a.Tag, b.Tag), cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Reason, b.Reason))
	})
	return all
}

// CountedSince is when the counts of [Stats] began: with the process, not with a
// Telemetry.
var CountedSince = time.Now()

// A Counter is the count behind one Stat. It is safe for concurrent use.
type Counter struct {
	counterKey
	n atomic.Uint64
}

type counterKey struct {
	tag, measure string
	reason       Reason
}

// Inc adds one.
func (c *Counter) Inc() { c.n.Add(1) }

var counterList = struct {
	mu    sync.Mutex
	byKey map[counterKey]*Counter
	all   []*Counter
}{byKey: map[counterKey]*Counter{}}

// CounterOfTag returns the one counter of a tag's key and a reason.
func CounterOfTag(key string, r Reason) *Counter { return counterFor(counterKey{tag: key, reason: r}) }

// CounterOfMeasure returns the one counter of a measure's or view's name and a reason.
func CounterOfMeasure(name string, r Reason) *Counter {
	return counterFor(counterKey{measure: name, reason: r})
}

// counterFor returns the one counter of a key: two packages may share a tag
// key or a measure.
func counterFor(key counterKey) *Counter {
	counterList.mu.Lock()
	defer counterList.mu.Unlock()
	if c, ok := counterList.byKey[key]; ok {
		return c
	}
	c := &Counter{counterKey: key}
	counterList.byKey[key] = c
	counterList.all = append(counterList.all, c)
	return c
}
