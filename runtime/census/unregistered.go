package census

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/stats"
	"go.opencensus.io/tag"
)

// A program that forgets RegisterViews has no metrics, and no error either: OpenCensus
// drops records of measures without views in silence. So such records are counted, and a
// Telemetry says so once, with the cure. Records after UnregisterViews are meant to go
// nowhere, and are not counted.

// takes reports whether OpenCensus takes the record, and counts it if not. A measure
// that once had a view stays subscribed for ever, so it is tried until then only.
func (s *TagSet) takes(ms []stats.Measurement) bool {
	if s.subscribed.Load() {
		return true
	}
	if subscribed(ms...) {
		s.subscribed.Store(true)
		return true
	}
	for _, m := range ms {
		for _, c := range unregisteredOf(m.Measure().Name()) {
			c.Inc()
		}
	}
	return false
}

// subscribed reports whether any of the measures has, or has had, a view. OpenCensus
// does not tell, but it looks at a record's tags only then.
func subscribed(ms ...stats.Measurement) bool {
	return stats.RecordWithOptions(context.Background(), stats.WithMeasurements(ms...), stats.WithTags(refusingMutator{})) != nil
}

// A refusingMutator keeps a record from being made.
type refusingMutator struct{}

var errRefused = errors.New("not to be recorded")

// Mutate implements tag.Mutator.
func (refusingMutator) Mutate(*tag.Map) (*tag.Map, error) { return nil, errRefused }

var unregisteredCounters sync.Map // of []*record.Counter, by the names of measures

// unregisteredOf returns the counters of a measure: one for each view that generated
// packages have of it, as direct recorders count.
func unregisteredOf(measure string) []*record.Counter {
	if all, ok := unregisteredCounters.Load(measure); ok {
		return all.([]*record.Counter)
	}
	var all []*record.Counter
	for _, p := range knownParts() {
		for _, v := range p.info.Views() {
			if v.Measure.Name() == measure {
				all = append(all, unregisteredCounter(v.Name))
			}
		}
	}
	if len(all) == 0 {
		all = []*record.Counter{unregisteredCounter(measure)}
	}
	unregisteredCounters.Store(measure, all)
	return all
}

func unregisteredCounter(view string) *record.Counter {
	return record.CounterOfMeasure(view, record.ReasonUnregistered)
}

// Active reports whether one of the package's own measures has a view: the program may
// have registered it with OpenCensus by hand.
func (p *viewsPart) Active() bool {
	return slices.ContainsFunc(p.info.Measures, func(m MeasureInfo) bool {
		switch m := m.Measure.(type) {
		case *stats.Int64Measure:
			return subscribed(m.M(0))
		case *stats.Float64Measure:
			return subscribed(m.M(0))
		}
		return false
	})
}
