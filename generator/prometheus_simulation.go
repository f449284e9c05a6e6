package generator

import (
	"cmp"
	"math"
	"time"

	"github.com/ocgen/ocgen/schema"
)

// What the rules say about some traffic is computed here, apart from PromQL: the ratio of
// bad events or windows over each look-back, and which tiers fire.
//
// Versions of Prometheus differ in one sample: up to version 2, a look-back includes the
// sample at its start, and from version 3 on it does not. Results are ranges that hold in
// both. A test is only written for a result that is clear: see margin.

// A verdict is whether a tier fires.
type verdict int

const (
	silent verdict = iota
	firing
	unclear // it depends on the version, or on the last digits of a number
)

// margin is how much a ratio must differ from a threshold, as a part of the threshold. It
// has odd digits, so that no ratio of small numbers is at its end: the same tests are
// written on a machine that rounds in another way.
const margin = 0.010234567

// sumMargin is added for look-backs that are sums of rates: events are counted in all
// rates of the next 5 minutes, so those of the last minutes are not counted in full yet.
const sumMargin = 0.05

// A simulation is the traffic of an SLO, minute by minute.
type simulation struct {
	slo   *schema.SLO
	feed  feed
	even  bool    // one phase, so that all ratios of events are the same
	goods []int64 // the events up to each minute
	bads  []int64
	all   []int64
	wins  []window // of an SLO on windows: the record of each minute
	sums  []counts // of the windows before each minute, and at last of all
}

// counts are numbers of windows.
type counts struct{ known, bad, unsure int }

// A window says whether the window that ends in a minute is bad.
type window struct {
	known bool // there is a sample
	sure  bool // the same in all versions
	bad   bool
}

// plus counts one more window.
func (c counts) plus(w window) counts {
	switch {
	case !w.known:
		return c
	case !w.sure:
		c.unsure++
	case w.bad:
		c.bad++
	}
	c.known++
	return c
}

func simulate(o *schema.SLO, f feed, t traffic) *simulation {
	s := &simulation{slo: o, feed: f, even: len(t) == 1, goods: []int64{0}, bads: []int64{0}, all: []int64{0}}
	for _, p := range t {
		for range p.minutes {
			last := len(s.all) - 1
			s.goods, s.bads, s.all = append(s.goods, s.goods[last]+p.good), append(s.bads, s.bads[last]+p.bad), append(s.all, s.all[last]+allOf(p))
		}
	}
	if w := o.SLI.Windows; w != nil {
		s.sums = append(s.sums, counts{})
		for at := range s.all {
			s.wins = append(s.wins, s.window(w, at))
			s.sums = append(s.sums, s.sums[at].plus(s.wins[at]))
		}
	}
	return s
}

// between returns the growth of a count in the minutes from one to another.
func between(counts []int64, from, to int) float64 { return float64(counts[to] - counts[max(from, 0)]) }

// ratio returns the lowest and the highest ratio of bad events or windows over a look-back
// that ends at a minute. Without any, ok is false.
func (s *simulation) ratio(over time.Duration, at int) (low, high float64, ok bool) {
	minutes := int(over / time.Minute)
	switch {
	case s.wins != nil:
		return s.badWindows(minutes, at)
	case over < sumsFrom:
		bad, good := between(s.bads, at-minutes, at), between(s.goods, at-minutes, at)
		return bad / (bad + good), bad / (bad + good), bad+good > 0
	}
	const step = int(shortest / time.Minute)
	var bad, good float64
	for end := max(at-minutes, 0); end <= at; end++ {
		bad, good = bad+between(s.bads, end-step, end), good+between(s.goods, end-step, end)
	}
	part := bad / (bad + good)
	if s.even || bad == 0 || good == 0 {
		return part, part, bad+good > 0
	}
	return part * (1 - sumMargin), part * (1 + sumMargin), bad+good > 0
}

// badWindows returns the part of bad windows among the samples of a look-back.
func (s *simulation) badWindows(minutes, at int) (low, high float64, ok bool) {
	low, high = 1, 0
	for _, from := range []int{at - minutes, at - minutes + 1} { // version 2, version 3
		before, until := s.sums[max(from, 0)], s.sums[at+1]
		all, bad := float64(until.known-before.known), float64(until.bad-before.bad)
		if all == 0 {
			return 0, 0, false
		}
		low, high = min(low, bad/all), max(high, (bad+float64(until.unsure-before.unsure))/all)
	}
	return low, high, true
}

// window returns the window that ends at a minute.
func (s *simulation) window(w *schema.Windows, at int) window {
	var values []float64
	for _, first := range firstSamples(w.Length, at) {
		if s.feed.gauge != "" {
			values = append(values, s.mean(first, at))
			continue
		}
		if at == first {
			return window{} // one sample has no rate
		}
		within := func(counts []int64) float64 { return increase(counts, w.Length, first, at) }
		bad, good, all := within(s.bads), within(s.goods), within(s.all)
		if all == 0 {
			return window{}
		}
		// The series count good and bad events, or all and bad ones, or all and good ones.
		values = append(values, bad/(bad+good), bad/all, max(0, 1-good/all))
	}
	switch r := cmp.Or(w.Mean, w.Sum); {
	case r == nil:
		limit := 1 - w.Threshold
		return decide(values, func(part float64) float64 { return part - limit })
	case math.IsNaN(values[0]) && math.IsNaN(values[1]):
		return window{}
	default:
		return decide(values, func(mean float64) float64 { return max(mean-r.Max, r.Min-mean) })
	}
}

// firstSamples returns the minutes of the first samples in a look-back, of version 2 and 3.
func firstSamples(over time.Duration, at int) []int {
	start := float64(at) - over.Minutes()
	return []int{max(int(math.Ceil(start)), 0), max(int(math.Floor(start))+1, 0)}
}

// mean returns the mean of the gauge in the samples from one minute to another.
func (s *simulation) mean(from, to int) float64 {
	var sum, n float64
	for m := from; m <= to; m++ {
		switch first := max(m, 1); { // the sample of minute 0 belongs to the first phase
		case s.bads[first] > s.bads[first-1]:
			sum, n = sum+s.feed.bad, n+1
		case s.goods[first] > s.goods[first-1]:
			sum, n = sum+s.feed.good, n+1
		}
	}
	return sum / n
}

// increase returns the growth of a counter in a look-back, as Prometheus extrapolates it
// from the first sample back to the start.
func increase(counts []int64, over time.Duration, first, at int) float64 {
	grown, sampled := between(counts, first, at), float64(at-first)
	missing := float64(first) - (float64(at) - over.Minutes())
	if grown > 0 {
		missing = min(missing, sampled*float64(counts[first])/grown)
	}
	if missing >= 1.1 {
		missing = 0.5
	}
	return grown * (sampled + missing) / sampled
}

// decide returns a window that is bad if all excesses are above zero, and good if all are
// below.
func decide(values []float64, excess func(float64) float64) window {
	const tiny = 1e-6
	result := window{known: true, sure: true}
	for i, v := range values {
		e := excess(v)
		if math.IsNaN(e) || math.Abs(e) < tiny && v != 0 && v != 1 {
			return window{known: true}
		}
		if i > 0 && result.bad != (e > 0) {
			return window{known: true}
		}
		result.bad = e > 0
	}
	return result
}

// tier returns whether a tier fires at a minute.
func (s *simulation) tier(t schema.Tier, at int) verdict {
	if n := s.slo.Alerts.MinEvents; n > 0 && s.slo.Counted() != nil {
		events := float64(s.feed.unit) * between(s.all, at-int(t.Over/time.Minute), at)
		switch {
		case events < float64(n)*(1-margin):
			return silent
		case events < float64(n)*(1+margin):
			return unclear
		}
	}
	threshold, result := limit(s.slo, t), firing
	for _, over := range []time.Duration{t.Over, t.Short} {
		low, high, ok := s.ratio(over, at)
		switch {
		case !ok, high < threshold*(1-margin):
			return silent
		case low < threshold*(1+margin):
			result = unclear
		}
	}
	return result
}

// severity returns whether any tier of a severity fires at a minute.
func (s *simulation) severity(name string, at int) verdict {
	result := silent
	for _, t := range s.slo.Alerts.Tiers {
		if t.Severity == name {
			switch s.tier(t, at) {
			case firing:
				return firing
			case unclear:
				result = unclear
			}
		}
	}
	return result
}

// others returns whether another tier of the same severity fires at a minute.
func (s *simulation) others(of schema.Tier, at int) verdict {
	result := silent
	for _, t := range s.slo.Alerts.Tiers {
		if t.Severity == of.Severity && t != of {
			result = max(result, s.tier(t, at))
		}
	}
	return result
}

// above reports whether the ratio over a look-back is surely above the threshold of a tier.
func (s *simulation) above(t schema.Tier, over time.Duration, at int) bool {
	low, _, _ := s.ratio(over, at)
	return low > limit(s.slo, t)*(1+margin)
}

// limit returns the ratio above which a tier fires.
func limit(o *schema.SLO, t schema.Tier) float64 { return t.Burn.Float() * (1 - o.Goal) }

// crossing returns the first minute after a start in which a tier fires, and the last one
// before in which it is silent. No other tier of its severity fires until then.
func (s *simulation) crossing(t schema.Tier, start int) (below, above int, ok bool) {
	for at := start; at < len(s.all) && s.others(t, at) == silent; at++ {
		switch s.tier(t, at) {
		case silent:
			below = at
		case firing:
			return below, at, below > 0
		}
	}
	return 0, 0, false
}

// near reports whether a tier would fire in one minute if its threshold were 10% less, and
// would be silent in another if it were 10% more.
func (s *simulation) near(t schema.Tier, below, above int) bool {
	threshold := limit(s.slo, t)
	less, more := 0.9*threshold*(1+margin), 1.1*threshold*(1-margin)
	fires, ends := true, false
	for _, over := range []time.Duration{t.Over, t.Short} {
		low, _, _ := s.ratio(over, below)
		_, high, _ := s.ratio(over, above)
		fires, ends = fires && low > less, ends || high < more
	}
	return fires && ends
}
