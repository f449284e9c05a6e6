package runtime

import (
	"sync/atomic"
	"time"

	"go.opencensus.io/metric/metricdata"
)

// Health is how exporting goes. Point counts leave out the telemetry's own metrics. A
// point that is sent again counts again. A [NoSender] has no points and no success.
type Health struct {
	LastExport  time.Time // when the last export ended; zero: none has
	LastSuccess time.Time // when the last export ended of which every point was accepted
	Exports     uint64    // that have ended, or were given up
	Failures    uint64    // exports of which not every point was accepted
	Delivered   uint64    // points that the backend has accepted
	Refused     uint64    // points that it answered no to
	Unconfirmed uint64    // points that it may have accepted
	Unsent      uint64    // points that it has certainly not accepted
	LastError   error     // of the last export; nil if it succeeded
}

// Health returns how exporting has gone since Start.
func (t *Telemetry) Health() Health {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.health
}

// healthPrefix begins the names of the metrics about the telemetry itself.
const healthPrefix = "ocgen/telemetry/"

// healthDescriptors returns those of the metrics about the telemetry itself.
func healthDescriptors() []metricdata.Descriptor {
	return []metricdata.Descriptor{
		{
			Name: healthPrefix + "exports", Unit: metricdata.UnitDimensionless, Type: metricdata.TypeCumulativeInt64,
			Description: "Exports of metrics, by whether the backend accepted every point.",
			LabelKeys:   []metricdata.LabelKey{{Key: "result", Description: "success or failure."}},
		},
		{
			Name: healthPrefix + "points", Unit: metricdata.UnitDimensionless, Type: metricdata.TypeCumulativeInt64,
			Description: "Points of metrics that were exported, without those about the telemetry itself, by what became of them.",
			LabelKeys:   []metricdata.LabelKey{{Key: "fate", Description: "delivered, refused, unconfirmed or unsent."}},
		},
		{
			Name: healthPrefix + "last_success", Unit: "s", Type: metricdata.TypeGaugeInt64,
			Description: "When the backend last accepted every point of an export, in seconds since 1970.",
		},
		{
			Name: healthPrefix + "replaced_or_dropped", Unit: metricdata.UnitDimensionless, Type: metricdata.TypeCumulativeInt64,
			Description: "Tags' and measures' values that were not recorded as they were given. Mend what gives them, or the schema's values and limits; docs/recording.md has the reasons.",
			LabelKeys: []metricdata.LabelKey{
				{Key: "measure", Description: "The measure's name, or for the reasons series and unregistered, and observed measures, the view's; absent if it is a tag."},
				{Key: "reason", Description: "Why, such as overflow: the tag has had its maximum of different values."},
				{Key: "tag", Description: "The tag's key; absent if it is a measure."},
			},
		},
	}
}

// A healthProducer gives the metrics about one Telemetry. Only that exports
// them, for others of the process would have the same names.
type healthProducer struct {
	t       *Telemetry
	started time.Time
	order   uint64
}

var healthProducers atomic.Uint64

func newHealthProducer(t *Telemetry) *healthProducer {
	return &healthProducer{t: t, started: time.Now(), order: healthProducers.Add(1)}
}

// Read implements metricproducer.Producer.
func (p *healthProducer) Read() []*metricdata.Metric {
	now := time.Now()
	var all []*metricdata.Metric
	if !p.t.sendsNothing {
		all = p.exporting(now)
	}
	if replaced := replacedSeries(now); len(replaced) > 0 {
		all = append(all, &metricdata.Metric{Descriptor: healthDescriptors()[3], TimeSeries: replaced})
	}
	return all
}

// exporting returns the metrics about exports.
func (p *healthProducer) exporting(now time.Time) []*metricdata.Metric {
	h := p.t.Health()
	cumulative := func(label string, v uint64) *metricdata.TimeSeries {
		return &metricdata.TimeSeries{
			LabelValues: []metricdata.LabelValue{metricdata.NewLabelValue(label)},
			Points:      []metricdata.Point{metricdata.NewInt64Point(now, int64(v))},
			StartTime:   p.started,
		}
	}
	d := healthDescriptors()
	all := []*metricdata.Metric{
		{Descriptor: d[0], TimeSeries: []*metricdata.TimeSeries{
			cumulative("success", h.Exports-h.Failures), cumulative("failure", h.Failures)}},
		{Descriptor: d[1], TimeSeries: []*metricdata.TimeSeries{
			cumulative("delivered", h.Delivered), cumulative("refused", h.Refused),
			cumulative("unconfirmed", h.Unconfirmed), cumulative("unsent", h.Unsent)}},
	}
	if !h.LastSuccess.IsZero() {
		all = append(all, &metricdata.Metric{Descriptor: d[2], TimeSeries: []*metricdata.TimeSeries{
			{Points: []metricdata.Point{metricdata.NewInt64Point(now, h.LastSuccess.Unix())}, StartTime: p.started}}})
	}
	return all
}

// replacedSeries returns a series for each Stat.
func replacedSeries(now time.Time) []*metricdata.TimeSeries {
	label := func(v string) metricdata.LabelValue { return metricdata.LabelValue{Value: v, Present: v != ""} }
	var all []*metricdata.TimeSeries
	for _, s := range Stats() {
		all = append(all, &metricdata.TimeSeries{
			LabelValues: []metricdata.LabelValue{label(s.Measure), label(string(s.Reason)), label(s.Tag)},
			Points:      []metricdata.Point{metricdata.NewInt64Point(now, int64(s.Count))},
			StartTime:   countedSince,
		})
	}
	return all
}
