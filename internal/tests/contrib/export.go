// Package contrib lets tests compare with the exporters of OpenCensus's own community.
package contrib

import (
	"testing"
	"time"

	"contrib.go.opencensus.io/exporter/stackdriver"
	"go.opencensus.io/metric/metricexport"

	"github.com/ocgen/ocgen/internal/fakemonitoring"
)

// Export sends the present value of every OpenCensus metric of the process to
// the server, through OpenCensus's own exporter, which is what ours is compared
// with. Records still queued in a meter are not waited for.
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
