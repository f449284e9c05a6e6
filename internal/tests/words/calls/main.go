// Command calls uses every function of the generated package, and prints what an exporter
// gets.
package main

import (
	"context"
	"fmt"
	"log"
	"slices"
	"strings"
	"time"

	"github.com/ocgen/ocgen/internal/tests/words/metrics"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
)

// The types of the functions must be the same with each recorder.
var (
	_ func(context.Context, metrics.Tenant) context.Context                                                              = metrics.WithTenant
	_ func(context.Context, metrics.Plan) context.Context                                                                = metrics.WithPlan
	_ func(metrics.Build)                                                                                                = metrics.SetBuild
	_ func(metrics.Zone)                                                                                                 = metrics.SetZone
	_ func(context.Context, time.Duration, metrics.Method, metrics.Outcome)                                              = metrics.RecordLatency
	_ func(context.Context, metrics.Method, metrics.Outcome) func()                                                      = metrics.TimeLatency
	_ func() metrics.LatencyTimer                                                                                        = metrics.StartLatency
	_ func(metrics.LatencyTimer, context.Context, metrics.Method, metrics.Outcome)                                       = metrics.LatencyTimer.Record
	_ func(metrics.Method, metrics.Outcome) metrics.BoundLatency                                                         = metrics.LatencyFor
	_ func(metrics.BoundLatency, context.Context, time.Duration)                                                         = metrics.BoundLatency.Record
	_ func(context.Context, int64, metrics.Method, metrics.Route, metrics.Retried)                                       = metrics.RecordSize
	_ func(metrics.Method, metrics.Route, metrics.Retried) metrics.BoundSize                                             = metrics.SizeFor
	_ func(metrics.BoundSize, context.Context, int64)                                                                    = metrics.BoundSize.Record
	_ func(context.Context)                                                                                              = metrics.RecordTicks
	_ func(context.Context, float64)                                                                                     = metrics.RecordTemperature
	_ func(metrics.Outcome, func() int64) func()                                                                         = metrics.ObserveMemory
	_ func(func() time.Duration) func()                                                                                  = metrics.ObserveUptime
	_ func(context.Context, time.Duration, int64, metrics.Method, metrics.Outcome, metrics.Route, metrics.Retried)       = metrics.RecordAnswer
	_ func() metrics.AnswerTimer                                                                                         = metrics.StartAnswer
	_ func(metrics.AnswerTimer, context.Context, int64, metrics.Method, metrics.Outcome, metrics.Route, metrics.Retried) = metrics.AnswerTimer.Record
	_ func(metrics.Method, metrics.Outcome, metrics.Route, metrics.Retried) metrics.BoundAnswer                          = metrics.AnswerFor
	_ func(metrics.BoundAnswer, context.Context, time.Duration, int64)                                                   = metrics.BoundAnswer.Record
	_ func(context.Context, time.Duration, metrics.Method)                                                               = metrics.RecordFailure
	_ func() metrics.FailureTimer                                                                                        = metrics.StartFailure
	_ func(metrics.FailureTimer, context.Context, metrics.Method)                                                        = metrics.FailureTimer.Record
	_ func(metrics.Method) metrics.BoundFailure                                                                          = metrics.FailureFor
	_ func(metrics.BoundFailure, context.Context, time.Duration)                                                         = metrics.BoundFailure.Record
	_ func() []metric.Descriptor                                                                                         = metrics.Descriptors
	_ func() []slo.SLO                                                                                                   = metrics.SLOs
)

func main() {
	metrics.SetBuild("v1")
	metrics.SetZone(metrics.ZoneA)
	if err := metrics.RegisterViews(); err != nil {
		log.Fatal(err)
	}
	ctx := metrics.WithPlan(metrics.WithTenant(context.Background(), "acme"), metrics.PlanPaid)
	values(ctx)
	bound(ctx)
	timers(ctx)
	defer metrics.ObserveMemory(metrics.OutcomeOK, func() int64 { return 1 << 20 })()
	defer metrics.ObserveUptime(func() time.Duration { return 90 * time.Second })()
	fmt.Println(strings.Join(exported(ctx), "\n"))
	for _, s := range runtime.Stats() {
		fmt.Println(s)
	}
	for _, d := range metrics.Descriptors() {
		fmt.Println(d)
	}
	for _, s := range metrics.SLOs() {
		fmt.Println(s.ID, s.Goal)
	}
	metrics.UnregisterViews()
}

// values records with the arguments of calls.
func values(ctx context.Context) {
	for _, m := range metrics.MethodValues() {
		metrics.RecordLatency(ctx, 10*time.Millisecond, m, metrics.OutcomeOK)
	}
	if method, ok := metrics.ParseMethod("GET"); ok {
		metrics.RecordLatency(context.Background(), 99*time.Millisecond, method, metrics.OutcomeOf("error"))
	}
	metrics.RecordLatency(ctx, -time.Second, metrics.MethodOf("BREW"), metrics.OutcomeOK) // dropped
	metrics.RecordSize(ctx, 100, metrics.MethodGET, "/cart", metrics.RetriedYes)
	metrics.RecordSize(ctx, 7, metrics.MethodOTHER, "/other", 0)
	metrics.RecordTicks(ctx)
	metrics.RecordTemperature(ctx, -3.5)
	metrics.RecordAnswer(ctx, time.Second, 1, metrics.MethodPOST, metrics.OutcomeError, "", metrics.RetriedNo)
	metrics.RecordFailure(ctx, time.Minute, metrics.MethodGET)
}

// bound records through bound recorders.
func bound(ctx context.Context) {
	metrics.LatencyFor(metrics.MethodGET, metrics.OutcomeOK).Record(ctx, 5*time.Millisecond)
	metrics.SizeFor(metrics.MethodGET, "/cart", 0).Record(ctx, 3)
	metrics.AnswerFor(metrics.MethodGET, metrics.OutcomeOK, "/cart", metrics.RetriedYes).Record(ctx, time.Millisecond, 8)
	metrics.FailureFor(metrics.MethodPOST).Record(ctx, time.Hour)
}

// timers records with timers that were not started, because the time of a started one
// differs from run to run.
func timers(ctx context.Context) {
	metrics.LatencyTimer{}.Record(ctx, metrics.MethodGET, metrics.OutcomeOK)
	metrics.AnswerTimer{}.Record(ctx, 5, metrics.MethodGET, metrics.OutcomeOK, "/cart", 0)
	metrics.FailureTimer{}.Record(ctx, metrics.MethodGET)
}

// exported returns the series that an exporter gets, sorted.
func exported(ctx context.Context) []string {
	var all []string
	for _, m := range runtime.Gather(ctx) {
		for _, s := range m.Series {
			value := s.Point.Value
			if d, ok := value.(*metric.Distribution); ok {
				value = fmt.Sprint(d.Count, d.Sum, d.SumOfSquaredDeviation, d.Bounds, d.Buckets)
			}
			all = append(all, fmt.Sprintf("%s %v = %v", metric.SeriesName(m, s), m.Descriptor.Unit, value))
		}
	}
	slices.Sort(all)
	return all
}
