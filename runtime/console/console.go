package console

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"go.opencensus.io/metric/metricdata"
)

// An Exporter writes metrics to a writer. It is safe for concurrent use.
type Exporter struct {
	mu sync.Mutex
	w  io.Writer
}

// New returns an exporter that writes to w, for example os.Stdout.
func New(w io.Writer) *Exporter { return &Exporter{w: w} }

// Export writes all metrics, sorted by name and labels, in one call of Write.
// The same metrics give the same bytes. It fails if not all could be written.
func (e *Exporter) Export(_ context.Context, metrics []*metricdata.Metric) error {
	text := format(metrics)
	e.mu.Lock()
	defer e.mu.Unlock()
	n, err := e.w.Write(text)
	if err == nil && n < len(text) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return fmt.Errorf("console: writing metrics: %w", err)
	}
	return nil
}

// Shutdown does nothing: every export has written all that it had, and the
// writer belongs to the caller.
func (e *Exporter) Shutdown(context.Context) error { return nil }

// format returns a line that heads the export, and a table for each metric.
func format(metrics []*metricdata.Metric) []byte {
	sorted := slices.Clone(metrics)
	slices.SortStableFunc(sorted, func(a, b *metricdata.Metric) int {
		return strings.Compare(a.Descriptor.Name, b.Descriptor.Name)
	})
	var b bytes.Buffer
	b.WriteString(heading(sorted))
	for _, m := range sorted {
		b.WriteByte('\n')
		writeMetric(&b, m)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// heading returns e.g. "=== 3 metrics at 2026-11-22 10:00:00 UTC".
func heading(metrics []*metricdata.Metric) string {
	if len(metrics) == 0 {
		return "=== no metrics: nothing has been recorded yet\n"
	}
	var last time.Time
	for _, m := range metrics {
		for _, s := range m.TimeSeries {
			for _, p := range s.Points {
				if p.Time.After(last) {
					last = p.Time
				}
			}
		}
	}
	things := "metrics"
	if len(metrics) == 1 {
		things = "metric"
	}
	return fmt.Sprintf("=== %d %s at %s\n", len(metrics), things, last.UTC().Format("2006-01-02 15:04:05 MST"))
}

// writeMetric writes e.g.
//
//	shop/request_count [1]  Requests, by method.
//	  method  value
//	  GET        12
func writeMetric(b *bytes.Buffer, m *metricdata.Metric) {
	d := m.Descriptor
	fmt.Fprintf(b, "%s [%s]", printable(d.Name), printable(string(d.Unit)))
	if d.Description != "" {
		fmt.Fprintf(b, "  %s", printable(strings.Join(strings.Fields(d.Description), " ")))
	}
	b.WriteByte('\n')
	writeTable(b, tableOf(m))
}
