package prometheus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"
)

// A reader reads the metrics of the process for scrapes, one reading at a time. Producers
// have no ctx, so with parallel readings a producer that hangs would cost one goroutine for
// each scrape.
//
// Scrapes share readings. A scrape only joins a reading that has not begun, so that its
// response has all earlier records. Scrapes that arrive during a reading share the next one.
//
// Responses use the messages of their reading until they are written. A reading waits while two
// earlier readings have responses that are not written yet. So the messages of two readings
// are enough, and scrapes that arrive one after another share readings too. A response to a
// slow client delays a reading for a second at most. Only a slow client causes a third set of
// messages.
type reader struct {
	collect  func(context.Context, *messages) exposition
	forget   func()        // releases the memory of collect
	patience time.Duration // how long responses delay readings

	mu      sync.Mutex
	current *sharedReading   // the reading that has begun, which no scrape may join; nil: there is none
	next    *sharedReading   // the reading after current; nil: no scrape waits for one
	writing []*sharedReading // readings whose responses are being written
	spare   *messages        // of a reading whose responses are written; nil: none
	waits   bool             // a timer is set that tries to begin a reading
	idle    *time.Timer      // releases memory; nil: no scrape has ended yet
}

const (
	// The next reading waits while maxWriting readings have responses that are being written.
	maxWriting = 2
	// writePatience is how long a response delays the next reading at most. Usually a
	// response takes less than a second, for 100,000 series too.
	writePatience = time.Second
	// idleTime is how long memory is kept for the next scrape. Prometheus forgets series that
	// it has not scraped for 5 minutes, so it scrapes more often.
	idleTime = 5 * time.Minute
)

// An exposition is the result of a reading for all scrapes that share it. They do not change
// it.
type exposition struct {
	families []*dto.MetricFamily
	err      error // why there are no families
}

// A sharedReading is one reading of all metrics.
type sharedReading struct {
	ctx      context.Context // done when no scrape waits for it any more
	cancel   context.CancelFunc
	scrapes  int       // that wait for it or write its result; guarded by the reader's lock, as are began and ended
	began    time.Time // zero: it has not
	ended    time.Time // zero: it has not
	done     chan struct{}
	messages *messages  // that the result uses
	result   exposition // when it is done
}

// read returns all metrics as they are at some time after the call. The caller calls release
// when it no longer uses them. read returns an error if ctx is done before the metrics are
// read, or if a producer panics.
func (r *reader) read(ctx context.Context) (result exposition, release func()) {
	if ctx.Err() != nil {
		return exposition{err: r.unfinished(ctx)}, func() {}
	}
	joined := r.join()
	release = func() { r.leave(joined) }
	select {
	case <-joined.done:
		if ctx.Err() == nil {
			return joined.result, release
		}
	case <-ctx.Done():
	}
	return exposition{err: r.unfinished(ctx)}, release
}

// join returns a reading that has not begun before the call.
func (r *reader) join() *sharedReading {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == nil {
		r.next = &sharedReading{done: make(chan struct{})}
		r.next.ctx, r.next.cancel = context.WithCancel(context.Background())
	}
	joined := r.next
	joined.scrapes++
	r.begin()
	return joined
}

// leave removes a scrape from a reading. A reading without scrapes does not begin, or is
// cancelled, or its messages are used again.
func (r *reader) leave(left *sharedReading) {
	r.mu.Lock()
	defer r.mu.Unlock()
	left.scrapes--
	if left.scrapes > 0 {
		return
	}
	left.cancel()
	switch {
	case r.next == left:
		r.next = nil
	case !left.ended.IsZero():
		r.recycle(left)
		r.begin()
		r.setIdleTimer()
	}
}

// setIdleTimer sets the time when memory is released. It is called with mu held.
func (r *reader) setIdleTimer() {
	if r.idle == nil {
		r.idle = time.AfterFunc(idleTime, r.release)
		return
	}
	r.idle.Reset(idleTime)
}

// release releases the memory that is kept for the next scrape. During a scrape it does
// nothing: the end of the scrape sets the time again.
func (r *reader) release() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current != nil || r.next != nil || len(r.writing) > 0 {
		return
	}
	r.spare = nil
	r.forget()
}

// recycle makes the messages of a reading available. No response uses them any more.
func (r *reader) recycle(read *sharedReading) {
	if i := slices.Index(r.writing, read); i >= 0 {
		r.writing = slices.Delete(r.writing, i, i+1)
	}
	if read.messages != nil {
		r.spare = read.messages
	}
	read.messages, read.result = nil, exposition{}
}

// begin begins the next reading, if a scrape waits for it, there is no current reading, and
// the responses of earlier readings allow it. It is called with mu held.
func (r *reader) begin() {
	if r.current != nil || r.next == nil || r.delayed() {
		return
	}
	r.current, r.next = r.next, nil
	r.current.began = time.Now()
	to := r.spare
	r.spare = nil
	if to == nil {
		to = newMessages()
	}
	go r.run(r.current, to)
}

// delayed reports whether the next reading waits for responses. If so, it begins when they
// are written, or after some time.
func (r *reader) delayed() bool {
	recent := 0
	var longest time.Duration
	for _, w := range r.writing {
		if written := time.Since(w.ended); written < r.patience {
			recent++
			longest = max(longest, written)
		}
	}
	if recent < maxWriting {
		return false
	}
	if !r.waits {
		r.waits = true
		time.AfterFunc(r.patience-longest, r.retry)
	}
	return true
}

func (r *reader) retry() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waits = false
	r.begin()
}

// run reads. If a function of the program panics or ends the goroutine, the scrapes get an
// error and do not wait.
func (r *reader) run(now *sharedReading, to *messages) {
	result := exposition{err: errors.New("a producer of metrics, or Options.OnError, ended its goroutine with runtime.Goexit")}
	defer func() {
		if p := recover(); p != nil {
			result = exposition{err: fmt.Errorf("a producer of metrics, or Options.OnError, panicked: %v", p)}
		}
		now.cancel()
		r.mu.Lock()
		defer r.mu.Unlock()
		now.result, now.ended = result, time.Now()
		now.messages = to
		if result.err == nil {
			r.writing = append(r.writing, now)
		}
		if now.scrapes == 0 {
			r.recycle(now)
			r.setIdleTimer()
		}
		r.current = nil
		r.begin()
		close(now.done)
	}()
	result = r.collect(now.ctx, to)
}

// errHangs means that a scrape failed because of a reading that hangs, not because its client
// left.
var errHangs = errors.New("a producer of metrics, such as a function that observes, has not returned: all scrapes fail until it does")

// readPatience is the time after which a reading counts as hanging. Usually a reading takes
// milliseconds.
const readPatience = time.Second

func (r *reader) unfinished(ctx context.Context) error {
	err := fmt.Errorf("the request ended before the metrics were read: %w", context.Cause(ctx))
	if took := r.took(); took >= readPatience {
		return fmt.Errorf("%w, after %v: %w", err, took.Round(time.Millisecond), errHangs)
	}
	return err
}

// took returns the time since the current reading began.
func (r *reader) took() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current == nil {
		return 0
	}
	return time.Since(r.current.began)
}
