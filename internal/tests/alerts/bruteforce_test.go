package alerts_test

import (
	"math"
	"time"

	"github.com/ocgen/ocgen/runtime/slo"
)

// A form says which events of a minute are bad.
type form func(events) (bad, total int)

// forms are the indicators of the SLOs of package watched.
var forms = map[string]form{
	"bad_of_total":  failures,
	"good_of_total": failures,
	"good_and_bad":  failures,
	"under":         func(e events) (int, int) { return e.latencies[3] + e.latencies[4] + e.latencies[5], latencies(e) },
	"between": func(e events) (int, int) {
		return e.latencies[0] + e.latencies[1] + e.latencies[4] + e.latencies[5], latencies(e)
	},
	"windows": failures,
}

func failures(e events) (bad, total int) { return e.failed, e.ok + e.failed }

func latencies(e events) (n int) {
	for _, count := range e.latencies {
		n += count
	}
	return n
}

// A look is a count of bad and of all events or windows in a look-back.
type look struct {
	bad, total float64
	unsure     bool // whether a window in it is near its own threshold
}

// A verdict says whether the condition of a tier holds, and whether a ratio or the number
// of events is so near to its limit that another way of counting may differ.
type verdict struct{ holds, near bool }

// margin is the relative distance from a limit up to which ways of counting may differ.
const margin = 0.02

func isNear(value, limit float64) bool { return math.Abs(value/limit-1) <= margin }

// sum counts events from minute to minute.
func (s stream) sum(f form, from, to int) (l look) {
	for _, e := range s.minutes[max(from, 0):max(to, 0)] {
		bad, total := f(e)
		l.bad += float64(bad)
		l.total += float64(total)
	}
	return l
}

// window counts a window from minute to minute as one, if it has events.
func (s stream) window(f form, w *slo.Windows, from, to int) (l look) {
	in := s.sum(f, from, to)
	if in.total == 0 {
		return l
	}
	l.total = 1
	if (in.total-in.bad)/in.total < w.Threshold {
		l.bad = 1
	}
	l.unsure = isNear(in.bad/in.total, 1-w.Threshold)
	return l
}

func (l *look) add(more look) {
	l.bad += more.bad
	l.total += more.total
	l.unsure = l.unsure || more.unsure
}

// aligned counts the windows that end after from and until to, at multiples of their length.
func (s stream) aligned(f form, w *slo.Windows, from, to int) (l look) {
	length := int(w.Length / time.Minute)
	for end := length; end <= to; end += length {
		if end > from {
			l.add(s.window(f, w, end-length, end))
		}
	}
	return l
}

// sliding counts a window that ends at each minute from from until to.
func (s stream) sliding(f form, w *slo.Windows, from, to int) (l look) {
	length := int(w.Length / time.Minute)
	for end := max(from, 1); end <= to; end++ {
		l.add(s.window(f, w, end-length, end))
	}
	return l
}

// A counting counts in the look-back that ends at a minute. It returns more than one count
// if the truth may lie anywhere between them.
type counting func(minute int, lookBack time.Duration) []look

// begin returns the first minute of a look-back.
func begin(minute int, lookBack time.Duration) int { return minute - int(lookBack/time.Minute) }

// exactly counts as the process and Cloud Monitoring do.
func (s stream) exactly(o *slo.SLO) counting {
	f := forms[o.ID]
	return func(minute int, lookBack time.Duration) []look {
		if o.Windows != nil {
			return []look{s.aligned(f, o.Windows, begin(minute, lookBack), minute)}
		}
		return []look{s.sum(f, begin(minute, lookBack), minute)}
	}
}

// day is the look-back from which on the rules add up rates over five minutes.
const day = 24 * time.Hour

// asRules counts as docs/prometheus.md says that the rules do, with samples at each minute.
// Since Prometheus 3 a look-back has no sample at its beginning: late is then 1, and
// otherwise 0. Windows slide.
//
// A sum of the rates over five minutes counts each event in the five minutes after it, so it
// is the sum of the look-backs that end now and 1, 2, 3 and 4 minutes before, divided by
// five. Its ratio lies between theirs.
func (s stream) asRules(o *slo.SLO, late int) counting {
	f := forms[o.ID]
	return func(minute int, lookBack time.Duration) []look {
		from := begin(minute, lookBack)
		switch {
		case o.Windows != nil:
			return []look{s.sliding(f, o.Windows, from+late, minute)}
		case lookBack >= day:
			var between []look
			for end := minute - 4; end <= minute; end++ {
				between = append(between, s.sum(f, begin(end, lookBack)+late-1, end))
			}
			return between
		case from <= 0:
			return []look{s.sum(f, 0, minute)} // the samples of the first minute are there
		}
		return []look{s.sum(f, from+late, minute)}
	}
}

// judge says whether a tier's condition holds at a minute.
func (s stream) judge(o *slo.SLO, t slo.Tier, minute int, count counting) verdict {
	limit := t.Burn * (1 - o.Goal)
	v := verdict{holds: true}
	for _, lookBack := range []time.Duration{t.Over, t.Short} {
		above := 0
		looks := count(minute, lookBack)
		for _, l := range looks {
			v.near = v.near || l.unsure || l.total > 0 && isNear(l.bad/l.total, limit)
			if l.total > 0 && l.bad/l.total > limit {
				above++
			}
		}
		v.near = v.near || above > 0 && above < len(looks)
		v.holds = v.holds && above == len(looks)
	}
	if least := float64(o.Alerts.MinEvents); least > 0 {
		n := s.sum(forms[o.ID], begin(minute, t.Over), minute).total
		v.holds = v.holds && n >= least
		v.near = v.near || isNear(n, least)
	}
	return v
}
