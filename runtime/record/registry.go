package record

import (
	"slices"
	"sync"

	"github.com/ocgen/ocgen/runtime/metric"
)

// registry is the list of packages and of other things that give metrics. Its mutex is
// never held while a library is called: exporters that the library calls may ask for the
// list.
var registry struct {
	mu        sync.Mutex
	known     []*Package             // of the program, registered or not
	packages  []*Package             // in the order of registration
	sources   []Source               // in the order in which they were added
	producers []Producer             // in the order in which they were added
	watchers  map[chan struct{}]bool // get a token after a registration, if they have none
}

// Known returns the generated packages of the program, registered or not.
func Known() []*Package {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	return slices.Clone(registry.known)
}

// Registered returns the packages whose views are registered, in the order of
// their registration. It is safe for concurrent use.
func Registered() []*Package {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	return slices.Clone(registry.packages)
}

// Descriptors returns the descriptors of the registered packages by name.
func Descriptors() map[string]metric.Descriptor {
	byName := map[string]metric.Descriptor{}
	for _, p := range Registered() {
		for _, d := range p.Descriptors() {
			byName[d.Name] = d
		}
	}
	return byName
}

// tellWatchers does not wait for them.
func tellWatchers() {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	for watcher := range registry.watchers {
		select {
		case watcher <- struct{}{}:
		default:
		}
	}
}

// Watch sends a token to the channel after each registration, unless it is full.
func Watch(watcher chan struct{}) {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	if registry.watchers == nil {
		registry.watchers = map[chan struct{}]bool{}
	}
	registry.watchers[watcher] = true
}

// Unwatch ends what Watch began.
func Unwatch(watcher chan struct{}) {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	delete(registry.watchers, watcher)
}

// list puts the package into the registry or takes it out.
func (p *Package) list(registered bool) {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	i := slices.Index(registry.packages, p)
	switch {
	case registered && i < 0:
		registry.packages = append(registry.packages, p)
	case !registered && i >= 0:
		registry.packages = slices.Delete(registry.packages, i, i+1)
	}
}
