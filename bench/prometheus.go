package main

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

var labelNames = map[tagging][]string{
	noTags:    nil,
	twoTags:   {"method", "route"},
	threeTags: {"method", "outcome", "route"},
	openTag:   {"customer"},
	manyTags:  {"pod", "shard", "zone"},
}

// startLabelValues looks the series up for each record, as most code does.
func startLabelValues(w work) *subject {
	if w.bound || w.tags == manyTags || w.begins {
		return nil
	}
	registry := prometheus.NewRegistry()
	s := &subject{read: func() points { return gathered(registry) }}
	labels := labelNames[w.tags]
	switch w.aggregation {
	case distribution:
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "m", Buckets: w.bounds}, labels)
		registry.MustRegister(h)
		s.loop = observeLoops[w.tags](h)
	case count:
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "m"}, labels)
		registry.MustRegister(c)
		s.loop = func(s *sequence, n int) {
			for i := range n {
				c.WithLabelValues(s.methodName[i&mask], s.outcomeName[i&mask], s.routeName[i&mask]).Inc()
			}
		}
	case sum:
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "m"}, labels)
		registry.MustRegister(c)
		s.loop = func(s *sequence, n int) {
			for i := range n {
				c.WithLabelValues(s.methodName[i&mask], s.outcomeName[i&mask], s.routeName[i&mask]).Add(float64(sizes[i&mask]))
			}
		}
	case lastValue:
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "m"}, labels)
		registry.MustRegister(g)
		s.loop = func(s *sequence, n int) {
			for i := range n {
				g.WithLabelValues(s.methodName[i&mask], s.outcomeName[i&mask], s.routeName[i&mask]).Set(ms(latencies[i&mask]))
			}
		}
	case upDown:
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "m"}, labels)
		registry.MustRegister(g)
		s.loop = func(s *sequence, n int) {
			for i := range n {
				g.WithLabelValues(s.methodName[i&mask], s.outcomeName[i&mask], s.routeName[i&mask]).Add(float64(deltas[i&mask]))
			}
		}
	}
	return s
}

var observeLoops = map[tagging]func(h *prometheus.HistogramVec) loop{
	noTags: func(h *prometheus.HistogramVec) loop {
		return func(_ *sequence, n int) {
			for i := range n {
				h.WithLabelValues().Observe(ms(latencies[i&mask]))
			}
		}
	},
	twoTags: func(h *prometheus.HistogramVec) loop {
		return func(s *sequence, n int) {
			for i := range n {
				h.WithLabelValues(s.methodName[i&mask], s.routeName[i&mask]).Observe(ms(latencies[i&mask]))
			}
		}
	},
	threeTags: func(h *prometheus.HistogramVec) loop {
		return func(s *sequence, n int) {
			for i := range n {
				h.WithLabelValues(s.methodName[i&mask], s.outcomeName[i&mask], s.routeName[i&mask]).Observe(ms(latencies[i&mask]))
			}
		}
	},
	openTag: func(h *prometheus.HistogramVec) loop {
		return func(s *sequence, n int) {
			for i := range n {
				h.WithLabelValues(s.customer[i&mask]).Observe(ms(latencies[i&mask]))
			}
		}
	},
}

// startPrometheusBound keeps what WithLabelValues returned.
func startPrometheusBound(w work) *subject {
	if !w.bound {
		return nil
	}
	registry := prometheus.NewRegistry()
	s := &subject{read: func() points { return gathered(registry) }}
	labels := labelNames[w.tags]
	switch w.aggregation {
	case distribution:
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "m", Buckets: w.bounds}, labels)
		registry.MustRegister(h)
		s.bind = func(q *sequence) loop {
			o := h.WithLabelValues(q.methodName[0], q.outcomeName[0], q.routeName[0])
			return func(_ *sequence, n int) {
				for i := range n {
					o.Observe(ms(latencies[i&mask]))
				}
			}
		}
	case count, sum:
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "m"}, labels)
		registry.MustRegister(c)
		s.bind = func(q *sequence) loop {
			return counterLoop(w.aggregation, c.WithLabelValues(q.methodName[0], q.outcomeName[0], q.routeName[0]))
		}
	case lastValue:
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "m"}, labels)
		registry.MustRegister(g)
		s.bind = func(q *sequence) loop {
			o := g.WithLabelValues(q.methodName[0], q.outcomeName[0], q.routeName[0])
			return func(_ *sequence, n int) {
				for i := range n {
					o.Set(ms(latencies[i&mask]))
				}
			}
		}
	}
	return s
}

func counterLoop(a aggregation, c prometheus.Counter) loop {
	if a == count {
		return func(_ *sequence, n int) {
			for range n {
				c.Inc()
			}
		}
	}
	return func(_ *sequence, n int) {
		for i := range n {
			c.Add(float64(sizes[i&mask]))
		}
	}
}

// gathered returns the registry's points. Prometheus's buckets are cumulative,
// and the last one is the count.
func gathered(registry *prometheus.Registry) points {
	all := points{}
	families, err := registry.Gather()
	if err != nil {
		panic(err)
	}
	for _, family := range families {
		for _, m := range family.Metric {
			var values []string
			for _, l := range m.Label { // sorted by name
				values = append(values, l.GetValue())
			}
			all[strings.Join(values, " ")] = promPoint(m)
		}
	}
	return all
}

func promPoint(m *dto.Metric) point {
	switch {
	case m.Counter != nil:
		return point{count: uint64(m.Counter.GetValue()), value: m.Counter.GetValue()}
	case m.Gauge != nil:
		return point{value: m.Gauge.GetValue()}
	}
	h := m.Histogram
	p := point{count: h.GetSampleCount(), value: h.GetSampleSum()}
	var below uint64
	for _, b := range h.Bucket {
		p.buckets = append(p.buckets, b.GetCumulativeCount()-below)
		below = b.GetCumulativeCount()
	}
	p.buckets = append(p.buckets, h.GetSampleCount()-below)
	return p
}
