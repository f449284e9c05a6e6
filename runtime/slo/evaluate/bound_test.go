package evaluate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
)

// TestBoundOnMemory: however long and often the metrics are read, and whatever
// series come and go, an evaluator keeps at most 200 samples and 60 windows an
// SLO, twice the series that there are, and 1,000, and 722 marks at each spacing.
func TestBoundOnMemory(t *testing.T) {
	selection := slo.Selection{Metric: "m"}
	ratio := &slo.Ratio{Bad: &selection, Total: &selection}
	slos := []slo.SLO{
		{ID: "day", Goal: 0.9, Days: 1, Ratio: ratio},
		{ID: "days", Goal: 0.9, Days: 30, Ratio: ratio},
		{ID: "tiers", Goal: 0.9, Days: 30, Ratio: ratio, Alerts: &slo.Alerts{Tiers: []slo.Tier{
			{Over: time.Hour, Short: 5 * time.Minute, Burn: 8},
			{Over: 2*time.Hour - time.Second, Short: 7201 * time.Second / 7, Burn: 7},
			{Over: 30 * day, Short: 7201 * time.Second, Burn: 1},
		}}},
		{ID: "month", Goal: 0.9, Calendar: "MONTH", Ratio: ratio},
		{ID: "windows", Goal: 0.9, Calendar: "DAY", Windows: &slo.Windows{Length: time.Minute, Ratio: ratio}},
	}
	for seed := range uint64(5) {
		rng := rand.New(rand.NewPCG(seed, 1))
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		born := 0
		var m metric.Metric
		e := New(Options{SLOs: slos, Now: func() time.Time { return now },
			Gather: func(context.Context) ([]*metric.Metric, error) { return []*metric.Metric{&m}, nil }})
		most, mostSeries := 0, 0
		for range 5000 {
			now = now.Add(time.Duration(rng.Int64N(int64(pace(rng)))))
			m = churned(rng, &born)
			e.Evaluate(context.Background())
			for _, f := range e.followers {
				n := 0
				for _, track := range f.tracks {
					if limit := int(track.span/track.every) + 2; len(track.samples) > limit {
						t.Fatalf("%s: %d samples for %v, more than %d", f.key, len(track.samples), track.span, limit)
					}
					n += len(track.samples)
				}
				if f.history != nil {
					for _, r := range f.history.rings {
						if len(f.history.rings) != 3 || len(r.marks) > 722 {
							t.Fatalf("%d marks at a spacing of %v, one of %d", len(r.marks), r.every, len(f.history.rings))
						}
					}
				}
				most = max(most, n)
				if n > 200 || f.windowing != nil && len(f.windowing.closed) > stripLength {
					t.Fatalf("%s: %d samples", f.key, n)
				}
			}
			followed := e.metrics["m"]
			mostSeries = max(mostSeries, len(followed.order))
			if len(followed.order) != len(followed.series) || len(followed.order) > 2*len(m.Series)+spareSeries {
				t.Fatalf("%d series in a list of %d for %d that there are", len(followed.series), len(followed.order), len(m.Series))
			}
		}
		if got := e.followers[0].indicator.total.value; got != float64(born) {
			t.Errorf("%v of %d events counted", got, born)
		}
		if most < 100 || mostSeries <= spareSeries {
			t.Errorf("only %d samples and %d series were kept: the bounds were not near", most, mostSeries)
		}
	}
}

// pace is at most how long the pause to the next reading is.
func pace(rng *rand.Rand) time.Duration {
	switch p := rng.IntN(1000); {
	case p < 5:
		return 3 * 24 * time.Hour
	case p < 50:
		return 20 * time.Minute
	default:
		return 15 * time.Second
	}
}

// TestDroppedSeriesComeBack: a series that was dropped is a new one when it comes
// again, wherever it stood among others.
func TestDroppedSeriesComeBack(t *testing.T) {
	born := 0
	all := churned(rand.New(rand.NewPCG(1, 1)), &born)
	for len(all.Series) < 3*spareSeries {
		all.Series = append(all.Series, churned(rand.New(rand.NewPCG(1, 1)), &born).Series...)
	}
	n := len(all.Series)
	for _, stay := range [][]*metric.Series{
		all.Series[:1], all.Series[n/2 : n/2+3], all.Series[n-1:], nil,
	} {
		read := all
		m := &followedMetric{name: "m"}
		sel := m.selection(nil)
		for reading, series := range [][]*metric.Series{all.Series, stay, all.Series} {
			read.Series = series
			m.take(&read, reading+1)
			m.prune(reading + 1)
			if m.problem != "" || len(m.order) != len(series) || len(m.series) != len(series) {
				t.Fatalf("reading %d of %d: %d series in a list of %d, %s", reading+1, len(series), len(m.series), len(m.order), m.problem)
			}
		}
		if want := float64(2*n - len(stay)); sel.value != want {
			t.Errorf("%v events with %d series that stay, want %v", sel.value, len(stay), want)
		}
	}
}

// churned returns a metric whose series are all new, each with a count of one.
func churned(rng *rand.Rand, born *int) metric.Metric {
	m := metric.Metric{Descriptor: metric.Descriptor{
		Name: "m", Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "id"}},
	}}
	for range rng.IntN(10) {
		*born++
		m.Series = append(m.Series, &metric.Series{
			StartTime:   time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
			LabelValues: []metric.LabelValue{metric.NewLabelValue(fmt.Sprint(*born))},
			Point:       metric.Point{Time: time.Time{}, Value: int64(1)},
		})
	}
	return m
}

// TestTrackHasWhatWindowsNeed: at a steady pace of readings a window begins
// where it should, by a tenth, as soon as the readings go back so far.
func TestTrackHasWhatWindowsNeed(t *testing.T) {
	for _, track := range newTracks(24 * time.Hour) {
		begin := time.Date(2026, 1, 1, 0, 0, 3, 0, time.UTC)
		for at := begin; at.Before(begin.Add(3 * track.span)); at = at.Add(interval) {
			s := sample{at: at}
			length := at.Sub(track.begin(s).at)
			lived := at.Sub(begin)
			if length > track.span+track.span/leeway || length < min(lived, track.span) && lived >= track.span {
				t.Fatalf("after %v a window of %v begins %v ago", lived, track.span, length)
			}
			track.add(s)
		}
	}
}

// TestHistoryHasWhatLookBacksNeed: at a steady pace of readings a look-back is longer than its
// length by its spacing at most, as soon as the readings go back so far, and a ring has as
// many marks as it may have.
func TestHistoryHasWhatLookBacksNeed(t *testing.T) {
	for _, lookBack := range []time.Duration{time.Minute, 5 * time.Minute, 90 * time.Minute, 2 * time.Hour, 2*time.Hour + 1, 6 * time.Hour, day, 3 * day} {
		h := newHistory(&slo.Alerts{Tiers: []slo.Tier{{Over: lookBack, Short: lookBack, Burn: 1}}})
		ring := h.rings[0]
		begin := time.Date(2026, 1, 1, 0, 0, 3, 0, time.UTC).UnixNano()
		most := 0
		for at := begin; at < begin+int64(3*lookBack); at += int64(interval) {
			now := mark{at: at}
			length, lived := at-ring.begin(now, lookBack).at, at-begin
			if length > int64(lookBack+ring.every) || length < min(lived, int64(lookBack)) {
				t.Fatalf("after %v a look-back of %v begins %v ago", time.Duration(lived), lookBack, time.Duration(length))
			}
			ring.add(now)
			most = max(most, len(ring.marks))
		}
		if limit := int(lookBack/ring.every) + 2; most > limit || most < limit-2 || limit > marksPerLookBack+2 {
			t.Errorf("%v: %d marks at a spacing of %v", lookBack, most, ring.every)
		}
	}
	if every := spacing(1<<63 - 1); every < (1<<63-1)/marksPerLookBack {
		t.Errorf("the greatest look-back has a spacing of %v", every)
	}
}
