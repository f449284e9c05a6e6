package generator

import (
	"fmt"
	"math/big"
	"time"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// Scenarios just below and just above the threshold of each tier. No other tier of the
// severity fires in them, so they also find a rule with which the tier never fires.

// A side is a burn rate beside the threshold of a tier.
type side struct {
	factor string // of the tier's burn rate
	times  *big.Rat
	fires  bool
}

var sides = []side{{"0.95", big.NewRat(95, 100), false}, {"1.05", big.NewRat(105, 100), true}}

// thresholds tests burn rates just below and just above the limits of the tiers.
func (w *testWriter) thresholds() {
	for _, severity := range w.severities() {
		tiers := w.tiers(severity)
		lowest := tiers[0]
		for _, t := range tiers {
			if t.Burn < lowest.Burn {
				lowest = t
			}
		}
		for _, t := range tiers {
			switch {
			case w.slo.SLI.Windows != nil:
				w.windowThreshold(t)
			case t == lowest:
				w.evenly(t)
			case tooLong(t):
				w.alone(t)
			default:
				w.suddenly(t)
			}
		}
	}
}

func tierName(t schema.Tier) string {
	return t.Severity + " " + prometheusDuration(t.Over)
}

// evenly tests the lowest burn rate of a severity with the same traffic all the time.
func (w *testWriter) evenly(t schema.Tier) {
	const at = 15
	for _, x := range sides {
		what := fmt.Sprintf("always %s times the burn rate of the tier %s", x.factor, tierName(t))
		part, ok := w.burning(t, x, at)
		traffic := traffic{part}
		if !ok {
			w.omit(what, "no number of bad events is as high")
			continue
		}
		if v := simulate(w.slo, w.feed, traffic).severity(t.Severity, at); v != verdictOf(x.fires) {
			w.omit(what, "the result is not certain")
			continue
		}
		w.add(what, w.feed.input(traffic), []templates.QueryTest{
			w.burnRateIs(new(big.Rat).Mul(x.times, big.NewRat(int64(t.Burn), 1000)), at),
			w.alertIs(t.Severity, at, x.fires),
		}, nil)
	}
}

func verdictOf(fires bool) verdict {
	if fires {
		return firing
	}
	return silent
}

// goodStart is how many minutes are good before a burn rate begins suddenly.
const goodStart = 10

// tooLong reports whether suddenly would take too long for a tier.
func tooLong(t schema.Tier) bool { return goodStart*time.Minute+2*t.Over > longestTest }

// suddenly tests a burn rate that begins after a short time with very many good events, so
// that only the tier can fire: over longer look-backs, few events are bad.
func (w *testWriter) suddenly(t schema.Tier) {
	const many = 100
	over := int(t.Over / time.Minute)
	what := fmt.Sprintf("after good traffic 0.95, then 1.05 times the burn rate of the tier %s", tierName(t))
	var all traffic
	var queries []templates.QueryTest
	for _, x := range sides {
		part, ok := w.burning(t, x, over)
		if !ok {
			w.omit(what, "no number of bad events is as high")
			return
		}
		if all == nil {
			all = traffic{{minutes: goodStart, good: many * (part.good + part.bad)}}
		}
		all = append(all, part)
		at := goodStart + (len(all)-1)*over
		s := simulate(w.slo, w.feed, all)
		if s.tier(t, at) != verdictOf(x.fires) || s.others(t, at) != silent {
			w.omit(what, "another tier fires")
			return
		}
		queries = append(queries, w.alertIs(t.Severity, at, x.fires))
	}
	w.add(what, w.feed.input(all), queries, nil)
}

// alone tests a tier whose look-back is too long for suddenly. An early part of many events
// is bad, so the ratio over the long look-back is near the threshold. Then many events are
// good, and in the time of the tier's short look-back there are few events. Of the next ones,
// all are bad. They are many for this short look-back, but few for longer ones, which still
// have the good events. So no tier with a longer short look-back fires.
func (w *testWriter) alone(t schema.Tier) {
	const minutes = 30 // of bad events, at most
	if before, bad := w.quietEnd(t, 92); before != nil {
		s := simulate(w.slo, w.feed, before.then(phase{minutes: minutes, bad: bad}))
		start := len(s.all) - 1 - minutes
		if below, above, ok := s.crossing(t, start); ok && s.above(t, t.Short, below) {
			what := "with few events at the end, just below and just above the threshold of the tier " + tierName(t)
			w.add(what, w.feed.input(before.then(phase{minutes: above - start, bad: bad})), []templates.QueryTest{
				w.alertIs(t.Severity, below, false), w.alertIs(t.Severity, above, true),
			}, nil)
			return
		}
	}
	w.aloneTwice(t)
}

// aloneTwice writes two scenarios, one below the threshold of a tier and one above it. It is
// used if in one scenario another tier would fire before there are enough bad events for the
// ratio to cross the threshold.
func (w *testWriter) aloneTwice(t schema.Tier) {
	const most = 5 // minutes of bad events
	for _, x := range []struct {
		side  string
		early int64
		fires bool
	}{{"below", 92, false}, {"above", 108, true}} {
		what := fmt.Sprintf("with few events at the end, just %s the threshold of the tier %s", x.side, tierName(t))
		before, bad := w.quietEnd(t, x.early)
		if before == nil {
			w.omit(what, "no such traffic was found that takes at most "+prometheusDuration(longestTest))
			continue
		}
		s := simulate(w.slo, w.feed, before.then(phase{minutes: most, bad: bad}))
		start := len(s.all) - 1 - most
		at := start + 1
		for at < start+most && !s.above(t, t.Short, at) {
			at++
		}
		if !s.above(t, t.Short, at) || s.tier(t, at) != verdictOf(x.fires) || s.others(t, at) != silent {
			w.omit(what, "no such traffic was found with which no other tier fires")
			continue
		}
		w.add(what, w.feed.input(before.then(phase{minutes: at - start, bad: bad})), []templates.QueryTest{w.alertIs(t.Severity, at, x.fires)}, nil)
	}
}

// quietEnd returns traffic that ends with few events for the time of a tier's short
// look-back. The ratio of bad events is a part, in percent, of the tier's threshold. Bad is
// a number of bad events: with as many in each minute from then on, the ratio rises by up
// to 1% of the threshold in a minute.
//
// The early minutes also have good events. So all counters grow from the start, and
// versions of Prometheus do not differ in how they extrapolate the growth of one of them
// from 0 on.
func (w *testWriter) quietEnd(t schema.Tier, early int64) (all traffic, bad int64) {
	const start = 15
	longer := time.Duration(0)
	for _, other := range w.tiers(t.Severity) {
		longer = max(longer, other.Short)
	}
	// The early minutes are before the longest short look-back.
	many, few := int64((longer-t.Short)/time.Minute)+5, int64(t.Short/time.Minute)
	quiet := few * w.rate()
	// The threshold allows 50 times as many bad events as there are events in the quiet end.
	allowed := 50 * quiet
	exact := new(big.Rat).Mul(complement(w.slo.Goal), big.NewRat(int64(t.Burn), 1000))
	exact.Quo(big.NewRat(allowed, 1), exact)
	total := new(big.Int).Quo(exact.Num(), exact.Denom())
	if time.Duration(start+many+few)*time.Minute > longestTest || !total.IsInt64() || total.Int64() > mostEvents {
		return nil, 0
	}
	earlyBad := allowed * early / 100
	good := (total.Int64() - quiet - earlyBad) / (start + many)
	if good <= 0 {
		return nil, 0
	}
	return traffic{{start, good, earlyBad / start}, {minutes: int(many), good: good}, w.goods(int(few))}, allowed / 100
}

// burning returns traffic that burns the budget at a part of a tier's burn rate. The
// numbers of events are exact.
func (w *testWriter) burning(t schema.Tier, x side, minutes int) (phase, bool) {
	part := new(big.Rat).Mul(complement(w.slo.Goal), big.NewRat(int64(t.Burn), 1000))
	part.Mul(part, x.times)
	const most = 1e12
	total := int64(10_000)
	bad := new(big.Rat)
	for ; ; total *= 10 {
		if bad.Mul(part, big.NewRat(total, 1)); total >= w.rate() && bad.IsInt() {
			break
		}
		if total >= most {
			return phase{}, false
		}
	}
	n := bad.Num().Int64()
	if n >= total {
		return phase{}, false
	}
	return phase{minutes, total - n, n}, true
}
