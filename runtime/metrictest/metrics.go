package metrictest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/console"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// Metrics are all metrics that a test sees, with their changes since its start. Each
// call reads them again. Metrics are safe for concurrent use.
type Metrics struct {
	t      testing.TB
	scope  Scope
	before map[string]series
	stats  []record.Stat
}

// Metric returns the series of the metric with the exported name, for example
// "shop/request_count". The metric may be of any recorder or library.
func (m *Metrics) Metric(name string) Series { return Series{m: m, name: name} }

// String returns the records since the start, as tables: counts, sums and distributions
// without their values at the start, and last values that changed. A last value that was
// set again to the same value does not count as changed.
func (m *Metrics) String() string {
	changed := slices.DeleteFunc(m.since(), func(s series) bool { return !s.changed })
	if len(changed) == 0 {
		return "nothing"
	}
	return console.Tables(tables(changed))
}

// readTimeout bounds one reading of all metrics.
const readTimeout = 30 * time.Second

// read returns the series that the test sees, sorted by name.
func (m *Metrics) read() []series {
	// Not the context of t, which is already done in functions of t.Cleanup.
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	var all []series
	for _, read := range runtime.Gather(ctx) {
		seen := m.scope.Select(read)
		if seen == nil {
			continue
		}
		for _, ts := range seen.Series {
			if s, ok := newSeries(seen.Descriptor, ts); ok {
				all = append(all, s)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b series) int { return cmp.Compare(a.descriptor.Name, b.descriptor.Name) })
	return all
}

// since returns all series that the test sees, without their values before the test.
func (m *Metrics) since() []series {
	all := m.read()
	for i, now := range all {
		before, ok := m.before[now.key()]
		all[i] = now.since(before, ok)
	}
	return all
}

// dropped returns a text about values that were replaced or dropped since the start, which is
// the likely reason if a count is too small. It returns "" if there were none.
func (m *Metrics) dropped() string {
	var b strings.Builder
	for _, s := range runtime.Stats() {
		count := s.Count
		for _, before := range m.stats {
			if before.Tag == s.Tag && before.Measure == s.Measure && before.Reason == s.Reason {
				count -= before.Count
			}
		}
		if count > 0 {
			fmt.Fprintf(&b, "  %s: %d %s\n", s.Tag+s.Measure, count, s.Reason)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "values that were dropped or replaced since then, by any test (see runtime.Stats):\n" + b.String()
}

// tables returns the series as metrics, one for each sequence of series with the same name.
func tables(all []series) []*metric.Metric {
	var metrics []*metric.Metric
	for i, s := range all {
		if i == 0 || all[i-1].descriptor.Name != s.descriptor.Name {
			metrics = append(metrics, &metric.Metric{Descriptor: s.descriptor})
		}
		last := metrics[len(metrics)-1]
		last.Series = append(last.Series, &metric.Series{
			LabelValues: s.labels,
			Point:       metric.Point{Value: s.value},
		})
	}
	return metrics
}
