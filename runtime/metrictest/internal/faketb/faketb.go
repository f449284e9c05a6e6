// Package faketb is a test that other tests look at from outside.
package faketb

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// A TB keeps what is reported to it. A function that calls Fatalf must be called by Run.
type TB struct {
	testing.TB // the real one, for what is not faked
	name       string

	mu       sync.Mutex
	errors   []string
	cleanups []func()
}

// New returns a test of that name.
func New(t testing.TB, name string) *TB { return &TB{TB: t, name: name} }

// Name returns the test's name.
func (f *TB) Name() string { return f.name }

// Helper does nothing.
func (f *TB) Helper() {}

// Cleanup keeps a function for the end of Run.
func (f *TB) Cleanup(fn func()) { f.cleanups = append(f.cleanups, fn) }

// Errorf keeps the text.
func (f *TB) Errorf(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errors = append(f.errors, fmt.Sprintf(format, args...))
}

// fatal is what ends the function that Run runs.
type fatal struct{}

// Fatalf keeps the text and ends the function that Run runs.
func (f *TB) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	panic(fatal{})
}

// Run runs the body of the test, and what it cleans up, and returns what was reported.
func (f *TB) Run(body func()) string {
	func() {
		defer func() {
			if r := recover(); r != nil && r != (fatal{}) {
				panic(r)
			}
		}()
		body()
	}()
	for i := len(f.cleanups) - 1; i >= 0; i-- {
		f.cleanups[i]()
	}
	f.cleanups = nil
	text := strings.Join(f.errors, "\n")
	f.errors = nil
	return text
}
