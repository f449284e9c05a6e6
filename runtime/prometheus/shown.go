package prometheus

import (
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A shownHistogram has the parts of a served histogram other than the counts of its buckets.
type shownHistogram struct {
	sum       float64
	exemplars exemplars
}

const (
	// apart is the shortest time between two served exemplars of a bucket. OpenMetrics
	// rounds times to a float64 of seconds, and Prometheus cuts them to milliseconds.
	apart = 2 * time.Millisecond
	// rounding is the fraction by which a sum may fall by rounding alone: OpenCensus keeps
	// the mean, and a sum is the mean times the count.
	rounding = 1e-6
)

// next returns what is served of a distribution. It has parts of the last scrape if Prometheus
// would misunderstand the change. If two exemplars are less than 2 ms apart, the first stays,
// and if a clock was set back, the earlier exemplar stays too: see exemplars. A sum that only rounding
// has lowered stays too, because Prometheus treats any fall as a counter that began again, and
// would add the whole sum to the increase.
func (last shownHistogram) next(d *metric.Distribution) shownHistogram {
	now := shownHistogram{d.Sum, exemplarsOf(d)}
	if fall := last.sum - now.sum; fall > 0 && fall <= rounding*last.sum {
		now.sum = last.sum
	}
	for bound, before := range last.exemplars {
		if e := now.exemplars[bound]; e != nil && e.at.Sub(before.at) < apart {
			now.exemplars[bound] = before
		}
	}
	return now
}
