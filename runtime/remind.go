package runtime

import (
	"log/slog"
	"strings"

	"github.com/ocgen/ocgen/runtime/record"
)

// remindOfRegistration logs once that records were dropped before the registration, or
// that no generated package is registered and there is nothing to export. A program may
// use only other producers, and may register a moment after Start, so the second message
// is logged only after an interval, or at the end.
func (t *Telemetry) remindOfRegistration(inTime bool) {
	lost, metrics := lostBeforeRegistration()
	forgotten := forgotten(t.known())
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.reminded:
	case lost > 0:
		t.reminded = true
		slog.Warn("ocgen: records were dropped because no view of their measure was registered: call RegisterViews of the generated package before the first record",
			"records", lost, "metrics", strings.Join(metrics, ", "))
	case !inTime && len(forgotten) > 0 && !t.ledger.hasOthers():
		t.reminded = true
		slog.Warn("ocgen: no generated package is registered, so there is nothing to export: call RegisterViews, preferably before runtime.Start",
			"packages", strings.Join(forgotten, ", "))
	}
}

// lostBeforeRegistration returns the number of dropped records, and their metrics.
func lostBeforeRegistration() (records uint64, metrics []string) {
	for _, s := range record.Stats() {
		if s.Reason == record.ReasonUnregistered {
			records += s.Count
			metrics = append(metrics, s.Measure)
		}
	}
	return records, metrics[:min(len(metrics), listed)]
}

// forgotten returns the names of the program's generated packages if none of them was
// ever registered, neither by RegisterViews nor directly with OpenCensus.
func forgotten(known []*record.Package) []string {
	var names []string
	for _, p := range known {
		if p.Used() {
			return nil
		}
		names = append(names, p.Name())
	}
	return names
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
