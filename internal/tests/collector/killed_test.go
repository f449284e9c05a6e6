package collector_test

import (
	"context"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/direct"
	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/internal/tests/collector"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

// TestKilledBetweenExports: a Collector is killed after an export, misses another and is
// started again. What was recorded before, meanwhile and after arrives in the end.
func TestKilledBetweenExports(t *testing.T) {
	overProtocols(t, func(t *testing.T, c *collector.Collector, p *program) {
		recordSome(t.Context())
		p.await(succeeded)
		c.Kill()
		before := len(c.Points())
		if before == 0 {
			t.Error("the Collector lost points that it had accepted")
		}
		recordSome(t.Context())
		p.await(failed)
		c.Restart()
		recordSome(t.Context())
		p.await(succeeded)
		if len(c.Points()) <= before {
			t.Error("an export succeeded, and nothing arrived after the restart")
		}
		recordSome(t.Context())
		gathered := runtime.Gather(t.Context())
		p.finish()
		p.wait()
		wantRecorded(t, c, gathered, 4)
	})
}

// TestKilledAtTheEnd: no Collector runs when the program ends. Run tries until there is
// one again.
func TestKilledAtTheEnd(t *testing.T) {
	overProtocols(t, func(t *testing.T, c *collector.Collector, p *program) {
		recordSome(t.Context())
		p.await(succeeded)
		c.Kill()
		recordSome(t.Context())
		gathered := runtime.Gather(t.Context())
		p.finish()
		p.await(failed)
		c.Restart()
		p.wait()
		wantRecorded(t, c, gathered, 2)
	})
}

// overProtocols runs a test with a Collector and a program for each protocol.
func overProtocols(t *testing.T, test func(*testing.T, *collector.Collector, *program)) {
	for _, protocol := range protocols {
		t.Run(protocol, func(t *testing.T) {
			c := collector.Start(t)
			register(t)
			test(t, c, runProgram(t, exporterTo(t, c, protocol)))
		})
	}
}

// A program exports each second.
type program struct {
	t        *testing.T
	exports  chan error // the results
	finished chan struct{}
	ended    chan error // the result of Run
}

// runProgram runs a program whose serve returns when the test calls finish.
func runProgram(t *testing.T, e runtime.Exporter) *program {
	p := &program{t: t, exports: make(chan error, 1000), finished: make(chan struct{}), ended: make(chan error, 1)}
	serve := func(ctx context.Context) error {
		select {
		case <-p.finished:
		case <-ctx.Done(): // the test has failed
		}
		return nil
	}
	go func() {
		p.ended <- runtime.Run(t.Context(), runtime.Options{
			Exporter: watched{e, p.exports}, Interval: time.Second, Grace: time.Minute, NoHealthMetrics: true,
			OnError: func(error) {}, // the test makes exports fail
		}, serve)
	}()
	return p
}

// await returns after the next export whose result meets the condition.
func (p *program) await(condition func(error) bool) {
	p.t.Helper()
	for {
		select {
		case err := <-p.exports:
			if condition(err) {
				return
			}
		case err := <-p.ended:
			p.t.Fatalf("Run returned too early: %v", err)
		}
	}
}

func succeeded(err error) bool { return err == nil }
func failed(err error) bool    { return err != nil }

// finish lets serve return.
func (p *program) finish() { close(p.finished) }

// wait returns when Run has returned, which must be without an error.
func (p *program) wait() {
	p.t.Helper()
	if err := <-p.ended; err != nil {
		p.t.Error(err)
	}
}

// A watched exporter tells the result of each export.
type watched struct {
	runtime.Exporter
	results chan error
}

func (w watched) Export(ctx context.Context, metrics []*metric.Metric) error {
	err := w.Exporter.Export(ctx, metrics)
	select {
	case w.results <- err:
	default: // nobody waits any more
	}
	return err
}

func recordSome(ctx context.Context) {
	direct.RecordAnswer(ctx, time.Millisecond, 50, 0.25, direct.MethodGET, direct.ProtocolH1, direct.OutcomeOK, 0, 0, "/cart")
	shopmetrics.RecordRequest(ctx, 7*time.Millisecond, 2048, shopmetrics.MethodGET, "/cart", shopmetrics.OutcomeOK, 0)
}

// wantRecorded fails unless the last points at the Collector are those of the process, after
// some calls of recordSome.
func wantRecorded(t *testing.T, c *collector.Collector, gathered []*metric.Metric, calls int64) {
	t.Helper()
	got := last(c.Points())
	wantSame(t, timeless(got), timeless(expected(gathered)))
	for _, name := range []string{"golden/direct/requests", "golden/direct/sizes", "shop/request_count"} {
		if points := named(got, name); len(points) != 1 || points[0].Int != calls {
			t.Errorf("%s: %+v, want %d", name, points, calls)
		}
	}
}
