package runtime

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// A delivery brings everything that was recorded before it to the backend. It reads and
// exports what the backend still lacks, until the backend lacks nothing, or only what it
// has refused, or until there is no time left. Each export has the current values, so a
// newer point replaces a point that could not be sent.
//
// Other deliveries may export between the exports of a delivery. It need not export
// their points again, so several calls of ForceFlush share exports.
type delivery struct {
	since uint64          // readings with a higher number have everything that the delivery must bring
	first uint64          // number of its first reading; series that begin later are not part of the delivery
	all   bool            // export unchanged values too, as at the interval
	last  bool            // export before the spacing has passed if there is no time to wait
	until time.Time       // no export begins later; zero: only ctx limits
	stop  <-chan struct{} // closed: the delivery stops waiting

	forcible bool      // a series is left that may be exported too early
	forced   bool      // the one export that is too early was made
	tries    int       // failed exports
	retry    time.Time // no failed series is tried again before
	drained  bool      // a reading had everything that was in OpenCensus's queue
	unread   error     // the errors of readings
	cause    error     // why the delivery ended
}

// newDelivery returns a delivery of everything that was recorded until now.
func (t *Telemetry) newDelivery() *delivery {
	t.mu.Lock()
	defer t.mu.Unlock()
	return &delivery{since: t.ledger.next()}
}

// deliver does the delivery. It returns the error that kept it from reading or from its
// turn. [Telemetry.undelivered] returns what was not delivered.
func (t *Telemetry) deliver(ctx context.Context, d *delivery) error {
	if ctx.Err() != nil {
		d.cause = fmt.Errorf("metrics were not exported because ctx was already done (%w): pass a ctx that has time left", context.Cause(ctx))
		t.readLate(ctx, d)
		return d.cause
	}
	for {
		next, err := t.pass(ctx, d)
		if err != nil {
			d.cause = err
			t.readDirectUnlessRead(d)
			return err
		}
		if next.IsZero() {
			return nil
		}
		if next, d.cause = t.later(ctx, d, next); d.cause != nil {
			return nil
		}
		if d.cause = t.sleep(ctx, d, next); d.cause != nil {
			return nil
		}
	}
}

// readLate reads all metrics although ctx is done, so that the series that are not
// delivered can be listed. Direct series can be read at once. The others need
// OpenCensus's goroutine and the program's functions, which may not return in time: then
// the records are counted.
func (t *Telemetry) readLate(ctx context.Context, d *delivery) {
	t.readDirect()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), lateDrain)
	defer cancel()
	err := abandonableFor(lateRead, ctx, func() error { t.read(late, d, nil); return nil })
	t.mu.Lock()
	defer t.mu.Unlock()
	d.unread = errors.Join(d.unread, err)
}

// readDirectUnlessRead is readDirect for a delivery that ended without a reading,
// because a producer of metrics or the exporter did not return. Without it, records
// since the reading before would not be listed.
func (t *Telemetry) readDirectUnlessRead(d *delivery) {
	t.mu.Lock()
	read := d.first > 0
	t.mu.Unlock()
	if !read {
		t.readDirect()
	}
}

// readDirect enters into the ledger the series that can be read without waiting. The
// snapshot has no end time, so that the ledger forgets none of the series that are not
// in it.
func (t *Telemetry) readDirect() {
	if t.direct == nil {
		return
	}
	t.mu.Lock()
	r := &snapshot{number: t.ledger.next()}
	t.mu.Unlock()
	metrics := t.direct()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ledger.enter(r, metrics)
}

// later returns the time of the next export, or the reason why there is none.
func (t *Telemetry) later(ctx context.Context, d *delivery, next time.Time) (time.Time, error) {
	if !d.until.IsZero() && next.After(d.until) {
		return next, errors.New("the interval ended before the next export was allowed")
	}
	deadline, ok := ctx.Deadline()
	if !ok || next.Before(deadline) {
		return next, nil
	}
	if !d.last || d.forced || !d.forcible || ctx.Err() != nil {
		return next, fmt.Errorf("ctx ends before the next export is allowed: %w", context.DeadlineExceeded)
	}
	d.forced = true
	return deadline.Add(-t.reserve(time.Until(deadline))), nil
}

// leastReserve is the shortest time that is reserved for an export.
const leastReserve = 500 * time.Millisecond

// reserve returns the part of the remaining time that is kept for the last export.
func (t *Telemetry) reserve(remaining time.Duration) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return min(max(2*t.took, leastReserve), remaining/2)
}

// sleep waits until the given time and returns nil. It returns an error if something
// ends the waiting before.
func (t *Telemetry) sleep(ctx context.Context, d *delivery, until time.Time) error {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-timer.C:
		if ctx.Err() == nil {
			return nil
		}
		return fmt.Errorf("waiting for the next export: %w", context.Cause(ctx))
	case <-ctx.Done():
		return fmt.Errorf("waiting for the next export: %w", context.Cause(ctx))
	case <-d.stop:
		return errors.New("exports at the interval have ended")
	case <-t.life.Done():
		return errEnded
	}
}

const (
	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 30 * time.Second
)

// backOff sets the time of the next try. The wait doubles with each failure, and up to
// half of it is random, so that processes that failed at the same moment do not try
// again at the same moment.
func (d *delivery) backOff(now time.Time) {
	wait := min(firstBackoff<<min(d.tries, 10), maxBackoff)
	d.tries++
	d.retry = now.Add(wait/2 + rand.N(wait/2))
}

// lacks reports whether the backend may lack the value of the series that the delivery
// must bring.
func (d *delivery) lacks(s *series) bool {
	if d.first > 0 && s.born > d.first || s.accepted.reading > d.since {
		return false
	}
	return d.all || !s.isDelivered() && s.had <= d.since
}

// failed reports whether this delivery, or another one after this began, sent the series
// and the point was not accepted.
func (d *delivery) failed(s *series) bool {
	return s.tried.reading > d.since && s.tried.reading != s.accepted.reading
}

// due returns when the series may be sent. It returns false if the delivery need not
// send it.
func (d *delivery) due(l *ledger, s *series) (time.Time, bool) {
	if !d.lacks(s) || d.failed(s) && s.fate == Refused {
		return time.Time{}, false
	}
	at := l.allowed(s)
	if d.failed(s) && d.retry.After(at) {
		at = d.retry
	}
	return at, true
}

// choose returns the items of a reading that are to be sent now. The telemetry's own
// series are sent together with others, and alone only at the interval. The result may share
// the memory of r.items.
func (d *delivery) choose(l *ledger, r *snapshot) []item {
	chosen := r.items[:0:0]
	others := d.all
	for n, i := range r.items {
		at, wanted := d.due(l, i.known)
		if i.known.health {
			wanted, at = true, l.allowed(i.known)
		}
		if !wanted || at.After(r.began) && !(d.forced && d.mayForce(i.known)) {
			continue
		}
		if len(chosen) == n { // all items so far are chosen, and need no copy
			chosen = r.items[: n+1 : n+1]
		} else {
			chosen = append(chosen, i)
		}
		others = others || !i.known.health
	}
	if !others {
		return nil
	}
	return chosen
}

// mayForce reports whether the series may be exported before the spacing has passed, at
// the end. It may not if the delivery has sent it and the backend may have the point.
func (d *delivery) mayForce(s *series) bool {
	return !s.health && !(d.failed(s) && s.fate == Unconfirmed)
}

// next returns when the first of the items is due that the delivery still has to send;
// zero: there is none.
func (d *delivery) next(l *ledger, r *snapshot) time.Time {
	var first time.Time
	d.forcible = false
	for _, i := range r.items {
		at, wanted := d.due(l, i.known)
		if !wanted || i.known.health {
			continue
		}
		d.forcible = d.forcible || d.mayForce(i.known)
		if at.Before(r.ended) {
			at = r.ended
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first
}

// undelivered returns an error that lists the series that the delivery did not deliver,
// or nil. If it lists none, it has the error that kept the delivery from reading.
func (t *Telemetry) undelivered(d *delivery, delivered error, others ...error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := &ShutdownError{again: !d.last && !t.sendsNothing}
	if !d.drained {
		e.Unread = t.records() - t.readUntil
	}
	for _, s := range t.ledger.byName {
		if s.health || d.first > 0 && s.read < d.first || !d.lacks(s) || d.all && !d.failed(s) {
			continue
		}
		fate, err := d.verdict(s)
		e.add(s.name, fate, err)
	}
	if e.count() > 0 {
		delivered = nil // it is the cause of one of the series
	}
	e.Err = errors.Join(append(others, d.unread, delivered)...)
	if e.count() == 0 && e.Err == nil {
		return nil
	}
	e.sort()
	return e
}

// verdict returns the fate of the value that was to be delivered. A point that may have
// arrived stays unconfirmed, whatever the response to the next point.
func (d *delivery) verdict(s *series) (Fate, error) {
	covers := func(p point) bool { return p.reading > d.since || p.reading > 0 && p.value == s.latest }
	switch {
	case covers(s.doubtful) && s.tried.reading > s.doubtful.reading && s.err != nil:
		return Unconfirmed, fmt.Errorf("%w; the next point was %v: %w", s.doubt, s.fate, s.err)
	case covers(s.doubtful):
		return Unconfirmed, s.doubt
	case covers(s.tried) && s.tried.reading != s.accepted.reading:
		return s.fate, s.err
	case d.cause != nil:
		return Unsent, d.cause
	}
	return Unsent, errors.New("not sent")
}
