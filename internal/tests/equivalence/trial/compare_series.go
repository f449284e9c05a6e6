package trial

import (
	"reflect"
	"slices"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// series compares a series of two readings.
func (c *comparison) series(where string, a, b *metric.Series, x, y *Reading) {
	c.start(where, a.StartTime, b.StartTime, x, y)
	if at := b.Point.Time; !at.After(b.StartTime) || at.After(time.Now()) {
		c.differ("%s: the point of %s is at %v, its start at %v", where, c.b, at, b.StartTime)
	}
	v, w := a.Point.Value, b.Point.Value
	if len(x.calls) == 0 { // goroutines added up in another order
		if !near(v, w) {
			c.differ("%s: %s %s, %s %s", where, c.a, text(v), c.b, text(w))
		}
		return
	}
	if text(v) != text(w) || c.strict && signs(v) != signs(w) {
		c.differ("%s: %s %s, %s %s", where, c.a, text(v), c.b, text(w))
		return
	}
	d, ok := v.(*metric.Distribution)
	if e, isDistribution := w.(*metric.Distribution); ok && isDistribution {
		c.exemplars(where, d, e, x, y)
	}
}

// start compares the start times of a series. If one goroutine made the calls, both are
// within the same call, the first one that recorded into the series.
func (c *comparison) start(where string, a, b time.Time, x, y *Reading) {
	if a.IsZero() != b.IsZero() {
		c.differ("%s: %s starts at %v, %s at %v", where, c.a, a, c.b, b)
		return
	}
	if b.IsZero() || a.Before(x.since) && b.Before(y.since) { // observed since an earlier registration
		return
	}
	if len(x.calls) == 0 {
		if b.Before(y.since) || b.After(y.until) {
			c.differ("%s: %s starts at %v, the calls were from %v to %v", where, c.b, b, y.since, y.until)
		}
		return
	}
	if i, j := x.during(a), y.during(b); i != j || i == never {
		c.differ("%s: %s has the start in call %d, %s in call %d", where, c.a, i, c.b, j)
	}
}

const (
	registering = -1 // zero rows start then
	never       = -2 // between two calls
)

// during returns the number of the call during which a time was.
func (r *Reading) during(t time.Time) int {
	i, _ := slices.BinarySearchFunc(r.calls, t, func(c call, t time.Time) int { return c.after.Compare(t) })
	switch {
	case i < len(r.calls) && !t.Before(r.calls[i].before):
		return i
	case i == 0 && !t.Before(r.since):
		return registering
	}
	return never
}

// exemplars compares all but the exact times of exemplars. They are of the same call.
func (c *comparison) exemplars(where string, a, b *metric.Distribution, x, y *Reading) {
	for i := range a.Buckets {
		e, f := a.Buckets[i].Exemplar, b.Buckets[i].Exemplar
		if e == nil || f == nil {
			if e != f {
				c.differ("%s: the exemplar of bucket %d is %v with %s, %v with %s", where, i, e, c.a, f, c.b)
			}
			continue
		}
		if e.Value != f.Value || e.Span != f.Span || !reflect.DeepEqual(e.Attachments, f.Attachments) || x.during(e.Timestamp) != y.during(f.Timestamp) {
			c.differ("%s: the exemplar of bucket %d is %+v with %s, %+v with %s", where, i, *e, c.a, *f, c.b)
		}
	}
}
