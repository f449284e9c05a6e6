package census_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/stats/view"
)

// BenchmarkStalls shows that a hanging exporter does not hold up recorders: it
// records, in alternating rounds of one process, while a healthy exporter is
// asked to export all the time, and while one hangs. What it reports are shares
// of all records: those that took over 1 ms, in parts per million, and the
// quantiles of both.
func BenchmarkStalls(b *testing.B) {
	var tags []*record.Tag
	for range 3 {
		tags = append(tags, record.NewClosedTag(uniqueName("key"), record.ClosedTag{Values: []string{"a", "b", "c", "d"}}))
	}
	f := newCountView(b, tags...)
	healthy, hanging := &histogram{}, &histogram{}
	for b.Loop() {
		recordBeside(b, f, healthyExporter{}, healthy)
		recordBeside(b, f, hangingExporter{}, hanging)
	}
	b.ReportMetric(0, "ns/op")
	for name, h := range map[string]*histogram{"healthy": healthy, "hanging": hanging} {
		slices.Sort(h.took)
		b.ReportMetric(h.overMillisecond(), name+"-over-1ms-ppm")
		b.ReportMetric(float64(h.took[len(h.took)*999/1000].Microseconds()), name+"-p99.9-µs")
	}
}

type histogram struct{ took []time.Duration }

// overMillisecond returns how many of a million records took over 1 ms.
func (h *histogram) overMillisecond() float64 {
	first, _ := slices.BinarySearch(h.took, time.Millisecond+1)
	return float64(len(h.took)-first) / float64(len(h.took)) * 1e6
}

// recordBeside records for half a second beside an exporter that is always at
// work.
func recordBeside(b *testing.B, f *countView, exporter runtime.Exporter, h *histogram) {
	telemetry, err := runtime.Start(b.Context(), runtime.Options{Exporter: exporter, OnError: func(error) {}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(b.Context(), 500*time.Millisecond)
	defer cancel()
	flushed := make(chan struct{})
	go func() {
		defer close(flushed)
		for ctx.Err() == nil {
			soon, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			_ = telemetry.ForceFlush(soon)
			cancel()
		}
	}()
	for i := 0; ctx.Err() == nil; i++ {
		start := time.Now()
		f.set.Record(context.Background(), f.one(), record.Closed(uint8(i%3+1)), record.Closed(uint8(1)), record.Closed(uint8(2)))
		h.took = append(h.took, time.Since(start))
	}
	<-flushed
	_ = telemetry.Shutdown(ctx) // which is done: nothing waits
	view.Find("")
}

// A healthyExporter takes everything at once.
type healthyExporter struct{}

func (healthyExporter) Export(context.Context, []*metric.Metric) error { return nil }
func (healthyExporter) Shutdown(context.Context) error                 { return nil }

// A hangingExporter is at work until its ctx ends.
type hangingExporter struct{}

func (hangingExporter) Export(ctx context.Context, _ []*metric.Metric) error {
	<-ctx.Done()
	return ctx.Err()
}
func (hangingExporter) Shutdown(context.Context) error { return nil }
