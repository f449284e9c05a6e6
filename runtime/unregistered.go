package runtime

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"

	"go.opencensus.io/stats"
	"go.opencensus.io/tag"
)

// Whoever forgets RegisterViews has no metrics, and no error either: OpenCensus drops
// records of measures without views in silence. So such records are counted, and a
// Telemetry says so once, with the cure. Records after UnregisterViews are meant to go
// nowhere, and are not counted.

// takes reports whether OpenCensus takes the record, and counts it if not. A measure
// that once had a view stays subscribed for ever, so a recorder asks until then only.
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
			c.inc()
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

var unregisteredCounters sync.Map // of []*counter, by the names of measures

// unregisteredOf returns the counters of a measure: one for each view that generated
// packages have of it, as direct recorders count.
func unregisteredOf(measure string) []*counter {
	if all, ok := unregisteredCounters.Load(measure); ok {
		return all.([]*counter)
	}
	var all []*counter
	for _, p := range knownPackages() {
		for _, v := range p.views() {
			if v.Measure.Name() == measure {
				all = append(all, unregisteredCounter(v.Name))
			}
		}
	}
	if len(all) == 0 {
		all = []*counter{unregisteredCounter(measure)}
	}
	unregisteredCounters.Store(measure, all)
	return all
}

func unregisteredCounter(view string) *counter {
	return counterFor(counterKey{measure: view, reason: ReasonUnregistered})
}

// remindOfRegistration logs once that records were lost before the registration, or
// that no generated package is registered and there is nothing to export. A program
// may use other producers alone, and may register a moment after Start, so the latter
// is said after an interval, or at the end.
func (t *Telemetry) remindOfRegistration(inTime bool) {
	lost, metrics := lostBeforeRegistration()
	forgotten := forgottenPackages()
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.reminded:
	case lost > 0:
		t.reminded = true
		slog.Warn("ocgen: records were dropped, for no view of their measure was registered: call RegisterViews of the generated package before anything is recorded",
			"records", lost, "metrics", strings.Join(metrics, ", "))
	case !inTime && len(forgotten) > 0 && !t.ledger.hasOthers():
		t.reminded = true
		slog.Warn("ocgen: no generated package is registered, and there is nothing to export: call RegisterViews, before runtime.Start at best",
			"packages", strings.Join(forgotten, ", "))
	}
}

// lostBeforeRegistration returns the number of dropped records, and their metrics.
func lostBeforeRegistration() (records uint64, metrics []string) {
	for _, s := range Stats() {
		if s.Reason == ReasonUnregistered {
			records += s.Count
			metrics = append(metrics, s.Measure)
		}
	}
	return records, metrics[:min(len(metrics), listed)]
}

// forgottenPackages returns the names of the program's generated packages if none of
// them has been registered, neither by RegisterViews nor with OpenCensus by hand.
func forgottenPackages() []string {
	var names []string
	for _, p := range knownPackages() {
		if p.everRegistered.Load() || p.subscribed() {
			return nil
		}
		names = append(names, p.info.Name)
	}
	return names
}

// subscribed reports whether one of the package's own measures has a view.
func (p *Package) subscribed() bool {
	for _, m := range p.info.Measures {
		switch m := m.Measure.(type) {
		case *stats.Int64Measure:
			if subscribed(m.M(0)) {
				return true
			}
		case *stats.Float64Measure:
			if subscribed(m.M(0)) {
				return true
			}
		}
	}
	return false
}

// hasOthers reports whether there are series besides the telemetry's own.
func (l *ledger) hasOthers() bool {
	for _, s := range l.byName {
		if !s.health {
			return true
		}
	}
	return false
}
