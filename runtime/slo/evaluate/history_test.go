//go:build go1.25

package evaluate_test

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// TestHistory: an evaluator with a history has windows that reach back to before
// anybody asked; it reads every 10 seconds until Close and not after.
func TestHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		birth := time.Now().Add(-time.Hour)
		var readings atomic.Int64
		gather := func(context.Context) ([]*metric.Metric, error) {
			n := readings.Add(1)
			return []*metric.Metric{counter("m", birth, n, n)}, nil
		}
		slos := []slo.SLO{aOfAll("m")}
		idle := evaluate.New(evaluate.Options{SLOs: slos, Gather: gather})
		time.Sleep(time.Hour)
		if n := readings.Load(); n != 0 {
			t.Fatalf("%d readings for nobody", n)
		}
		idle.Close()

		begin := time.Now()
		e := evaluate.New(evaluate.Options{SLOs: slos, Gather: gather, History: true})
		time.Sleep(400*time.Second + time.Millisecond)
		report := e.Evaluate(context.Background())
		s := report.SLOs[0]
		if n := readings.Load(); n != 42 || !report.History || !report.Began.Equal(begin) {
			t.Errorf("%d readings in 400 s, since %v", n, report.Began.Sub(begin))
		}
		if w := s.Windows[0]; !w.Complete || !w.From.Equal(begin.Add(100*time.Second)) || w.Good != 31 {
			t.Errorf("5 minutes after 400 s: %+v", w)
		}
		if w := s.Windows[1]; w.Complete || !w.From.Equal(begin) || w.Good != 41 {
			t.Errorf("an hour after 400 s: %+v", w)
		}
		e.Close()
		e.Close()
		time.Sleep(time.Hour)
		if n := readings.Load(); n != 42 {
			t.Errorf("%d readings after Close", n-42)
		}
		if s = e.Evaluate(context.Background()).SLOs[0]; s.SinceStart.Total != 86 {
			t.Errorf("after Close: %+v", s.SinceStart)
		}
	})
}

// TestAtTheSameTime: those who ask at once share readings, each sees what was
// counted before it asked, and all reports are JSON.
func TestAtTheSameTime(t *testing.T) {
	var counted atomic.Int64
	birth := time.Now().Add(-time.Hour)
	e := evaluate.New(evaluate.Options{
		SLOs:    []slo.SLO{aOfAll("m")},
		History: true,
		Gather: func(context.Context) ([]*metric.Metric, error) {
			return []*metric.Metric{counter("m", birth, counted.Load())}, nil
		},
	})
	defer e.Close()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				before := float64(counted.Add(1))
				report := e.Evaluate(context.Background())
				if got := report.SLOs[0].SinceStart.Total; got < before {
					t.Errorf("%v events of %v that were counted before", got, before)
				}
				if d, ok := e.Detail(context.Background(), "a_of_all"); !ok || d.SLO.SinceStart.Total < before {
					t.Errorf("detail of %v events of %v", d.SLO.SinceStart.Total, before)
				}
				if _, err := json.Marshal(report); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// TestHangingProducer: whoever does not want to wait for it gets what was last
// read, and is told.
func TestHangingProducer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{}, 1) // whose token is taken while the producer hangs
		gate <- struct{}{}
		birth := time.Now().Add(-time.Hour)
		e := evaluate.New(evaluate.Options{
			SLOs:    []slo.SLO{aOfAll("m")},
			History: true,
			Gather: func(context.Context) ([]*metric.Metric, error) {
				<-gate
				gate <- struct{}{}
				return []*metric.Metric{counter("m", birth, 3)}, nil
			},
		})
		want := func(ctx context.Context, problems int) {
			t.Helper()
			r := e.Evaluate(ctx)
			if len(r.Problems) != problems || r.SLOs[0].SinceStart.Total != 3 {
				t.Errorf("%v and %+v", r.Problems, r.SLOs[0].SinceStart)
			}
		}
		want(context.Background(), 0)
		<-gate
		for range 3 {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			want(ctx, 1)
			if d, ok := e.Detail(ctx, "a_of_all"); !ok || d.SLO.Status == "" {
				t.Errorf("%+v", d)
			}
			cancel()
		}
		gate <- struct{}{}
		time.Sleep(time.Second)
		want(context.Background(), 0)
		e.Close()
	})
}
