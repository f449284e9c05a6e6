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

// A scrape has the metrics of one response. It is a prometheus.Collector without
// descriptions.
type scrape []prometheus.Metric

func (scrape) Describe(chan<- *prometheus.Desc) {}

func (s scrape) Collect(to chan<- prometheus.Metric) {
	for _, m := range s {
		to <- m
	}
}

// A sample is one series of a family.
type sample struct {
	family    *family
	series    *metric.Series
	key       string // its name and labels, as Prometheus compares them
	metric    prometheus.Metric
	histogram shownHistogram // if it is one
}

// collected returns the sample for client_golang.
func (s sample) collected() prometheus.Metric {
	if s.family.kind != histogram {
		return s.metric
	}
	return &histogramMetric{s.metric, s.histogram}
}

// scrape converts the series that can be served. It reports and counts all others.
func (h *Handler) scrape(metrics []*metric.Metric, ours *registered) scrape {
	for _, err := range ours.problems {
		h.log.report(err.Error(), err)
	}
	var samples []sample
	leftOut := 0
	names := newClaims()
	for _, m := range inOrderOfRank(metrics, ours) {
		f, err := h.naming.familyOf(m.Descriptor, m.Resource)
		if err == nil {
			err = names.take(f)
		}
		if err != nil {
			leftOut += len(m.Series)
			h.log.report(m.Descriptor.Name, fmt.Errorf("metric %q is left out: %w", m.Descriptor.Name, err))
			continue
		}
		for _, series := range m.Series {
			s, err := f.sampleOf(series)
			if err != nil {
				leftOut++
				h.leaveOut(f, series, err)
				continue
			}
			if s != nil {
				samples = append(samples, *s)
			}
		}
	}
	served, twice := distinct(samples)
	for _, s := range twice {
		h.leaveOut(s.family, s.series, &malformed{"another series has the same name and labels", s.key})
	}
	h.shown.keep(served)
	all := scrape{h.ownMetric(leftOut + len(twice))}
	for _, s := range served {
		all = append(all, s.collected())
	}
	return all
}

// leaveOut reports a series that is left out. Of the series of a metric with the same
// problem, only the first is reported.
func (h *Handler) leaveOut(f *family, series *metric.Series, err error) {
	key := f.source
	if m, ok := err.(*malformed); ok {
		key += ": " + m.what
	}
	h.log.report(key, fmt.Errorf("a series of metric %q is left out: %w", f.source, err))
}

func (h *Handler) ownMetric(leftOut int) prometheus.Metric {
	d := prometheus.NewDesc(leftOutName, leftOutHelp, nil, h.naming.constant)
	return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(leftOut))
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

// distinct returns one sample for each name and set of labels, and the samples that it
// leaves out. Of equal samples the one that started first is served, so that a counter does
// not jump between two producers.
func distinct(samples []sample) (served, twice []sample) {
	slices.SortStableFunc(samples, func(a, b sample) int {
		return cmp.Or(
			strings.Compare(a.key, b.key),
			a.series.StartTime.Compare(b.series.StartTime),
			cmp.Compare(present(a.series), present(b.series)),
		)
	})
	for i, s := range samples {
		if i > 0 && s.key == samples[i-1].key {
			twice = append(twice, s)
			continue
		}
		served = append(served, s)
	}
	return served, twice
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
