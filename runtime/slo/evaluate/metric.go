package evaluate

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
)

// A followedMetric is a metric that SLOs select from. At each reading the growth of its series
// is added to their selections, so series that have not changed cost nothing.
type followedMetric struct {
	name       string
	kind       metric.Type
	keys       []string  // of labels
	bounds     []float64 // of a distribution
	layout     int       // number of changes of bounds
	selections []*selection
	series     map[string]*series // by appendKey
	order      []*series          // the same, by first appearance
	first      series             // its next is the first series of a reading
	before     *series            // in a reading: the series before the next one
	born       time.Time          // the earliest start of a series; zero before the first reading
	undated    bool               // a series has no start time
	forgetful  bool               // series were dropped, so new selections would lack their counts
	read       int                // number of the last reading that had the metric; 0 for none
	present    int                // series in that reading
	problem    string             // why the metric cannot be counted
	key        []byte             // memory that takeSeries uses again, like delta
	delta      []int64
}

// take adds the metric of the reading with the number.
func (m *followedMetric) take(read *metric.Metric, reading int) {
	again := m.read == reading
	if again && !m.fits(read) {
		m.problem = fmt.Sprintf("two producers export %s with different labels or types: rename one of the metrics", m.name)
		return
	}
	if !again {
		m.problem, m.present = "", 0
		if m.read == 0 || !m.fits(read) {
			m.adopt(read)
		}
		m.read, m.before = reading, &m.first
	}
	if read.Descriptor.Fallen {
		m.problem = fmt.Sprintf("%s has fallen, so it counts up and down and is no count of events: select a metric that only grows", m.name)
		return
	}
	for _, ts := range read.Series {
		if len(ts.LabelValues) != len(m.keys) {
			continue
		}
		m.takeSeries(ts, reading)
	}
}

// fits reports whether the metric has the same type and labels as in earlier readings.
func (m *followedMetric) fits(read *metric.Metric) bool {
	return m.kind == read.Descriptor.Type && slices.EqualFunc(m.keys, read.Descriptor.LabelKeys,
		func(key string, l metric.LabelKey) bool { return key == l.Key })
}

// adopt begins to follow the metric, or follows it with its new declaration. The selections
// keep their counts.
func (m *followedMetric) adopt(read *metric.Metric) {
	m.kind = read.Descriptor.Type
	m.keys = m.keys[:0]
	for _, l := range read.Descriptor.LabelKeys {
		m.keys = append(m.keys, l.Key)
	}
	for _, s := range m.selections {
		s.resolve(m.keys)
	}
	m.forget()
}

// forget drops all series. The selections keep their counts.
func (m *followedMetric) forget() {
	m.forgetful = m.forgetful || len(m.order) > 0
	m.series = map[string]*series{}
	m.order = nil
	m.first.next, m.before = nil, &m.first
}

func (m *followedMetric) takeSeries(ts *metric.Series, reading int) {
	value := ts.Point.Value
	if d, ok := value.(*metric.Distribution); ok && !m.takeBounds(d) {
		return
	}
	s := m.find(ts.LabelValues)
	if s.read == reading {
		m.problem = fmt.Sprintf("two producers export the same series of %s: rename one of the metrics", m.name)
		return
	}
	m.present++
	if m.born.IsZero() || ts.StartTime.Before(m.born) {
		m.born = ts.StartTime
	}
	m.undated = m.undated || ts.StartTime.IsZero()
	anew := s.read != 0 && !ts.StartTime.Equal(s.start)
	s.read, s.start = reading, ts.StartTime
	switch v := value.(type) {
	case int64:
		m.grow(s, float64(v), anew)
	case float64:
		m.grow(s, v, anew)
	case *metric.Distribution:
		m.growBuckets(s, v, anew)
	}
}

// find returns the series with the label values. Most producers return series in the same
// order each time, so it first tries the series that came next in the reading before.
func (m *followedMetric) find(labels []metric.LabelValue) *series {
	s := m.before.next
	if s == nil || !s.has(labels) {
		s = m.lookUp(labels)
		m.before.next = s
	}
	m.before = s
	return s
}

// lookUp returns the series with the label values, a new one if it is new.
func (m *followedMetric) lookUp(labels []metric.LabelValue) *series {
	m.key = appendKey(m.key[:0], labels)
	if s, ok := m.series[string(m.key)]; ok {
		return s
	}
	s := &series{}
	for _, l := range labels {
		s.labels = append(s.labels, l.Value)
	}
	for _, sel := range m.selections {
		if sel.matches(s.labels) {
			s.selections = append(s.selections, sel)
		}
	}
	m.series[string(m.key)] = s
	m.order = append(m.order, s)
	return s
}

// takeBounds reports whether the distribution can be counted. The first distribution of a
// reading sets the bounds of the metric.
func (m *followedMetric) takeBounds(d *metric.Distribution) bool {
	bounds := d.Bounds
	switch {
	case len(d.Buckets) != len(bounds)+1:
		m.problem = fmt.Sprintf("%s has %d buckets for %d bounds", m.name, len(d.Buckets), len(bounds))
		return false
	case m.layout > 0 && slices.Equal(bounds, m.bounds):
		return true
	case m.present > 0:
		m.problem = fmt.Sprintf("the series of %s have different bucket bounds", m.name)
		return false
	case slices.ContainsFunc(bounds, func(b float64) bool { return math.IsNaN(b) || math.IsInf(b, 0) }) || !slices.IsSorted(bounds):
		m.problem = fmt.Sprintf("the bucket bounds of %s are not finite and in order: %v", m.name, bounds)
		return false
	}
	for _, sel := range m.selections {
		sel.fold()
	}
	m.forget()
	m.bounds = slices.Clone(bounds)
	m.layout++
	for _, sel := range m.selections {
		sel.rebucket()
	}
	return true
}

// spareSeries is the number of series that a metric may always remember after they are no
// longer exported.
const spareSeries = 1000

// prune drops the series that the reading did not have, if there are more of them than series
// in the reading and spareSeries. The selections keep their counts. So a metric remembers at
// most twice the series of its last reading, and spareSeries.
func (m *followedMetric) prune(reading int) {
	if len(m.order) <= 2*m.present+spareSeries {
		return
	}
	m.forgetful = true
	m.order = slices.DeleteFunc(m.order, func(s *series) bool { return s.read != reading })
	for key, s := range m.series {
		s.next = nil // the next series may be dropped
		if s.read != reading {
			delete(m.series, key)
		}
	}
	m.first.next = nil
}

// selection returns the metric's selection with the conditions. SLOs with equal conditions
// share a selection.
func (m *followedMetric) selection(where []slo.Condition) *selection {
	for _, s := range m.selections {
		if slices.EqualFunc(s.where, where, sameCondition) {
			return s
		}
	}
	s := &selection{metric: m, where: where}
	s.rebucket()
	m.selections = append(m.selections, s)
	if m.read == 0 {
		return s
	}
	s.resolve(m.keys)
	for _, known := range m.order {
		if s.matches(known.labels) {
			known.selections = append(known.selections, s)
			s.add(known)
		}
	}
	return s
}

func isGauge(t metric.Type) bool {
	return t == metric.TypeGaugeInt64 || t == metric.TypeGaugeFloat64
}

func isCounter(t metric.Type) bool {
	return t == metric.TypeCumulativeInt64 || t == metric.TypeCumulativeFloat64
}
