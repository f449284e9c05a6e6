package prometheus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"
)

// A reader reads the metrics of the process for scrapes, one reading at a time. Producers
// have no ctx, so with parallel readings a producer that hangs would cost one goroutine for
// each scrape.
//
// Scrapes share readings, because a reading copies all series. A scrape only joins a reading
// that has not begun, so that its response has all earlier records. Scrapes that arrive
// during a reading share the next one, so scrapes wait for at most two copies.
type reader struct {
	collect func(context.Context) exposition

	mu      sync.Mutex
	current *sharedReading // the reading that has begun, which no scrape may join; nil: there is none
	next    *sharedReading // the reading after current; nil: no scrape waits for one
}

// An exposition is the result of a reading for all scrapes that share it. They do not change
// it.
type exposition struct {
	families []*dto.MetricFamily
	refused  error // the errors of client_golang for metrics that it left out
	err      error // why there are no families
}

// A sharedReading is one reading of all metrics.
type sharedReading struct {
	ctx     context.Context // done when no scrape waits for it any more
	cancel  context.CancelFunc
	scrapes int       // that wait for it; guarded by the reader's lock, as is began
	began   time.Time // zero: it has not
	done    chan struct{}
	result  exposition // when it is done
}

// read returns all metrics as they are at some time after the call. It returns an error if
// ctx is done before they are read, or if a producer panics.
func (r *reader) read(ctx context.Context) exposition {
	if ctx.Err() != nil {
		return exposition{err: r.unfinished(ctx)}
	}
	joined := r.join()
	select {
	case <-joined.done:
		if ctx.Err() == nil {
			return joined.result
		}
	case <-ctx.Done():
	}
	err := r.unfinished(ctx)
	r.leave(joined)
	return exposition{err: err}
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
	if r.current == nil {
		r.begin()
	}
	return joined
}

// leave removes a scrape from a reading. A reading without scrapes does not begin, or is
// cancelled.
func (r *reader) leave(left *sharedReading) {
	r.mu.Lock()
	defer r.mu.Unlock()
	left.scrapes--
	if left.scrapes > 0 {
		return
	}
	left.cancel()
	if r.next == left {
		r.next = nil
	}
}

// begin begins the next reading, if a scrape waits for it. It is called with mu held while
// there is no current reading.
func (r *reader) begin() {
	r.current, r.next = r.next, nil
	if r.current == nil {
		return
	}
	r.current.began = time.Now()
	go r.run(r.current)
}

// run reads. If a function of the program panics or ends the goroutine, the scrapes get an
// error and do not wait.
func (r *reader) run(now *sharedReading) {
	result := exposition{err: errors.New("a producer of metrics, or Options.OnError, ended its goroutine with runtime.Goexit")}
	defer func() {
		if p := recover(); p != nil {
			result = exposition{err: fmt.Errorf("a producer of metrics, or Options.OnError, panicked: %v", p)}
		}
		now.result = result
		now.cancel()
		r.mu.Lock()
		defer r.mu.Unlock()
		r.begin()
		close(now.done)
	}()
	result = r.collect(now.ctx)
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
