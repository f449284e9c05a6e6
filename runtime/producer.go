package runtime

import (
	"slices"
	"time"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
)

// A Series is the time series of one view, as a direct recorder keeps them.
type Series interface {
	name() string
	start(d metricdata.Descriptor, at time.Time) // begins to take records; zero rows exist from then
	stop()                                       // ends it; what was collected is dropped
	read(now time.Time) *metricdata.Metric       // a fresh one; nil without a series
}

// An Observer is the views of one observed measure.
type Observer interface {
	names() []string
	start(descriptors []metricdata.Descriptor) // one for each name
	stop()                                     // what was collected is dropped, the functions stay
	read() []*metricdata.Metric                // fresh ones, of the views that have a series
}

// A packageProducer gives the metrics of a registered package that are not
// OpenCensus views. Package metricproducer uses the pointer as a map key.
type packageProducer struct {
	series   []Series // in the order in which recorders write them
	observed []Observer
}

// Read implements metricproducer.Producer. Functions that observe may be slow,
// so they are called first.
func (p *packageProducer) Read() []*metricdata.Metric {
	var all []*metricdata.Metric
	for _, o := range p.observed {
		all = append(all, o.read()...)
	}
	return append(all, p.readSeries()...)
}

// readSeries copies the series of a direct recorder.
//
// Series are copied in the reverse of the order in which they are written: an
// event writes a total before its parts, so a record that comes meanwhile may be
// missing from a part, but is never in a part and missing from the total.
func (p *packageProducer) readSeries() []*metricdata.Metric {
	var all []*metricdata.Metric
	now := time.Now()
	for _, s := range slices.Backward(p.series) {
		if m := s.read(now); m != nil {
			all = append(all, m)
		}
	}
	return all
}

// produce starts what the package produces, unless it is started. It is called
// with registering held.
func (p *Package) produce() {
	if p.producer != nil || len(p.info.Series)+len(p.info.Observed) == 0 {
		return
	}
	byName := map[string]metricdata.Descriptor{}
	for _, d := range p.info.Descriptors() {
		byName[d.Name] = d
	}
	p.producer = &packageProducer{series: p.info.Series, observed: p.info.Observed}
	now := time.Now()
	for _, s := range p.info.Series {
		s.start(byName[s.name()], now)
	}
	for _, o := range p.info.Observed {
		var descriptors []metricdata.Descriptor
		for _, name := range o.names() {
			descriptors = append(descriptors, byName[name])
		}
		o.start(descriptors)
	}
	registrations.n.Add(1) // last: what is found from now on is found in all sets
	metricproducer.GlobalManager().AddProducer(p.producer)
}

// endProducing is called with registering held. A Read that has begun may go on;
// it gets nothing of what is stopped.
func (p *Package) endProducing() {
	if p.producer == nil {
		return
	}
	metricproducer.GlobalManager().DeleteProducer(p.producer)
	for _, s := range p.info.Series {
		s.stop()
	}
	for _, o := range p.info.Observed {
		o.stop()
	}
	p.producer = nil
}

// produced returns the names of the metrics that the package produces itself.
func (p *Package) produced() []string {
	var names []string
	for _, s := range p.info.Series {
		names = append(names, s.name())
	}
	for _, o := range p.info.Observed {
		names = append(names, o.names()...)
	}
	return names
}
