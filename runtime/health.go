package runtime

import (
	"slices"
	"sync"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// Health has counts and times of exports. Points of the telemetry's own metrics are not
// counted. A point that is sent again is counted again. With a [NoSender] there are no
// points and no success.
type Health struct {
	LastExport  time.Time // when the last export ended; zero: none has ended
	LastSuccess time.Time // when the last export ended whose points were all accepted
	Exports     uint64    // exports that have ended or were abandoned
	Failures    uint64    // exports with at least one point that was not accepted
	Delivered   uint64    // points that the backend has accepted
	Refused     uint64    // points that it refused
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
		Description: "Exported points, without those about the telemetry itself, by their fate.",
		LabelKeys:   []metric.LabelKey{{Key: "fate", Description: "delivered, refused, unconfirmed or unsent."}},
	}
	lastSuccessDescriptor = metric.Descriptor{
		Name: healthPrefix + "last_success", Unit: "s", Type: metric.TypeGaugeInt64,
		Description: "When the backend last accepted every point of an export, in seconds since 1970.",
	}
)

// healthDescriptors returns the descriptors of the metrics about the telemetry itself.
func healthDescriptors() []metric.Descriptor {
	return []metric.Descriptor{exportsDescriptor, pointsDescriptor, lastSuccessDescriptor, record.StatsDescriptor()}
}

// A healthProducer produces the metrics about one Telemetry. Only that Telemetry exports
// them, because those of other Telemetries have the same names.
type healthProducer struct {
	t       *Telemetry
	started time.Time
}

// healthProducers are the producers of all running Telemetries, the oldest first.
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
	if replaced := record.StatsMetric(); replaced != nil {
		all = append(all, replaced)
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
