package runtime

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// ErrRecovered is wrapped by the error that [Options.OnError] gets when everything works
// again. It is not a failure: log it as information.
var ErrRecovered = errors.New("work again")

// reports calls a hook with errors. A repeated error, such as those while a backend is
// down, is reported once. Its repetitions are counted, and reported when another error
// of the topic comes, or when the topic works again. While exports fail, the error is
// reported again from time to time.
type reports struct {
	hook func(error)

	mu   sync.Mutex // held while the hook runs, so that its calls do not overlap
	last [topics]report
}

// A topic is the subject of an error. Exports may succeed while preparing fails.
type topic int

const (
	exporting topic = iota
	preparing
	remarking // errors of exports whose points were all accepted
	topics
)

// working is the subject of the message when a topic works again. Remarks have no such
// message.
var working = [topics]string{exporting: "exports", preparing: "preparations of the backend"}

// remindAfter is the time after which the error of an outage is reported again.
const remindAfter = 10 * time.Minute

type report struct {
	err      error // nil: the topic works
	repeats  int   // of err since it was reported
	told     time.Time
	failures int       // since the topic last worked
	since    time.Time // when the first of them was reported
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

// well reports that a topic works again, if it had failed.
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

// call calls the hook in a goroutine of its own, because the hook may end its goroutine:
// in a test it calls t.Fatal. A panic of the hook is not recovered, as in any goroutine
// of the program.
func (r *reports) call(err error) {
	returned := make(chan struct{})
	go func() {
		defer close(returned)
		r.hook(err)
	}()
	<-returned
}

// end reports the counts of repetitions. No error is reported after it.
func (r *reports) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for about := range topics {
		r.again(&r.last[about], time.Now())
		r.last[about] = report{}
	}
}

// again reports how often the last error was repeated since it was reported.
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

// logReport is the default hook.
func logReport(err error) {
	if errors.Is(err, ErrRecovered) {
		slog.Info("ocgen: " + err.Error())
		return
	}
	slog.Error("ocgen: export of metrics failed", "error", err)
}
