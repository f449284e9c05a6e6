package census

import (
	"encoding/binary"
	"hash/maphash"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A view of other code may count something up and down: view.Sum over +1 and -1. OpenCensus
// exports its total as cumulative, like a sum that only grows, and nothing in its data tells
// them apart. So the values are compared with those of earlier readings. A total falls if it
// is lower than before and its series has the same start, or if it is below zero, because a
// total begins at zero. A total with another start has begun again.
//
// The watch is of the process and not of a reader, so that all exporters agree. It is by the
// name of the metric, because the series of a metric have one type.
//
// Readings may overlap. A value of one may then be older than a value of another that was
// entered before, and would look like a fall. So values are only compared with readings that
// had ended when the reading began: with the last reading, or if they overlap with the last
// one that began after all before it had ended.

// falls watches the totals of OpenCensus.
var falls = fallWatch{metrics: map[string]*watchedMetric{}}

// A fallWatch finds the metrics whose totals have fallen. It is safe for concurrent use.
type fallWatch struct {
	mu      sync.Mutex
	number  uint64 // of the last beginning or end of a reading; they share one sequence
	metrics map[string]*watchedMetric
	key     []byte // memory that is used again
}

// A watchedMetric is a metric of totals.
type watchedMetric struct {
	fallen  bool
	series  map[uint64]lastTotal // by the hash of their identity; nil if it has fallen
	present int                  // series in the last reading that had the metric
	read    uint64               // the end of that reading
	before  uint64               // the end of the reading that has the totals before

	// What the totals of the reading that is being entered are compared with.
	afterLast, afterBefore bool
}

// A lastTotal is the last total of a series. It has no pointers, because there may be 100,000
// of them.
type lastTotal struct {
	value  uint64 // in the order of the totals: an int64, or the bits of a float64
	before uint64 // an earlier value
	read   uint64
}

// begin returns the number of a reading that begins.
func (w *fallWatch) begin() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.number++
	return w.number
}

// mark enters a reading, and marks the metrics that have fallen in it or before. It skips the
// metrics of counts, which are names of views that count: their totals only grow.
func (w *fallWatch) mark(began uint64, metrics []*metric.Metric, counts map[string]bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.number++
	var totals []*metric.Metric
	for _, m := range metrics {
		if isTotal(m.Descriptor.Type) && !counts[m.Descriptor.Name] {
			totals = append(totals, m)
			w.enter(began, m)
		}
	}
	for _, m := range totals { // after all were entered: two producers may share a name
		m.Descriptor.Fallen = w.metrics[m.Descriptor.Name].fallen
	}
	w.prune(len(totals))
}

func isTotal(t metric.Type) bool {
	return t == metric.TypeCumulativeInt64 || t == metric.TypeCumulativeFloat64
}

// enter compares the totals of a metric with the totals of earlier readings.
func (w *fallWatch) enter(began uint64, m *metric.Metric) {
	known := w.metrics[m.Descriptor.Name]
	if known == nil {
		known = &watchedMetric{}
		w.metrics[m.Descriptor.Name] = known
	}
	if known.read != w.number {
		known.begin(began, w.number)
	}
	if known.fallen {
		return
	}
	if known.series == nil {
		known.series = make(map[uint64]lastTotal, len(m.Series))
	}
	known.present += len(m.Series)
	w.key = appendResource(append(w.key[:0], byte(m.Descriptor.Type)), m.Resource)
	for _, k := range m.Descriptor.LabelKeys {
		w.key = appendText(w.key, k.Key)
	}
	prefix := len(w.key)
	for _, s := range m.Series { // a series that begins again is another one
		w.key = appendLabels(binary.AppendVarint(w.key[:prefix], s.StartTime.UnixNano()), s.LabelValues)
		if known.falls(maphash.Bytes(labelSeed, w.key), s) {
			known.fallen, known.series = true, nil
			return
		}
	}
}

// begin begins to enter a reading that began and ended at the numbers.
func (m *watchedMetric) begin(began, ended uint64) {
	m.afterLast, m.afterBefore = m.read < began, m.before < began
	if m.afterLast {
		m.before = m.read
	}
	m.read, m.present = ended, 0
}

var labelSeed = maphash.MakeSeed()

// falls enters the total of a series, and reports whether the total has fallen. Two producers
// may have equal series with the same start: these count as one with the lowest of their
// totals. So do series whose identities have one hash, once in 2⁶⁴.
func (m *watchedMetric) falls(series uint64, s *metric.Series) bool {
	value, negative, ok := order(s.Point.Value)
	if !ok || negative {
		return negative
	}
	now := lastTotal{value: value, read: m.read}
	last, known := m.series[series]
	switch {
	case known && last.read == m.read:
		if last.value <= value {
			return false
		}
	case known && m.afterLast:
		if value < last.value {
			return true
		}
		now.before = last.value
	case known:
		if m.afterBefore && value < last.before {
			return true
		}
		now.before = last.before
		now.value = max(value, last.value) // of two readings at once the higher total is reached when both have ended
	}
	m.series[series] = now
	return false
}

// order returns a number that has the order of the totals of one type, or that the total is
// below zero. It is not ok if the total is not a number.
func order(total any) (value uint64, negative, ok bool) {
	switch v := total.(type) {
	case int64:
		return uint64(v), v < 0, true
	case float64:
		return math.Float64bits(math.Abs(v)), v < 0, !math.IsNaN(v) // the bits of positive floats have the order of the floats
	}
	return 0, false, false
}

// spare is the number of metrics, and of series of each metric, that are always remembered
// after they are no longer read.
const spare = 1000

// prune forgets metrics and series that the reading did not have, if there are more of them
// than in the reading and spare. Fewer are kept: a producer may fail once, and a series may
// come back with the same start.
func (w *fallWatch) prune(present int) {
	read, gone := 0, 0 // series
	for _, m := range w.metrics {
		if m.read != w.number {
			gone += len(m.series)
			continue
		}
		read += m.present
		if len(m.series) > 2*m.present+spare {
			maps.DeleteFunc(m.series, func(_ uint64, s lastTotal) bool { return s.read != w.number })
		}
	}
	if gone > read+spare {
		for _, m := range w.metrics {
			if m.read != w.number {
				m.series = nil
			}
		}
	}
	if len(w.metrics) > 2*present+spare {
		maps.DeleteFunc(w.metrics, func(_ string, m *watchedMetric) bool { return m.read != w.number })
	}
}

// appendResource appends the labels of a resource: metrics of two resources have different
// series.
func appendResource(key []byte, r *metric.Resource) []byte {
	if r == nil {
		return key
	}
	key = appendText(key, r.Type)
	for _, k := range slices.Sorted(maps.Keys(r.Labels)) {
		key = appendText(appendText(key, k), r.Labels[k])
	}
	return key
}

// appendLabels appends the values of labels. An absent label is not an empty one.
func appendLabels(key []byte, values []metric.LabelValue) []byte {
	for _, v := range values {
		if !v.Present {
			key = append(key, 0)
			continue
		}
		key = binary.AppendUvarint(key, uint64(len(v.Value))+1)
		key = append(key, v.Value...)
	}
	return key
}

func appendText(key []byte, text string) []byte {
	return append(binary.AppendUvarint(key, uint64(len(text))), text...)
}
