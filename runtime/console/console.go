package console

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

// An Exporter writes metrics to a writer. It is safe for concurrent use.
type Exporter struct {
	format func([]*metric.Metric) ([]byte, error)

	mu sync.Mutex // one Write at a time
	w  io.Writer
}

// New returns an exporter that writes tables to w, for example os.Stdout. It writes the
// metrics about the telemetry itself only if they show a problem.
func New(w io.Writer) *Exporter { return &Exporter{w: w, format: formatTables} }

// Export writes all metrics, sorted by name and labels, in at most one call of Write.
// The same metrics give the same bytes. After an error of w all points are refused.
func (e *Exporter) Export(_ context.Context, metrics []*metric.Metric) error {
	text, err := e.format(metrics)
	if err != nil {
		return refused(metrics, fmt.Errorf("console: %w", err))
	}
	if len(text) == 0 {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	n, err := e.w.Write(text)
	if err == nil && n < len(text) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return refused(metrics, fmt.Errorf("console: writing metrics: %w", err))
	}
	return nil
}

// refused returns an error that refuses all metrics. Another try would not help: a
// broken pipe stays broken, and must not delay the end of the process.
func refused(metrics []*metric.Metric, err error) error {
	e := &runtime.ExportError{}
	for _, m := range metrics {
		e.Failures = append(e.Failures, runtime.Failure{Metric: m, Fate: runtime.Refused, Err: err})
	}
	return e
}

// Shutdown does nothing: each Export has written its metrics, and the writer belongs to
// the caller.
func (e *Exporter) Shutdown(context.Context) error { return nil }

// formatTables returns a line that heads the export, and a table for each
// metric.
func formatTables(metrics []*metric.Metric) ([]byte, error) {
	metrics = worthShowing(metrics)
	var b bytes.Buffer
	b.WriteString(heading(metrics))
	for _, m := range sortedMetrics(metrics) {
		b.WriteByte('\n')
		writeMetric(&b, m)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// Tables returns the metrics as [New] writes them, without the line with their time. It
// returns "" if there are none.
func Tables(metrics []*metric.Metric) string {
	var b bytes.Buffer
	for i, m := range sortedMetrics(metrics) {
		if i > 0 {
			b.WriteByte('\n')
		}
		writeMetric(&b, m)
	}
	return b.String()
}

// heading returns e.g. "=== 3 metrics at 2026-11-22 10:00:00 UTC".
func heading(metrics []*metric.Metric) string {
	if len(metrics) == 0 {
		return "=== no metrics: nothing has been recorded yet\n"
	}
	var last time.Time
	for _, m := range metrics {
		for _, s := range m.Series {
			if s.Point.Time.After(last) {
				last = s.Point.Time
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
func writeMetric(b *bytes.Buffer, m *metric.Metric) {
	d := m.Descriptor
	fmt.Fprintf(b, "%s [%s]", printable(d.Name), printable(d.Unit))
	if d.Description != "" {
		fmt.Fprintf(b, "  %s", printable(strings.Join(strings.Fields(d.Description), " ")))
	}
	b.WriteByte('\n')
	writeTable(b, tableOf(m))
}
