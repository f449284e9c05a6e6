package stackdriver

import (
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime"
)

// An answer that comes at the very moment when ctx ends the call is read by
// another goroutine than the one that asks for the fate; the race detector looks
// at both.
func TestAnswerAtTheDeadline(t *testing.T) {
	fake, e := newFake(t)
	recordLatency(1)
	metrics := runtime.Gather(t.Context())
	fake.SetFault(fakemonitoring.Fault{Method: "CreateTimeSeries", Hang: true})
	for range 100 {
		err := e.Export(within(t, 10*time.Millisecond), metrics)
		for _, f := range err.(*exportError).points.Failures {
			if f.Fate == runtime.Refused {
				t.Fatal(f.Err)
			}
		}
	}
}
