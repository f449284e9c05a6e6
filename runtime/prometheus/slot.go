package prometheus

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/metric"
	dto "github.com/prometheus/client_model/go"
)

// A slot is a series of the exposition: a name and labels, as Prometheus compares them.
type slot struct {
	hash   uint64
	next   *slot // with the same hash
	metric *keptMetric
	values []string         // one for each label of the family
	labels []*dto.LabelPair // they point to values; responses that are being written use them too
	fresh  bool             // it is in table.fresh
	shown  shownHistogram   // what the last scrape served
	layout *layout          // of a histogram

	scrape uint64         // the last scrape that served it
	series *metric.Series // of the current scrape; only borrowed
	by     *keptMetric    // the metric of the series
}

// has reports whether a slot of the metric has these labels.
func (s *slot) has(labels []metric.LabelValue) bool {
	for i := range labels {
		if s.values[i] != textOf(&labels[i]) {
			return false
		}
	}
	return true
}

// is reports whether a series of the metric with the labels has this slot: whether the name and
// all labels that are not empty are equal.
func (s *slot) is(k *keptMetric, labels []metric.LabelValue) bool {
	if s.metric == k {
		return s.has(labels)
	}
	if s.metric.family.name != k.family.name {
		return false
	}
	mine := s.labels
	for i := range k.parts {
		p := &k.parts[i]
		text := p.text(labels)
		if text == "" {
			continue
		}
		mine = withoutEmpty(mine)
		if len(mine) == 0 || mine[0].GetName() != p.pair.GetName() || mine[0].GetValue() != text {
			return false
		}
		mine = mine[1:]
	}
	return len(withoutEmpty(mine)) == 0
}

// withoutEmpty returns the labels without the empty ones at the beginning.
func withoutEmpty(labels []*dto.LabelPair) []*dto.LabelPair {
	for len(labels) > 0 && labels[0].GetValue() == "" {
		labels = labels[1:]
	}
	return labels
}

// setLabels makes the labels of a series as the metric has them. Labels that are in use are
// not changed.
func (s *slot) setLabels(k *keptMetric, labels []metric.LabelValue) {
	s.metric = k
	s.values = make([]string, len(labels))
	for i := range labels {
		s.values[i] = textOf(&labels[i])
	}
	s.labels = make([]*dto.LabelPair, len(k.parts))
	pairs := make([]dto.LabelPair, len(labels))
	for i, p := range k.parts {
		if p.column < 0 {
			s.labels[i] = p.pair
			continue
		}
		pair := &pairs[p.column]
		pair.Name, pair.Value = p.pair.Name, &s.values[p.column]
		s.labels[i] = pair
	}
}

// compare compares slots in the order of client_golang: by the name, then by the number of
// labels, then by their values. Slots of one family may have labels of different names, which
// are compared last.
func (s *slot) compare(o *slot) int {
	if s.metric != o.metric {
		if byName := strings.Compare(s.metric.family.name, o.metric.family.name); byName != 0 {
			return byName
		}
	}
	if len(s.labels) != len(o.labels) {
		return cmp.Compare(len(s.labels), len(o.labels))
	}
	for i, l := range s.labels {
		if byValue := strings.Compare(l.GetValue(), o.labels[i].GetValue()); byValue != 0 {
			return byValue
		}
	}
	for i, l := range s.labels {
		if byLabel := strings.Compare(l.GetName(), o.labels[i].GetName()); byLabel != 0 {
			return byLabel
		}
	}
	return 0
}

// present counts the labels of a series. A series without a label and a series with an empty
// label are the same to Prometheus, and both may exist.
func present(series *metric.Series) int {
	n := 0
	for _, v := range series.LabelValues {
		if v.Present {
			n++
		}
	}
	return n
}

// A layout has the bounds of a histogram. Histograms with equal bounds share it. It is not
// changed.
type layout struct {
	bounds []float64
	shown  []int // places of the bounds that have a bucket in the exposition
}

// newLayout returns the layout of sorted bounds. Equal bounds are merged. An infinite bound is
// left out, because Prometheus adds it.
func newLayout(bounds []float64) *layout {
	l := &layout{bounds: slices.Clone(bounds)}
	for i, b := range bounds {
		if !math.IsInf(b, 1) && (i+1 == len(bounds) || bounds[i+1] != b) {
			l.shown = append(l.shown, i)
		}
	}
	return l
}

// fits reports whether the layout has these bounds, to the bit.
func (l *layout) fits(bounds []float64) bool {
	return l != nil && slices.EqualFunc(l.bounds, bounds, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })
}
