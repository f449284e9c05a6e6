package slo_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/slo"
)

// BenchmarkEvaluate compares evaluating 100 SLOs over 10,000 series with reading
// the same rows, in alternating rounds of one process, when all of the series
// have changed since the last reading and when none has. x-Read is the cost in
// readings.
func BenchmarkEvaluate(b *testing.B) {
	record, slos := manySeries(b)
	for _, c := range []struct {
		name    string
		between func()
	}{{"changed", record}, {"same", func() {}}} {
		b.Run(c.name, func(b *testing.B) {
			record()
			e := slo.New(slo.Options{SLOs: slos})
			rounds := [2][]time.Duration{}
			ways := []func(){
				func() {
					for _, p := range metricproducer.GlobalManager().GetAll() {
						p.Read()
					}
				},
				func() { e.Evaluate(context.Background()) },
			}
			for b.Loop() {
				for i, way := range ways {
					b.StopTimer()
					c.between()
					view.Find("") // the queue of records is empty
					b.StartTimer()
					start := time.Now()
					way()
					rounds[i] = append(rounds[i], time.Since(start))
				}
			}
			var medians [2]float64
			for i, times := range rounds {
				slices.Sort(times)
				medians[i] = float64(times[len(times)/2])
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(medians[0]/1e6, "ms/Read")
			b.ReportMetric(medians[1]/medians[0], "x-Read")
		})
	}
}

// manySeries returns what records into each of 10,000 series of ten views, and
// ten SLOs on each view.
func manySeries(b *testing.B) (record func(), slos []runtime.SLO) {
	key, half := tag.MustNewKey("slobench/series"), tag.MustNewKey("slobench/half")
	measure := stats.Float64("slobench/m", "", "ms")
	var views []*view.View
	bounds := []float64{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000}
	for i := range 10 {
		v := &view.View{Name: fmt.Sprintf("slobench/v%d", i), Measure: measure, TagKeys: []tag.Key{key, half}, Aggregation: view.Count()}
		if i%2 == 1 {
			v.Aggregation = view.Distribution(bounds...)
		}
		views = append(views, v)
		for n := range 10 {
			slos = append(slos, manySLO(i, n, v.Name, bounds))
		}
	}
	if err := view.Register(views...); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { view.Unregister(views...) })
	var contexts []context.Context
	for i := range 1000 {
		ctx, err := tag.New(context.Background(), tag.Upsert(key, fmt.Sprintf("series-%d", i)), tag.Upsert(half, fmt.Sprint(i%2)))
		if err != nil {
			b.Fatal(err)
		}
		contexts = append(contexts, ctx)
	}
	return func() {
		for i, ctx := range contexts {
			stats.Record(ctx, measure.M(float64(i)))
		}
	}, slos
}

func manySLO(i, n int, metric string, bounds []float64) runtime.SLO {
	half := []runtime.Condition{{Key: "slobench/half", Values: []string{fmt.Sprint(n % 2)}}}
	s := runtime.SLO{ID: fmt.Sprintf("s%d_%d", i, n), Goal: 0.9, Days: 28}
	if i%2 == 1 {
		s.Distribution = &runtime.DistributionCut{Selection: runtime.Selection{Metric: metric, Where: half}, Max: bounds[n]}
		return s
	}
	series := []runtime.Condition{{Key: "slobench/series", Op: runtime.StartsWith, Values: []string{fmt.Sprintf("series-%d", n)}}}
	s.Ratio = &runtime.Ratio{Good: &runtime.Selection{Metric: metric, Where: series}, Total: &runtime.Selection{Metric: metric}}
	return s
}

// BenchmarkRecordBeside compares recording beside evaluators of 100 SLOs over
// 10,000 series with recording alone, in alternating rounds of one process: one
// that nobody asks, and one with a History.
func BenchmarkRecordBeside(b *testing.B) {
	record, slos := manySeries(b)
	ways := []func(func()){
		func(record func()) { record() },
		func(record func()) {
			defer slo.New(slo.Options{SLOs: slos}).Close()
			record()
		},
		func(record func()) {
			defer slo.New(slo.Options{SLOs: slos, History: true}).Close()
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
