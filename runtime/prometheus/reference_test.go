package prometheus

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// A reference serves scrapes in the simplest way: it makes all metrics of client_golang anew
// for each scrape, and has a registry of client_golang check, sort and convert them. The
// handler must serve the same.
type reference struct {
	naming naming
	last   map[string]shownHistogram // by the keys of the series; of the last scrape
}

// A sample is one series of a scrape.
type sample struct {
	family    *family
	series    *metric.Series
	key       string
	metric    prometheus.Metric
	histogram shownHistogram
}

// A histogramMetric is a histogram with its own sum and exemplars. The last bucket is added if
// it has an exemplar.
type histogramMetric struct {
	prometheus.Metric
	shows shownHistogram
}

func (m *histogramMetric) Write(to *dto.Metric) error {
	if err := m.Metric.Write(to); err != nil {
		return err
	}
	h := to.Histogram
	h.SampleSum = &m.shows.sum
	for _, b := range h.Bucket {
		if e := m.shows.exemplars[b.GetUpperBound()]; e != nil {
			b.Exemplar = e.proto()
		}
	}
	if e := m.shows.exemplars[math.Inf(1)]; e != nil {
		h.Bucket = append(h.Bucket, &dto.Bucket{CumulativeCount: h.SampleCount, UpperBound: new(math.Inf(1)), Exemplar: e.proto()})
	}
	return nil
}

// scrape returns the families of one scrape, the reports by their keys in a reporter, and the
// number of series that are left out.
func (r *reference) scrape(metrics []*metric.Metric, ours *registered) (families []*dto.MetricFamily, leftOut map[string]int) {
	var samples []sample
	leftOut = map[string]int{}
	names := newClaims()
	for _, m := range inOrderOfRank(metrics, ours) {
		f, err := r.naming.familyOf(m.Descriptor, m.Resource)
		if err == nil {
			err = names.take(f)
		}
		if err != nil {
			leftOut[m.Descriptor.Name] += len(m.Series)
			continue
		}
		for _, s := range m.Series {
			one, err := referenceSample(f, s)
			if err != nil {
				leftOut[f.source+": "+err.(*malformed).what]++
				continue
			}
			samples = append(samples, one)
		}
	}
	served, twice := distinct(samples)
	for _, s := range twice {
		leftOut[s.family.source+": another series has the same name and labels"]++
	}
	r.keep(served)
	total := 0
	for _, n := range leftOut {
		total += n
	}
	d := prometheus.NewDesc(leftOutName, leftOutHelp, nil, r.naming.constant)
	all := collected{prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(total))}
	for _, s := range served {
		if s.family.kind == histogram {
			all = append(all, &histogramMetric{s.metric, s.histogram})
			continue
		}
		all = append(all, s.metric)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(all)
	families, err := registry.Gather()
	if err != nil {
		panic(err)
	}
	return families, leftOut
}

func referenceSample(f *family, s *metric.Series) (sample, error) {
	if len(s.LabelValues) != len(f.labels) {
		return sample{}, malformedf("its label values do not fit its label keys", "")
	}
	if err := f.checkTexts(s); err != nil {
		return sample{}, err
	}
	var values []string
	for _, v := range s.LabelValues {
		values = append(values, map[bool]string{true: v.Value}[v.Present])
	}
	converted, err := referenceMetric(f, s.Point.Value, values)
	one := sample{family: f, series: s, key: f.key(s), metric: converted}
	if d, ok := s.Point.Value.(*metric.Distribution); ok && err == nil {
		one.histogram = shownHistogram{d.Sum, exemplarsOf(d)}
	}
	return one, err
}

func referenceMetric(f *family, value any, values []string) (prometheus.Metric, error) {
	if f.kind == histogram {
		d, ok := value.(*metric.Distribution)
		if !ok {
			return nil, malformedf("its point does not fit its type", "")
		}
		if err := checkDistribution(d, false); err != nil {
			return nil, err
		}
		buckets, total := map[float64]uint64{}, int64(0)
		for i, b := range d.Buckets {
			total += b.Count
			if i < len(d.Bounds) && !math.IsInf(d.Bounds[i], 1) {
				buckets[d.Bounds[i]] = uint64(total)
			}
		}
		return prometheus.NewConstHistogram(f.description, uint64(d.Count), d.Sum, buckets, values...)
	}
	v, ok := number(value)
	if !ok {
		return nil, malformedf("its point does not fit its type", "")
	}
	if f.kind != gauge && !finite(v) {
		return nil, malformedf("its sum is not finite", "")
	}
	return prometheus.NewConstMetric(f.description, valueTypes[f.kind], v, values...)
}

// distinct returns one sample for each name and set of labels, and the samples that it
// leaves out.
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

// keep has sums and exemplars of the last scrape for Prometheus; see shownHistogram.next.
func (r *reference) keep(samples []sample) {
	all := map[string]shownHistogram{}
	for i := range samples {
		one := &samples[i]
		if one.family.kind != histogram {
			continue
		}
		last := r.last[one.key]
		if fall := last.sum - one.histogram.sum; fall > 0 && fall <= 1e-6*last.sum {
			one.histogram.sum = last.sum
		}
		for bound, before := range last.exemplars {
			if e := one.histogram.exemplars[bound]; e != nil && e.at.Sub(before.at) < 2*time.Millisecond {
				one.histogram.exemplars[bound] = before
			}
		}
		all[one.key] = one.histogram
	}
	r.last = all
}
