package prometheus

import (
	"context"
	"errors"
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

// refusals is the log of promhttp. It reports metrics that client_golang refuses although
// they passed all checks here, and responses that cannot be sent.
type refusals struct {
	ctx context.Context
	log *reporter
}

// Println is called with a text and an error.
func (r refusals) Println(v ...any) {
	if r.ctx.Err() != nil {
		return // the client has left
	}
	text := fmt.Sprintln(v...)
	r.log.report("client_golang", errors.New(text[:len(text)-1]))
}
