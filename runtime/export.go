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

// pass reads all metrics, exports the items that are due for the delivery, and returns
// when the next are due; zero: nothing is left to send.
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
	if p.sent != nil && !p.settled { // the exporter may return much later
		t.settle(p, fmt.Errorf("%w: %w", errNoAnswer, context.Cause(ctx)))
	}
	if err != nil || p.read == nil {
		return time.Time{}, err
	}
	next := d.next(&t.ledger, p.read)
	t.keepItems(p.read.items) // nobody uses them any more: the exporter has returned
	return next, nil
}

// keepItems keeps the memory of items for the next reading. It is called with mu held.
func (t *Telemetry) keepItems(items []item) {
	if cap(items) > 2*len(items)+spareItems {
		items = nil
	}
	clear(items)
	t.items = items[:0]
}

// spareItems is a number of items that is always kept.
const spareItems = 64

// A passing is the state of one pass. Telemetry.mu guards it.
type passing struct {
	read    *snapshot
	sent    []item    // nil: nothing is exported
	began   time.Time // of the export
	settled bool
	failed  bool // not every point was accepted
	lost    bool // nor every one of the program's own metrics
}

// takeTurn waits until nothing else exports. If it has to wait, it first reads whether
// there is anything to deliver, because the waiting may be unnecessary.
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

// ending returns the ctx whose end ends the exports of a delivery.
func (t *Telemetry) ending(d *delivery) context.Context {
	if d.last {
		return t.life
	}
	return t.haste
}

// lacksNothing reads all metrics and reports whether the backend has them.
func (t *Telemetry) lacksNothing(ctx context.Context, d *delivery) bool {
	r := t.read(ctx, d, nil)
	t.mu.Lock()
	defer t.mu.Unlock()
	return d.next(&t.ledger, r).IsZero()
}

func (t *Telemetry) giveTurn() { t.turn <- struct{}{} }

// read reads all metrics and enters them into the ledger. A memory must only be passed
// with the turn held: the reading uses the memory of the reading before again.
func (t *Telemetry) read(ctx context.Context, d *delivery, memory *record.Memory) *snapshot {
	t.mu.Lock()
	r := &snapshot{number: t.ledger.next()}
	if memory != nil {
		r.items, t.items = t.items, nil
	}
	t.mu.Unlock()
	made := t.records()
	drained := t.drain(ctx)
	r.began = time.Now()
	metrics, unread := t.gather(memory) // also after view.Stop, for other producers
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

// exportDue prepares, reads and exports. It is called with the turn held.
func (t *Telemetry) exportDue(ctx context.Context, d *delivery, p *passing) error {
	t.prepareNew(ctx, d.all)
	r := t.read(ctx, d, &t.memory)
	if t.life.Err() != nil {
		return errEnded
	}
	t.mu.Lock()
	chosen := d.choose(&t.ledger, r)
	for _, i := range chosen {
		i.try(r)
	}
	p.read = r
	if len(chosen) > 0 {
		p.sent, p.began = chosen, time.Now()
	}
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
	if err != nil && !lost { // such as an error about a descriptor, or about the telemetry's own metrics
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

// abandonable returns the result of f, or an error when ctx is done. In that case f goes
// on in its goroutine.
func abandonable(ctx context.Context, f func() error) error {
	return abandonableFor(abandonGrace, ctx, f)
}

// abandonableFor is abandonable with the given time for f after ctx is done.
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

// abandonGrace is the time that an exporter has to return after its ctx is done.
// Shutdown waits that long for Export and for the exporter's Shutdown.
//
// A reading with a ctx that is done takes at most lateRead. lateDrain is the part of it
// for OpenCensus's queue. Together with the exporter's Shutdown that is 100 ms.
const (
	abandonGrace = 40 * time.Millisecond
	lateRead     = 60 * time.Millisecond
	lateDrain    = 50 * time.Millisecond
)
