package runtime

import (
	"fmt"
	"sync"
)

// reports tells errors to a hook. An error that comes again and again, as it
// does while a backend is down, is told once, and counted until another of its
// topic comes or all is well with that.
type reports struct {
	hook func(error)

	mu   sync.Mutex // held while the hook runs, so that its calls do not overlap
	last [topics]report
}

// A topic is what an error is about. Exports may go well while preparing fails.
type topic int

const (
	exporting topic = iota
	preparing
	remarking // of exports that went well
	topics
)

type report struct {
	err     error // nil: all is well
	repeats int
}

func (r *reports) tell(about topic, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last := &r.last[about]; last.err != nil && last.err.Error() == err.Error() {
		last.repeats++
		return
	}
	r.close(about)
	r.last[about].err = err
	r.hook(err)
}

// well says that the last error is over.
func (r *reports) well(about topic) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.close(about)
}

// end says that no other errors will come.
func (r *reports) end() {
	for about := range topics {
		r.well(about)
	}
}

// close tells how often the last error came again.
func (r *reports) close(about topic) {
	last := r.last[about]
	r.last[about] = report{}
	if last.repeats > 0 {
		r.hook(fmt.Errorf("%d more times: %w", last.repeats, last.err))
	}
}
