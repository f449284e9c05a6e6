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
	Measures []MeasureInfo       // the package's own measures
	Existing []Existing          // what it uses of other packages
}

// A MeasureInfo is a measure and what its schema says of it. OpenCensus keeps
// the first declaration of a measure's name and ignores later ones.
type MeasureInfo struct {
	Measure     stats.Measure
	Description string
	Unit        string
}

// An Existing is a measure or tag key that another package declares, and what
// the schema says of it. Exactly one of Measure and Key is set.
type Existing struct {
	Measure stats.Measure
	Key     tag.Key
	Name    string
	Unit    string // of a measure
}

// Views returns the part of a package that is its OpenCensus views. A view of one of their
// names that other code registered must be equal in measure, description, tag keys,
// aggregation and bounds: then it serves for ours. OpenCensus alone would compare the
// measure's name and the aggregation only, and would register the other views.
func Views(info ViewsInfo) record.Part {
	if info.Views == nil {
		info.Views = func() []*view.View { return nil }
	}
	p := &viewsPart{info: info}
	parts.mu.Lock()
	defer parts.mu.Unlock()
	parts.known = append(parts.known, p)
	return p
}

// parts are the parts of this kind.
var parts struct {
	mu    sync.Mutex
	known []*viewsPart // of the program
}

func knownParts() []*viewsPart {
	parts.mu.Lock()
	defer parts.mu.Unlock()
	return slices.Clone(parts.known)
}

// Registrations are ordered, so the following needs no lock.
var (
	// startedParts are the parts of registered packages.
	startedParts []*viewsPart

	// registeredHere are the views that generated packages registered, by name. An
	// equal view of another generated package is served by the same one, which stays
	// until the last of them is unregistered.
	registeredHere = map[string]*view.View{}
)

// reading is held shared while OpenCensus's rows are read, and exclusively
// while views are unregistered: view.Unregister clears rows without the lock
// that reading takes.
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

// Shares reports whether the other part is of OpenCensus views too, of which Check and
// Start compare all that a view has.
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
	if !slices.Contains(startedParts, p) {
		startedParts = append(startedParts, p)
	}
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

// register registers views that were missing a moment ago. Other code may
// have registered one since then; OpenCensus reports only some of the ways in
// which that one may differ.
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

// Stop unregisters the views that no other package needs, and no view of other code that
// served for one of them.
func (p *viewsPart) Stop() {
	startedParts = slices.DeleteFunc(startedParts, func(other *viewsPart) bool { return other == p })
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

// needed reports whether a registered package has a view of the name.
func needed(name string) bool {
	return slices.ContainsFunc(startedParts, func(p *viewsPart) bool { return slices.Contains(p.Names(), name) })
}

// Read returns nothing: OpenCensus has the metrics, which the source reads.
func (p *viewsPart) Read(*record.Memory) []*metric.Metric { return nil }

func (p *viewsPart) ReadAtOnce() []*metric.Metric { return nil }

// errStopped is what remains of a program's metrics after view.Stop.
var errStopped = errors.New("view.Stop was called: OpenCensus then registers no views and returns no data; " +
	"call view.Stop after everything else, or not at all")

// recovered returns what f returns. Functions of package view panic after view.Stop: then
// it returns errStopped.
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
