package record

import (
	"slices"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A Memory keeps the metrics of a reader's last reading, so that the next reading uses
// their memory again. A caller that passes a Memory must no longer use the result of the
// reading before. A nil Memory keeps nothing. It is not safe for concurrent use.
type Memory struct {
	last   map[any]*metric.Metric
	before map[any]*metric.Metric // metrics of the previous reading
}

// Begin begins a reading. Memory that the reading before did not use is released: its
// package may be unregistered, or its producer removed.
func (m *Memory) Begin() {
	if m == nil {
		return
	}
	m.last, m.before = m.before, m.last
	clear(m.last)
}

// Take returns the last metric that was put with the key, or nil.
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

// Rows returns n series to be filled in. As far as possible they use the memory of last,
// an earlier reading; nil means that there is none. Rows that are not needed are emptied. If
// most are not needed, the memory of all is released.
func Rows(last *metric.Metric, n int) []*metric.Series {
	var rows []*metric.Series
	if last != nil {
		rows = last.Series[:cap(last.Series)] // more than it has, if some had no value
	}
	if i := slices.Index(rows, nil); i >= 0 {
		rows = rows[:i]
	}
	if len(rows) > 2*n+spareRows {
		rows = nil
	}
	if len(rows) >= n {
		for _, row := range rows[n:] {
			*row = metric.Series{} // its series may have ended
		}
		return rows[:n]
	}
	more := make([]metric.Series, n-len(rows))
	for i := range more {
		rows = append(rows, &more[i])
	}
	return rows
}

// spareRows is a number of rows that is always kept.
const spareRows = 64
