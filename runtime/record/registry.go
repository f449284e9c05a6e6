package record

import (
	"slices"
	"sync"

	"github.com/ocgen/ocgen/runtime/metric"
)

// registry is the list of packages and of other producers of metrics. Its mutex is never
// held during a call of a library, because exporters that the library calls may use the
// list.
var registry struct {
	mu        sync.Mutex
	known     []*Package             // all of the program
	packages  []*Package             // in the order of registration
	sources   []Source               // in the order in which they were added
	producers []Producer             // in the order in which they were added
	watchers  map[chan struct{}]bool // each gets a token after a registration, unless it is full
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

// tellWatchers sends a token to each watcher without waiting.
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

// Unwatch ends the sending that Watch began.
func Unwatch(watcher chan struct{}) {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	delete(registry.watchers, watcher)
}

// list adds the package to the registry or removes it.
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
