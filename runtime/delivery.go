package runtime

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// A delivery is one effort to bring to the backend what was recorded before it:
// readings and exports of what it still lacks, until it lacks nothing, or only
// what it has refused, or there is no time left. Each export has the values of
// that moment, so a newer point replaces one that could not be sent.
//
// Between its exports other deliveries may export. What they bring need not be
// brought again, which is how several calls of ForceFlush become one.
type delivery struct {
	since uint64          // readings with a higher number have all that is to be delivered
	first uint64          // its first reading; series that are born later are not its business
	all   bool            // at the interval: unchanged values too
	last  bool            // what cannot wait is exported too early rather than never
	until time.Time       // no export begins later; zero: ctx alone says
	stop  <-chan struct{} // ends its waiting

	forcible bool      // something is left that may be exported too early
	forced   bool      // the one export that is too early has come
	tries    int       // exports that failed
	retry    time.Time // when what failed may be tried again
	drained  bool      // it has read what was in OpenCensus's queue
	unread   error     // why not everything could be read
	cause    error     // why it ended
}

// newDelivery returns a delivery of all that was recorded until now.
func (t *Telemetry) newDelivery() *delivery {
	t.mu.Lock()
	defer t.mu.Unlock()
	return &delivery{since: t.ledger.next()}
}

// deliver does the delivery, and returns what kept it from reading or from its
// turn. What it did not deliver is for [Telemetry.undelivered].
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
// delivered have names. Direct series are there at once. The others depend on
// OpenCensus's goroutine and on the program's functions, which may have no time: then
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

// readDirectUnlessRead is readDirect for a delivery that has ended without a reading,
// as a producer of metrics, or the exporter, did not return: what was recorded since
// the reading before would not be listed.
func (t *Telemetry) readDirectUnlessRead(d *delivery) {
	t.mu.Lock()
	read := d.first > 0
	t.mu.Unlock()
	if !read {
		t.readDirect()
	}
}

// readDirect enters into the ledger what can be read without waiting. That reading
// has no end, so that no other series is forgotten for not being in it.
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

// later returns when the next export is to be made, or why none is.
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

// leastReserve is the time that an export is thought to take at the least.
const leastReserve = 500 * time.Millisecond

// reserve returns how much of the remaining time is kept for the last export.
func (t *Telemetry) reserve(remaining time.Duration) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return min(max(2*t.took, leastReserve), remaining/2)
}

// sleep returns nil at the given time, or earlier with what ended the waiting.
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

// backOff puts the next try off, by twice as much each time. What failed at the
// same moment in many processes is spread by up to a half.
func (d *delivery) backOff(now time.Time) {
	wait := min(firstBackoff<<min(d.tries, 10), maxBackoff)
	d.tries++
	d.retry = now.Add(wait/2 + rand.N(wait/2))
}

// lacks reports whether the backend is not known to have what is to be delivered
// of the series.
func (d *delivery) lacks(s *series) bool {
	if d.first > 0 && s.born > d.first || s.accepted.reading > d.since {
		return false
	}
	return d.all || !s.isDelivered() && s.had <= d.since
}

// failed reports whether the delivery, or another one after it began, has tried
// the series in vain.
func (d *delivery) failed(s *series) bool {
	return s.tried.reading > d.since && s.tried.reading != s.accepted.reading
}

// due returns when the series may be sent, and whether the delivery wants that.
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

// choose returns the items of a reading that are to be sent now. Our own series
// go with others, or alone at the interval.
func (d *delivery) choose(l *ledger, r *snapshot) []item {
	chosen := make([]item, 0, len(r.items))
	others := d.all
	for _, i := range r.items {
		at, wanted := d.due(l, i.known)
		if i.known.health {
			wanted, at = true, l.allowed(i.known)
		}
		if !wanted || at.After(r.began) && !(d.forced && d.mayForce(i.known)) {
			continue
		}
		chosen = append(chosen, i)
		others = others || !i.known.health
	}
	if !others {
		return nil
	}
	return chosen
}

// mayForce reports whether the series may be exported too early at the end. If
// the delivery has tried it, and the backend may have it, it may not.
func (d *delivery) mayForce(s *series) bool {
	return !s.health && !(d.failed(s) && s.fate == Unconfirmed)
}

// next returns when the first of the items is due that the delivery still wants.
// Zero: it wants none.
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

// undelivered returns an error that lists what the delivery wanted and could not
// do, or nil. If it lists nothing it says what kept the delivery from looking.
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
		delivered = nil // it is the reason of one of them
	}
	e.Err = errors.Join(append(others, d.unread, delivered)...)
	if e.count() == 0 && e.Err == nil {
		return nil
	}
	e.sort()
	return e
}

// verdict returns what became of what is to be delivered of a series. A point
// that may have arrived stays unconfirmed whatever is answered to the next one.
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
