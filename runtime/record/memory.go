package record

import (
	"slices"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A Memory holds what a reader's last reading was made of, so that the next one uses it
// again: whoever passes a Memory must no longer use what the reading before with it
// returned. nil is a Memory that holds nothing. It is not safe for concurrent use.
type Memory struct {
	last   map[any]*metric.Metric
	before map[any]*metric.Metric // of the reading before, as far as it is not used again yet
}

// Begin begins a reading. What the reading before has not used is given up: its package
// may be unregistered, or its producer gone.
func (m *Memory) Begin() {
	if m == nil {
		return
	}
	m.last, m.before = m.before, m.last
	clear(m.last)
}

// Take returns the last metric of whatever the key stands for, and nil if there is none.
func (m *Memory) Take(key any) *metric.Metric {
	if m == nil {
		return nil
	}
	if read, ok := m.last[key]; ok {
		return read
	}
	return m.before[key]
}

// Put keeps a metric for the next Take.
func (m *Memory) Put(key any, read *metric.Metric) {
	if m == nil {
		return
	}
	if m.last == nil {
		m.last = map[any]*metric.Metric{}
	}
	m.last[key] = read
}

// Rows returns n series to be filled in: of the memory of an earlier reading, as far as
// that goes. nil is no reading.
func Rows(last *metric.Metric, n int) []*metric.Series {
	var rows []*metric.Series
	if last != nil {
		rows = last.Series[:cap(last.Series)] // more than it has, if some had no value
	}
	if i := slices.Index(rows, nil); i >= 0 {
		rows = rows[:i]
	}
	if len(rows) >= n {
		return rows[:n]
	}
	more := make([]metric.Series, n-len(rows))
	for i := range more {
		rows = append(rows, &more[i])
	}
	return rows
}
