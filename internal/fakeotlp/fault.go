package fakeotlp

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// A Fault is what goes wrong. Faults can be combined.
type Fault struct {
	Down bool // connections are reset before anything is read

	Delay    time.Duration    // before everything below
	Hang     bool             // no answer, until the client gives up or the server stops
	Reset    bool             // the connection is reset in place of an answer
	MaxBytes int              // larger requests are answered as the Collector does; 0: any size is taken
	Refuse   codes.Code       // the answer, if not OK; HTTP answers with the status that belongs to it
	Status   int              // the answer over HTTP, in place of Refuse's
	Message  string           // of Refuse and Status
	Taken    bool             // with Hang, Reset, Refuse or Status: the points are taken before
	Reject   func(Point) bool // a partial success refuses these points
	Advice   string           // the message of a partial success, sent even if no point is refused
}

// takesFirst reports whether the points are taken before the fault strikes.
func (f Fault) takesFirst() bool {
	return f.Taken && (f.Hang || f.Reset || f.Refuse != codes.OK || f.Status != 0)
}

// A failure takes the place of an answer.
type failure struct {
	code    codes.Code
	status  int
	message string
	reset   bool
}

func (f *failure) grpc() error { return status.Error(f.code, f.message) }

// before returns what strikes before the request is taken.
func (f Fault) before(ctx context.Context, stopped <-chan struct{}, size int) *failure {
	var hanging <-chan time.Time // nil: for ever
	if !f.Hang {
		hanging = time.After(f.Delay)
	}
	select {
	case <-hanging:
	case <-ctx.Done():
		// The client's deadline travels with the request, and may pass here a
		// little earlier than there. An answer now would not be none.
		select {
		case <-stopped:
		case <-time.After(time.Second):
		}
		return &failure{code: codes.Canceled, status: http.StatusRequestTimeout, message: "the client gave up"}
	case <-stopped:
		return &failure{code: codes.Unavailable, status: http.StatusServiceUnavailable, message: "the server stops"}
	}
	switch {
	case f.Reset:
		return &failure{code: codes.Unavailable, reset: true}
	case f.MaxBytes > 0 && size > f.MaxBytes:
		return &failure{
			code: codes.ResourceExhausted, status: http.StatusRequestEntityTooLarge,
			message: fmt.Sprintf("grpc: received message larger than max (%d vs. %d)", size, f.MaxBytes),
		}
	case f.Refuse != codes.OK || f.Status != 0:
		result := &failure{code: f.Refuse, status: httpStatus(f.Refuse), message: f.Message}
		if f.Status != 0 {
			result.status = f.Status
		}
		return result
	}
	return nil
}

// httpStatus returns the status that stands for a gRPC code in OTLP over HTTP.
func httpStatus(c codes.Code) int {
	switch c {
	case codes.InvalidArgument:
		return http.StatusBadRequest
	case codes.Unauthenticated:
		return http.StatusUnauthorized
	case codes.PermissionDenied:
		return http.StatusForbidden
	case codes.Unimplemented, codes.NotFound:
		return http.StatusNotFound
	case codes.ResourceExhausted:
		return http.StatusTooManyRequests
	case codes.Unavailable:
		return http.StatusServiceUnavailable
	case codes.DeadlineExceeded:
		return http.StatusGatewayTimeout
	}
	return http.StatusInternalServerError
}
