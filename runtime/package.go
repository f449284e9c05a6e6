package runtime

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// A PackageInfo describes a generated package.
type PackageInfo struct {
	Name        string
	Views       func() []*view.View            // of OpenCensus, the same pointers at each call; nil: none
	Series      []Series                       // of the direct recorder, in the order in which it writes them
	Observed    []Observer                     // the observed measures
	Descriptors func() []metricdata.Descriptor // of all of these, with units and descriptions in full
	Tags        []*Tag                         // the process tags
	Measures    []MeasureInfo                  // the package's own measures
	Existing    []Existing                     // what it uses of other packages
	Monitoring  Monitoring
	SLOs        func() []SLO // nil: none
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

// Monitoring is how the schema says that the metrics appear in Cloud
// Monitoring. SLOs are computed from them by these names.
type Monitoring struct {
	MetricPrefix   string // e.g. "custom.googleapis.com/opencensus"
	Resource       string // monitored resource type, e.g. "k8s_container"; "" if the schema names none
	ResourceLabels []ResourceLabel
}

// A ResourceLabel is a label of the monitored resource and the values that it
// may have.
type ResourceLabel struct {
	Key    string
	Values []string
}

// A Package is a generated package, as far as its views are registered or not.
// It is safe for concurrent use.
type Package struct {
	info     PackageInfo
	producer *packageProducer // nil while the package is not registered; guarded by registering

	everRegistered atomic.Bool
}

// NewPackage returns a package whose views are not registered yet.
func NewPackage(info PackageInfo) *Package {
	p := &Package{info: info}
	registry.mu.Lock()
	defer registry.mu.Unlock()
	registry.known = append(registry.known, p)
	return p
}

// Name returns the Go package's name.
func (p *Package) Name() string { return p.info.Name }

// Descriptors returns the descriptors of the package's metrics, with the units
// and label descriptions that OpenCensus drops on the way to exporters.
func (p *Package) Descriptors() []metricdata.Descriptor { return p.info.Descriptors() }

// Monitoring returns how the metrics appear in Cloud Monitoring.
func (p *Package) Monitoring() Monitoring { return p.info.Monitoring }

// registering orders all registrations of generated packages: OpenCensus
// changes the views that it registers, so comparing them must not overlap with
// it.
var registering sync.Mutex

// registeredHere are the views that generated packages registered, by name. An
// equal view of another generated package is served by the same one, which stays
// until the last of them is unregistered. It is guarded by registering.
var registeredHere = map[string]*view.View{}

// reading is held shared while OpenCensus's rows are read, and exclusively
// while views are unregistered: view.Unregister clears rows without the lock
// that reading takes.
var reading sync.RWMutex

// Register registers the package's views with OpenCensus, and has exporters read
// those that it keeps itself: of a direct recorder, and of observed measures.
// Registering again changes nothing.
//
// A view of one of their names that somebody else registered must be equal in
// measure, description, tag keys, aggregation and bounds: then it serves for
// ours. Otherwise the error names the view and each thing that differs; it also
// names each measure or key that another package declares otherwise than the
// schema says. The name of a view that the package keeps itself must be free: two
// metrics of one name make a Prometheus scrape fail as a whole. After an error
// none of the package's views is registered. OpenCensus alone would compare the
// measure's name and the aggregation only, and would register the other views.
//
// After view.Stop only a package without OpenCensus views can be registered.
func (p *Package) Register() error {
	registering.Lock()
	defer registering.Unlock()
	if err := p.register(); err != nil {
		p.unregister()
		return fmt.Errorf("views of package %s are not registered: %w", p.info.Name, err)
	}
	p.produce()
	p.everRegistered.Store(true)
	tellWatchers()
	return nil
}

// register is called with registering held. After an error some views may be
// registered.
func (p *Package) register() (err error) {
	defer recoverStopped(&err)
	missing, conflicts := compareRegistered(p.views())
	if err := errors.Join(slices.Concat(p.misdeclared(), conflicts, p.produceConflicts())...); err != nil {
		return err
	}
	for _, t := range p.info.Tags {
		t.freeze()
	}
	p.list(true) // first, so that no export has the views without their descriptors
	if err := register(missing); err != nil {
		return err
	}
	for _, v := range missing {
		registeredHere[v.Name] = v
	}
	return nil
}

// views returns the package's OpenCensus views.
func (p *Package) views() []*view.View {
	if p.info.Views == nil {
		return nil
	}
	return p.info.Views()
}

// register registers views that were missing a moment ago. Somebody else may
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

// Unregister unregisters the package's views, and no view of somebody else that
// served for one of them. What they have collected is dropped, but for the totals
// of observed measures, which are those of the program's functions. A view that
// another registered package has too stays until that is unregistered. An export
// that has begun may still have some of them. After view.Stop OpenCensus's views
// are gone anyway.
func (p *Package) Unregister() {
	registering.Lock()
	defer registering.Unlock()
	p.unregister()
}

// unregister is called with registering held.
func (p *Package) unregister() {
	var stopped error
	defer recoverStopped(&stopped)
	defer p.list(false) // last, so that no export has the views without their descriptors
	p.endProducing()
	needed := p.viewsOfOthers()
	var ours []*view.View
	for _, v := range p.views() {
		found := view.Find(v.Name)
		switch {
		case found == nil || found != v && found != registeredHere[v.Name]:
		case needed[v.Name]:
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

// viewsOfOthers returns the names of the views of other registered packages.
func (p *Package) viewsOfOthers() map[string]bool {
	names := map[string]bool{}
	for _, other := range Registered() {
		if other == p {
			continue
		}
		for _, v := range other.views() {
			names[v.Name] = true
		}
	}
	return names
}

// errStopped is what remains of a program's metrics after view.Stop.
var errStopped = errors.New("view.Stop was called, after which OpenCensus takes no views and gives no data: " +
	"call it after everything else, or not at all")

// recoverStopped is deferred around calls of package view, which panic after
// view.Stop.
func recoverStopped(err *error) {
	switch r := recover().(type) {
	case nil:
	case error:
		if r.Error() == "send on closed channel" {
			*err = errStopped
			return
		}
		*err = fmt.Errorf("OpenCensus panicked: %w", r)
	default:
		*err = fmt.Errorf("OpenCensus panicked: %v", r)
	}
}
