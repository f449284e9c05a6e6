package record

import (
	"sync/atomic"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// StatsDescriptor returns the descriptor of the metric of [Stats].
func StatsDescriptor() metric.Descriptor {
	return metric.Descriptor{
		Name: "ocgen/telemetry/replaced_or_dropped", Unit: "1", Type: metric.TypeCumulativeInt64,
		Description: "Values of tags and measures that were replaced or dropped. Correct the calling code, or the values and limits of the schema; docs/recording.md lists the reasons.",
		LabelKeys: []metric.LabelKey{
			{Key: "measure", Description: "The measure's name; for the reasons series and unregistered, and for observed measures, the view's name; absent for a tag."},
			{Key: "reason", Description: "The reason, such as overflow: the tag already has its maximum number of values."},
			{Key: "tag", Description: "The tag's key; absent for a measure."},
		},
	}
}

// StatsMetric returns the metric of [Stats], with a series for each Stat, or nil if there
// is none. It belongs to the caller. A runtime.Telemetry exports it, and so does the
// Producer of runtime/otel.
func StatsMetric() *metric.Metric {
	stats := Stats()
	if len(stats) == 0 {
		return nil
	}
	label := func(v string) metric.LabelValue { return metric.LabelValue{Value: v, Present: v != ""} }
	m := &metric.Metric{Descriptor: StatsDescriptor()}
	now := time.Now()
	for _, s := range stats {
		m.Series = append(m.Series, &metric.Series{
			LabelValues: []metric.LabelValue{label(s.Measure), label(string(s.Reason)), label(s.Tag)},
			StartTime:   CountedSince,
			Point:       metric.Point{Time: now, Value: int64(s.Count)},
		})
	}
	return m
}

// statsToOpenTelemetry is set once a Producer of OpenTelemetry's SDK exists.
var statsToOpenTelemetry atomic.Bool

// GiveStatsToOpenTelemetry says that a Producer of OpenTelemetry's SDK returns
// [StatsMetric]. From now on OpenCensus's own readers do not get it from a Telemetry:
// otherwise a Reader with that Producer and with the bridge for OpenCensus would have the
// metric twice.
func GiveStatsToOpenTelemetry() { statsToOpenTelemetry.Store(true) }

// StatsGoToOpenTelemetry reports whether [GiveStatsToOpenTelemetry] was called.
func StatsGoToOpenTelemetry() bool { return statsToOpenTelemetry.Load() }
