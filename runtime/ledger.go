package runtime

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A ledger has the state of each series of one Telemetry. With it Shutdown sends only
// what the backend lacks, and can list what the backend lacks at the end.
//
// Readings and deliveries are numbered in one sequence: a reading with a higher number
// than a delivery has everything that was recorded before the delivery began. Times
// would not do, because two readings may have the same time.
type ledger struct {
	spacing time.Duration
	number  uint64
	byName  map[string]*series
	places  []*series // of the reading that was entered last, in its order; all are in byName
	scratch []byte    // memory for names and values, used again
}

// next returns a number that is higher than all earlier ones.
func (l *ledger) next() uint64 {
	l.number++
	return l.number
}

// A series is the state of a time series.
type series struct {
	name    string // e.g. "shop/request_count{method=GET}"
	health  bool   // of the telemetry's own metrics: no delivery waits for it
	born    uint64 // the first reading that had it
	read    uint64 // the last reading that had it
	entered uint64 // of the readings that had it, the one that was entered last
	latest  fingerprint
	had     uint64 // the last reading whose value the backend certainly had, then or a moment later

	accepted point // the last accepted point
	doubtful point // the last unconfirmed one since then
	doubt    error // why it is
	tried    point // the last sent point
	fate     Fate  // of tried, unless tried is accepted
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
	value  fingerprint // of the reading: a later one may have changed known.latest
}

// enter notes what was read.
func (l *ledger) enter(r *snapshot, metrics []*metric.Metric) {
	n := 0
	for _, m := range metrics {
		n += len(m.Series)
	}
	r.items = slices.Grow(r.items, n)
	l.makePlaces(n)
	for _, m := range metrics {
		health := strings.HasPrefix(m.Descriptor.Name, healthPrefix)
		for _, ts := range m.Series {
			place := &l.places[len(r.items)]
			s := l.find(*place, r.number, m, ts)
			*place, s.entered, s.health = s, r.number, health
			s.born = min(s.born, r.number) // a later reading may have been entered before, here and below
			var value fingerprint
			value, l.scratch = fingerprintOf(l.scratch, m, ts)
			if r.number > s.read {
				s.read, s.latest = r.number, value
				s.noteHad()
			}
			r.items = append(r.items, item{m, ts, s, value})
		}
	}
	l.forget(r)
}

// makePlaces makes room for n places. The first n keep the series of the last reading.
func (l *ledger) makePlaces(n int) {
	if n < len(l.places) {
		clear(l.places[n:])
	}
	l.places = slices.Grow(l.places, max(0, n-len(l.places)))[:n]
	if cap(l.places) > 2*n+sparePlaces {
		l.places = slices.Clip(slices.Clone(l.places))
	}
}

// sparePlaces is a number of places that is always kept.
const sparePlaces = 64

// find returns the state of a series, which is new if no reading had the series before.
// Two producers may have series of the same name: the second gets a number. Most series have
// the same place as in the last reading, so likely, the state at that place, is tried first.
func (l *ledger) find(likely *series, reading uint64, m *metric.Metric, ts *metric.Series) *series {
	l.scratch = metric.AppendSeriesName(l.scratch[:0], m, ts)
	if likely != nil && likely.entered != reading && likely.name == string(l.scratch) {
		return likely
	}
	for n := 2; ; n++ {
		s, ok := l.byName[string(l.scratch)]
		if !ok {
			s = &series{name: string(l.scratch), born: reading}
			l.byName[s.name] = s
		}
		if s.entered != reading {
			return s
		}
		l.scratch = fmt.Appendf(l.scratch, " (%d)", n)
	}
}

// forgetAfter is how long the state of a vanished series is kept after the spacing. Within
// the spacing the state is needed, because the series may come back.
const forgetAfter = time.Minute

// forget drops the state of vanished series: they ended, or their views were unregistered.
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

// allowed returns when the backend accepts the next point of a series: one spacing after
// the last point that it may have.
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

// try notes that the point of an item of a reading is being sent. Until there is a response
// the backend may have the point.
func (i item) try(r *snapshot) {
	i.known.tried = point{r.number, r.ended, i.value}
	i.known.fate, i.known.err = Unconfirmed, errNoAnswer
}

// accept notes that the backend has the point that was sent last.
func (s *series) accept() {
	s.accepted, s.doubtful = s.tried, point{}
	s.doubt, s.err = nil, nil
	s.noteHad()
}

// isDelivered reports whether the backend certainly has the value of the last reading.
func (s *series) isDelivered() bool {
	return s.accepted.reading > 0 && s.accepted.value == s.latest && s.doubtful.reading == 0
}

// noteHad notes whether the backend has the value of the last reading. A delivery that
// began before that reading need not deliver newer values.
func (s *series) noteHad() {
	if s.isDelivered() {
		s.had = s.read
	}
}

// fail notes the fate of the point that was sent last.
func (s *series) fail(fate Fate, err error) {
	s.fate, s.err = fate, err
	if fate == Unconfirmed {
		s.doubtful, s.doubt = s.tried, err
	}
}
