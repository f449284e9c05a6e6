package main

import "github.com/VictoriaMetrics/metrics"

// startVictoriaTable has a table of metrics, as the library's documentation advises: it is
// VictoriaMetrics's fastest way. Without tags there is one metric: see startVictoriaBound.
func startVictoriaTable(w work) *subject {
	if w.bound || w.tags == noTags {
		return nil
	}
	set := metrics.NewSet()
	s := &subject{read: func() points { return written(set) }}
	switch w.aggregation {
	case distribution:
		s.loop = updateTableLoop(w.tags, func(values ...string) *metrics.Histogram {
			return set.GetOrCreateHistogram(victoriaNameOf(w.tags, values))
		})
	case count, sum:
		s.loop = victoriaCounterLoop(w, func(values ...string) *metrics.Counter {
			return set.GetOrCreateCounter(victoriaNameOf(w.tags, values))
		})
	case lastValue, upDown:
		s.loop = victoriaGaugeLoop(w, func(values ...string) *metrics.Gauge {
			return set.GetOrCreateGauge(victoriaNameOf(w.tags, values), nil)
		})
	}
	return s
}

func updateTableLoop(tags tagging, made maker[*metrics.Histogram]) loop {
	switch tags {
	case twoTags:
		t := newPairTable(made)
		return func(s *sequence, n int) {
			for i := range n {
				t[s.method[i&mask]][s.route[i&mask]].Update(ms(latencies[i&mask]))
			}
		}
	case openTag:
		t := newOpenTable(made)
		return func(s *sequence, n int) {
			for i := range n {
				t[s.customer[i&mask]].Update(ms(latencies[i&mask]))
			}
		}
	case manyTags:
		t := newManyTable(made)
		return func(s *sequence, n int) {
			for i := range n {
				t[s.many.pod[i&manyMask]][s.many.shard[i&manyMask]][s.many.zone[i&manyMask]].Update(ms(latencies[i&mask]))
			}
		}
	}
	t := newThreeTable(made)
	return func(s *sequence, n int) {
		for i := range n {
			t[s.method[i&mask]][s.outcome[i&mask]][s.route[i&mask]].Update(ms(latencies[i&mask]))
		}
	}
}

func victoriaCounterLoop(w work, made maker[*metrics.Counter]) loop {
	if w.tags == manyTags {
		t := newManyTable(made)
		return func(s *sequence, n int) {
			for i := range n {
				t[s.many.pod[i&manyMask]][s.many.shard[i&manyMask]][s.many.zone[i&manyMask]].Inc()
			}
		}
	}
	t := newThreeTable(made)
	if w.aggregation == sum {
		return func(s *sequence, n int) {
			for i := range n {
				t[s.method[i&mask]][s.outcome[i&mask]][s.route[i&mask]].AddInt64(sizes[i&mask])
			}
		}
	}
	return func(s *sequence, n int) {
		for i := range n {
			t[s.method[i&mask]][s.outcome[i&mask]][s.route[i&mask]].Inc()
		}
	}
}

func victoriaGaugeLoop(w work, made maker[*metrics.Gauge]) loop {
	t := newThreeTable(made)
	switch {
	case w.begins:
		return func(s *sequence, n int) {
			open := metrics.NewSet().NewGauge("open", nil) // nothing is open yet
			for i := range n {
				open.Dec()
				open = t[s.method[i&mask]][s.outcome[i&mask]][s.route[i&mask]]
				open.Inc()
			}
		}
	case w.aggregation == upDown:
		return func(s *sequence, n int) {
			for i := range n {
				t[s.method[i&mask]][s.outcome[i&mask]][s.route[i&mask]].Add(float64(deltas[i&mask]))
			}
		}
	}
	return func(s *sequence, n int) {
		for i := range n {
			t[s.method[i&mask]][s.outcome[i&mask]][s.route[i&mask]].Set(ms(latencies[i&mask]))
		}
	}
}

// victoriaNameOf returns the name of the series of tag values.
func victoriaNameOf(tags tagging, values []string) string {
	name, comma := "m{", ""
	for i, label := range labelNames[tags] {
		name += comma + label + `="` + values[i] + `"`
		comma = ","
	}
	return name + "}"
}
