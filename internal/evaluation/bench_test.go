package evaluation_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// BenchmarkEvaluate compares evaluating 100 SLOs over 10,000 series with reading
// the same rows, when all of the series have changed since the last reading and
// when none has, for both recorders: in alternating rounds of one process, in
// which the other recorder's rows are not read. x-Read is the cost in readings.
func BenchmarkEvaluate(b *testing.B) {
	sides := []*side{newSide(b, "views", viewsSeries), newSide(b, "direct", directSeries)}
	for _, changed := range []bool{true, false} {
		b.Run(map[bool]string{true: "changed", false: "same"}[changed], func(b *testing.B) {
			for b.Loop() {
				for _, s := range sides {
					s.round(changed)
				}
			}
			b.ReportMetric(0, "ns/op")
			for _, s := range sides {
				read, evaluate := s.medians()
				b.ReportMetric(read/timedCalls/1e6, s.name+"-ms/Read")
				b.ReportMetric(evaluate/read, s.name+"-x-Read")
			}
		})
	}
}

// A side is a recorder, an evaluator of its series, and what readings and
// evaluations took.
type side struct {
	name             string
	load             load
	evaluator        *evaluate.Evaluator
	reads, evaluates []time.Duration
}

func newSide(b *testing.B, name string, prepare func(*testing.B) load) *side {
	s := &side{name: name, load: prepare(b)}
	gather := func(context.Context) ([]*metric.Metric, error) { return s.load.read() }
	s.evaluator = evaluate.New(evaluate.Options{SLOs: s.load.slos, Gather: gather})
	return s
}

// round reads and evaluates once, with nobody else's rows to be read.
func (s *side) round(changed bool) {
	s.reads = append(s.reads, s.timed(changed, func() { _, _ = s.load.read() }))
	s.evaluates = append(s.evaluates, s.timed(changed, func() { s.evaluator.Evaluate(context.Background()) }))
}

// timed returns what some calls of f take: so many that each way has its share
// of the garbage collector's work.
func (s *side) timed(changed bool, f func()) time.Duration {
	var sum time.Duration
	for i := range timedCalls {
		if changed || i == 0 && len(s.reads) == 0 {
			s.load.record()
		}
		view.Find("") // the queue of records is empty
		start := time.Now()
		f()
		sum += time.Since(start)
	}
	return sum
}

const timedCalls = 10

// medians returns those of the rounds since the last call, in nanoseconds.
func (s *side) medians() (read, evaluate float64) {
	median := func(times []time.Duration) float64 {
		slices.Sort(times)
		return float64(times[len(times)/2])
	}
	read, evaluate = median(s.reads), median(s.evaluates)
	s.reads, s.evaluates = nil, nil
	return read, evaluate
}

// A load records into each of 10,000 series of ten views, reads them, and has ten SLOs
// on each view.
type load struct {
	record func()
	read   func() ([]*metric.Metric, error)
	slos   []slo.SLO
}

const (
	benchViews = 10
	benchRows  = 1000 // of each view
)

var benchBounds = []float64{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000}

func viewsSeries(b *testing.B) load {
	const prefix = "slobench/views/"
	key, half := tag.MustNewKey(prefix+"series"), tag.MustNewKey(prefix+"half")
	measure := stats.Float64(prefix+"m", "", "ms")
	var views []*view.View
	for i := range benchViews {
		v := &view.View{Name: benchName(prefix, i), Measure: measure, TagKeys: []tag.Key{key, half}, Aggregation: view.Count()}
		if i%2 == 1 {
			v.Aggregation = view.Distribution(benchBounds...)
		}
		views = append(views, v)
	}
	if err := view.Register(views...); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { view.Unregister(views...) })
	var contexts []context.Context
	for i := range benchRows {
		ctx, err := tag.New(context.Background(), tag.Upsert(key, fmt.Sprintf("series-%d", i)), tag.Upsert(half, fmt.Sprint(i%2)))
		if err != nil {
			b.Fatal(err)
		}
		contexts = append(contexts, ctx)
	}
	all := func() {
		for i, ctx := range contexts {
			stats.Record(ctx, measure.M(float64(i)))
		}
	}
	read := func() ([]*metric.Metric, error) { return record.Sources()[0].Read(nil) } // OpenCensus
	return load{all, read, manySLOs(prefix)}
}

func directSeries(b *testing.B) load {
	const prefix = "slobench/direct/"
	key := record.NewOpenTag(prefix+"series", record.OpenTag{MaxValues: benchRows})
	half := record.NewClosedTag(prefix+"half", record.ClosedTag{Values: []string{"0", "1"}})
	const halves = 3 // indices: two values and "__invalid__"
	var all []series.Set
	var descriptors []metric.Descriptor
	var counts []*series.Counts
	var distributions []*series.Distributions
	for i := range benchViews {
		info := series.SeriesInfo{Name: benchName(prefix, i), Tags: []*record.Tag{half, key}, Size: halves * (benchRows + 3), Keyed: true}
		kind := metric.TypeCumulativeInt64
		if i%2 == 1 {
			kind, info.Bounds = metric.TypeCumulativeDistribution, benchBounds
			distributions = append(distributions, series.NewDistributions(info))
			all = append(all, distributions[i/2])
		} else {
			counts = append(counts, series.NewCounts(info))
			all = append(all, counts[i/2])
		}
		descriptors = append(descriptors, descriptor(info.Name, kind, prefix+"half", prefix+"series"))
	}
	p := directPackage(prefix, all, descriptors)
	if err := p.Register(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(p.Unregister)
	each := func() {
		for i := range benchRows {
			index := uint64(i%2) + halves*key.OpenIndex(fmt.Sprintf("series-%d", i))
			for n := range counts {
				counts[n].Keyed(index).Inc()
				distributions[n].Keyed(index).Record(float64(i))
			}
		}
	}
	return load{each, func() ([]*metric.Metric, error) { return p.Read(nil), nil }, manySLOs(prefix)}
}

func benchName(prefix string, i int) string { return fmt.Sprintf("%sv%d", prefix, i) }

func manySLOs(prefix string) []slo.SLO {
	var slos []slo.SLO
	for i := range benchViews {
		for n := range 10 {
			slos = append(slos, manySLO(prefix, i, n))
		}
	}
	return slos
}

func manySLO(prefix string, i, n int) slo.SLO {
	metric := benchName(prefix, i)
	half := []slo.Condition{{Key: prefix + "half", Values: []string{fmt.Sprint(n % 2)}}}
	s := slo.SLO{ID: fmt.Sprintf("s%d_%d", i, n), Goal: 0.9, Days: 28}
	if i%2 == 1 {
		s.Distribution = &slo.DistributionCut{Selection: slo.Selection{Metric: metric, Where: half}, Max: benchBounds[n]}
		return s
	}
	series := []slo.Condition{{Key: prefix + "series", Prefixes: []string{fmt.Sprintf("series-%d", n)}}}
	s.Ratio = &slo.Ratio{Good: &slo.Selection{Metric: metric, Where: series}, Total: &slo.Selection{Metric: metric}}
	return s
}

// BenchmarkRecordBeside compares recording beside evaluators of 100 SLOs over
// 10,000 series with recording alone, in alternating rounds of one process: one
// that nobody asks, and one with a History.
func BenchmarkRecordBeside(b *testing.B) {
	b.Run("views", func(b *testing.B) { benchmarkRecordBeside(b, viewsSeries) })
	b.Run("direct", func(b *testing.B) { benchmarkRecordBeside(b, directSeries) })
}

func benchmarkRecordBeside(b *testing.B, prepare func(*testing.B) load) {
	l := prepare(b)
	record, slos := l.record, l.slos
	ways := []func(func()){
		func(record func()) { record() },
		func(record func()) {
			defer evaluate.New(evaluate.Options{SLOs: slos}).Close()
			record()
		},
		func(record func()) {
			defer evaluate.New(evaluate.Options{SLOs: slos, History: true}).Close()
			record()
		},
	}
	rounds := make([][]time.Duration, len(ways))
	for b.Loop() {
		for i, way := range ways {
			way(func() {
				time.Sleep(50 * time.Millisecond) // the first reading of a History is over
				start := time.Now()
				for range 10 {
					record()
				}
				view.Find("")
				rounds[i] = append(rounds[i], time.Since(start))
			})
		}
	}
	for _, times := range rounds {
		slices.Sort(times)
	}
	median := func(i int) float64 { return float64(rounds[i][len(rounds[i])/2]) }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(1)/median(0), "x-idle")
	b.ReportMetric(median(2)/median(0), "x-history")
}
