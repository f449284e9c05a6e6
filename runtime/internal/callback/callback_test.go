package callback

import (
	"errors"
	goruntime "runtime"
	"strings"
	"testing"
)

func TestCall(t *testing.T) {
	failed := errors.New("failed")
	var none *struct{ n int }
	for name, c := range map[string]struct {
		f    func() error
		want []string // in the error; none: there is no error
	}{
		"returns":              {func() error { return nil }, nil},
		"panics":               {func() error { panic("no pool") }, []string{"the function panicked: no pool, at ", "TestCall.func", "callback_test.go:"}},
		"panics with an error": {func() error { panic(failed) }, []string{"the function panicked: failed, at "}},
		"panics of a nil pointer": {func() error { none.n++; return nil },
			[]string{"the function panicked: runtime error: invalid memory address", "TestCall.func", "callback_test.go:"}},
		"panics deeper": {deeper, []string{"callback.deepest (", "callback_test.go:"}},
		"ends its goroutine": {func() error { goruntime.Goexit(); return nil },
			[]string{"the function ended its goroutine with runtime.Goexit, at ", "TestCall.func", "callback_test.go:"}},
		"fails a test": {func() error { (&testing.T{}).FailNow(); return nil }, []string{"ended its goroutine", "TestCall.func", "callback_test.go:"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := Call("the function", c.f)
			if (err == nil) != (len(c.want) == 0) {
				t.Errorf("got %v", err)
			}
			for _, text := range c.want {
				if err != nil && !strings.Contains(err.Error(), text) {
					t.Errorf("no %q in %v", text, err)
				}
			}
		})
	}
	if err := Call("the function", func() error { return failed }); err != failed {
		t.Errorf("got %v, want the function's own error", err)
	}
}

func deeper() error { return deepest() }

//go:noinline
func deepest() error { panic("deep") }

// TestEndPlaceOutsideOfAPanic: nothing ended.
func TestEndPlaceOutsideOfAPanic(t *testing.T) {
	if got := EndPlace(); got != "?" {
		t.Errorf("got %s", got)
	}
}
