package otlp

import (
	"fmt"
	"strings"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// An item is one series to send.
type item struct {
	metric *metric.Metric
	series *metric.Series
	data   metricdata.Aggregation // of this series alone
}

// itemsOf converts all series. Series that cannot be converted are refused.
func itemsOf(metrics []*metric.Metric) ([]item, []runtime.Failure) {
	var items []item
	var failures []runtime.Failure
	for _, m := range metrics {
		if m == nil {
			continue
		}
		for _, s := range m.Series {
			data, err := convert(m.Descriptor, s)
			if err != nil {
				err = fmt.Errorf("it cannot be sent as OTLP: %w", err)
				failures = append(failures, runtime.Failure{Metric: m, Series: s, Fate: runtime.Refused, Err: err})
				continue
			}
			items = append(items, item{metric: m, series: s, data: data})
		}
	}
	return items, failures
}

// key returns the identity of the series across exports.
func (i item) key() string {
	var b strings.Builder
	b.WriteString(i.metric.Descriptor.Name)
	for _, v := range i.series.LabelValues {
		fmt.Fprintf(&b, " %t %q", v.Present, v.Value)
	}
	return b.String()
}

// grouped returns the items by metric. Items of one metric stand together.
func grouped(items []item) []metricdata.Metrics {
	var metrics []metricdata.Metrics
	var last *metric.Metric
	for _, i := range items {
		if i.metric == last {
			m := &metrics[len(metrics)-1]
			m.Data = joined(m.Data, i.data)
			continue
		}
		last = i.metric
		d := i.metric.Descriptor
		metrics = append(metrics, metricdata.Metrics{
			Name: d.Name, Description: d.Description, Unit: d.Unit, Data: joined(nil, i.data),
		})
	}
	return metrics
}

// joined returns all points of two aggregations of one type, the first of which
// may be nil. It never appends to an item's own slice.
func joined(all, one metricdata.Aggregation) metricdata.Aggregation {
	switch one := one.(type) {
	case metricdata.Gauge[int64]:
		a, _ := all.(metricdata.Gauge[int64])
		one.DataPoints = append(a.DataPoints, one.DataPoints...)
		return one
	case metricdata.Gauge[float64]:
		a, _ := all.(metricdata.Gauge[float64])
		one.DataPoints = append(a.DataPoints, one.DataPoints...)
		return one
	case metricdata.Sum[int64]:
		a, _ := all.(metricdata.Sum[int64])
		one.DataPoints = append(a.DataPoints, one.DataPoints...)
		return one
	case metricdata.Sum[float64]:
		a, _ := all.(metricdata.Sum[float64])
		one.DataPoints = append(a.DataPoints, one.DataPoints...)
		return one
	case metricdata.Histogram[float64]:
		a, _ := all.(metricdata.Histogram[float64])
		one.DataPoints = append(a.DataPoints, one.DataPoints...)
		return one
	case metricdata.Summary:
		a, _ := all.(metricdata.Summary)
		one.DataPoints = append(a.DataPoints, one.DataPoints...)
		return one
	}
	return all
}

// maxRequest is the approximate maximum size of a request, in bytes. The default limit of the
// Collector's gRPC receiver is 4 MiB, and sizes here are estimates.
const maxRequest = 2 << 20

// batches divides items into requests.
func batches(items []item) [][]item {
	var all [][]item
	first, size := 0, 0
	for n, i := range items {
		s := i.size()
		if n > first && size+s > maxRequest {
			all = append(all, items[first:n])
			first, size = n, 0
		}
		size += s
	}
	if first < len(items) {
		all = append(all, items[first:])
	}
	return all
}

// size returns the approximate number of bytes of an item in a request, including its
// metric's description.
func (i item) size() int {
	d := i.metric.Descriptor
	n := 100 + len(d.Name) + len(d.Description) + len(d.Unit)
	for k, v := range i.series.LabelValues {
		n += 16 + len(d.LabelKeys[k].Key) + len(v.Value)
	}
	switch v := i.series.Point.Value.(type) {
	case *metric.Distribution:
		n += 16 * len(v.Buckets)
	case *metric.Summary:
		n += 24 * len(v.Snapshot.Percentiles)
	}
	if h, ok := i.data.(metricdata.Histogram[float64]); ok {
		for _, p := range h.DataPoints {
			n += 80 * len(p.Exemplars)
		}
	}
	return n
}
