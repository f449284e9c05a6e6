package slo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"go.opencensus.io/metric/metricdata"

	"github.com/ocgen/ocgen/runtime"
)

// TestBoundOnMemory: however long and often the metrics are read, and whatever
// series come and go, an evaluator keeps at most 200 samples and 60 windows an
// SLO, and twice the series that there are, and 1,000.
func TestBoundOnMemory(t *testing.T) {
	selection := runtime.Selection{Metric: "m"}
	ratio := &runtime.Ratio{Bad: &selection, Total: &selection}
	slos := []runtime.SLO{
		{ID: "day", Goal: 0.9, Days: 1, Ratio: ratio},
		{ID: "days", Goal: 0.9, Days: 30, Ratio: ratio},
		{ID: "month", Goal: 0.9, Calendar: "MONTH", Ratio: ratio},
		{ID: "windows", Goal: 0.9, Calendar: "DAY", Windows: &runtime.Windows{Length: time.Minute, Ratio: ratio}},
	}
	for seed := range uint64(5) {
		rng := rand.New(rand.NewPCG(seed, 1))
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		born := 0
		var m metricdata.Metric
		e := New(Options{SLOs: slos, Now: func() time.Time { return now },
			Gather: func(context.Context) ([]*metricdata.Metric, error) { return []*metricdata.Metric{&m}, nil }})
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
				most = max(most, n)
				if n > 200 || f.windowing != nil && len(f.windowing.closed) > stripLength {
					t.Fatalf("%s: %d samples", f.key, n)
				}
			}
			followed := e.metrics["m"]
			mostSeries = max(mostSeries, len(followed.order))
			if len(followed.order) != len(followed.series) || len(followed.order) > 2*len(m.TimeSeries)+spareSeries {
				t.Fatalf("%d series in a list of %d for %d that there are", len(followed.series), len(followed.order), len(m.TimeSeries))
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
	for len(all.TimeSeries) < 3*spareSeries {
		all.TimeSeries = append(all.TimeSeries, churned(rand.New(rand.NewPCG(1, 1)), &born).TimeSeries...)
	}
	n := len(all.TimeSeries)
	for _, stay := range [][]*metricdata.TimeSeries{
		all.TimeSeries[:1], all.TimeSeries[n/2 : n/2+3], all.TimeSeries[n-1:], nil,
	} {
		read := all
		m := &metric{name: "m"}
		sel := m.selection(nil)
		for reading, series := range [][]*metricdata.TimeSeries{all.TimeSeries, stay, all.TimeSeries} {
			read.TimeSeries = series
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
func churned(rng *rand.Rand, born *int) metricdata.Metric {
	m := metricdata.Metric{Descriptor: metricdata.Descriptor{
		Name: "m", Type: metricdata.TypeCumulativeInt64, LabelKeys: []metricdata.LabelKey{{Key: "id"}},
	}}
	for range rng.IntN(10) {
		*born++
		m.TimeSeries = append(m.TimeSeries, &metricdata.TimeSeries{
			StartTime:   time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
			LabelValues: []metricdata.LabelValue{metricdata.NewLabelValue(fmt.Sprint(*born))},
			Points:      []metricdata.Point{metricdata.NewInt64Point(time.Time{}, 1)},
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
