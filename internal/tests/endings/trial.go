package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"

	"github.com/ocgen/ocgen/internal/fakemonitoring"
)

// A trial is one run of an ending: a backend, and the processes that write to
// it, most often one.
type trial struct {
	ending
	backend   *fakemonitoring.Server
	order     order
	processes []*process
}

// trialTime bounds a trial beyond what its spacing takes.
const trialTime = time.Minute

// try runs an ending once.
func try(ctx context.Context, e ending, spacing time.Duration) (*trial, error) {
	ctx, cancel := context.WithTimeout(ctx, trialTime+4*spacing)
	defer cancel()
	backend, err := fakemonitoring.Listen(fakemonitoring.Options{Spacing: spacing})
	if err != nil {
		return nil, err
	}
	defer backend.Stop()
	backend.SetFault(e.fault)
	t := &trial{ending: e, backend: backend, order: order{
		Ending: e.name, Backend: backend.Address(),
		Spacing:  spacing + spacing/50, // as much over the backend's as stackdriver has by default
		Interval: e.interval(spacing),
		Grace:    10 * time.Second, Reserve: 6 * time.Second,
	}}
	if e.brief {
		t.order.Grace = max(2*spacing, 2*time.Second)
		t.order.Reserve = t.order.Grace * 6 / 10
	}
	if err := e.parent(ctx, t); err != nil {
		return nil, err
	}
	return t, ctx.Err()
}

// interval returns the time between exports: an hour, so that nothing is
// delivered but by Shutdown, unless they are to meet.
func (e ending) interval(spacing time.Duration) time.Duration {
	if e.busy {
		return max(time.Second, 2*spacing)
	}
	return time.Hour
}

// start starts a process.
func (t *trial) start(ctx context.Context) (*process, error) {
	p, err := startProcess(ctx, t.order)
	if err == nil {
		t.processes = append(t.processes, p)
	}
	return p, err
}

// untilEnd waits for a process that ends by itself.
func untilEnd(ctx context.Context, t *trial) error {
	p, err := t.start(ctx)
	if err != nil {
		return err
	}
	return p.end()
}

// signalled sends a signal when everything is recorded. What is to happen just
// before and just after it may be nil.
func signalled(s os.Signal, before, after func(context.Context, *trial) error) func(context.Context, *trial) error {
	return func(ctx context.Context, t *trial) error {
		p, err := t.start(ctx)
		if err != nil {
			return err
		}
		if err := p.await(recorded); err != nil {
			return err
		}
		if before != nil {
			if err := before(ctx, t); err != nil {
				return err
			}
		}
		if err := p.signal(s); err != nil {
			return err
		}
		if after != nil {
			if err := after(ctx, t); err != nil {
				return err
			}
		}
		return p.end()
	}
}

// failing makes the backend fail from now on.
func failing(f fakemonitoring.Fault) func(context.Context, *trial) error {
	return func(_ context.Context, t *trial) error {
		t.backend.SetFault(f)
		return nil
	}
}

// pause waits for a random part of the spacing.
func pause(ctx context.Context, t *trial) error {
	return sleep(ctx, rand.N(t.order.Spacing))
}

// recovery mends the backend after a random time.
func recovery(ctx context.Context, t *trial) error {
	err := sleep(ctx, rand.N(1500*time.Millisecond))
	t.backend.SetFault(fakemonitoring.Fault{})
	return err
}

// recoveryAfterRequest mends the backend when it has got time series.
func recoveryAfterRequest(ctx context.Context, t *trial) error {
	for len(t.backend.Requests()) == 0 {
		if err := sleep(ctx, time.Millisecond); err != nil {
			return err
		}
	}
	t.backend.SetFault(fakemonitoring.Fault{})
	return nil
}

// secondSignal sends another one while Shutdown is at work, and ends with an
// error if the process lives on.
func secondSignal(ctx context.Context, t *trial) error {
	p := t.processes[0]
	if err := p.await(draining); err != nil {
		return err
	}
	if err := p.signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(late):
		return fmt.Errorf("the process lives on %v after a second signal", late)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// restarted ends a process by a signal, and then another one of the same
// identity that starts at once.
func restarted(ctx context.Context, t *trial) error {
	t.order.Task = "the same after a restart"
	once := signalled(syscall.SIGTERM, nil, nil)
	for range t.starts {
		if err := once(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// refused is what the backend says of the one series that it refuses.
const refused = "Field metric.labels had an invalid value: this shard is refused."

func refuseOneShard(ts *monitoringpb.TimeSeries) string {
	if strings.HasSuffix(ts.Metric.Type, "/jobs") && ts.Metric.Labels["shard"] == "7" {
		return refused
	}
	return ""
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
