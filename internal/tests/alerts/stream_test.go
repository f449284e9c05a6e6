package alerts_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// streamLength is the length of a stream in minutes.
const streamLength = 8 * 60

// A stream has random events. Rates change at random minutes and are constant in between.
type stream struct {
	minutes []events // minutes[i] has the events from minute i to i+1 after the start
	changes []int    // minutes at which the rates change, in order
}

// events are the events of one minute.
type events struct {
	ok, failed int
	latencies  [6]int // by bucket
}

// bounds are the bounds of the buckets of watched/latency.
var bounds = []float64{0.05, 0.1, 0.5, 1, 5}

func newStream(seed uint64) stream {
	rng := rand.New(rand.NewPCG(seed, 1))
	var s stream
	for len(s.minutes) < streamLength {
		s.changes = append(s.changes, len(s.minutes))
		rates := randomEvents(rng)
		for range 1 + rng.IntN(90) {
			s.minutes = append(s.minutes, rates)
		}
	}
	s.minutes = s.minutes[:streamLength]
	return s
}

// randomEvents returns the events of a minute: often none, few bad ones or only bad ones.
func randomEvents(rng *rand.Rand) (e events) {
	if rng.IntN(5) == 0 {
		return e
	}
	n := 1 + rng.IntN(400)
	part := func(most float64) int {
		switch rng.IntN(6) {
		case 0:
			return 0
		case 1:
			return n
		}
		return int(float64(n) * rng.Float64() * most)
	}
	e.failed = part(0.3)
	e.ok = n - e.failed
	slow := part(0.3)
	e.latencies[4] = rng.IntN(slow + 1)
	e.latencies[3] = slow - e.latencies[4]
	e.latencies[0] = int(float64(n-slow) * rng.Float64())
	e.latencies[2] = n - slow - e.latencies[0]
	return e
}

// steady reports whether no rate changes within five minutes of the minute.
func (s stream) steady(minute int) bool {
	return !slices.ContainsFunc(s.changes, func(at int) bool { return at-5 <= minute && minute <= at+5 })
}

// totals returns the sums of the events before the minute.
func (s stream) totals(minute int) (sum events) {
	for _, e := range s.minutes[:minute] {
		sum.ok += e.ok
		sum.failed += e.failed
		for i, n := range e.latencies {
			sum.latencies[i] += n
		}
	}
	return sum
}

// start is the time at which the streams begin.
var start = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// A process exports the events of a stream until a minute.
type process struct {
	stream stream
	minute int
}

func (p *process) now() time.Time { return start.Add(time.Duration(p.minute) * time.Minute) }

func (p *process) gather(context.Context) ([]*metric.Metric, error) {
	sum := p.stream.totals(p.minute)
	requests := &metric.Metric{Descriptor: metric.Descriptor{
		Name: "watched/requests", Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "outcome"}},
	}}
	for _, c := range []struct {
		outcome string
		n       int
	}{{"ok", sum.ok}, {"error", sum.failed}} {
		requests.Series = append(requests.Series, &metric.Series{
			StartTime: start, LabelValues: []metric.LabelValue{metric.NewLabelValue(c.outcome)},
			Point: metric.Point{Time: p.now(), Value: int64(c.n)},
		})
	}
	d := &metric.Distribution{Bounds: bounds}
	for _, n := range sum.latencies {
		d.Count += int64(n)
		d.Buckets = append(d.Buckets, metric.Bucket{Count: int64(n)})
	}
	latency := &metric.Metric{
		Descriptor: metric.Descriptor{Name: "watched/latency", Type: metric.TypeCumulativeDistribution},
		Series:     []*metric.Series{{StartTime: start, Point: metric.Point{Time: p.now(), Value: d}}},
	}
	return []*metric.Metric{requests, latency}, nil
}
