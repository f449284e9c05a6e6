package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// seriesOf returns a function that reads a registered package as exports do: from the
// second reading on the memory of the one before is used again.
func seriesOf(pkg string) func() (series int) {
	all := record.Registered()
	i := slices.IndexFunc(all, func(p *record.Package) bool { return p.Name() == pkg })
	var memory record.Memory
	return func() (series int) {
		for _, m := range all[i].Read(&memory) {
			series += len(m.Series)
		}
		return series
	}
}

// recorded returns the points of a metric that a direct recorder keeps.
func recorded(name string) points {
	all := points{}
	for _, p := range record.Registered() {
		for _, m := range p.Read(nil) {
			if m.Descriptor.Name == name {
				addSeries(all, m)
			}
		}
	}
	return all
}

func addSeries(all points, m *metric.Metric) {
	for _, s := range m.Series {
		var values []string
		for _, v := range s.LabelValues {
			values = append(values, v.Value)
		}
		all[strings.Join(values, " ")] = ownPoint(s.Point)
	}
}

func ownPoint(p metric.Point) point {
	switch v := p.Value.(type) {
	case int64:
		return point{count: uint64(v), value: float64(v)}
	case float64:
		return point{value: v}
	case *metric.Distribution:
		read := point{count: uint64(v.Count), value: v.Sum}
		for _, b := range v.Buckets {
			read.buckets = append(read.buckets, uint64(b.Count))
		}
		return read
	}
	panic(fmt.Sprintf("a point of %T", p.Value))
}
