package record

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Reason is the reason why a value was replaced or dropped.
type Reason string

const (
	// ReasonUnknown: the value of a closed tag is not listed. It is recorded as the
	// tag's catch-all, or as "__invalid__" if the tag has none.
	ReasonUnknown Reason = "unknown"
	// ReasonInvalid: a text is longer than 255 bytes or not printable ASCII, which
	// OpenCensus refuses. For a tag with UTF8: the text is longer than 255 bytes, not
	// UTF-8, or has a control character. It is recorded as "__invalid__".
	ReasonInvalid Reason = "invalid"
	// ReasonOverflow: an open tag already has its maximum number of different values.
	// The value is recorded as "__other__"; a last value is dropped.
	ReasonOverflow Reason = "overflow"
	// ReasonSeries: a view already has its maximum number of series. The record's open
	// tags are recorded as "__other__". A last value is dropped.
	ReasonSeries Reason = "series"
	// ReasonLate: a process tag was set after the registration. The call is ignored.
	ReasonLate Reason = "late"
	// ReasonNotFinite: a value was NaN, infinite, or 1e150 or more in magnitude. It is
	// dropped.
	ReasonNotFinite Reason = "not_finite"
	// ReasonNegative: a value was negative, of a measure with a sum, because sums must
	// not fall, or of a measure of time, unless it has only last values; or an observed
	// total was negative or fell. It is dropped.
	ReasonNegative Reason = "negative"
	// ReasonNotStarted: a timer that was not started recorded. The whole record is
	// dropped.
	ReasonNotStarted Reason = "not_started"
	// ReasonStopped: view.Stop was called before. The record is dropped.
	ReasonStopped Reason = "stopped"
	// ReasonUnregistered: RegisterViews of the package was not called before. The record
	// is dropped. Records after UnregisterViews are dropped and not counted.
	ReasonUnregistered Reason = "unregistered"
	// ReasonPanicked: a function that observes a measure panicked, or ended its
	// goroutine as t.FailNow does. It has no value in that reading.
	ReasonPanicked Reason = "panicked"
)

// A Stat is the number of values of one tag or measure that were replaced or dropped for
// one reason since the process began.
type Stat struct {
	Tag     string // the tag's key; "" if Measure is set
	Measure string // the measure's name; for [ReasonSeries], [ReasonUnregistered] and observed measures the view's name; "" if Tag is set
	Reason  Reason
	Count   uint64
}

// Stats returns all counts that are not zero, sorted by tag, measure and reason. Counts
// never fall. It is safe for concurrent use. [StatsMetric] has them as a metric.
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

// CountedSince is the time when the counts of [Stats] began: the start of the process,
// not of a Telemetry.
var CountedSince = time.Now()

// A Counter is the count of one Stat. It is safe for concurrent use.
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

// Count returns the count.
func (c *Counter) Count() uint64 { return c.n.Load() }

var counterList = struct {
	mu    sync.Mutex
	byKey map[counterKey]*Counter
	all   []*Counter
}{byKey: map[counterKey]*Counter{}}

// CounterOfTag returns the counter of a tag's key and a reason. Equal arguments give the
// same counter.
func CounterOfTag(key string, r Reason) *Counter { return counterFor(counterKey{tag: key, reason: r}) }

// CounterOfMeasure returns the counter of a measure's or view's name and a reason. Equal
// arguments give the same counter.
func CounterOfMeasure(name string, r Reason) *Counter {
	return counterFor(counterKey{measure: name, reason: r})
}

// counterFor returns the counter of a key. Two packages with the same tag key or measure
// share counters.
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
