package evaluate

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A series is one time series of a metric. Its count is kept + last: kept has the counts from
// before the series began again.
type series struct {
	labels     []string // one for each of the metric's keys, "" if absent
	start      time.Time
	last, kept float64 // of a distribution: the number of values
	counts     []int64 // of a distribution: the last reading's buckets
	keptCounts []int64 // nil if it never began again
	read       int
	selections []*selection
	next       *series // the next series in the last reading that had both; nil: unknown
}

// has reports whether the series has the label values.
func (s *series) has(labels []metric.LabelValue) bool {
	return slices.EqualFunc(s.labels, labels, func(text string, l metric.LabelValue) bool { return text == l.Value })
}

// total returns the count of the series since its first reading.
func (s *series) total() float64 { return s.kept + s.last }

// bucket returns the count of one bucket of a distribution.
func (s *series) bucket(i int) int64 {
	if s.keptCounts == nil {
		return s.counts[i]
	}
	return s.keptCounts[i] + s.counts[i]
}

// grow adds the next value of a counter or a gauge.
func (m *followedMetric) grow(s *series, value float64, anew bool) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		m.problem = fmt.Sprintf("a series of %s has the value %v, which is not finite", m.name, value)
		return
	}
	if isGauge(m.kind) {
		s.last = value
		return
	}
	if anew || value < s.last {
		s.kept += s.last
		s.last = 0
	}
	grown := value - s.last
	if grown == 0 {
		return
	}
	s.last = value
	for _, sel := range s.selections {
		sel.value += grown
	}
}

func (m *followedMetric) growBuckets(s *series, d *metric.Distribution, anew bool) {
	count := float64(d.Count)
	if !anew && count == s.last && s.counts != nil {
		return
	}
	if s.counts == nil {
		s.counts = make([]int64, len(d.Buckets))
	}
	if anew || fell(s, d) {
		s.keep()
	}
	grown := slices.Grow(m.delta[:0], len(d.Buckets))
	for i, b := range d.Buckets {
		grown = append(grown, b.Count-s.counts[i])
		s.counts[i] = b.Count
	}
	m.delta = grown
	s.last = count
	for _, sel := range s.selections {
		for i, n := range grown {
			sel.counts[i] += n
		}
	}
}

// fell reports whether a count of the series has fallen, so the series must have begun
// again.
func fell(s *series, d *metric.Distribution) bool {
	for i, b := range d.Buckets {
		if b.Count < s.counts[i] {
			return true
		}
	}
	return false
}

// keep saves the counts of a distribution before it began again.
func (s *series) keep() {
	if s.keptCounts == nil {
		s.keptCounts = make([]int64, len(s.counts))
	}
	for i, n := range s.counts {
		s.keptCounts[i] += n
		s.counts[i] = 0
	}
	s.kept += s.last
	s.last = 0
}

// appendKey appends the identity of a series within its metric. An absent label has the value
// "".
func appendKey(key []byte, labels []metric.LabelValue) []byte {
	for _, l := range labels {
		key = appendText(key, l.Value)
	}
	return key
}

func appendTexts(key []byte, texts []string) []byte {
	for _, t := range texts {
		key = appendText(key, t)
	}
	return key
}

func appendText(key []byte, text string) []byte {
	return append(binary.AppendUvarint(key, uint64(len(text))), text...)
}
