package census

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime/internal/callback"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats/view"
)

// init adds OpenCensus's metrics to the exports of every program that links this package,
// and the metrics of generated packages to OpenCensus's own readers.
func init() {
	record.AddSource(source{})
	metricproducer.GlobalManager().AddProducer(outward{})
}

// source is OpenCensus: its views, and all other producers of metricproducer.
type source struct{}

const cacheLine = 64 // number of bytes that processors exchange at once

// queue counts records.
//
// OpenCensus aggregates in a goroutine of its own. Records wait for it in a queue, whose
// length cannot be read. When a command such as view.Find returns, all records before it
// are aggregated. So the records of generated recorders are counted when they are made:
// records since the last reading after such a command may not have been read.
//
// The counter is alone on its cache line, because each record through OpenCensus adds to
// it.
var queue struct {
	_    [cacheLine]byte
	made atomic.Uint64 // records, from when they begin
	_    [cacheLine]byte
}

func (source) Records() uint64 { return queue.made.Load() }

// Drain waits until OpenCensus has aggregated every record that was made before.
func (source) Drain(ctx context.Context) error {
	drained := make(chan error, 1)
	go func() {
		drained <- recovered(func() error {
			view.Find("")
			return nil
		})
	}()
	select {
	case err := <-drained:
		return err
	case <-ctx.Done():
	}
	select { // both may have been ready
	case err := <-drained:
		return err
	default:
		return fmt.Errorf("OpenCensus did not aggregate its queue of records in time: %w", context.Cause(ctx))
	}
}

// Read reads all producers except outward. After view.Stop it still reads producers other
// than views. If a producer panics or ends its goroutine, only its metrics are missing.
// Totals that have fallen are marked.
func (source) Read(memory *record.Memory) (all []*metric.Metric, failed error) {
	reading.RLock()
	defer reading.RUnlock()
	began := falls.begin()
	read := map[metricproducer.Producer][]*metricdata.Metric{}
	producers := metricproducer.GlobalManager().GetAll()
	for _, p := range producers {
		if p == (outward{}) {
			continue
		}
		metrics, err := readProducer(p)
		read[p], failed = metrics, errors.Join(failed, err)
	}
	full := record.Descriptors() // after reading: a package is listed before its views are registered
	lasts := lastValues()
	for _, p := range producers {
		earlier := map[string]int{} // metrics by their names
		for _, m := range read[p] {
			if m != nil {
				name := m.Descriptor.Name
				read := convert(m, full, memory, memoryKey{p, name, earlier[name]})
				earlier[name]++
				if lasts[name] {
					if leaveOutOther(read); len(read.Series) == 0 {
						continue
					}
				}
				all = append(all, read)
			}
		}
	}
	falls.mark(began, all, countViews())
	return all, failed
}

// readProducer reads a producer, which may be the program's.
func readProducer(p metricproducer.Producer) (read []*metricdata.Metric, err error) {
	name := fmt.Sprintf("the producer %T of metrics", p)
	err = callback.Call(name, func() error {
		read = p.Read()
		return nil
	})
	return read, err
}

// Conflict returns an error if other code has registered a view of the name. Views of
// generated packages are compared elsewhere, by their packages. After view.Stop there are
// no views, so every name is free.
func (source) Conflict(name string) error {
	var found *view.View
	_ = recovered(func() error {
		found = view.Find(name)
		return nil
	})
	if found == nil || needed(name) {
		return nil
	}
	return fmt.Errorf("view %q is registered with OpenCensus by other code: rename one of the views, or do not register that view", name)
}
