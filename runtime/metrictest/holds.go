package metrictest

import (
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/stats/view"
)

// holds is what a metric can be asked.
type holds uint8

const (
	holdsCount holds = 1 << iota
	holdsSum
	holdsLast
	holdsBuckets
)

// A shape is what is known of a metric whether or not it has data.
type shape struct {
	keys   []string // of its labels
	holds  holds
	what   string    // e.g. "a distribution"
	bounds []float64 // of its buckets, if they are known
}

// shape returns what the views say of a metric of that name, or the registered
// packages, or the data itself.
func (m *Metrics) shape(name string, data []series) (shape, bool) {
	if m.scope != "" && !m.names[name] {
		return shape{}, false
	}
	if v := findView(m.readName(name)); v != nil {
		return shapeOfView(v), true
	}
	for _, p := range runtime.Registered() {
		for _, d := range p.Descriptors() {
			if d.Name == name {
				return shapeOf(d), true
			}
		}
	}
	for _, s := range data {
		if s.descriptor.Name == name {
			return shapeOf(s.descriptor), true
		}
	}
	return shape{}, false
}

// findView returns the registered view of that name, or nil: also after
// view.Stop, which makes OpenCensus panic.
func findView(name string) (v *view.View) {
	defer func() {
		if recover() != nil {
			v = nil
		}
	}()
	return view.Find(name)
}

func shapeOfView(v *view.View) shape {
	var s shape
	for _, k := range v.TagKeys {
		if k != scopeKey {
			s.keys = append(s.keys, k.Name())
		}
	}
	switch v.Aggregation.Type {
	case view.AggTypeCount:
		s.holds, s.what = holdsCount, "a count"
	case view.AggTypeSum:
		s.holds, s.what = holdsSum, "a sum"
	case view.AggTypeLastValue:
		s.holds, s.what = holdsLast, "a last value"
	case view.AggTypeDistribution:
		s.holds, s.what = holdsCount|holdsSum|holdsBuckets, "a distribution"
		s.bounds = v.Aggregation.Buckets
	}
	return s
}

// shapeOf returns what a descriptor says. Counts and sums of int64 are one type.
func shapeOf(d metric.Descriptor) shape {
	var s shape
	for _, k := range d.LabelKeys {
		s.keys = append(s.keys, k.Key)
	}
	switch d.Type {
	case metric.TypeCumulativeInt64:
		s.holds, s.what = holdsCount|holdsSum, "a count or a sum"
	case metric.TypeCumulativeFloat64:
		s.holds, s.what = holdsSum, "a sum"
	case metric.TypeGaugeInt64, metric.TypeGaugeFloat64:
		s.holds, s.what = holdsLast, "a last value"
	case metric.TypeCumulativeDistribution, metric.TypeGaugeDistribution:
		s.holds, s.what = holdsCount|holdsSum|holdsBuckets, "a distribution"
	default:
		s.what = "a summary"
	}
	return s
}
