package census

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// A ViewsInfo describes the OpenCensus views of a generated package.
type ViewsInfo struct {
	Views    func() []*view.View // the same pointers at each call
	Former   []*view.View        // those of Views with the former name of another
	Measures []MeasureInfo       // the package's own measures
	Existing []Existing          // measures and keys of other packages that it uses
}

// A MeasureInfo is a measure with the description and unit of its schema. OpenCensus keeps
// the first declaration of a measure's name and ignores later declarations.
type MeasureInfo struct {
	Measure     stats.Measure
	Description string
	Unit        string
}

// An Existing is a measure or tag key that another package declares, with the name and unit
// of the schema. Exactly one of Measure and Key is set.
type Existing struct {
	Measure stats.Measure
	Key     tag.Key
	Name    string
	Unit    string // of a measure
}

// Views returns the part of a package that has its OpenCensus views. If other code has
// registered a view of the same name, it must be equal in measure, description, tag keys,
// aggregation and bounds, and is shared. Without this check OpenCensus would compare only
// the measure's name and the aggregation, and would register the remaining views.
func Views(info ViewsInfo) record.Part {
	if info.Views == nil {
		info.Views = func() []*view.View { return nil }
	}
	p := &viewsPart{info: info}
	for _, v := range info.Views() {
		if p.keepsLast(v) {
			limitLastValues(v.Name)
		}
	}
	parts.mu.Lock()
	defer parts.mu.Unlock()
	parts.known = append(parts.known, p)
	return p
}

// parts are the parts of this kind.
var parts struct {
	mu      sync.Mutex
	known   []*viewsPart // of the program
	started []*viewsPart // of registered packages
}

func knownParts() []*viewsPart {
	parts.mu.Lock()
	defer parts.mu.Unlock()
	return slices.Clone(parts.known)
}

// registeredHere are the views that generated packages registered, by name. Equal views of
// several generated packages share one registered view, which stays until the last of the
// packages is unregistered. Only registrations use it. They are ordered, so it needs no
// lock.
var registeredHere = map[string]*view.View{}

// reading is read-locked while OpenCensus's rows are read, and locked while views are
// unregistered: view.Unregister clears rows without the lock that a reading takes.
var reading sync.RWMutex

// A viewsPart is the OpenCensus views of a package.
type viewsPart struct {
	info ViewsInfo
}

func (p *viewsPart) Names() []string {
	var names []string
	for _, v := range p.info.Views() {
		names = append(names, v.Name)
	}
	return names
}

// Shares reports whether the other part has OpenCensus views too. Check and Start compare
// these views completely.
func (p *viewsPart) Shares(other record.Part) bool {
	_, ok := other.(*viewsPart)
	return ok
}

func (p *viewsPart) Check() (all []error) {
	var conflicts []error
	stopped := recovered(func() error {
		_, conflicts = compareRegistered(p.info.Views())
		return nil
	})
	if stopped != nil {
		return []error{stopped}
	}
	return append(p.misdeclared(), conflicts...)
}

func (p *viewsPart) Start(map[string]metric.Descriptor) error {
	p.list(true)
	return recovered(func() error {
		missing, conflicts := compareRegistered(p.info.Views())
		if err := errors.Join(conflicts...); err != nil {
			return err
		}
		if err := register(missing); err != nil {
			return err
		}
		for _, v := range missing {
			registeredHere[v.Name] = v
		}
		return nil
	})
}

// register registers views that were missing a moment ago. Other code may have registered
// one of them since then, and OpenCensus reports only some of the possible differences.
func register(views []*view.View) error {
	if len(views) == 0 {
		return nil
	}
	if err := view.Register(views...); err != nil {
		return err
	}
	_, conflicts := compareRegistered(views)
	return errors.Join(conflicts...)
}

// Stop unregisters the views that no other package needs. It leaves shared views of other
// code registered.
func (p *viewsPart) Stop() {
	p.list(false)
	_ = recovered(func() error { // after view.Stop there are no views
		p.unregister()
		return nil
	})
}

func (p *viewsPart) unregister() {
	var ours []*view.View
	for _, v := range p.info.Views() {
		found := view.Find(v.Name)
		switch {
		case found == nil || found != v && found != registeredHere[v.Name]:
		case needed(v.Name):
			registeredHere[v.Name] = found
		default:
			ours = append(ours, found)
			delete(registeredHere, v.Name)
		}
	}
	if len(ours) == 0 {
		return
	}
	reading.Lock()
	defer reading.Unlock()
	view.Unregister(ours...)
}

// list puts the part among the started ones or takes it out.
func (p *viewsPart) list(started bool) {
	parts.mu.Lock()
	defer parts.mu.Unlock()
	i := slices.Index(parts.started, p)
	switch {
	case started && i < 0:
		parts.started = append(parts.started, p)
	case !started && i >= 0:
		parts.started = slices.Delete(parts.started, i, i+1)
	}
}

// needed reports whether a registered package has a view of the name. It may be called
// while others register.
func needed(name string) bool {
	parts.mu.Lock()
	defer parts.mu.Unlock()
	return slices.ContainsFunc(parts.started, func(p *viewsPart) bool { return slices.Contains(p.Names(), name) })
}

// countViews returns the names of the views of registered packages that count records.
func countViews() map[string]bool {
	return namesOf(func(_ *viewsPart, v *view.View) bool { return v.Aggregation.Type == view.AggTypeCount })
}

// lastValues returns the names of the views of registered packages that keep the last value
// of a measure of the package itself.
func lastValues() map[string]bool {
	return namesOf((*viewsPart).keepsLast)
}

// keepsLast reports whether a view keeps the last value of a measure of the package itself.
func (p *viewsPart) keepsLast(v *view.View) bool {
	return v.Aggregation.Type == view.AggTypeLastValue &&
		slices.ContainsFunc(p.info.Measures, func(m MeasureInfo) bool { return m.Measure.Name() == v.Measure.Name() })
}

// namesOf returns the names of the views of registered packages that are wanted.
func namesOf(wanted func(*viewsPart, *view.View) bool) map[string]bool {
	parts.mu.Lock()
	defer parts.mu.Unlock()
	names := map[string]bool{}
	for _, p := range parts.started {
		for _, v := range p.info.Views() {
			if wanted(p, v) {
				names[v.Name] = true
			}
		}
	}
	return names
}

// Read returns nothing: the source reads the metrics from OpenCensus.
func (p *viewsPart) Read(*record.Memory) []*metric.Metric { return nil }

func (p *viewsPart) Observed() bool { return false }

// errStopped is the error of registrations and readings after view.Stop.
var errStopped = errors.New("view.Stop was called: OpenCensus then registers no views and returns no data; " +
	"call view.Stop after everything else, or not at all")

// recovered returns the result of f. After view.Stop the functions of package view panic:
// then it returns errStopped.
func recovered(f func() error) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case error:
			err = fmt.Errorf("OpenCensus panicked: %w", r)
			if r.Error() == "send on closed channel" {
				err = errStopped
			}
		default:
			err = fmt.Errorf("OpenCensus panicked: %v", r)
		}
	}()
	return f()
}
