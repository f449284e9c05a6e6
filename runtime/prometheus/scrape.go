package prometheus

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/prometheus/client_golang/prometheus"
)

const (
	leftOutName = "ocgen_prometheus_left_out_series"
	leftOutHelp = "Series that this scrape lacks, because their names collide or they are malformed; the program's log names them."
)

// collected has metrics for client_golang. It is a prometheus.Collector without descriptions.
type collected []prometheus.Metric

func (collected) Describe(chan<- *prometheus.Desc) {}

func (c collected) Collect(to chan<- prometheus.Metric) {
	for _, m := range c {
		to <- m
	}
}

// ownMetric returns the metric of the handler itself. It has no namespace.
func (n naming) ownMetric() (*keptMetric, error) {
	own := &keptMetric{family: &family{
		source:      leftOutName,
		name:        leftOutName,
		kind:        gauge,
		help:        leftOutHelp,
		constant:    n.constant,
		description: prometheus.NewDesc(leftOutName, leftOutHelp, nil, n.constant),
	}}
	return own, own.describe()
}

// scrape enters the series that can be served into the table. It returns reports of all
// others.
func (h *Handler) scrape(metrics []*metric.Metric, ours *registered) *reports {
	all := &reports{log: h.log}
	for _, err := range ours.problems {
		all.add(err.Error(), func() error { return err })
	}
	t := h.table
	t.begin()
	leftOut := 0
	names := newClaims()
	for _, m := range inOrderOfRank(metrics, ours) {
		k := t.find(h.naming, m)
		err := k.err
		if err == nil {
			err = names.take(k.family)
		}
		if err != nil {
			k.cut(0)
			leftOut += len(m.Series)
			all.add(m.Descriptor.Name, func() error { return fmt.Errorf("metric %q is left out: %w", k.descriptor.Name, err) })
			continue
		}
		k.cut(len(m.Series))
		for i, series := range m.Series {
			if err := t.take(k, i, series); err != nil {
				leftOut++
				all.addSeries(k.family, err)
			}
		}
	}
	leftOut += all.addTwice(t.twice)
	if err := t.take(h.own, 0, &metric.Series{Point: metric.Point{Value: int64(leftOut)}}); err != nil {
		panic(err) // it is well formed
	}
	t.finish()
	return all
}

// inOrderOfRank returns the metrics in the order in which they get names, which is the same
// at each scrape: metrics of registered packages come first.
func inOrderOfRank(metrics []*metric.Metric, ours *registered) []*metric.Metric {
	rank := func(m *metric.Metric) int {
		if ours.has(m.Descriptor) {
			return 0
		}
		return 1
	}
	sorted := slices.Clone(metrics)
	slices.SortStableFunc(sorted, func(a, b *metric.Metric) int {
		return cmp.Or(
			cmp.Compare(rank(a), rank(b)),
			strings.Compare(a.Descriptor.Name, b.Descriptor.Name),
			cmp.Compare(a.Descriptor.Type, b.Descriptor.Type),
			strings.Compare(a.Descriptor.Description, b.Descriptor.Description),
		)
	})
	return sorted
}
