package prometheus

import (
	"math"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"go.opencensus.io/metric/metricdata"
)

// A shownHistogram is what a histogram shows beside the counts of its buckets.
type shownHistogram struct {
	sum       float64
	exemplars exemplars
}

func shownOf(d *metricdata.Distribution) shownHistogram {
	return shownHistogram{d.Sum, exemplarsOf(d)}
}

// A histogramMetric is a histogram that shows these.
type histogramMetric struct {
	prometheus.Metric
	shows shownHistogram
}

// Write sets the sum, and gives the buckets their exemplars. A histogram of
// client_golang lacks the last bucket, which readers know from its count, so one
// with an exemplar is added.
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

const (
	// apart is how much newer an exemplar must be than the one that its bucket
	// showed last. Prometheus cuts times to milliseconds, after OpenMetrics has
	// rounded them to a float64 of seconds.
	apart = 2 * time.Millisecond
	// rounding is by how much of itself a sum may fall for nothing: OpenCensus
	// keeps the mean, and a sum is the mean times the count.
	rounding = 1e-6
)

// shown is what histograms showed at the last scrape.
type shown struct {
	mu   sync.Mutex
	last map[string]shownHistogram // by the keys of their series
}

// keep lets histograms show what they showed last where Prometheus would not
// understand the change. Of two exemplars of one millisecond the first one stays,
// and so does the one from before a clock was set back: see exemplars. And a sum
// that rounding has lowered stays, for Prometheus takes any fall for a counter that
// began anew, and would add all of it to the increase.
func (s *shown) keep(samples []sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]shownHistogram{}
	for i := range samples {
		one := &samples[i]
		if one.family.kind != histogram {
			continue
		}
		last := s.last[one.key]
		if fall := last.sum - one.histogram.sum; fall > 0 && fall <= rounding*last.sum {
			one.histogram.sum = last.sum
		}
		for bound, before := range last.exemplars {
			if e := one.histogram.exemplars[bound]; e != nil && e.at.Sub(before.at) < apart {
				one.histogram.exemplars[bound] = before
			}
		}
		all[one.key] = one.histogram
	}
	s.last = all
}
