package pair_test

import (
	"github.com/ocgen/ocgen/runtime"
	runtimeotel "github.com/ocgen/ocgen/runtime/otel"
	"go.opencensus.io/metric/metricproducer"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// A reading is a metric as another reader than ours has it.
type reading struct {
	unit  string
	total int64 // of the first series, if it is an int64
}

// metricproducerReading reads as OpenCensus's own exporters do.
func metricproducerReading(name string) (reading, bool) {
	runtime.Gather(bg) // waits for OpenCensus's queue
	for _, p := range metricproducer.GlobalManager().GetAll() {
		for _, m := range p.Read() {
			if m.Descriptor.Name == name {
				total, _ := m.TimeSeries[0].Points[0].Value.(int64)
				return reading{string(m.Descriptor.Unit), total}, true
			}
		}
	}
	return reading{}, false
}

// sdkReading reads as an exporter of OpenTelemetry does.
func sdkReading(name string) (reading, bool) {
	reader := sdk.NewManualReader(sdk.WithProducer(runtimeotel.NewProducer()))
	provider := sdk.NewMeterProvider(sdk.WithReader(reader))
	defer provider.Shutdown(bg)
	var rm metricdata.ResourceMetrics
	if err := reader.Collect(bg, &rm); err != nil {
		panic(err) // the reader is open
	}
	for _, scope := range rm.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name == name {
				r := reading{unit: m.Unit}
				if sum, ok := m.Data.(metricdata.Sum[int64]); ok {
					r.total = sum.DataPoints[0].Value
				}
				return r, true
			}
		}
	}
	return reading{}, false
}
