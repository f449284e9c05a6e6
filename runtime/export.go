package runtime

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ocgen/ocgen/runtime/internal/callback"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

var (
	errEnded    = errors.New("nothing is exported after Shutdown")
	errHaste    = errors.New("Shutdown has begun and no longer waits for an earlier export")
	errNoAnswer = errors.New("no answer from the exporter")
)

// pass reads all metrics, exports what is due of them for the delivery, and
// returns when the next is. Zero: nothing is left to do.
func (t *Telemetry) pass(ctx context.Context, d *delivery) (time.Time, error) {
	if taken, err := t.takeTurn(ctx, d); !taken {
		return time.Time{}, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	end := t.ending(d)
	defer context.AfterFunc(end, func() { cancel(context.Cause(end)) })()
	p := &passing{}
	err := abandonable(ctx, func() error {
		defer t.giveTurn()
		return t.exportDue(ctx, d, p)
	})
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.sent != nil && !p.settled { // the exporter may return long after this
		t.settle(p, fmt.Errorf("%w: %w", errNoAnswer, context.Cause(ctx)))
	}
	if err != nil || p.read == nil {
		return time.Time{}, err
	}
	return d.next(&t.ledger, p.read), nil
}

// A passing is what a pass does. It is guarded by Telemetry.mu.
type passing struct {
	read    *snapshot
	sent    []item
	began   time.Time
	settled bool
	failed  bool // not every point was accepted
	lost    bool // nor every one of the program's own metrics
}

// takeTurn waits until nobody else exports. If it has to wait it first looks
// whether there is anything to deliver, for it may wait in vain.
func (t *Telemetry) takeTurn(ctx context.Context, d *delivery) (bool, error) {
	select {
	case <-t.turn:
	default:
		if d.first == 0 {
			done := false
			err := abandonable(ctx, func() error { done = t.lacksNothing(ctx, d); return nil })
			if err != nil || done {
				return false, err
			}
		}
		select {
		case <-t.turn:
		case <-t.life.Done():
			return false, errEnded
		case <-ctx.Done():
			return false, fmt.Errorf("an earlier export is still running: %w", context.Cause(ctx))
		}
	}
	if end := t.ending(d); end.Err() != nil {
		t.giveTurn()
		return false, context.Cause(end)
	}
	return true, nil
}

// ending returns what ends the exports of a delivery.
func (t *Telemetry) ending(d *delivery) context.Context {
	if d.last {
		return t.life
	}
	return t.haste
}

// lacksNothing looks, and reports whether the backend has all of it.
func (t *Telemetry) lacksNothing(ctx context.Context, d *delivery) bool {
	r := t.read(ctx, d, nil)
	t.mu.Lock()
	defer t.mu.Unlock()
	return d.next(&t.ledger, r).IsZero()
}

func (t *Telemetry) giveTurn() { t.turn <- struct{}{} }

// read reads all metrics and enters them into the ledger. With a memory, which belongs to
// who has the turn, it uses the memory of the reading before again.
func (t *Telemetry) read(ctx context.Context, d *delivery, memory *record.Memory) *snapshot {
	t.mu.Lock()
	r := &snapshot{number: t.ledger.next()}
	t.mu.Unlock()
	made := t.records()
	drained := t.drain(ctx)
	r.began = time.Now()
	metrics, unread := t.gather(memory) // if view.Stop was called other producers still have something
	r.ended = time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	if drained == nil {
		d.drained, t.readUntil = true, max(t.readUntil, made)
	}
	d.unread = errors.Join(drained, unread)
	if d.first == 0 {
		d.first = r.number
	}
	t.ledger.enter(r, metrics)
	return r
}

// exportDue is called with the turn taken.
func (t *Telemetry) exportDue(ctx context.Context, d *delivery, p *passing) error {
	t.prepareNew(ctx, d.all)
	r := t.read(ctx, d, &t.memory)
	if t.life.Err() != nil {
		return errEnded
	}
	t.mu.Lock()
	chosen := d.choose(&t.ledger, r)
	for _, i := range chosen {
		i.known.try(r)
	}
	p.read, p.sent, p.began = r, chosen, time.Now()
	t.mu.Unlock()
	if len(chosen) == 0 {
		return nil
	}
	err := callback.Call("the exporter's Export", func() error { return t.exporter.Export(ctx, metricsOf(chosen)) })
	t.mu.Lock()
	t.settle(p, err)
	if p.failed {
		d.backOff(time.Now())
	}
	lost := p.lost
	t.mu.Unlock()
	if err != nil && !lost { // such as of a descriptor, or of our own metrics
		t.reports.tell(remarking, fmt.Errorf("every point of the program's metrics was accepted, but the exporter returned an error: %w", err))
	}
	return nil
}

// metricsOf returns the items as metrics, in their order.
func metricsOf(items []item) []*metric.Metric {
	var all []*metric.Metric
	series := make([]*metric.Series, len(items)) // of all metrics
	for n, i := range items {
		series[n] = i.series
		if n == 0 || items[n-1].metric != i.metric {
			c := *i.metric
			c.Series = series[n:n]
			all = append(all, &c)
		}
		m := all[len(all)-1]
		m.Series = m.Series[:len(m.Series)+1]
	}
	return all
}

// abandonable returns what f returns, or an error when ctx is done: f then goes
// on alone.
func abandonable(ctx context.Context, f func() error) error {
	return abandonableFor(abandonGrace, ctx, f)
}

// abandonableFor is abandonable with that much time for f after ctx.
func abandonableFor(grace time.Duration, ctx context.Context, f func() error) error {
	result := make(chan error, 1)
	go func() { result <- f() }()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
	}
	// Both may have been ready, or f may be about to notice that ctx is done.
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case err := <-result:
		return err
	case <-timer.C:
		return fmt.Errorf("the exporter, or a producer of metrics, did not return in time: %w", context.Cause(ctx))
	}
}

// abandonGrace is how long an exporter may take to notice that its ctx is done.
// Shutdown waits so for Export and for the exporter's Shutdown.
//
// A reading with a ctx that is done takes at most lateRead. lateDrain is the part of it
// for OpenCensus's queue. With the exporter's Shutdown it is 100 ms in all.
const (
	abandonGrace = 40 * time.Millisecond
	lateRead     = 60 * time.Millisecond
	lateDrain    = 50 * time.Millisecond
)
