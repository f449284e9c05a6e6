package runtime

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats/view"
)

// drainQueue waits until OpenCensus has aggregated every record that was made
// before. Records go through a queue, and reading is not ordered behind it; a
// command that is answered, such as view.Find, is.
func drainQueue(ctx context.Context) error {
	drained := make(chan error, 1)
	go func() {
		var err error
		defer func() { drained <- err }()
		defer recoverStopped(&err)
		view.Find("")
	}()
	select {
	case err := <-drained:
		return err
	case <-ctx.Done():
		return fmt.Errorf("OpenCensus's queue of records did not drain: %w", context.Cause(ctx))
	}
}

// Gather returns all metrics of the process, as an export at this moment would
// have them: what was recorded before the call is in them, they are sorted by
// name, and units and descriptions are those of the schemas. It is for exporters
// that are asked, such as an http.Handler, and for tests. The metrics, their
// series and their points are the caller's own.
//
// It waits for OpenCensus's queue of records until ctx is done, and then reads
// what is there. After view.Stop other producers than views are still read. It is
// safe for concurrent use.
func Gather(ctx context.Context) []*metricdata.Metric {
	_ = drainQueue(ctx) // what can be read is read all the same
	return gather()
}

// gather reads all metrics of the process, sorted by name, with the units and
// descriptions of registered packages restored.
func gather() []*metricdata.Metric {
	reading.RLock()
	defer reading.RUnlock()
	var all []*metricdata.Metric
	for _, producer := range metricproducer.GlobalManager().GetAll() {
		for _, m := range producer.Read() {
			if m != nil {
				all = append(all, m)
			}
		}
	}
	full := descriptors() // after reading: a package is listed before its views are registered
	for i, m := range all {
		all[i] = restored(m, full)
	}
	slices.SortStableFunc(all, func(a, b *metricdata.Metric) int {
		return cmp.Compare(a.Descriptor.Name, b.Descriptor.Name)
	})
	return all
}

// descriptors returns the descriptors of the registered packages by name.
func descriptors() map[string]metricdata.Descriptor {
	byName := map[string]metricdata.Descriptor{}
	for _, p := range Registered() {
		for _, d := range p.Descriptors() {
			byName[d.Name] = d
		}
	}
	return byName
}

// restored returns the metric with the descriptor of that name, if that can be
// a descriptor of the metric. OpenCensus's own has "1" for each unit but "ms"
// and "By", and no descriptions of labels. The metric belongs to its producer
// and is not changed.
func restored(m *metricdata.Metric, full map[string]metricdata.Descriptor) *metricdata.Metric {
	d, ok := full[m.Descriptor.Name]
	if !ok || d.Type != m.Descriptor.Type || !slices.EqualFunc(d.LabelKeys, m.Descriptor.LabelKeys, sameKey) {
		return m
	}
	c := *m
	c.Descriptor = d
	return &c
}

func sameKey(a, b metricdata.LabelKey) bool { return a.Key == b.Key }
