package record

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
)

// A PackageInfo describes a generated package.
type PackageInfo struct {
	Name        string
	Parts       []Part                     // the metrics of its recorders, in the order of their start
	Descriptors func() []metric.Descriptor // of all metrics, with complete units and descriptions
	Tags        []*Tag                     // the process tags
	Monitoring  Monitoring
	Prometheus  *Prometheus      // nil if the schema says nothing about it
	SLOs        func() []slo.SLO // nil: none
	Renamed     []Rename         // metrics that the parts export under their former names too

	// Environments are what differs in each environment; nil: the package has none.
	Environments []Environment

	// Scope is the name of OpenTelemetry's instrumentation scope of the metrics. Only a
	// package of the recorder "otel" has one.
	Scope string
}

// A Part has the metrics of a package that one kind of recorder keeps. Several goroutines
// may call Read and Active at once, also while another method runs. One goroutine at a time
// calls the other methods.
type Part interface {
	// Names returns the names of the part's metrics.
	Names() []string
	// Shares reports whether the other part, of another package, may have a metric of
	// the same name.
	Shares(other Part) bool
	// Check returns an error for each reason why the part cannot be started.
	Check() []error
	// Start begins the recording. descriptors are the descriptors of the package, by
	// name. If Start returns an error, Stop is called.
	Start(descriptors map[string]metric.Descriptor) error
	// Stop ends the recording. A Read that has begun may go on.
	Stop()
	// Read returns the metrics that the part keeps itself. It may use the memory of
	// the reading before.
	Read(memory *Memory) []*metric.Metric
	// Observed reports whether the values come from the program's functions, which Read
	// calls and which may be slow.
	Observed() bool
	// Active reports whether the metrics of the part are exported although the package
	// is not registered.
	Active() bool
}

// Monitoring has the names under which the metrics appear in Cloud Monitoring, as the
// schema declares them. SLOs use these names.
type Monitoring struct {
	MetricPrefix   string // e.g. "custom.googleapis.com/opencensus"
	Resource       string // monitored resource type, e.g. "k8s_container"; "" if the schema names none
	ResourceLabels []ResourceLabel
}

// A ResourceLabel is a label of the monitored resource with its allowed values.
type ResourceLabel struct {
	Key    string
	Values []string
}

// Prometheus has what the schema declares about the names of the metrics in Prometheus. Rules
// of SLOs use these names.
type Prometheus struct {
	Namespace string // before all names, with "_"; "" if there is none
}

// A Package is a generated package, with the registration of its views. It is safe for
// concurrent use.
type Package struct {
	info           PackageInfo
	everRegistered atomic.Bool
	changes        atomic.Uint64 // of the registration; odd while all parts are started
}

// NewPackage returns a package whose views are not registered yet.
func NewPackage(info PackageInfo) *Package {
	info.Parts = slices.Clone(info.Parts)
	for i, part := range info.Parts {
		info.Parts[i] = withFormer(part, info.Renamed)
	}
	p := &Package{info: info}
	registry.mu.Lock()
	defer registry.mu.Unlock()
	registry.known = append(registry.known, p)
	return p
}

// Name returns the Go package's name.
func (p *Package) Name() string { return p.info.Name }

// Descriptors returns the descriptors of the package's metrics, with complete units and
// label descriptions. OpenCensus's own descriptors lack most of them.
func (p *Package) Descriptors() []metric.Descriptor { return p.info.Descriptors() }

// Monitoring returns how the metrics appear in Cloud Monitoring, in the environment of the
// process.
func (p *Package) Monitoring() Monitoring {
	if e := p.now(); e != nil {
		return e.Monitoring
	}
	return p.info.Monitoring
}

// Prometheus returns what the schema declares about the names in Prometheus, or nil.
func (p *Package) Prometheus() *Prometheus { return p.info.Prometheus }

// SLOs returns the package's SLOs in the order of its schema, with the goals and alerts of
// the environment of the process. The caller must not change them.
func (p *Package) SLOs() []slo.SLO {
	if p.info.SLOs == nil {
		return nil
	}
	if e := p.now(); e != nil {
		return e.lay(p.info.SLOs())
	}
	return p.info.SLOs()
}

// Scope returns the name of OpenTelemetry's instrumentation scope, or "" for a package
// whose metrics are not read by OpenTelemetry's SDK.
func (p *Package) Scope() string { return p.info.Scope }

// Observed returns the names of the metrics whose values come from the program's
// functions.
func (p *Package) Observed() []string {
	var names []string
	for _, part := range p.info.Parts {
		if part.Observed() {
			names = append(names, part.Names()...)
		}
	}
	return names
}

// Used reports whether the package was ever registered, or whether its metrics are
// exported without a registration.
func (p *Package) Used() bool {
	return p.everRegistered.Load() || slices.ContainsFunc(p.info.Parts, Part.Active)
}

// registering orders all registrations of generated packages. OpenCensus changes the views
// that it registers, so a comparison of views must not overlap with a registration.
var registering sync.Mutex

// Register registers the package's views: exports have its metrics from then on. Another
// call changes nothing.
//
// The names of the metrics must not be in use, because two metrics of one name make a
// whole Prometheus scrape fail. Only equal OpenCensus views may share a name. The error
// names each conflict and, for OpenCensus views, each difference; it also names each
// measure or key that another package declares differently from the schema, and an
// environment of the process that the package does not have. After an error none of the package's views is registered.
//
// After view.Stop only a package without OpenCensus views can be registered.
func (p *Package) Register() error {
	registering.Lock()
	defer registering.Unlock()
	if err := p.register(); err != nil {
		p.stop()
		return fmt.Errorf("views of package %s are not registered: %w", p.info.Name, err)
	}
	p.everRegistered.Store(true)
	tellWatchers()
	return nil
}

// register is called with registering held. After an error some parts may be started.
func (p *Package) register() (err error) {
	if err := errors.Join(p.conflicts()...); err != nil {
		return err
	}
	for _, t := range p.info.Tags {
		t.Freeze()
	}
	descriptors := map[string]metric.Descriptor{}
	for _, d := range p.Descriptors() {
		descriptors[d.Name] = d
	}
	p.list(true) // first, so that no export has the views without their descriptors
	for _, part := range p.info.Parts {
		if err := part.Start(descriptors); err != nil {
			return err
		}
	}
	if !p.registered() {
		p.changes.Add(1)
	}
	return nil
}

// registered reports whether all parts are started.
func (p *Package) registered() bool { return p.changes.Load()%2 == 1 }

// Registrations returns a number that changes with each registration and each
// unregistration. If it is the same before and after a reading, the reading is of that
// registration. Series without labels have nothing else that tells their registrations
// apart.
func (p *Package) Registrations() uint64 { return p.changes.Load() }

// Unregister unregisters the package's views, except views of other code that served for
// them. The collected values are dropped, except the totals of observed measures, which
// belong to the program's functions. A view that another registered package also has
// stays until that package is unregistered. An export that has begun may still have some
// of the OpenCensus views. After view.Stop there are no OpenCensus views to unregister.
func (p *Package) Unregister() {
	registering.Lock()
	defer registering.Unlock()
	p.stop()
}

// stop is called with registering held.
func (p *Package) stop() {
	if p.registered() {
		p.changes.Add(1) // first, so that no reading has only some of the parts
	}
	for _, part := range slices.Backward(p.info.Parts) {
		part.Stop()
	}
	p.list(false) // last, so that no export has the views without their descriptors
}

// conflicts returns an error for each reason why the package cannot be registered.
func (p *Package) conflicts() []error {
	var all []error
	if err := p.knows(environment()); err != nil {
		all = append(all, err)
	}
	for _, part := range p.info.Parts {
		all = append(all, part.Check()...)
		for _, name := range part.Names() {
			if err := p.taken(name, part); err != nil {
				all = append(all, err)
			}
		}
	}
	return all
}

// taken returns an error if another registered package, or a source, has a metric of the
// name.
func (p *Package) taken(name string, part Part) error {
	for _, other := range Registered() {
		if other != p && other.has(name, part) {
			return fmt.Errorf("metric %q is also in package %s, which is registered: rename one of the metrics, or register only one of the packages", name, other.info.Name)
		}
	}
	return nil
}

// has reports whether the package has a metric of the name that the part of another
// package cannot share.
func (p *Package) has(name string, with Part) bool {
	return slices.ContainsFunc(p.info.Parts, func(part Part) bool {
		return !part.Shares(with) && slices.Contains(part.Names(), name)
	})
}

// Read returns the metrics that the package keeps itself; metrics of OpenCensus views
// come from their library. If the package is registered or unregistered meanwhile, Read
// returns nothing. Functions that observe may be slow, so they are called before series
// are read: the generator puts their part last. Read may use the memory of the reading
// before again.
func (p *Package) Read(memory *Memory) []*metric.Metric {
	return p.read(memory, func(Part) bool { return true })
}

// ReadAtOnce is Read for a reader that must not wait: it leaves out metrics from the
// program's functions.
func (p *Package) ReadAtOnce() []*metric.Metric {
	return p.read(nil, func(part Part) bool { return !part.Observed() })
}

// read returns the metrics of the chosen parts.
func (p *Package) read(memory *Memory, chosen func(Part) bool) []*metric.Metric {
	registration := p.changes.Load()
	if registration%2 == 0 {
		return nil
	}
	var all []*metric.Metric
	for _, part := range slices.Backward(p.info.Parts) {
		if chosen(part) {
			all = append(all, part.Read(memory)...)
		}
	}
	if p.changes.Load() != registration {
		return nil
	}
	return all
}
