package runtime

import (
	"slices"
	"sync"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
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

// The metrics about the telemetry itself.
var (
	exportsDescriptor = metric.Descriptor{
		Name: healthPrefix + "exports", Unit: "1", Type: metric.TypeCumulativeInt64,
		Description: "Exports of metrics, by whether the backend accepted every point.",
		LabelKeys:   []metric.LabelKey{{Key: "result", Description: "success or failure."}},
	}
	pointsDescriptor = metric.Descriptor{
		Name: healthPrefix + "points", Unit: "1", Type: metric.TypeCumulativeInt64,
		Description: "Points of metrics that were exported, without those about the telemetry itself, by what became of them.",
		LabelKeys:   []metric.LabelKey{{Key: "fate", Description: "delivered, refused, unconfirmed or unsent."}},
	}
	lastSuccessDescriptor = metric.Descriptor{
		Name: healthPrefix + "last_success", Unit: "s", Type: metric.TypeGaugeInt64,
		Description: "When the backend last accepted every point of an export, in seconds since 1970.",
	}
	replacedDescriptor = metric.Descriptor{
		Name: healthPrefix + "replaced_or_dropped", Unit: "1", Type: metric.TypeCumulativeInt64,
		Description: "Tags' and measures' values that were not recorded as they were given. Mend what gives them, or the schema's values and limits; docs/recording.md has the reasons.",
		LabelKeys: []metric.LabelKey{
			{Key: "measure", Description: "The measure's name, or for the reasons series and unregistered, and observed measures, the view's; absent if it is a tag."},
			{Key: "reason", Description: "Why, such as overflow: the tag has had its maximum of different values."},
			{Key: "tag", Description: "The tag's key; absent if it is a measure."},
		},
	}
)

// healthDescriptors returns the descriptors of the metrics about the telemetry itself.
func healthDescriptors() []metric.Descriptor {
	return []metric.Descriptor{exportsDescriptor, pointsDescriptor, lastSuccessDescriptor, replacedDescriptor}
}

// A healthProducer gives the metrics about one Telemetry. Only that exports
// them, for others of the process would have the same names.
type healthProducer struct {
	t       *Telemetry
	started time.Time
}

// healthProducers are those of the Telemetries that live, the eldest first.
var healthProducers healthList

type healthList struct {
	mu  sync.Mutex
	all []*healthProducer
}

func (l *healthList) add(p *healthProducer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, p)
	record.AddProducer(p)
}

func (l *healthList) remove(p *healthProducer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = slices.DeleteFunc(l.all, func(other *healthProducer) bool { return other == p })
	record.RemoveProducer(p)
}

// eldest returns nil if there is none.
func (l *healthList) eldest() *healthProducer {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) == 0 {
		return nil
	}
	return l.all[0]
}

func newHealthProducer(t *Telemetry) *healthProducer {
	return &healthProducer{t: t, started: time.Now()}
}

// Produce implements record.Producer.
func (p *healthProducer) Produce() []*metric.Metric {
	now := time.Now()
	var all []*metric.Metric
	if !p.t.sendsNothing {
		all = p.exporting(now)
	}
	if replaced := replacedSeries(now); len(replaced) > 0 {
		all = append(all, &metric.Metric{Descriptor: replacedDescriptor, Series: replaced})
	}
	return all
}

// exporting returns the metrics about exports.
func (p *healthProducer) exporting(now time.Time) []*metric.Metric {
	h := p.t.Health()
	total := func(label string, v uint64) *metric.Series {
		return &metric.Series{
			LabelValues: []metric.LabelValue{metric.NewLabelValue(label)},
			StartTime:   p.started,
			Point:       metric.Point{Time: now, Value: int64(v)},
		}
	}
	all := []*metric.Metric{
		{Descriptor: exportsDescriptor, Series: []*metric.Series{
			total("success", h.Exports-h.Failures), total("failure", h.Failures)}},
		{Descriptor: pointsDescriptor, Series: []*metric.Series{
			total("delivered", h.Delivered), total("refused", h.Refused),
			total("unconfirmed", h.Unconfirmed), total("unsent", h.Unsent)}},
	}
	if !h.LastSuccess.IsZero() {
		all = append(all, &metric.Metric{Descriptor: lastSuccessDescriptor, Series: []*metric.Series{
			{StartTime: p.started, Point: metric.Point{Time: now, Value: h.LastSuccess.Unix()}}}})
	}
	return all
}

// replacedSeries returns a series for each Stat.
func replacedSeries(now time.Time) []*metric.Series {
	label := func(v string) metric.LabelValue { return metric.LabelValue{Value: v, Present: v != ""} }
	var all []*metric.Series
	for _, s := range record.Stats() {
		all = append(all, &metric.Series{
			LabelValues: []metric.LabelValue{label(s.Measure), label(string(s.Reason)), label(s.Tag)},
			StartTime:   record.CountedSince,
			Point:       metric.Point{Time: now, Value: int64(s.Count)},
		})
	}
	return all
}
