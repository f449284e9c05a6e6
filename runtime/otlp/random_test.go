package otlp

import (
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A source makes metrics of all kinds, also such that cannot be sent.
type source struct{ *rand.Rand }

func newSource(seed uint64) source { return source{rand.New(rand.NewPCG(seed, 2))} }

// oneIn reports true once in n calls.
func (r source) oneIn(n int) bool { return r.IntN(n) == 0 }

var texts = []string{"", "a", "b", "code", "method", "größe", "\x00", "\"", "\u2028", "route/{id}", strings.Repeat("l", 127), strings.Repeat("é", 100)}

func (r source) text() string {
	if r.oneIn(400) {
		return "bad\xff"
	}
	if r.oneIn(400) {
		return strings.Repeat("long", 5000)
	}
	return texts[r.IntN(len(texts))]
}

func (r source) time() time.Time {
	switch r.IntN(10) {
	case 0:
		return time.Time{}
	case 1:
		return time.Unix(-r.Int64N(1e9), 1)
	case 2:
		return time.Unix(0, 0)
	case 3: // more nanoseconds than an int64 has
		return time.Date(1000+500*r.IntN(6), 1, 1, 0, 0, 0, r.IntN(1e9), time.UTC)
	}
	return time.Unix(r.Int64N(2e9), r.Int64N(1e9))
}

func (r source) float() float64 {
	odd := []float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -1}
	if r.oneIn(4) {
		return odd[r.IntN(len(odd))]
	}
	return r.NormFloat64()
}

// count returns a count, which is seldom negative.
func (r source) count() int64 {
	if r.oneIn(400) {
		return -1 - r.Int64N(10)
	}
	return r.Int64N(1 << uint(1+r.IntN(62)))
}

func (r source) metrics() []*metric.Metric {
	var all []*metric.Metric
	for range r.IntN(12) {
		switch {
		case r.oneIn(20):
			all = append(all, nil)
		case r.oneIn(20) && len(all) > 0:
			all = append(all, all[r.IntN(len(all))]) // the same metric again
		default:
			all = append(all, r.metric())
		}
	}
	return all
}

func (r source) metric() *metric.Metric {
	m := &metric.Metric{Descriptor: metric.Descriptor{
		Name: r.text(), Description: r.text(), Unit: r.text(), Type: metric.Type(r.IntN(8)), Fallen: r.oneIn(4), UpDown: r.oneIn(4),
	}}
	for range r.IntN(5) { // also repeated and not sorted
		m.Descriptor.LabelKeys = append(m.Descriptor.LabelKeys, metric.LabelKey{Key: r.text()})
	}
	for range r.IntN(6) {
		m.Series = append(m.Series, r.series(&m.Descriptor))
	}
	return m
}

func (r source) series(d *metric.Descriptor) *metric.Series {
	if r.oneIn(100) {
		return nil
	}
	s := &metric.Series{StartTime: r.time(), Point: metric.Point{Time: r.time(), Value: r.value(d.Type)}}
	for range d.LabelKeys {
		s.LabelValues = append(s.LabelValues, metric.LabelValue{Value: r.text(), Present: !r.oneIn(3)})
	}
	if r.oneIn(100) {
		s.LabelValues = append(s.LabelValues, metric.NewLabelValue("one too many"))
	}
	return s
}

// value returns a value of the type, and sometimes another.
func (r source) value(t metric.Type) any {
	if r.oneIn(50) {
		t = metric.Type(r.IntN(8))
	}
	switch t {
	case metric.TypeGaugeInt64, metric.TypeCumulativeInt64:
		return int64(r.Uint64()) >> uint(r.IntN(64))
	case metric.TypeGaugeFloat64, metric.TypeCumulativeFloat64:
		return r.float()
	case metric.TypeGaugeDistribution, metric.TypeCumulativeDistribution:
		return r.distribution()
	case metric.TypeSummary:
		return r.summary()
	}
	return nil
}

func (r source) distribution() *metric.Distribution {
	if r.oneIn(50) {
		return nil
	}
	d := &metric.Distribution{Count: r.count(), Sum: r.float()}
	for range r.IntN(30) {
		d.Bounds = append(d.Bounds, r.float())
	}
	buckets := len(d.Bounds) + 1
	if r.oneIn(10) {
		buckets = r.IntN(4)
	}
	for range buckets {
		b := metric.Bucket{Count: r.count()}
		if r.oneIn(5) {
			b.Exemplar = r.exemplar()
		}
		d.Buckets = append(d.Buckets, b)
	}
	return d
}

func (r source) exemplar() *metric.Exemplar {
	e := &metric.Exemplar{Value: r.float(), Timestamp: r.time(), Span: metric.Span{Sampled: r.oneIn(2)}}
	if r.oneIn(2) {
		e.Span.TraceID = metric.TraceID{byte(r.IntN(2)), 15: byte(r.IntN(256))}
	}
	if r.oneIn(2) {
		e.Span.SpanID = metric.SpanID{byte(r.IntN(2)), 7: byte(r.IntN(256))}
	}
	if r.oneIn(2) {
		e.Attachments = map[string]string{}
		for range r.IntN(4) {
			e.Attachments[r.text()] = r.text()
		}
	}
	return e
}

func (r source) summary() *metric.Summary {
	if r.oneIn(20) {
		return nil
	}
	s := &metric.Summary{Count: r.count(), Sum: r.float(), Snapshot: metric.Snapshot{Percentiles: map[float64]float64{}}}
	for range r.IntN(5) {
		s.Snapshot.Percentiles[float64(r.IntN(1000))/10] = r.float()
	}
	return s
}
