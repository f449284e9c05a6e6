package prometheus

import (
	"fmt"
	"log/slog"
	"sync"
)

// maxReported bounds the number of remembered reports, because the number of names is not
// bounded.
const maxReported = 1000

// A reporter calls a hook once for each key.
type reporter struct {
	onError func(error)

	mu       sync.Mutex
	reported map[string]bool
}

func newReporter(onError func(error)) *reporter {
	if onError == nil {
		onError = func(err error) { slog.Error(err.Error()) }
	}
	return &reporter{onError: onError, reported: map[string]bool{}}
}

// report reports err, unless an error of the same key was reported before. The hook is
// called without the lock.
func (r *reporter) report(key string, err error) {
	if !r.first(key) {
		return
	}
	r.onError(fmt.Errorf("prometheus: %w", err))
}

// forget makes the next error of the key be reported again.
func (r *reporter) forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.reported, key)
}

func (r *reporter) first(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reported[key] || len(r.reported) >= maxReported {
		return false
	}
	r.reported[key] = true
	return true
}

// known reports whether an error of the key will not be reported: it was reported before, or
// there were too many.
func (r *reporter) known(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reported[key] || len(r.reported) >= maxReported
}

// reports are what a scrape reports when it is complete. They are sent
// after the table is complete, because the hook may panic.
type reports struct {
	log  *reporter
	keys map[string]bool
	all  []keyedError
}

type keyedError struct {
	key string
	err error
}

// add adds an error, unless there is one of the key or it was reported before.
func (r *reports) add(key string, err func() error) {
	if r.keys[key] || r.log.known(key) {
		return
	}
	if r.keys == nil {
		r.keys = map[string]bool{}
	}
	r.keys[key] = true
	r.all = append(r.all, keyedError{key, err()})
}

// addSeries adds a series that is left out. Of the series of a metric with the same problem,
// only the first is reported.
func (r *reports) addSeries(f *family, err error) {
	key := f.source
	if m, ok := err.(*malformed); ok {
		key += ": " + m.what
	}
	r.add(key, func() error { return fmt.Errorf("a series of metric %q is left out: %w", f.source, err) })
}

// addTwice adds series whose name and labels another series has, and returns their number.
func (r *reports) addTwice(twice []leftSeries) int {
	const what = "another series has the same name and labels"
	first := map[*family]string{} // the first key, in the order of the keys
	for _, s := range twice {
		if r.log.known(s.family.source + ": " + what) {
			continue
		}
		if key := s.family.key(s.series); first[s.family] == "" || key < first[s.family] {
			first[s.family] = key
		}
	}
	for _, s := range twice {
		if key := first[s.family]; key != "" {
			r.addSeries(s.family, &malformed{what, key})
		}
	}
	return len(twice)
}

// send reports all.
func (r *reports) send() {
	for _, e := range r.all {
		r.log.report(e.key, e.err)
	}
}
