package callback

import (
	"errors"
	goruntime "runtime"
	"strings"
	"testing"
)

// Call returns what the function returns, and an error with the place if it does not
// return. The caller's goroutine goes on.
func TestCall(t *testing.T) {
	errOwn := errors.New("own")
	failing := &testing.T{}
	var none *struct{ n int }
	for _, c := range []struct {
		name string
		f    func() error
		want []string // nil: no error
	}{
		{"returns", func() error { return nil }, nil},
		{"an error", func() error { return errOwn }, []string{"own"}},
		{"panics", func() error { panic("no day for it") }, []string{"the hook panicked: no day for it, at ", "TestCall.func", "callback_test.go:"}},
		{"panics with an error", func() error { panic(errOwn) }, []string{"the hook panicked: own, at "}},
		{"a nil pointer", func() error { none.n++; return nil }, []string{"nil pointer dereference, at ", "TestCall.func", "callback_test.go:"}},
		{"goexits", func() error { goruntime.Goexit(); return nil }, []string{"the hook ended its goroutine with runtime.Goexit, at ", "TestCall.func", "callback_test.go:"}},
		{"FailNow", func() error { failing.FailNow(); return nil }, []string{"ended its goroutine", "TestCall.func", "callback_test.go:"}},
	} {
		err := Call("the hook", c.f)
		if (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v", c.name, err)
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: no %q in %v", c.name, want, err)
			}
		}
	}
	if err := Call("the hook", func() error { return errOwn }); err != errOwn {
		t.Errorf("the error itself is not returned: %v", err)
	}
}
