package evaluation_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	_ "github.com/ocgen/ocgen/runtime/census" // OpenCensus is a source of metrics
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// A recorder is the recording side of a test: the metrics below prefix/ that
// TestBruteForce's SLOs are computed from, by whatever recorder. An outcome of
// "" is an absent tag.
//
//	requests  count by route and outcome
//	bytes     sum by route
//	latency   distribution by route and outcome, bounds 10, 50, 100, 500
//	depth     last value by shard
type recorder struct {
	prefix  string
	request func(route, outcome string, ms float64, bytes int64)
	depth   func(shard string, value float64)
	reset   func() // all that was recorded is forgotten, as by unregistering
}

var recorders atomic.Int64 // names are global in OpenCensus

// viewsRecorder records through OpenCensus's views.
func viewsRecorder(t testing.TB) recorder {
	prefix := fmt.Sprintf("slotest%d/", recorders.Add(1))
	route, outcome, shard := tag.MustNewKey(prefix+"route"), tag.MustNewKey(prefix+"outcome"), tag.MustNewKey(prefix+"shard")
	latency := stats.Float64(prefix+"latency", "", "ms")
	bytes := stats.Int64(prefix+"bytes", "", "By")
	depth := stats.Float64(prefix+"depth", "", "1")
	views := []*view.View{
		{Name: prefix + "requests", Measure: latency, Aggregation: view.Count(), TagKeys: []tag.Key{route, outcome}},
		{Name: prefix + "bytes", Measure: bytes, Aggregation: view.Sum(), TagKeys: []tag.Key{route}},
		{Name: prefix + "latency", Measure: latency, Aggregation: view.Distribution(10, 50, 100, 500), TagKeys: []tag.Key{route, outcome}},
		{Name: prefix + "depth", Measure: depth, Aggregation: view.LastValue(), TagKeys: []tag.Key{shard}},
	}
	register := func() {
		if err := view.Register(views...); err != nil {
			t.Fatal(err)
		}
	}
	register()
	t.Cleanup(func() { view.Unregister(views...) })
	record := func(mutators []tag.Mutator, measurements ...stats.Measurement) {
		if err := stats.RecordWithTags(context.Background(), mutators, measurements...); err != nil {
			t.Fatal(err)
		}
	}
	return recorder{
		prefix: prefix,
		request: func(r, o string, ms float64, b int64) {
			tags := []tag.Mutator{tag.Upsert(route, r)}
			if o != "" {
				tags = append(tags, tag.Upsert(outcome, o))
			}
			record(tags, latency.M(ms), bytes.M(b))
		},
		depth: func(s string, value float64) { record([]tag.Mutator{tag.Upsert(shard, s)}, depth.M(value)) },
		reset: func() {
			view.Unregister(views...)
			register()
		},
	}
}

// A request is what was recorded, and when.
type request struct {
	at             time.Time
	route, outcome string
	ms             float64
	bytes          int64
}

// A world is a process with a clock of its own, which remembers all that was
// recorded.
type world struct {
	t        *testing.T
	rng      *rand.Rand
	recorder recorder
	now      time.Time
	requests []request
	depths   map[string]float64
	stamps   []stamp
}

// A stamp says which time of the world a time of the machine was: producers
// date their series by the machine's clock.
type stamp struct{ machine, world time.Time }

func newWorld(t *testing.T, r recorder, seed uint64) *world {
	start := time.Date(2026, 3, 2, 10, 58, 0, 0, time.UTC)
	return &world{
		t: t, rng: rand.New(rand.NewPCG(seed, 0)), recorder: r, now: start,
		depths: map[string]float64{}, stamps: []stamp{{time.Time{}, start}},
	}
}

func (w *world) clock() time.Time { return w.now }

func (w *world) pass(d time.Duration) {
	w.now = w.now.Add(d)
	w.stamps = append(w.stamps, stamp{time.Now(), w.now})
}

func pick(rng *rand.Rand, of ...string) string { return of[rng.IntN(len(of))] }

// record records a random request and, now and then, a random depth.
func (w *world) record() {
	w.pass(time.Duration(1 + w.rng.IntN(int(20*time.Millisecond))))
	r := request{
		at:      w.now,
		route:   pick(w.rng, "/cart", "/api/pay", "/api/buy"),
		outcome: pick(w.rng, "", "ok", "ok", "ok", "cached", "error"),
		ms:      pickValue(w.rng),
		bytes:   int64(w.rng.IntN(1000)),
	}
	w.requests = append(w.requests, r)
	w.recorder.request(r.route, r.outcome, r.ms, r.bytes)
	if w.rng.IntN(5) == 0 {
		shard := pick(w.rng, "a", "b", "c")
		w.depths[shard] = float64(w.rng.IntN(100))
		w.recorder.depth(shard, w.depths[shard])
	}
}

// pickValue returns a latency that is often just a bound.
func pickValue(rng *rand.Rand) float64 {
	bounds := []float64{0, 10, 50, 100, 500}
	if rng.IntN(3) == 0 {
		return bounds[rng.IntN(len(bounds))]
	}
	return rng.Float64() * 600
}

// gather reads the recorder's metrics, with their series dated by the world's
// clock.
func (w *world) gather(ctx context.Context) ([]*metric.Metric, error) {
	metrics, err := runtime.GatherPartial(ctx)
	for _, m := range metrics {
		for _, ts := range m.Series {
			ts.StartTime = w.worldTime(ts.StartTime)
		}
	}
	return metrics, err
}

func (w *world) worldTime(machine time.Time) time.Time {
	at := time.Time{}
	for _, s := range w.stamps {
		if s.machine.After(machine) {
			break
		}
		at = s.world
	}
	return at
}

// evaluator returns an evaluator of the SLOs by the world's clock.
func (w *world) evaluator(slos []slo.SLO) *evaluate.Evaluator {
	return evaluate.New(evaluate.Options{SLOs: slos, Gather: w.gather, Now: w.clock})
}

// count returns how many requests in [from, to) were good, and all, weighed.
func (w *world) count(from, to time.Time, weigh func(request) (good, total float64)) (good, total float64) {
	byTime := func(r request, at time.Time) int { return r.at.Compare(at) }
	begin, _ := slices.BinarySearchFunc(w.requests, from, byTime)
	end, _ := slices.BinarySearchFunc(w.requests, to, byTime)
	for _, r := range w.requests[begin:max(begin, end)] {
		g, n := weigh(r)
		good += g
		total += n
	}
	return good, total
}
