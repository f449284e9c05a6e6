package prometheus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"
)

// A reader reads the metrics of the process for scrapes, once at a time: producers
// take no ctx, and one that hangs would otherwise cost a goroutine a scrape.
//
// Scrapes share readings, for each is a copy of all series. A scrape may only join a
// reading that has not begun, so that it has all that was recorded before it. Scrapes
// that arrive during a reading share the next one, so there are two copies at most
// that scrapes wait for.
type reader struct {
	collect func(context.Context) exposition

	mu      sync.Mutex
	current *sharedReading // it has begun, and takes no more scrapes; nil: nobody reads
	next    *sharedReading // it begins when current has ended; nil: no scrape waits for it
}

// An exposition is what a reading gives to all scrapes that share it. They do not
// change it.
type exposition struct {
	families []*dto.MetricFamily
	refused  error // of what client_golang has left out
	err      error // why there is none
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

// read returns all metrics, as they are at some time after the call. It is an error
// if ctx is done before they are read, or if a producer panics.
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

// leave gives a reading up for one scrape. Without any it does not begin, or need not
// go on.
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

// begin begins the next reading, if a scrape waits for it. It is called with mu held
// while there is no current one.
func (r *reader) begin() {
	r.current, r.next = r.next, nil
	if r.current == nil {
		return
	}
	r.current.began = time.Now()
	go r.run(r.current)
}

// run reads. Nothing that the program's functions do to this goroutine keeps the
// scrapes waiting.
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

// errHangs says that a scrape failed of its reading, not of a client that left.
var errHangs = errors.New("a producer of metrics, such as a function that observes, has not returned: all scrapes fail until it does")

// readPatience is how long a reading may take. Usually it takes milliseconds.
const readPatience = time.Second

func (r *reader) unfinished(ctx context.Context) error {
	err := fmt.Errorf("the request ended before the metrics were read: %w", context.Cause(ctx))
	if took := r.took(); took >= readPatience {
		return fmt.Errorf("%w, after %v: %w", err, took.Round(time.Millisecond), errHangs)
	}
	return err
}

// took returns for how long the current reading has gone on.
func (r *reader) took() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current == nil {
		return 0
	}
	return time.Since(r.current.began)
}
