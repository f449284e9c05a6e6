package main

import "github.com/prometheus/client_golang/prometheus"

// startPrometheusTable has a table of what WithLabelValues returned, which is Prometheus's
// fastest way. Without tags it is the instrument itself.
func startPrometheusTable(w work) *subject {
	if w.bound {
		return nil
	}
	registry := prometheus.NewRegistry()
	s := &subject{read: func() points { return gathered(registry) }}
	labels := labelNames[w.tags]
	switch w.aggregation {
	case distribution:
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "m", Buckets: w.bounds}, labels)
		registry.MustRegister(h)
		s.loop = observerLoop(w.tags, h.WithLabelValues)
	case count, sum:
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "m"}, labels)
		registry.MustRegister(c)
		s.loop = counterTableLoop(w, c.WithLabelValues)
	case lastValue, upDown:
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "m"}, labels)
		registry.MustRegister(g)
		s.loop = gaugeTableLoop(w, g.WithLabelValues)
	}
	return s
}

func observerLoop(tags tagging, made maker[prometheus.Observer]) loop {
	switch tags {
	case noTags:
		o := made()
		return func(_ *sequence, n int) {
			for i := range n {
				o.Observe(ms(latencies[i&mask]))
			}
		}
	case twoTags:
		t := newPairTable(made)
		return func(s *sequence, n int) {
			for i := range n {
				t[s.method[i&mask]][s.route[i&mask]].Observe(ms(latencies[i&mask]))
			}
		}
	case openTag:
		t := newOpenTable(made)
		return func(s *sequence, n int) {
			for i := range n {
				t[s.customer[i&mask]].Observe(ms(latencies[i&mask]))
			}
		}
	case manyTags:
		t := newManyTable(made)
		return func(s *sequence, n int) {
			for i := range n {
				t[s.many.pod[i&manyMask]][s.many.shard[i&manyMask]][s.many.zone[i&manyMask]].Observe(ms(latencies[i&mask]))
			}
		}
	}
	t := newThreeTable(made)
	return func(s *sequence, n int) {
		for i := range n {
			t[s.method[i&mask]][s.outcome[i&mask]][s.route[i&mask]].Observe(ms(latencies[i&mask]))
		}
	}
}

func counterTableLoop(w work, made maker[prometheus.Counter]) loop {
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
				t[s.method[i&mask]][s.outcome[i&mask]][s.route[i&mask]].Add(float64(sizes[i&mask]))
			}
		}
	}
	return func(s *sequence, n int) {
		for i := range n {
			t[s.method[i&mask]][s.outcome[i&mask]][s.route[i&mask]].Inc()
		}
	}
}

func gaugeTableLoop(w work, made maker[prometheus.Gauge]) loop {
	t := newThreeTable(made)
	switch {
	case w.begins:
		return func(s *sequence, n int) {
			open := prometheus.NewGauge(prometheus.GaugeOpts{}) // nothing is open yet
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
