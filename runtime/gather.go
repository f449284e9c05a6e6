package runtime

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// Gather returns all metrics of the process as an export at this moment would have them:
// with all earlier records, sorted by name, and with the units and descriptions of the
// schemas. A series without a value is left out. The metrics, their series and their
// points belong to the caller. It is for exporters whose backend fetches the metrics,
// such as an http.Handler, and for tests.
//
// Gather waits for OpenCensus's queue of records until ctx is done, and then reads all
// that can be read. After view.Stop it still reads producers other than views. If a
// producer panics, or ends its goroutine with runtime.Goexit, Gather panics with an
// error that names the producer: see [GatherPartial]. It is safe for concurrent use.
func Gather(ctx context.Context) []*metric.Metric {
	metrics, err := GatherPartial(ctx)
	if err != nil {
		panic(err)
	}
	return metrics
}

// GatherPartial is [Gather] for callers that can use an incomplete result. If a producer
// panics or ends its goroutine, its metrics are missing and the error names it; the
// metrics of all other producers are returned with the error.
func GatherPartial(ctx context.Context) ([]*metric.Metric, error) {
	_ = drainSources(ctx) // what can be read is read all the same
	metrics, err := gather(healthProducers.eldest(), nil)
	for _, m := range metrics {
		own(m)
	}
	return metrics, err
}

// Registered returns the generated packages whose views are registered, in the order of
// their registration. It is safe for concurrent use.
func Registered() []*record.Package { return record.Registered() }

// Stats returns how many values were replaced or dropped since the process began, by tag
// or measure and by reason. The result is sorted and has no zeros. Counts never fall. It
// is safe for concurrent use. A [Telemetry] exports the counts as
// ocgen/telemetry/replaced_or_dropped.
func Stats() []record.Stat { return record.Stats() }

// gatherAll is gather for a Telemetry, which has waited for the sources.
func (t *Telemetry) gatherAll(memory *record.Memory) ([]*metric.Metric, error) {
	return gather(t.own, memory)
}

// gatherDirect reads the series of direct recorders alone, without waiting.
func gatherDirect() []*metric.Metric {
	var all []*metric.Metric
	for _, p := range record.Registered() {
		all = append(all, p.ReadAtOnce()...)
	}
	return all
}

// gather reads all metrics of the process, sorted by name. Of the metrics about telemetry
// it reads the metrics of health, which may be nil.
func gather(health *healthProducer, memory *record.Memory) ([]*metric.Metric, error) {
	var all []*metric.Metric
	var unread error
	memory.Begin()
	for _, p := range record.Registered() { // without a lock: the program's functions are called
		all = append(all, p.Read(memory)...)
	}
	for _, s := range record.Sources() {
		read, err := s.Read(memory)
		all, unread = append(all, read...), errors.Join(unread, err)
	}
	if health != nil {
		all = append(all, health.Produce()...)
	}
	now := time.Now()
	for _, m := range all {
		datePoints(m, now)
	}
	slices.SortStableFunc(all, func(a, b *metric.Metric) int {
		return cmp.Compare(a.Descriptor.Name, b.Descriptor.Name)
	})
	return all, unread
}

// drainSources waits until every record that was made before can be read.
func drainSources(ctx context.Context) (err error) {
	for _, s := range record.Sources() {
		err = errors.Join(err, s.Drain(ctx))
	}
	return err
}

// sourceRecords returns how many records were made that drainSources may wait for.
func sourceRecords() (n uint64) {
	for _, s := range record.Sources() {
		n += s.Records()
	}
	return n
}

// datePoints sets the time of points in the future to now. Otherwise a backend would refuse all
// later points until then, also after a restart.
func datePoints(m *metric.Metric, now time.Time) {
	for _, s := range m.Series {
		if p := &s.Point; p.Time.After(now) {
			p.Time = now
		}
	}
}

// own copies the parts of a metric that several readings, or its producer, share.
func own(m *metric.Metric) {
	m.Descriptor.LabelKeys = slices.Clone(m.Descriptor.LabelKeys)
	if m.Resource != nil {
		m.Resource = &metric.Resource{Type: m.Resource.Type, Labels: maps.Clone(m.Resource.Labels)}
	}
	labels := make([]metric.LabelValue, 0, len(m.Series)*len(m.Descriptor.LabelKeys))
	var shared, bounds []float64 // of the last distribution, and its copy
	for _, s := range m.Series {
		first := len(labels)
		labels = append(labels, s.LabelValues...)
		s.LabelValues = labels[first:len(labels):len(labels)]
		switch v := s.Point.Value.(type) {
		case *metric.Distribution:
			if !sameMemory(v.Bounds, shared) {
				shared, bounds = v.Bounds, slices.Clone(v.Bounds)
			}
			v.Bounds = bounds
			ownExemplars(v)
		case *metric.Summary:
			v.Snapshot.Percentiles = maps.Clone(v.Snapshot.Percentiles)
		}
	}
}

func sameMemory(a, b []float64) bool {
	return len(a) > 0 && len(a) == len(b) && &a[0] == &b[0]
}

func ownExemplars(d *metric.Distribution) {
	for i, b := range d.Buckets {
		if b.Exemplar != nil {
			e := *b.Exemplar
			e.Attachments = maps.Clone(e.Attachments)
			d.Buckets[i].Exemplar = &e
		}
	}
}
