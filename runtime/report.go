package runtime

import (
	"fmt"
	"sync"
)

// reports tells errors to a hook. An error that comes again and again, as it
// does while a backend is down, is told once, and counted until another comes or
// all is well.
type reports struct {
	hook func(error)

	mu      sync.Mutex // held while the hook runs, so that its calls do not overlap
	last    error
	repeats int
}

func (r *reports) tell(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last != nil && r.last.Error() == err.Error() {
		r.repeats++
		return
	}
	r.close()
	r.last = err
	r.hook(err)
}

// well says that the last error is over.
func (r *reports) well() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.close()
}

// close tells how often the last error came again.
func (r *reports) close() {
	if r.repeats > 0 {
		r.hook(fmt.Errorf("%d more times: %w", r.repeats, r.last))
	}
	r.last, r.repeats = nil, 0
}
