package runtime

import (
	"slices"
	"sync"
)

// registry is the list of registered packages. Its mutex is never held while
// OpenCensus is called: exporters that OpenCensus calls may ask for the list.
var registry struct {
	mu       sync.Mutex
	known    []*Package             // of the program, registered or not
	packages []*Package             // in the order of registration
	watchers map[chan struct{}]bool // get a token after a registration, if they have none
}

// knownPackages returns the generated packages of the program, registered or not.
func knownPackages() []*Package {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	return slices.Clone(registry.known)
}

// Registered returns the packages whose views are registered, in the order of
// their registration.
func Registered() []*Package {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	return slices.Clone(registry.packages)
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

func watchRegistrations(watcher chan struct{}) {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	if registry.watchers == nil {
		registry.watchers = map[chan struct{}]bool{}
	}
	registry.watchers[watcher] = true
}

func unwatchRegistrations(watcher chan struct{}) {
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
