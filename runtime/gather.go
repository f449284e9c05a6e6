package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
)

// Gather returns all metrics of the process, as an export at this moment would
// have them: what was recorded before the call is in them, they are sorted by
// name, and units and descriptions are those of the schemas. It is for exporters
// that are asked, such as an http.Handler, and for tests. The metrics, their
// series and their points are the caller's own. A series without a value is left
// out.
//
// It waits for OpenCensus's queue of records until ctx is done, and then reads
// what is there. After view.Stop other producers than views are still read. A
// producer that panics is the caller's to recover, and one that calls runtime.Goexit
// ends the caller's goroutine. It is safe for concurrent use.
func Gather(ctx context.Context) []*metricdata.Metric {
	_ = drainQueue(ctx) // what can be read is read all the same
	return gather(nil, metricproducer.Producer.Read)
}

// GatherPartial is [Gather] for those who serve what there is: a producer that
// panics or ends its goroutine costs its own metrics and is named in the error, and
// the metrics of all others are returned beside it.
func GatherPartial(ctx context.Context) ([]*metricdata.Metric, error) {
	_ = drainQueue(ctx) // what can be read is read all the same
	return gatherRecovering(nil)
}

// gatherAll is GatherPartial for a Telemetry, behind its own barrier.
func (t *Telemetry) gatherAll() ([]*metricdata.Metric, error) { return gatherRecovering(t.own) }

// gatherRecovering is gather for any producers: one that panics or ends its
// goroutine costs its own metrics, not the process.
func gatherRecovering(own *healthProducer) (metrics []*metricdata.Metric, err error) {
	metrics = gather(own, func(producer metricproducer.Producer) (read []*metricdata.Metric) {
		name := fmt.Sprintf("the producer %T of metrics", producer)
		failed := called(name, func() (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = fmt.Errorf("%s panicked: %v", name, p)
				}
			}()
			read = producer.Read()
			return nil
		})
		err = errors.Join(err, failed)
		return read
	})
	return metrics, err
}

// gatherDirect reads the series of direct recorders alone, for which it waits for
// nobody.
func gatherDirect() []*metricdata.Metric {
	var all []*metricdata.Metric
	for _, producer := range metricproducer.GlobalManager().GetAll() {
		if p, ok := producer.(*packageProducer); ok {
			all = append(all, p.readSeries()...)
		}
	}
	return all
}

// gather reads all metrics of the process, sorted by name, with the units and
// descriptions of registered packages restored. Of the metrics about telemetry
// it reads those of own, or, if that is nil, of the Telemetry that lives longest.
func gather(own *healthProducer, read func(metricproducer.Producer) []*metricdata.Metric) []*metricdata.Metric {
	var fresh, foreign []*metricdata.Metric
	others := producers(own)
	for _, producer := range others { // without a lock: the program's functions are called
		if _, ok := producer.(*packageProducer); ok {
			fresh = append(fresh, read(producer)...) // of a point each
		}
	}
	reading.RLock()
	defer reading.RUnlock()
	for _, producer := range others {
		if _, ok := producer.(*packageProducer); !ok {
			foreign = append(foreign, read(producer)...)
		}
	}
	full := descriptors() // after reading: a package is listed before its views are registered
	for _, m := range foreign {
		if m != nil {
			m = lastPoints(m)
			saturate(m)
			fresh = append(fresh, m)
		}
	}
	now := time.Now()
	for i, m := range fresh {
		datePoints(m, now)
		fresh[i] = restored(m, full)
	}
	slices.SortStableFunc(fresh, func(a, b *metricdata.Metric) int {
		return cmp.Compare(a.Descriptor.Name, b.Descriptor.Name)
	})
	return fresh
}

// producers returns all producers but those of other Telemetries.
func producers(own *healthProducer) []metricproducer.Producer {
	var others []metricproducer.Producer
	eldest := own
	for _, producer := range metricproducer.GlobalManager().GetAll() {
		health, ok := producer.(*healthProducer)
		switch {
		case !ok:
			others = append(others, producer)
		case own == nil && (eldest == nil || health.order < eldest.order):
			eldest = health
		}
	}
	if eldest != nil {
		others = append(others, eldest)
	}
	return others
}

// datePoints dates points now that their producer has dated ahead, for a backend
// would refuse all that follow until then, also after a restart.
func datePoints(m *metricdata.Metric, now time.Time) {
	for _, ts := range m.TimeSeries {
		if p := &ts.Points[0]; p.Time.After(now) {
			p.Time = now
		}
	}
}

// lastPoints returns a copy of the metric with the last point of each series.
func lastPoints(m *metricdata.Metric) *metricdata.Metric {
	c := *m
	c.TimeSeries = make([]*metricdata.TimeSeries, 0, len(m.TimeSeries))
	rows, points := make([]metricdata.TimeSeries, len(m.TimeSeries)), make([]metricdata.Point, len(m.TimeSeries))
	for i, ts := range m.TimeSeries {
		if ts == nil || len(ts.Points) == 0 {
			continue
		}
		last := ts.Points[len(ts.Points)-1]
		if d, ok := last.Value.(*metricdata.Distribution); ok && d == nil {
			continue // it has no value, and exporters would panic
		}
		points[i], rows[i] = last, *ts
		rows[i].Points = points[i : i+1 : i+1]
		c.TimeSeries = append(c.TimeSeries, &rows[i])
	}
	return &c
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
