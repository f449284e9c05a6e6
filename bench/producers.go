package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats/view"
)

// registered returns a subject whose view is registered.
func registered(v *view.View) *subject {
	if err := view.Register(v); err != nil {
		panic(err)
	}
	return &subject{
		drain: drain,
		read:  func() points { return exported(v.Name) },
		stop:  func() { view.Unregister(v) },
	}
}

// drain waits until OpenCensus has aggregated what was recorded: it answers
// commands in the order of their making, and Find is one.
func drain() { view.Find("") }

// theirProducers returns the producers of OpenCensus that are there now. The one through
// which OpenCensus's own readers get ocgen's series is left out.
func theirProducers() []metricproducer.Producer {
	return slices.DeleteFunc(metricproducer.GlobalManager().GetAll(), func(p metricproducer.Producer) bool {
		return strings.HasSuffix(reflect.TypeOf(p).PkgPath(), "/ocgen/runtime/census")
	})
}

// readAll does what an exporter of OpenCensus does: it asks every producer.
func readAll() (all []*metricdata.Metric) {
	for _, p := range theirProducers() {
		all = append(all, p.Read()...)
	}
	return all
}

// exported returns the points of the metric of the name that OpenCensus has.
func exported(name string) points {
	drain()
	all := points{}
	for _, m := range readAll() {
		if m.Descriptor.Name != name {
			continue
		}
		for _, series := range m.TimeSeries {
			var values []string
			for _, v := range series.LabelValues {
				values = append(values, v.Value)
			}
			all[strings.Join(values, " ")] = censusPoint(series.Points[0])
		}
	}
	return all
}

func censusPoint(p metricdata.Point) point {
	switch v := p.Value.(type) {
	case int64:
		return point{count: uint64(v), value: float64(v)}
	case float64:
		return point{value: v}
	case *metricdata.Distribution:
		read := point{count: uint64(v.Count), value: v.Sum}
		for _, b := range v.Buckets {
			read.buckets = append(read.buckets, uint64(b.Count))
		}
		return read
	}
	panic(fmt.Sprintf("a point of %T", p.Value))
}
