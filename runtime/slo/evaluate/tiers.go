package evaluate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ocgen/ocgen/runtime/slo"
)

// A history has what the tiers of an SLO look back to. Each look-back begins at a mark near
// its nominal beginning, so the spacing of the marks is the error of its length.
type history struct {
	rings []*ring // by rising spacing
}

// A mark has the counts of an SLO at the time of a reading.
type mark struct {
	at          int64 // Unix time in nanoseconds
	good, total float64
	events      float64 // all events; in the forms on windows total counts windows
}

// A ring keeps the first mark of each interval of a spacing, back to one mark that is as old
// as the longest look-back. So it has at most marksPerLookBack + 2 marks, regardless of the
// number of readings.
type ring struct {
	span, every time.Duration
	marks       []mark // by time
}

// marksPerLookBack is the number of intervals of the longest look-back of a ring, at most.
const marksPerLookBack = 720

// spacing returns the distance of the marks for a look-back: a multiple of interval, so that
// readings of an evaluator with History are at the beginning of an interval.
func spacing(lookBack time.Duration) time.Duration {
	const longest = marksPerLookBack * interval
	return ((lookBack-1)/longest + 1) * interval
}

// newHistory returns nil for an SLO without tiers.
func newHistory(a *slo.Alerts) *history {
	if a == nil || len(a.Tiers) == 0 {
		return nil
	}
	h := &history{}
	for _, t := range a.Tiers {
		for _, lookBack := range []time.Duration{t.Over, t.Short} {
			r := h.ring(spacing(lookBack))
			r.span = max(r.span, lookBack)
		}
	}
	return h
}

// ring returns the ring with the spacing.
func (h *history) ring(every time.Duration) *ring {
	i, found := slices.BinarySearchFunc(h.rings, every, func(r *ring, every time.Duration) int { return cmp.Compare(r.every, every) })
	if !found {
		h.rings = slices.Insert(h.rings, i, &ring{every: every})
	}
	return h.rings[i]
}

func (h *history) add(m mark) {
	for _, r := range h.rings {
		r.add(m)
	}
}

// add adds the next mark, unless its interval has one.
func (r *ring) add(m mark) {
	if n := len(r.marks); n > 0 && r.marks[n-1].at/int64(r.every) == m.at/int64(r.every) {
		return
	}
	old := 0 // number of marks that are too old for the beginning of a look-back
	for old+1 < len(r.marks) && r.marks[old+1].at <= m.at-int64(r.span) {
		old++
	}
	r.marks = append(slices.Delete(r.marks, 0, old), m)
}

// begin returns the mark at which a look-back begins that ends with now: the newest mark at or
// before its nominal beginning. If that is older by more than a tenth of the look-back, or
// missing, it returns the next mark, and the look-back is shorter.
func (r *ring) begin(now mark, lookBack time.Duration) mark {
	nominal := now.at - int64(lookBack)
	later, _ := slices.BinarySearchFunc(r.marks, nominal+1, func(m mark, at int64) int { return cmp.Compare(m.at, at) })
	if later > 0 && nominal-r.marks[later-1].at <= int64(lookBack/leeway) {
		return r.marks[later-1]
	}
	if later < len(r.marks) {
		return r.marks[later]
	}
	return now
}

// tiers returns the state of the SLO's tiers at the last reading.
func (f *follower) tiers() []Tier {
	if f.history == nil {
		return nil
	}
	all := make([]Tier, 0, len(f.slo.Alerts.Tiers))
	for _, t := range f.slo.Alerts.Tiers {
		all = append(all, f.tier(t))
	}
	return all
}

func (f *follower) tier(t slo.Tier) Tier {
	state := Tier{Severity: t.Severity, Burn: t.Burn, Limit: limit(t.Burn, f.allowance())}
	var events float64
	state.Over, events = f.lookBack(t.Over)
	state.Short = state.Over
	if t.Short != t.Over {
		state.Short, _ = f.lookBack(t.Short)
	}
	state.Enough = f.indicator.gauge != nil || events >= float64(f.slo.Alerts.MinEvents)
	state.Holds = state.Enough && state.above(state.Over) && state.above(state.Short)
	return state
}

// above reports whether the ratio of bad events in the look-back is above the limit.
func (t Tier) above(w Window) bool { return w.Total > 0 && w.Bad/w.Total > t.Limit }

// limit returns the ratio of bad events above which a tier holds. Without the noise of
// rounding it is the number that a rule has as a decimal, and so is a ratio that equals it.
func limit(burn, allowance float64) float64 {
	product := burn * allowance
	if short := math.Round(product*1e12) / 1e12; math.Abs(short-product) <= product*1e-9 {
		return short
	}
	return product
}

// lookBack returns the window of a look-back and the number of events in it.
func (f *follower) lookBack(length time.Duration) (Window, float64) {
	w := Window{Name: briefly(length), Length: length.Seconds(), State: NoData}
	if f.first == nil {
		return w, 0
	}
	end := f.mark(f.last)
	begin := f.history.ring(spacing(length)).begin(end, length)
	w.From, w.To = time.Unix(0, begin.at).In(f.last.at.Location()), f.last.at
	w.Complete = w.To.Sub(w.From) >= length-length/leeway
	w.Good, w.Total = between(begin.good, begin.total, end.good, end.total)
	w.rate(f)
	return w, end.events - begin.events
}

// mark returns what a history keeps of a sample.
func (f *follower) mark(s sample) mark {
	m := mark{at: s.at.UnixNano(), good: s.good, total: s.total, events: s.total}
	if f.windowing != nil {
		m.good, m.total = s.goodWindow, s.allWindows
	}
	return m
}

// misshapenTiers returns the mistake of tiers that do not come from a schema; "": none.
func misshapenTiers(a *slo.Alerts) string {
	if a == nil {
		return ""
	}
	for _, t := range a.Tiers {
		switch {
		case t.Short <= 0 || t.Short > t.Over:
			return fmt.Sprintf("tier %s with the look-backs %s and %s: Short must be above 0 and at most Over", t.Severity, t.Over, t.Short)
		case !(t.Burn > 0) || math.IsInf(t.Burn, 1):
			return fmt.Sprintf("tier %s over %s: Burn is %v and must be above 0 and finite", t.Severity, t.Over, t.Burn)
		}
	}
	return ""
}

// briefly returns the length of a look-back in its largest unit, e.g. "3d" or "90m".
func briefly(d time.Duration) string {
	for _, u := range []struct {
		length time.Duration
		letter string
	}{{day, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if d%u.length == 0 {
			return fmt.Sprintf("%d%s", d/u.length, u.letter)
		}
	}
	return d.String()
}
