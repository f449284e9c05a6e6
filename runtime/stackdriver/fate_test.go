package stackdriver

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
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

// TestRetryOfAnInterceptor: an interceptor tries again after a call whose points arrived. If the
// second call is never sent, the points are still not known to be unsent.
func TestRetryOfAnInterceptor(t *testing.T) {
	register(t, "shop", onKubernetesShop, countPart)
	fake := fakemonitoring.New(t)
	fake.SetFault(fakemonitoring.Fault{Method: "CreateTimeSeries", Reset: true, Taken: true})
	twice := func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		err := invoke(ctx, method, req, reply, cc, opts...)
		if err == nil || !strings.HasSuffix(method, "/CreateTimeSeries") {
			return err
		}
		fake.SetFault(fakemonitoring.Fault{Down: true})
		return invoke(ctx, method, req, reply, cc, opts...)
	}
	e := made(t, Options{ProjectID: "p", ResourceLabels: goodLabels, ClientOptions: append(fake.ClientOptions(), option.WithGRPCDialOption(grpc.WithUnaryInterceptor(twice)))})
	m := counted("m", 3, 1)
	err := e.Export(within(t, 20*time.Second), []*metric.Metric{m})
	if got := fates(t, m, err); !slices.Equal(got, each("unconfirmed")) || len(fake.Series()) != 3 {
		t.Errorf("%q, and %d series arrived: %v", got, len(fake.Series()), err)
	}
}
