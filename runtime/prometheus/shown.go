package prometheus

import (
	"math"
	"sync"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// A shownHistogram has the parts of a served histogram other than the counts of its buckets.
type shownHistogram struct {
	sum       float64
	exemplars exemplars
}

func shownOf(d *metric.Distribution) shownHistogram {
	return shownHistogram{d.Sum, exemplarsOf(d)}
}

// A histogramMetric is a histogram with these parts.
type histogramMetric struct {
	prometheus.Metric
	shows shownHistogram
}

// Write sets the sum and the exemplars of the buckets. A histogram of client_golang lacks the
// last bucket, whose count is the histogram's count, so the last bucket is added if it has an
// exemplar.
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
	// apart is the shortest time between two served exemplars of a bucket. OpenMetrics
	// rounds times to a float64 of seconds, and Prometheus cuts them to milliseconds.
	apart = 2 * time.Millisecond
	// rounding is the fraction by which a sum may fall by rounding alone: OpenCensus keeps
	// the mean, and a sum is the mean times the count.
	rounding = 1e-6
)

// shown has the parts of histograms that the last scrape served.
type shown struct {
	mu   sync.Mutex
	last map[string]shownHistogram // by the keys of their series
}

// keep replaces parts of histograms by those of the last scrape if Prometheus would
// misunderstand the change. Of two exemplars of one millisecond the first stays, and so does
// the exemplar from before a clock was set back: see exemplars. A sum that only rounding has
// lowered stays too, because Prometheus treats any fall as a counter that began again, and
// would add the whole sum to the increase.
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
