package metrictest

import (
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

// A Shape has the properties of a metric, whether or not the metric has data.
type Shape struct {
	Tags   []string // the keys of its labels
	Kind   Kind
	Bounds []float64 // of its buckets; nil if they are unknown before the metric has data
}

// A Kind is the kind of a metric. It determines which assertions are possible.
type Kind uint8

// The kinds of metrics.
const (
	Summary Kind = iota // no assertion is possible
	Count
	Sum
	CountOrSum // of integers: a descriptor does not distinguish the two
	LastValue
	Distribution
	UpDown // an up-down count: its sum is the change since the start, its last value the number now
)

// holds is what a metric has values of.
type holds uint8

const (
	holdsCount holds = 1 << iota
	holdsSum
	holdsLast
	holdsBuckets
)

// kinds are what metrics of a kind hold, and how messages call them.
var kinds = [...]struct {
	holds holds
	what  string
}{
	Summary:      {0, "a summary"},
	Count:        {holdsCount, "a count"},
	Sum:          {holdsSum, "a sum"},
	CountOrSum:   {holdsCount | holdsSum, "a count or a sum"},
	LastValue:    {holdsLast, "a last value"},
	Distribution: {holdsCount | holdsSum | holdsBuckets, "a distribution"},
	UpDown:       {holdsSum | holdsLast, "an up-down count"},
}

// PackageShape returns the shape of the metric of that name if a registered package has it.
func PackageShape(name string) (Shape, bool) {
	for _, p := range runtime.Registered() {
		for _, d := range p.Descriptors() {
			if d.Name == name {
				return shapeOf(d), true
			}
		}
	}
	return Shape{}, false
}

// shape returns what the test's scope says of the metric of that name, or the data itself.
func (m *Metrics) shape(name string, data []series) (Shape, bool) {
	if s, ok := m.scope.Shape(name); ok {
		return s, true
	}
	for _, s := range data {
		if s.descriptor.Name == name {
			return shapeOf(s.descriptor), true
		}
	}
	return Shape{}, false
}

// shapeOf returns what a descriptor says.
func shapeOf(d metric.Descriptor) Shape {
	s := Shape{Kind: kindOf(d.Type)}
	if d.UpDown {
		s.Kind = UpDown
	}
	for _, k := range d.LabelKeys {
		s.Tags = append(s.Tags, k.Key)
	}
	return s
}

func kindOf(t metric.Type) Kind {
	switch t {
	case metric.TypeCumulativeInt64:
		return CountOrSum
	case metric.TypeCumulativeFloat64:
		return Sum
	case metric.TypeGaugeInt64, metric.TypeGaugeFloat64:
		return LastValue
	case metric.TypeCumulativeDistribution, metric.TypeGaugeDistribution:
		return Distribution
	}
	return Summary
}
