package prometheus

import (
	"maps"
	"slices"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// A keptMetric is a metric as the last scrape found it.
type keptMetric struct {
	descriptor metric.Descriptor
	resource   *metric.Resource
	family     *family // nil if err is set
	err        error   // why the metric cannot be served
	scrape     uint64  // the last scrape that found it

	head   *dto.MetricFamily // name, help, type and unit, as client_golang has them
	parts  []labelPart       // the labels of its series, sorted by their names
	rows   []*slot           // of the last scrape, by the places of the series; nil: left out
	layout *layout           // the last one of its series
}

// A labelPart is one label of all series of a metric.
type labelPart struct {
	pair   *dto.LabelPair
	column int // of the value among the label values of a series; -1: the value is constant
}

func newKeptMetric(n naming, m *metric.Metric) *keptMetric {
	k := &keptMetric{descriptor: m.Descriptor}
	k.descriptor.LabelKeys = slices.Clone(m.Descriptor.LabelKeys)
	if m.Resource != nil {
		k.resource = &metric.Resource{Type: m.Resource.Type, Labels: maps.Clone(m.Resource.Labels)}
	}
	if k.family, k.err = n.familyOf(k.descriptor, k.resource); k.err == nil {
		k.err = k.describe()
	}
	return k
}

// is reports whether another metric has the same family.
func (k *keptMetric) is(m *metric.Metric) bool {
	a, b := &k.descriptor, &m.Descriptor
	return a.Name == b.Name && a.Type == b.Type && a.Fallen == b.Fallen && a.Description == b.Description && a.Unit == b.Unit &&
		slices.EqualFunc(a.LabelKeys, b.LabelKeys, func(a, b metric.LabelKey) bool { return a.Key == b.Key }) &&
		maps.Equal(labelsOf(k.resource), labelsOf(m.Resource))
}

func labelsOf(r *metric.Resource) map[string]string {
	if r == nil {
		return nil
	}
	return r.Labels
}

// describe has client_golang check a series of the metric and describe its family. It is done
// once for a metric, and not at each scrape.
func (k *keptMetric) describe() error {
	empty, err := k.family.emptySeries()
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collected{empty})
	described, err := registry.Gather()
	if err != nil {
		return err
	}
	k.head = described[0]
	for _, pair := range k.head.Metric[0].Label {
		k.parts = append(k.parts, labelPart{pair, slices.Index(k.family.labels, pair.GetName())})
	}
	k.head.Metric = nil
	return nil
}

// put keeps the slot, or nil, of the series at the place.
func (k *keptMetric) put(place int, s *slot) {
	if place < len(k.rows) {
		k.rows[place] = s
		return
	}
	k.rows = append(k.rows, s)
}

// cut forgets the places from a number of series on.
func (k *keptMetric) cut(series int) {
	if series >= len(k.rows) {
		return
	}
	clear(k.rows[series:])
	k.rows = k.rows[:series]
	if cap(k.rows) > 2*series+minChunk {
		k.rows = slices.Clone(k.rows)
	}
}

// text returns the text of the label in a series.
func (p *labelPart) text(labels []metric.LabelValue) string {
	if p.column < 0 {
		return p.pair.GetValue()
	}
	return textOf(&labels[p.column])
}

// textOf returns the text of a label. An absent label is "", which means the same in
// Prometheus.
func textOf(v *metric.LabelValue) string {
	if !v.Present {
		return ""
	}
	return v.Value
}
