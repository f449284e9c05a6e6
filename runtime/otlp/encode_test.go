package otlp

import (
	"errors"
	"testing"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

// itemsOf returns the series that an export would send, and the others.
func itemsOf(metrics []*metric.Metric) ([]item, []runtime.Failure) {
	d := delivery{exporter: &Exporter{}, batch: &batch{}}
	for _, m := range metrics {
		if m == nil {
			continue
		}
		for _, s := range m.Series {
			d.add(m, s)
		}
	}
	return d.batch.items, d.failures
}

// exportFailures returns the failures of an error of Export.
func exportFailures(t *testing.T, err error) []runtime.Failure {
	t.Helper()
	var failed *runtime.ExportError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	if failed == nil {
		return nil
	}
	return failed.Failures
}
