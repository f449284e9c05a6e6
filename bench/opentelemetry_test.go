package main

import (
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// TestSDKDoesNotBind fails when the SDK implements the bound instruments that
// go.opentelemetry.io/otel/metric/x declares. Then a contender must bind its histograms,
// counters and gauges, and README.md must no longer say that there is no bound form.
func TestSDKDoesNotBind(t *testing.T) {
	meter, _ := newMeter()
	if _, ok := must(meter.Float64Histogram("h")).(interface {
		Bind(...attribute.KeyValue) metric.Float64Histogram
	}); ok {
		t.Error("a histogram of the SDK has the method Bind: measure it")
	}
	if _, ok := must(meter.Int64Counter("c")).(interface {
		Bind(...attribute.KeyValue) metric.Int64Counter
	}); ok {
		t.Error("a counter of the SDK has the method Bind: measure it")
	}
}
