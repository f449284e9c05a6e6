package main

import "strings"

//go:generate go -C .. run ./cmd/ocgen generate bench/viewsmetrics bench/directmetrics bench/directread bench/directtwin

// generated returns a subject of a generated package, whose metrics start anew
// when it is registered again.
func generated(w work, prefix string, register func() error, unregister func()) *subject {
	if err := register(); err != nil {
		panic(err)
	}
	return &subject{
		read: func() points { return exported(prefix + metricOf(w)) },
		stop: unregister,
	}
}

// metricOf returns the schemas' name for the metric of a work.
func metricOf(w work) string {
	switch w.aggregation {
	case count:
		return "requests"
	case sum:
		return "response_bytes"
	case lastValue:
		return "last_latency"
	}
	switch {
	case w.tags == noTags:
		return "plain_latency"
	case w.tags == twoTags:
		return "route_latency"
	case w.tags == openTag:
		return "customer_latency"
	case len(w.bounds) == len(sixtyBounds):
		return "fine_latency"
	}
	return "latency"
}

// seriesName is the key of points for a series by three tags.
func seriesName(values ...string) string { return strings.Join(values, " ") }
