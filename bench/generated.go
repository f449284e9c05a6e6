package main

import (
	"context"
	"net"
	"net/http"
	"strings"
)

//go:generate go -C .. run ./cmd/ocgen generate bench/viewsmetrics bench/directmetrics bench/otelmetrics bench/directread bench/directtwin bench/otelread bench/viewsread bench/directscrape bench/viewsscrape

// generated returns a subject of a generated package, whose metrics start anew
// when it is registered again. read reads a metric by name.
func generated(w work, pkg string, register func() error, unregister func(), read func(name string) points) *subject {
	if err := register(); err != nil {
		panic(err)
	}
	return &subject{
		read: func() points { return read(pkg + "/" + metricOf(w)) },
		stop: unregister,
	}
}

// metricOf returns the schemas' name for the metric of a work.
func metricOf(w work) string {
	switch w.aggregation {
	case count:
		if w.tags == manyTags {
			return "pod_requests"
		}
		return "requests"
	case sum:
		return "response_bytes"
	case lastValue:
		return "last_latency"
	case upDown:
		return "open_requests"
	}
	switch {
	case w.ctx == exemplars:
		return "traced_latency"
	case w.ctx != nothing:
		return "tenant_latency"
	case w.tags == noTags:
		return "plain_latency"
	case w.tags == twoTags:
		return "route_latency"
	case w.tags == openTag:
		return "customer_latency"
	case w.tags == manyTags:
		return "pod_latency"
	case len(w.bounds) == len(sixtyBounds):
		return "fine_latency"
	}
	return "latency"
}

// seriesName is the key of points for a series by three tags.
func seriesName(values ...string) string { return strings.Join(values, " ") }

// The ctx of a request as net/http's server makes it. It is never cancelled.
var (
	connectionContext, _ = context.WithCancel(context.WithValue(
		context.WithValue(context.Background(), http.ServerContextKey, &http.Server{}), http.LocalAddrContextKey, &net.TCPAddr{}))
	requestContext, _ = context.WithCancel(connectionContext)
)

// tenantName is the value of the tag that comes from ctx.
const tenantName = "tenant-1"

// contextOf returns the ctx of a work's records.
func contextOf[T ~string](w work, withTenant func(context.Context, T) context.Context) context.Context {
	switch w.ctx {
	case nothing:
		return context.Background()
	case tenant:
		return withTenant(requestContext, T(tenantName))
	}
	return requestContext
}
