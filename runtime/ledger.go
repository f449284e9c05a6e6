package runtime

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A ledger is what is known of each series of one Telemetry. It is why Shutdown
// need not send what the backend has, and can say what it has not.
//
// Readings, and the deliveries that want them, are numbered in one sequence: a
// reading with a higher number than a delivery has all that was recorded before
// that began. Clocks could not say that: two readings may have the same time.
type ledger struct {
	spacing time.Duration
	number  uint64
	byName  map[string]*series
	key     []byte // reused
}

// next returns a number higher than all before.
func (l *ledger) next() uint64 {
	l.number++
	return l.number
}

// A series is what is known of a time series.
type series struct {
	name   string // e.g. "shop/request_count{method=GET}"
	health bool   // of our own metrics: never waited for
	born   uint64 // the first reading that had it
	read   uint64 // the last reading that had it
	latest fingerprint
	had    uint64 // the last reading whose value the backend had without a doubt, then or a moment later

	accepted point // the last one that the backend has
	doubtful point // the last unconfirmed one since then
	doubt    error // why it is
	tried    point // the last one sent
	fate     Fate  // of tried, unless it is accepted too
	err      error // why
}

// A point is one value of a series at the time when it was read.
type point struct {
	reading uint64 // 0: none
	at      time.Time
	value   fingerprint
}

// A snapshot is one reading of all metrics.
type snapshot struct {
	number       uint64
	began, ended time.Time
	items        []item
}

// An item is a time series of a reading.
type item struct {
	metric *metric.Metric
	series *metric.Series
	known  *series
}

// enter notes what was read.
func (l *ledger) enter(r *snapshot, metrics []*metric.Metric) {
	n := 0
	for _, m := range metrics {
		n += len(m.Series)
	}
	r.items = slices.Grow(r.items, n)
	for _, m := range metrics {
		health := strings.HasPrefix(m.Descriptor.Name, healthPrefix)
		for _, ts := range m.Series {
			s := l.find(r.number, m, ts)
			s.health = health
			if r.number > s.read { // another reading may have overtaken this one
				s.read, s.latest = r.number, fingerprintOf(m, ts)
				s.noteHad()
			}
			r.items = append(r.items, item{m, ts, s})
		}
	}
	l.forget(r)
}

// find returns the series, which is new if no reading had it before. Two
// producers may have given series of one name.
func (l *ledger) find(reading uint64, m *metric.Metric, ts *metric.Series) *series {
	l.key = metric.AppendSeriesName(l.key[:0], m, ts)
	for n := 2; ; n++ {
		s, ok := l.byName[string(l.key)]
		if !ok {
			s = &series{name: string(l.key), born: reading}
			l.byName[s.name] = s
		}
		if s.read != reading {
			s.born = min(s.born, reading) // this one may have been overtaken
			return s
		}
		l.key = fmt.Appendf(l.key, " (%d)", n)
	}
}

// forgetAfter is how long a series is kept that is gone, beyond the spacing,
// within which no other point of it may follow if it comes back.
const forgetAfter = time.Minute

// forget drops series that are gone, for views may be unregistered.
func (l *ledger) forget(r *snapshot) {
	if len(r.items) == len(l.byName) {
		return
	}
	for name, s := range l.byName {
		if s.read < r.number && r.ended.Sub(s.tried.at) > l.spacing+forgetAfter {
			delete(l.byName, name)
		}
	}
}

// allowed returns when the backend takes the next point of a series: the spacing
// after the last one that it may have.
func (l *ledger) allowed(s *series) time.Time {
	var last time.Time
	for _, p := range []point{s.accepted, s.doubtful} {
		if p.reading > 0 && p.at.After(last) {
			last = p.at
		}
	}
	if last.IsZero() {
		return last
	}
	return last.Add(l.spacing)
}

// try notes that a point is being sent. Until there is an answer the backend
// may have it.
func (s *series) try(r *snapshot) {
	s.tried = point{r.number, r.ended, s.latest}
	s.fate, s.err = Unconfirmed, errNoAnswer
}

// accept notes that the backend has the point that was tried last.
func (s *series) accept() {
	s.accepted, s.doubtful = s.tried, point{}
	s.doubt, s.err = nil, nil
	s.noteHad()
}

// isDelivered reports whether the backend has the value of the last reading, without a
// doubt.
func (s *series) isDelivered() bool {
	return s.accepted.reading > 0 && s.accepted.value == s.latest && s.doubtful.reading == 0
}

// noteHad notes if the backend has the value of the last reading: newer values are not
// the business of those who wanted that one delivered.
func (s *series) noteHad() {
	if s.isDelivered() {
		s.had = s.read
	}
}

// fail notes what became of the point that was tried last.
func (s *series) fail(fate Fate, err error) {
	s.fate, s.err = fate, err
	if fate == Unconfirmed {
		s.doubtful, s.doubt = s.tried, err
	}
}
