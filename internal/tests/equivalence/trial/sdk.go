package trial

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/otel"
	"github.com/ocgen/ocgen/runtime/record"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
)

// sdkReaders read the package of a run through OpenTelemetry's SDK, with cumulative points and
// with deltas.
type sdkReaders struct {
	provider          *sdk.MeterProvider
	cumulative, delta *sdk.ManualReader
	sums              map[string]float64 // of histograms, at the last comparison, by the keys of points
	totals            map[string]*total  // sums of the deltas, by the keys of points
	collections       int                // of deltas
	collected         time.Time          // after the last of them
	meanwhile         bool               // other goroutines record, and end series, during a collection
	mayEnd            map[string]bool    // metrics whose series end
	points            int                // that were compared, cumulative ones and totals
	problems          []string
}

// A total is the sum of the deltas of a series.
type total struct {
	point
	largest    float64 // magnitude of the float in all additions
	collection int     // number of the last one with a point of the series
	deltas     []point
}

func newTotal(p point, collection int) *total {
	t := &total{p, math.Abs(p.float), collection, []point{p}}
	t.whole, t.exemplars = slices.Clone(p.whole), maps.Clone(p.exemplars)
	return t
}

func newSDKReaders(endings []*Ending) *sdkReaders {
	s := &sdkReaders{
		mayEnd:     map[string]bool{},
		cumulative: sdk.NewManualReader(sdk.WithProducer(otel.NewProducer())),
		delta:      sdk.NewManualReader(sdk.WithProducer(otel.NewProducer(otel.WithTemporality(everyDelta)))),
		sums:       map[string]float64{},
		totals:     map[string]*total{},
	}
	for _, e := range endings {
		for _, v := range e.Views {
			for _, name := range v.Names {
				s.mayEnd[name] = true
			}
		}
	}
	s.provider = sdk.NewMeterProvider(sdk.WithResource(resource.Empty()), sdk.WithReader(s.cumulative), sdk.WithReader(s.delta))
	return s
}

func (s *sdkReaders) close() { _ = s.provider.Shutdown(context.Background()) }

func (s *sdkReaders) problem(format string, args ...any) {
	if len(s.problems) < maxDifferences {
		s.problems = append(s.problems, fmt.Sprintf(format, args...))
	}
}

// otelPackage returns the registered package of the recorder "otel".
func otelPackage() *record.Package {
	packages := runtime.Registered()
	return packages[slices.IndexFunc(packages, func(p *record.Package) bool { return p.Scope() != "" })]
}

// registered begins the totals again, except those that do not end with a registration.
func (s *sdkReaders) registered() {
	clear(s.sums)
	observed := otelPackage().Observed()
	for key, t := range s.totals {
		if t.scope != ownScope && !slices.Contains(observed, t.name) {
			delete(s.totals, key)
		}
	}
}

// everyDelta selects deltas for up-down counts too, which the SDK's selectors do not.
func everyDelta(sdk.InstrumentKind) metricdata.Temporality { return metricdata.DeltaTemporality }

// collect returns the points of a reader.
func (s *sdkReaders) collect(r *sdk.ManualReader, temporality metricdata.Temporality) map[string]point {
	var rm metricdata.ResourceMetrics
	if err := r.Collect(context.Background(), &rm); err != nil {
		s.problem("a collection failed: %v", err)
	}
	return s.converted(rm.ScopeMetrics, temporality)
}

// mostCollections bounds the collections during calls.
const mostCollections = 20

// collectUntil collects deltas until done is closed.
func (s *sdkReaders) collectUntil(done chan struct{}) {
	s.meanwhile = true
	defer func() { s.meanwhile = false }()
	for range mostCollections {
		select {
		case <-done:
			return
		default:
			s.collectDeltas()
		}
	}
}

// collectDeltas adds the deltas of a collection to the totals. Gauges replace the gauges of the
// collection before.
func (s *sdkReaders) collectDeltas() {
	maps.DeleteFunc(s.totals, func(_ string, t *total) bool { return t.isGauge() })
	points := s.collect(s.delta, metricdata.DeltaTemporality)
	s.collections++
	for key, p := range points {
		t := s.totals[key]
		if t == nil {
			s.totals[key] = newTotal(p, s.collections)
			continue
		}
		if p.isZero() && !s.meanwhile { // else the series may have begun anew
			s.problem("%s: a delta of a series that has not changed", key)
		}
		for bucket, e := range p.exemplars {
			if t.exemplars[bucket] == e {
				s.problem("%s: an exemplar of an earlier delta", key)
			}
		}
		s.checkInterval(key, t, p)
		t.add(p, s.collections)
		if p.isMonotonic() && p.isBelow(rounding*t.largest) {
			s.problem("%s: a delta below zero: %s", key, p)
		}
	}
	s.collected = time.Now()
}

// checkInterval checks that a delta begins where the last one ended. If the series had no point
// in the collection before, the delta may also begin there.
func (s *sdkReaders) checkInterval(key string, t *total, p point) {
	good := p.start.Equal(t.end)
	switch {
	case s.meanwhile && s.mayEnd[p.name]:
		good = !p.start.Before(t.end)
	case t.collection < s.collections-1:
		good = !p.start.Before(t.end) && p.start.Before(s.collected)
	}
	if !good || !p.end.After(p.start) {
		s.problem("%s: a delta from %v to %v, the last one ended at %v, the last collection at %v", key, p.start, p.end, t.end, s.collected)
	}
}

func (t *total) add(p point, collection int) {
	t.deltas, t.collection = append(t.deltas, p), collection
	for i, n := range p.whole {
		t.whole[i] += n
	}
	t.float += p.float
	t.largest = max(t.largest, math.Abs(t.float), math.Abs(p.float))
	maps.Copy(t.exemplars, p.exemplars)
	t.end = p.end
}

// sdkReadings is the number of readings of a comparison. Without the SDK there are as many.
const sdkReadings = 2

// compare compares the points of the SDK with metrics that were read at the same moment.
func (s *sdkReaders) compare(metrics []*metric.Metric) {
	want := expected(metrics)
	s.points += 2 * len(want)
	s.compareCumulative(want)
	s.leave(want)
	s.collectDeltas()
	s.leave(want)
	expectStats(want)
	s.compareTotals(want)
}

// leave takes the deltas of series that have ended out of the totals.
func (s *sdkReaders) leave(want map[string]point) {
	for key, t := range s.totals {
		w, lives := want[key]
		switch {
		case t.isGauge() || lives && !t.start.Before(w.start):
		case !s.mayEnd[t.name]:
			// compareTotals finds it
		case !lives:
			delete(s.totals, key)
		default:
			s.begunAnew(key, t, w.start)
		}
	}
}

// begunAnew takes the deltas that ended before the start of a series out of its total.
func (s *sdkReaders) begunAnew(key string, t *total, start time.Time) {
	delete(s.totals, key)
	for _, p := range t.deltas {
		switch {
		case !p.end.After(start): // of an earlier series
		case p.start.Before(start):
			s.problem("%s: a delta from %v to %v, the series began anew at %v", key, p.start, p.end, start)
		case s.totals[key] == nil:
			s.totals[key] = newTotal(p, t.collection)
		default:
			s.totals[key].add(p, t.collection)
		}
	}
}

func (s *sdkReaders) compareCumulative(want map[string]point) {
	got := s.collect(s.cumulative, metricdata.CumulativeTemporality)
	expectStats(want)
	for _, key := range union(want, got) {
		w, g := want[key], got[key]
		if w.isHistogram() {
			w.float = notLowered(w.float, s.sums[key])
			s.sums[key] = w.float
		}
		if w.String() != g.String() {
			s.problem("%s\n\twant %s\n\tgot  %s", key, w, g)
		}
	}
}

// rounding is the largest error of a sum, as a part of the largest number in it.
const rounding = 1e-9

// notLowered returns the sum of a histogram that the SDK must have: rounding does not lower it,
// because Prometheus would take the fall for a counter that began again.
func notLowered(sum, last float64) float64 {
	if sum < last && last-sum <= rounding*last {
		return last
	}
	return sum
}

func (s *sdkReaders) compareTotals(want map[string]point) {
	for _, key := range union(want, s.totals) {
		t := s.totals[key]
		if t == nil {
			s.problem("%s has no deltas, want %s", key, want[key])
			continue
		}
		w, sum := want[key], t.point
		if math.Abs(w.float-sum.float) <= rounding*t.largest {
			sum.float = w.float
		}
		if w.String() != sum.String() {
			s.problem("%s\n\twant %s\n\tthe sum of the deltas is %s", key, w, sum)
		}
	}
}

// take returns the problems, and the number of points that were compared, since it was last
// called.
func (s *sdkReaders) take() (problems []string, points int) {
	problems, points = s.problems, s.points
	s.problems, s.points = nil, 0
	return problems, points
}
