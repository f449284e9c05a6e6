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

// A program that forgets RegisterViews has no metrics and no error, because OpenCensus drops
// records of measures without views silently. So such records are counted, and a Telemetry
// logs it once, with the cure. Records after UnregisterViews are dropped without a count.

// takes reports whether OpenCensus accepts the record, and counts it otherwise. A measure
// that once had a view stays subscribed for ever, so it is only checked until then.
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

// subscribed reports whether any of the measures has, or has had, a view. OpenCensus has no
// function for that, but it applies the mutators of a record only in that case.
func subscribed(ms ...stats.Measurement) bool {
	return stats.RecordWithOptions(context.Background(), stats.WithMeasurements(ms...), stats.WithTags(refusingMutator{})) != nil
}

// A refusingMutator returns an error, so that no record is made.
type refusingMutator struct{}

var errRefused = errors.New("not to be recorded")

// Mutate implements tag.Mutator.
func (refusingMutator) Mutate(*tag.Map) (*tag.Map, error) { return nil, errRefused }

var unregisteredCounters sync.Map // of []*record.Counter, by the names of measures

// unregisteredOf returns the counters of a measure: one for each view that generated
// packages have of it, as direct recorders count. Views with former names have none.
func unregisteredOf(measure string) []*record.Counter {
	if all, ok := unregisteredCounters.Load(measure); ok {
		return all.([]*record.Counter)
	}
	var all []*record.Counter
	for _, p := range knownParts() {
		for _, v := range p.info.Views() {
			if v.Measure.Name() == measure && !slices.Contains(p.info.Former, v) {
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

// Active reports whether one of the package's own measures has a view: the program may have
// registered the view directly with OpenCensus.
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
