// Package callback calls functions of the program, which may panic or end their
// goroutine, without harm to the caller.
package callback

import (
	"fmt"
	goruntime "runtime"
	"strings"
)

// Functions of the program run in goroutines of their own, and their callers wait for them.
// Otherwise a function that ends its goroutine with runtime.Goexit, as t.FailNow does, would
// end its caller's goroutine: exports would stop, or wait for ever.

// Call returns the result of f. If f panics or ends its goroutine, it returns an error that
// names what and the place.
func Call(what string, f func() error) error {
	result := make(chan error, 1)
	go func() {
		var err error
		returned := false
		defer func() {
			switch p := recover(); {
			case p != nil:
				err = fmt.Errorf("%s panicked: %v, at %s", what, p, EndPlace())
			case !returned:
				err = fmt.Errorf("%s ended its goroutine with runtime.Goexit, at %s", what, EndPlace())
			}
			result <- err
		}()
		err = f()
		returned = true
	}()
	return <-result
}

// EndPlace returns where the panic that is being recovered began, or where Goexit
// was called, e.g. "main.open.func1 (/src/shop/pool.go:12)". It is called by a
// deferred function.
func EndPlace() string {
	pcs := make([]uintptr, 64)
	frames := goruntime.CallersFrames(pcs[:goruntime.Callers(1, pcs)])
	for ending := false; ; {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic" || f.Function == "runtime.Goexit":
			ending = true
		case ending && !strings.HasPrefix(f.Function, "runtime.") && // Go's own, of a nil pointer and its like
			!strings.HasPrefix(f.Function, "testing.(*common)."): // FailNow and its like
			return fmt.Sprintf("%s (%s:%d)", f.Function, f.File, f.Line)
		}
		if !more {
			return "?"
		}
	}
}
