package evaluate_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// watched is aOfAll("m") with a goal of 99.9% and tiers.
func watched(minEvents int, tiers ...slo.Tier) slo.SLO {
	s := aOfAll("m")
	s.Goal = 0.999
	s.Alerts = &slo.Alerts{Tiers: tiers, MinEvents: minEvents}
	return s
}

var hourly = slo.Tier{Severity: "page", Over: time.Hour, Short: 5 * time.Minute, Burn: 14.4}

// TestTierAtTheLimit: a tier holds above its ratio and not at it, though 14.4*(1-0.999)
// in binary is another number than 0.0144 is.
func TestTierAtTheLimit(t *testing.T) {
	for _, c := range []struct {
		bad, total int64
		holds      bool
	}{{9, 625, false}, {10, 625, true}, {144000, 10000000, false}, {144001, 10000000, true}, {0, 0, false}, {1, 1, true}} {
		src := &source{now: noon}
		e := src.evaluator(watched(0, hourly))
		s := src.look(e, 0, counter("m", noon.Add(-time.Minute), c.total-c.bad, c.bad))
		tier := s.Tiers[0]
		if tier.Holds != c.holds || tier.Limit != 0.0144 || len(s.Holding()) != map[bool]int{true: 1}[c.holds] {
			t.Errorf("%d of %d bad: %+v", c.bad, c.total, tier)
		}
		if !tier.Over.From.Equal(noon.Add(-time.Minute)) || tier.Over.Complete || tier.Over.Name != "1h" || tier.Short.Name != "5m" {
			t.Errorf("a process of a minute: %+v", tier)
		}
	}
}

// TestTierEnds: the short look-back ends an alert, and events after a pause do not
// stand for the hour before.
func TestTierEnds(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(watched(0, hourly))
	good, bad := int64(0), int64(0)
	minute := func(g, b int64) evaluate.Tier {
		good, bad = good+g, bad+b
		return src.look(e, time.Minute, counter("m", noon, good, bad)).Tiers[0]
	}
	for range 60 {
		if minute(100, 0).Holds {
			t.Fatal("holds without a bad event")
		}
	}
	for range 10 {
		minute(50, 50)
	}
	if tier := minute(50, 50); !tier.Holds || !tier.Over.Complete || tier.Over.Bad != 550 || tier.Over.Total != 6000 || tier.Short.Bad != 250 {
		t.Errorf("after 11 bad minutes: %+v", tier)
	}
	for i := range 5 {
		if holds := minute(100, 0).Holds; holds != (i < 4) {
			t.Errorf("%d good minutes after the trouble: %v", i+1, holds)
		}
	}
	if tier := minute(0, 0); tier.Holds || tier.Over.Bad != 550 {
		t.Errorf("good again: %+v", tier)
	}
	for range 70 {
		minute(0, 0)
	}
	if tier := minute(0, 0); tier.Holds || tier.Over.Ratio != nil || tier.Over.State != evaluate.NoData || !tier.Over.Complete {
		t.Errorf("idle: %+v", tier)
	}
	good, bad = good+1, bad+9
	tier := src.look(e, 10*time.Hour, counter("m", noon, good, bad)).Tiers[0]
	if tier.Holds || tier.Over.Total != 0 || tier.Over.Complete {
		t.Errorf("nothing was read for ten hours, so it is not known when the events were: %+v", tier)
	}
}

// TestTierNeedsEvents: with a minimum of events, fewer do not hold.
func TestTierNeedsEvents(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(watched(10, hourly))
	for _, c := range []struct {
		bad   int64
		holds bool
	}{{9, false}, {10, true}} {
		tier := src.look(e, time.Second, counter("m", noon.Add(-time.Second), 0, c.bad)).Tiers[0]
		if tier.Holds != c.holds || tier.Enough != c.holds {
			t.Errorf("%d events: %+v", c.bad, tier)
		}
	}
}

// TestTierOfWindows: the forms on windows compare windows, and their minimum counts events.
func TestTierOfWindows(t *testing.T) {
	s := minutes(0.9)
	s.Alerts = &slo.Alerts{MinEvents: 40, Tiers: []slo.Tier{{Severity: "ticket", Over: 10 * time.Minute, Short: 2 * time.Minute, Burn: 2}}}
	src := &source{now: noon}
	e := src.evaluator(s)
	a, b := int64(0), int64(0)
	src.look(e, 0, counter("m", noon, 0, 0))
	want := func(holds bool, bad, total float64, gotA, gotB int64) {
		t.Helper()
		a, b = a+gotA, b+gotB
		if tier := src.look(e, time.Minute, counter("m", noon, a, b)).Tiers[0]; tier.Holds != holds || tier.Over.Bad != bad || tier.Over.Total != total {
			t.Errorf("at %v: %+v", src.now, tier)
		}
	}
	for i := range 10 {
		want(false, 0, float64(i+1), 4, 0)
	}
	want(false, 1, 10, 0, 4) // 10%
	want(false, 2, 10, 0, 4) // 20%, which is the limit
	want(true, 3, 10, 0, 4)
	want(true, 3, 10, 4, 0)
	want(false, 3, 10, 4, 0) // the last two minutes are good
	want(false, 4, 10, 0, 3) // 39 events
	want(false, 5, 10, 0, 4)
	want(false, 6, 10, 0, 4)
	want(true, 7, 10, 0, 5)
}

// TestTierOfGauge: the forms on gauges have windows and no events to count.
func TestTierOfGauge(t *testing.T) {
	s := slo.SLO{ID: "queue", Goal: 0.9, Days: 1, Windows: &slo.Windows{Length: time.Minute, Mean: &slo.MetricRange{Selection: slo.Selection{Metric: "g"}, Max: 10}},
		Alerts: &slo.Alerts{MinEvents: 1000, Tiers: []slo.Tier{{Severity: "page", Over: 5 * time.Minute, Short: 5 * time.Minute, Burn: 5}}}}
	src := &source{now: noon}
	e := src.evaluator(s)
	for i := range 60 { // readings at 10 s, 20 s, …
		value := int64(5)
		if i >= 30 {
			value = 50
		}
		g := &metric.Metric{Descriptor: metric.Descriptor{Name: "g", Type: metric.TypeGaugeInt64}, Series: []*metric.Series{{Point: metric.Point{Time: noon, Value: value}}}}
		tier := src.look(e, 10*time.Second, g).Tiers[0]
		if wanted := i >= 47; tier.Holds != wanted { // at 12:08:00 three of five minutes were bad
			t.Errorf("after %d readings: %+v", i+1, tier)
		}
	}
}

// TestTiersUnknown: without a reading, with a metric that is missing, and after the counts
// are lost, nothing holds; the JSON says so.
func TestTiersUnknown(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(watched(0, hourly))
	s := src.look(e, 0)
	if tier := s.Tiers[0]; tier.Holds || !tier.Over.From.IsZero() || tier.Over.Length != 3600 || tier.Severity != "page" {
		t.Errorf("before a reading: %+v", tier)
	}
	src.look(e, time.Minute, counter("m", noon, 0, 5))
	s = src.look(e, time.Minute, counter("m", noon, 0, 9))
	text, err := json.Marshal(s)
	if err != nil || !strings.Contains(string(text), `"tiers":[{"severity":"page","burn_rate":14.4,"limit":0.0144,"holds":true,"enough_events":true,"over":{"name":"1h","length_s":3600,`) {
		t.Errorf("%s, %v", text, err)
	}
	s = src.look(e, time.Minute, histogram("m", noon, []float64{1}, 1, 2))
	if tier := s.Tiers[0]; s.Computable || tier.Holds || tier.Over.Total != 0 {
		t.Errorf("another kind of metric: %+v", tier)
	}
	if s := src.look(src.evaluator(aOfAll("m")), 0, counter("m", noon, 0, 5)); s.Tiers != nil {
		t.Errorf("tiers of an SLO without alerts: %+v", s.Tiers)
	}
}

// TestMisshapenTiers: a mistake in a hand-made SLO has its reason.
func TestMisshapenTiers(t *testing.T) {
	for _, tier := range []slo.Tier{
		{Over: time.Hour, Burn: 1},
		{Over: time.Hour, Short: 2 * time.Hour, Burn: 1},
		{Over: time.Hour, Short: time.Hour},
		{Over: time.Hour, Short: time.Hour, Burn: -1},
	} {
		src := &source{now: noon}
		if s := src.look(src.evaluator(watched(0, tier)), 0, counter("m", noon, 0, 5)); s.Computable || !strings.HasPrefix(s.Status, "tier ") || s.Tiers != nil {
			t.Errorf("%+v: %q, %+v", tier, s.Status, s.Tiers)
		}
	}
}

// TestTiersByBruteForce: at readings at random times, each look-back has exactly the events
// between two readings, and its length is off by its spacing at most.
func TestTiersByBruteForce(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 7))
			src := &source{now: noon}
			e := src.evaluator(watched(0, hourly,
				slo.Tier{Severity: "ticket", Over: 72 * time.Hour, Short: 6 * time.Hour, Burn: 1},
				slo.Tier{Severity: "ticket", Over: 24 * time.Hour, Short: 90 * time.Minute, Burn: 3}))
			type counts struct {
				at          time.Time
				good, total int64
			}
			last := counts{at: noon}
			byTime := map[time.Time]counts{}
			for range 12000 {
				step := time.Duration(rng.Int64N(int64(50 * time.Second)))
				good, bad := rng.Int64N(100), rng.Int64N(3)
				s := src.look(e, step, counter("m", noon, last.good+good, last.total-last.good+bad))
				last = counts{src.now, last.good + good, last.total + good + bad}
				byTime[src.now] = last
				for _, tier := range s.Tiers {
					for _, w := range []evaluate.Window{tier.Over, tier.Short} {
						begin, known := byTime[w.From]
						length, want := w.To.Sub(w.From), time.Duration(w.Length*float64(time.Second))
						off := want/720 + 10*time.Second + 50*time.Second // 50 s are between two readings at most
						lived := src.now.Sub(noon)
						if !known && !w.From.Equal(noon) || w.Total != float64(last.total-begin.total) || w.Good != float64(last.good-begin.good) ||
							length > want+off || length < min(want, lived)-off {
							t.Fatalf("%v after the start: %+v has %v, want %d of %d", lived, w, length, last.good-begin.good, last.total-begin.total)
						}
					}
					if tier.Holds != (tier.Over.Total > 0 && tier.Short.Total > 0 && tier.Over.Bad/tier.Over.Total > tier.Limit && tier.Short.Bad/tier.Short.Total > tier.Limit) {
						t.Fatalf("%+v", tier)
					}
				}
			}
		})
	}
}
