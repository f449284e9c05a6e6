package generator

import (
	"fmt"
	"math"
	"time"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// windowThreshold tests the largest number of bad windows with which a tier is silent, and
// the smallest with which it fires, while no other tier fires.
func (w *testWriter) windowThreshold(t schema.Tier) {
	what := fmt.Sprintf("bad windows just below and just above the threshold of the tier %s", tierName(t))
	best := w.goodThenBad(t)
	// A bad window of a gauge cannot end at once.
	if !best.near && w.feed.gauge == "" {
		if other := w.badTwice(t); best.traffic == nil || other.near {
			best = other
		}
	}
	if best.traffic == nil {
		w.omit(what, "no number of windows is near it without another tier that fires")
		return
	}
	w.add(what, w.feed.input(best.traffic), []templates.QueryTest{
		w.alertIs(t.Severity, best.below, false), w.alertIs(t.Severity, best.above, true),
	}, nil)
}

// A windowTest is traffic that ends with bad events, and with them a tier fires.
type windowTest struct {
	traffic      traffic
	below, above int     // the last minute in which it is silent, and the first in which it fires
	gap          float64 // the ratio of bad windows in the second minute, as a multiple of the first
	near         bool    // both are less than 10% from the threshold
}

// betterThan reports whether a test is better than a shorter one. Only a clear gain is worth a
// longer scenario.
func (a windowTest) betterThan(b windowTest) bool {
	if a.near != b.near {
		return a.near
	}
	return a.gap < b.gap-0.01
}

// windowTest returns the test of a tier with traffic that goes on with bad events.
func (w *testWriter) windowTest(t schema.Tier, before traffic, bads phase) (windowTest, bool) {
	s := simulate(w.slo, w.feed, before.then(bads))
	start := len(s.all) - 1 - bads.minutes
	below, above, ok := s.crossing(t, start)
	if !ok {
		return windowTest{}, false
	}
	_, high, _ := s.ratio(t.Over, below)
	low, _, _ := s.ratio(t.Over, above)
	if high == 0 {
		return windowTest{}, false
	}
	bads.minutes = above - start
	return windowTest{before.then(bads), below, above, low / high, s.near(t, below, above)}, true
}

// goodThenBad returns the test with only good and then only bad events. Of some times of
// good ones, it takes the one with which the two ratios are the nearest to each other.
func (w *testWriter) goodThenBad(t schema.Tier) windowTest {
	const most = 6 * 60
	best := windowTest{gap: math.Inf(1)}
	for before := 30; before <= most; before += 15 {
		test, ok := w.windowTest(t, traffic{w.goods(before)}, w.bads(min(int(t.Over/time.Minute), most)))
		if ok && test.betterThan(best) {
			best = test
		}
	}
	return best
}

// badTwice returns the test with a few bad windows early, and the next ones at the end.
// So a tier with a long look-back can be near its threshold while shorter look-backs have only
// the last ones. Before these, there may also be no events for the time of the short look-back
// and of a window: then the short look-back has only bad windows, and longer ones also have
// good windows. If no test is near the threshold, it is the one with the smallest gap.
func (w *testWriter) badTwice(t schema.Tier) windowTest {
	const step, first, most = 30, 5, 25 // with fewer than 5 bad windows, one more is 20% more
	best := windowTest{gap: math.Inf(1)}
	for bad := first; bad < most; bad++ {
		for _, idle := range []int{0, int(t.Short/time.Minute) + w.windowMinutes() + 1} {
			for gap := step; gap < int(t.Over/time.Minute); gap += step {
				before, bads := w.early(t, bad, gap, idle)
				if before == nil {
					break
				}
				test, ok := w.windowTest(t, before, bads)
				switch {
				case ok && test.near:
					return test
				case ok && test.betterThan(best):
					best = test
				}
			}
		}
	}
	return best
}

// windowMinutes returns how many minutes a window has events of.
func (w *testWriter) windowMinutes() int {
	return int((w.slo.SLI.Windows.Length + time.Minute - 1) / time.Minute)
}

// early returns traffic with good events, bad ones, a gap of good ones, and an idle time,
// and what follows. With this number of bad windows, early and at the end, the ratio is just
// below the threshold of a tier. A window is bad from a bad minute on, and good again from
// the next minute on, which has very many good events.
func (w *testWriter) early(t schema.Tier, bad, gap, idle int) (before traffic, bads phase) {
	threshold, allowed, length := limit(w.slo, t), 1-w.slo.SLI.Windows.Threshold, w.windowMinutes()
	last := 1
	if idle == 0 { // more than the short look-back allows
		last += int(threshold * (1 + margin) * float64(t.Short/time.Minute+1))
	}
	// In this many windows with events, the threshold is half-way to one more bad window.
	known := int((float64(bad) + 0.5) / threshold)
	minutes := bad - last
	lead := known - minutes - 1 - gap - min(idle, length) - last
	if minutes < 1 || lead < 1 || time.Duration(known)*time.Minute > t.Over || time.Duration(known+idle)*time.Minute > longestTest {
		return nil, phase{}
	}
	many := math.Ceil(float64(w.rate()*int64(length+1)) * 2 * allowed / (1 - allowed))
	end := math.Ceil(float64(minutes) * many * 2 / allowed)
	if allowed == 0 || end > mostEvents {
		return nil, phase{}
	}
	before = traffic{w.goods(lead), {minutes: minutes, bad: int64(many)}, {minutes: 1, good: int64(end)}, w.goods(gap)}
	if idle > 0 {
		before = append(before, phase{minutes: idle})
	}
	return before, phase{minutes: last + length + 5, bad: int64(many)}
}
