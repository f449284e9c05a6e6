// Package contrib sends metrics to a fake of Cloud Monitoring through OpenCensus's own
// exporter. It is not part of the fake, because tests of exporters must not link OpenCensus.
// Its tests run that exporter inside runtime.Telemetry, and compare it with ours.
package contrib

import (
	"testing"
	"time"

	"contrib.go.opencensus.io/exporter/stackdriver"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"go.opencensus.io/metric/metricexport"
)

// Export sends the present value of every OpenCensus metric of the process to the server,
// through OpenCensus's own exporter. It does not wait for records that are still queued in
// a meter.
func Export(t testing.TB, s *fakemonitoring.Server, metricPrefix string) {
	t.Helper()
	exporter, err := stackdriver.NewExporter(stackdriver.Options{
		ProjectID:               "p",
		Location:                "here", // else it looks for a metadata server
		MetricPrefix:            metricPrefix,
		MonitoringClientOptions: s.ClientOptions(),
		TraceClientOptions:      s.ClientOptions(),
		OnError:                 func(err error) { t.Error(err) },
		Timeout:                 30 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	metricexport.NewReader().ReadAndExport(exporter)
	exporter.Flush()
	if err := exporter.Close(); err != nil {
		t.Error(err)
	}
}
