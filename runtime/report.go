package runtime

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// ErrRecovered is wrapped by what [Options.OnError] is told when all is well
// again. It is no failure: log it as information.
var ErrRecovered = errors.New("work again")

// reports tells errors to a hook. An error that comes again and again, as it
// does while a backend is down, is told once, and counted until another of its
// topic comes, or all is well with that, which is told too. While exports fail it
// is repeated now and then.
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

// working is the subject of what is told when a topic is well again. Remarks do
// not end so.
var working = [topics]string{exporting: "exports", preparing: "preparations of the backend"}

// remindAfter is how long an outage goes on without a word.
const remindAfter = 10 * time.Minute

type report struct {
	err      error // nil: all is well
	repeats  int   // of err since it was told
	told     time.Time
	failures int       // since all was well
	since    time.Time // when the first of them was told
}

func (r *reports) tell(about topic, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, now := &r.last[about], time.Now()
	if last.failures++; last.failures == 1 {
		last.since = now
	}
	if last.err != nil && last.err.Error() == err.Error() {
		last.repeats++
		if about == exporting && now.Sub(last.told) >= remindAfter {
			r.again(last, now)
		}
		return
	}
	r.again(last, now)
	last.err, last.told = err, now
	r.call(err)
}

// well says that a topic's failures are over.
func (r *reports) well(about topic) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last := r.last[about]
	r.last[about] = report{}
	if last.err != nil {
		r.call(fmt.Errorf("%s %w, after %s in %v", working[about], ErrRecovered,
			plural(last.failures, "failure"), time.Since(last.since).Round(time.Second)))
	}
}

// call calls the hook, which may end its goroutine: in a test it calls t.Fatal. A
// panic of the hook is the program's, as in any goroutine that it starts.
func (r *reports) call(err error) {
	returned := make(chan struct{})
	go func() {
		defer close(returned)
		r.hook(err)
	}()
	<-returned
}

// end says that no other errors will come.
func (r *reports) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for about := range topics {
		r.again(&r.last[about], time.Now())
		r.last[about] = report{}
	}
}

// again tells how often the last error has come again since it was told.
func (r *reports) again(last *report, now time.Time) {
	if last.repeats > 0 {
		r.call(fmt.Errorf("%s: %w", plural(last.repeats, "more time"), last.err))
	}
	last.repeats, last.told = 0, now
}

// plural returns e.g. "1 failure", "2 failures".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// logReport is the hook unless there is another.
func logReport(err error) {
	if errors.Is(err, ErrRecovered) {
		slog.Info("ocgen: " + err.Error())
		return
	}
	slog.Error("ocgen: export of metrics failed", "error", err)
}
