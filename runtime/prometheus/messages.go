package prometheus

import (
	"math"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/metric"
	dto "github.com/prometheus/client_model/go"
)

// messages are client_golang's messages for the values of one reading. Responses encode them.
// When all responses are written, a later reading fills the same messages in, so a scrape
// allocates none. The labels are not among them: see slot.
//
// They take about 1.4 KB for a histogram with 12 bounds and 160 bytes for a number, mostly
// for fields of the messages that are always empty.
type messages struct {
	counters   slab[counterMessage]
	gauges     slab[gaugeMessage]
	untyped    slab[untypedMessage]
	histograms slab[histogramMessage]
	buckets    slab[bucketMessage]
	lists      slab[*dto.Bucket]
	families   slab[dto.MetricFamily]
	metrics    []*dto.Metric // of all families, one after another
	all        []*dto.MetricFamily
}

// A counterMessage has all messages of a counter. newMessages links them once.
type counterMessage struct {
	metric  dto.Metric
	counter dto.Counter
	value   float64
}

type gaugeMessage struct {
	metric dto.Metric
	gauge  dto.Gauge
	value  float64
}

type untypedMessage struct {
	metric  dto.Metric
	untyped dto.Untyped
	value   float64
}

type histogramMessage struct {
	metric    dto.Metric
	histogram dto.Histogram
	count     uint64
	sum       float64
}

type bucketMessage struct {
	bucket dto.Bucket
	count  uint64
}

func newMessages() *messages {
	m := &messages{}
	m.counters.made = func(c *counterMessage) { c.counter.Value, c.metric.Counter = &c.value, &c.counter }
	m.gauges.made = func(g *gaugeMessage) { g.gauge.Value, g.metric.Gauge = &g.value, &g.gauge }
	m.untyped.made = func(u *untypedMessage) { u.untyped.Value, u.metric.Untyped = &u.value, &u.untyped }
	m.histograms.made = func(h *histogramMessage) {
		h.histogram.SampleCount, h.histogram.SampleSum, h.metric.Histogram = &h.count, &h.sum, &h.histogram
	}
	m.buckets.made = func(b *bucketMessage) { b.bucket.CumulativeCount = &b.count }

	m.counters.cleared = func(c *counterMessage) { c.metric.Label = nil }
	m.gauges.cleared = func(g *gaugeMessage) { g.metric.Label = nil }
	m.untyped.cleared = func(u *untypedMessage) { u.metric.Label = nil }
	m.histograms.cleared = func(h *histogramMessage) { h.metric.Label, h.histogram.Bucket = nil, nil }
	m.buckets.cleared = func(b *bucketMessage) { b.bucket.UpperBound, b.bucket.Exemplar = nil, nil }
	m.lists.cleared = func(b **dto.Bucket) { *b = nil }
	m.families.cleared = func(f *dto.MetricFamily) { f.Name, f.Help, f.Type, f.Unit, f.Metric = nil, nil, nil, nil, nil }
	return m
}

// fill returns the families of the slots, which are in the order of the exposition. The
// messages must not be in use. What was filled in before is overwritten.
func (m *messages) fill(order []*slot) []*dto.MetricFamily {
	m.restart(len(order))
	for first := 0; first < len(order); {
		k := order[first].metric
		next := first
		for ; next < len(order) && (order[next].metric == k || order[next].metric.family.name == k.family.name); next++ {
			m.metrics = append(m.metrics, m.message(order[next]))
		}
		f := &m.families.take(1)[0]
		f.Name, f.Help, f.Type, f.Unit = k.head.Name, k.head.Help, k.head.Type, unitOf(order[first:next])
		f.Metric = m.metrics[first:next:next]
		m.all = append(m.all, f)
		first = next
	}
	m.trim()
	return m.all
}

// unitOf returns the unit of a family. Producers that share the family may have different
// units, and then the unit is the one of the series with the first key: it is the same at each
// scrape.
func unitOf(slots []*slot) *string {
	first := slots[0]
	for _, s := range slots {
		if s.metric == first.metric || s.metric.head.GetUnit() == first.metric.head.GetUnit() {
			continue
		}
		return slices.MinFunc(slots, func(a, b *slot) int { return strings.Compare(a.key(), b.key()) }).metric.head.Unit
	}
	return first.metric.head.Unit
}

// restart makes all messages available again.
func (m *messages) restart(series int) {
	m.counters.restart()
	m.gauges.restart()
	m.untyped.restart()
	m.histograms.restart()
	m.buckets.restart()
	m.lists.restart()
	m.families.restart()
	if cap(m.metrics) < series || cap(m.metrics) > 2*series+minChunk {
		m.metrics = make([]*dto.Metric, 0, series+series/8)
	}
	m.metrics, m.all = m.metrics[:0], m.all[:0]
}

// trim releases memory after the number of series has fallen.
func (m *messages) trim() {
	clear(m.metrics[len(m.metrics):cap(m.metrics)])
	clear(m.all[len(m.all):cap(m.all)])
	m.counters.trim()
	m.gauges.trim()
	m.untyped.trim()
	m.histograms.trim()
	m.buckets.trim()
	m.lists.trim()
	m.families.trim()
}

// message fills in the message of a slot.
func (m *messages) message(s *slot) *dto.Metric {
	point := s.series.Point.Value
	s.series = nil // only borrowed
	v, _ := number(point)
	switch s.metric.family.kind {
	case histogram:
		return m.histogram(s, point.(*metric.Distribution))
	}
	s.shown = shownHistogram{}
	switch s.metric.family.kind {
	case counter:
		c := &m.counters.take(1)[0]
		c.value, c.metric.Label = v, s.labels
		return &c.metric
	case gauge:
		g := &m.gauges.take(1)[0]
		g.value, g.metric.Label = v, s.labels
		return &g.metric
	}
	u := &m.untyped.take(1)[0]
	u.value, u.metric.Label = v, s.labels
	return &u.metric
}

// histogram fills in a histogram with cumulative buckets. The last bucket has the histogram's
// count, so Prometheus needs it only for an exemplar.
func (m *messages) histogram(s *slot, d *metric.Distribution) *dto.Metric {
	s.shown = s.shown.next(d)
	l, shows := s.layout, s.shown
	last := shows.exemplars[math.Inf(1)]
	n := len(l.shown)
	if last != nil {
		n++
	}
	h := &m.histograms.take(1)[0]
	h.metric.Label, h.count, h.sum = s.labels, uint64(d.Count), shows.sum
	buckets, list := m.buckets.take(n), m.lists.take(n)
	total, place := int64(0), 0
	for i, shown := range l.shown {
		for ; place <= shown; place++ {
			total += d.Buckets[place].Count
		}
		b := &buckets[i]
		b.count, b.bucket.UpperBound, b.bucket.Exemplar = uint64(total), &l.bounds[shown], nil
		if len(shows.exemplars) > 0 {
			b.bucket.Exemplar = shows.exemplars[l.bounds[shown]].proto()
		}
		list[i] = &b.bucket
	}
	if last != nil {
		b := &buckets[n-1]
		b.count, b.bucket.UpperBound, b.bucket.Exemplar = uint64(d.Count), &infinite, last.proto()
		list[n-1] = &b.bucket
	}
	h.histogram.Bucket = list
	return &h.metric
}

// infinite is the bound of the last bucket. It is not changed.
var infinite = math.Inf(1)
