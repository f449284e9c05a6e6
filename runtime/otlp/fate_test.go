package otlp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

// numbered returns a metric of n series, whose label "k" is s0, s1, ….
func numbered(name string, n int) *metric.Metric {
	m := &metric.Metric{Descriptor: metric.Descriptor{Name: name, Unit: "s", Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "k"}}}}
	now := time.Now()
	for i := range n {
		m.Series = append(m.Series, &metric.Series{
			LabelValues: []metric.LabelValue{metric.NewLabelValue(fmt.Sprintf("s%d", i))}, StartTime: now.Add(-time.Minute),
			Point: metric.Point{Time: now, Value: int64(i + 1)},
		})
	}
	return m
}

// overBoth runs a test over each protocol.
func overBoth(t *testing.T, test func(t *testing.T, receiver *fakeotlp.Server, e *Exporter)) {
	for _, protocol := range []string{"grpc", "http"} {
		t.Run(protocol, func(t *testing.T) {
			receiver := fakeotlp.New(t)
			endpoint := "http://" + receiver.GRPC()
			if protocol == "http" {
				endpoint = receiver.URL()
			}
			test(t, receiver, newTest(t, Options{Protocol: protocol, Endpoint: endpoint}))
		})
	}
}

// fates returns how many points an export left with each fate, and the first
// failure's error.
func fates(t *testing.T, err error) (map[runtime.Fate]int, error) {
	t.Helper()
	if err == nil {
		return map[runtime.Fate]int{}, nil
	}
	var failed *runtime.ExportError
	if !errors.As(err, &failed) {
		t.Fatalf("%T: %v", err, err)
	}
	counts := map[runtime.Fate]int{}
	for _, f := range failed.Failures {
		if f.Metric == nil || f.Series == nil || f.Err == nil {
			t.Errorf("a failure says too little: %+v", f)
		}
		counts[f.Fate]++
	}
	return counts, failed.Failures[0].Err
}

func TestFates(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault fakeotlp.Fault
		fate  runtime.Fate
		text  string
	}{
		{"unavailable", fakeotlp.Fault{Refuse: codes.Unavailable, Message: "too busy"}, runtime.Unsent, "too busy"},
		{"exhausted", fakeotlp.Fault{Refuse: codes.ResourceExhausted, Message: "quota"}, runtime.Unsent, "quota"},
		{"invalid", fakeotlp.Fault{Refuse: codes.InvalidArgument, Message: "bad name"}, runtime.Refused, "bad name"},
		{"no key", fakeotlp.Fault{Refuse: codes.Unauthenticated, Message: "who are you"}, runtime.Refused, "who are you"},
		{"forbidden", fakeotlp.Fault{Refuse: codes.PermissionDenied}, runtime.Refused, "receiver answered"},
		{"unimplemented", fakeotlp.Fault{Refuse: codes.Unimplemented}, runtime.Refused, "receiver answered"},
		{"internal", fakeotlp.Fault{Refuse: codes.Internal}, runtime.Refused, "receiver answered"},
		{"deadline of a backend", fakeotlp.Fault{Refuse: codes.DeadlineExceeded, Taken: true}, runtime.Unconfirmed, "receiver answered"},
		{"reset", fakeotlp.Fault{Reset: true}, runtime.Unconfirmed, "no answer"},
		{"reset after it was taken", fakeotlp.Fault{Reset: true, Taken: true}, runtime.Unconfirmed, "no answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
				receiver.SetFault(c.fault)
				counts, why := fates(t, e.Export(t.Context(), []*metric.Metric{numbered("m", 3)}))
				if counts[c.fate] != 3 || len(counts) != 1 || !strings.Contains(why.Error(), c.text) {
					t.Errorf("%v, %v", counts, why)
				}
				receiver.SetFault(fakeotlp.Fault{})
				awaitExport(t, e)
			})
		})
	}
}

// awaitExport exports until the receiver takes it, as the runtime does.
func awaitExport(t *testing.T, e *Exporter) {
	t.Helper()
	for e.Export(t.Context(), []*metric.Metric{numbered("again", 2)}) != nil {
		time.Sleep(20 * time.Millisecond) // go test ends a test that waits in vain
	}
}

// A receiver that is down while its host is up: nothing was taken, and if the
// connection came about far enough for the request to leave, that is not known.
func TestDown(t *testing.T) {
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
		awaitExport(t, e)
		receiver.SetFault(fakeotlp.Fault{Down: true})
		for range 5 {
			counts, why := fates(t, e.Export(t.Context(), []*metric.Metric{numbered("m", 3)}))
			if counts[runtime.Unsent]+counts[runtime.Unconfirmed] != 3 || counts[runtime.Refused] != 0 || !strings.Contains(why.Error(), "no answer") {
				t.Errorf("%v, %v", counts, why)
			}
		}
		receiver.SetFault(fakeotlp.Fault{})
		awaitExport(t, e)
	})
}

// Nobody listens: gRPC and HTTP know that nothing was sent.
func TestNobodyListens(t *testing.T) {
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
		receiver.Stop()
		counts, why := fates(t, e.Export(t.Context(), []*metric.Metric{numbered("m", 3)}))
		if counts[runtime.Unsent] != 3 || len(counts) != 1 {
			t.Errorf("%v, %v", counts, why)
		}
	})
}

// cancelOnceAsked calls cancel when the receiver has a request, however long that takes.
func cancelOnceAsked(t *testing.T, receiver *fakeotlp.Server, cancel func()) {
	t.Helper()
	go func() {
		for len(receiver.Requests()) == 0 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
}

// No request outlasts ctx, and what was under way is unconfirmed.
func TestBoundedByContext(t *testing.T) {
	cause := errors.New("the process ends")
	for _, fault := range []fakeotlp.Fault{{Hang: true}, {Hang: true, Taken: true}, {Delay: time.Hour}} {
		overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
			receiver.SetFault(fault)
			ctx, cancel := context.WithCancelCause(t.Context())
			cancelOnceAsked(t, receiver, func() { cancel(cause) })
			err := e.Export(ctx, []*metric.Metric{numbered("m", 3)}) // without a bound it would not return
			counts, why := fates(t, err)
			if counts[runtime.Unconfirmed] != 3 || len(counts) != 1 {
				t.Errorf("%v, %v", counts, why)
			}
			if !errors.Is(why, cause) {
				t.Error(why)
			}
		})
	}
}

func TestContextDoneBefore(t *testing.T) {
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if counts, why := fates(t, e.Export(ctx, []*metric.Metric{numbered("m", 3)})); counts[runtime.Unsent] != 3 || len(counts) != 1 {
			t.Errorf("%v, %v", counts, why)
		}
		if n := len(receiver.Requests()); n != 0 {
			t.Errorf("%d requests arrived", n)
		}
	})
}

// TestContextDoneBetweenRequests: when ctx is done, Export soon returns. It does not encode the
// remaining series first, so it does not find the one that cannot be sent.
func TestContextDoneBetweenRequests(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	e := sendingTo(t, func(mem.Buffer) { cancel() })
	sent, bad := numbered("m", 100_000), numbered("n", 1)
	bad.Series[0].LabelValues = nil
	counts, why := fates(t, e.Export(ctx, []*metric.Metric{sent, bad}))
	if n := counts[runtime.Unsent]; n < 2 || n > 100_000 || len(counts) != 1 || !errors.Is(why, context.Canceled) {
		t.Errorf("%v, %v", counts, why)
	}
}

// TestRetryPolicy: with a service config gRPC may send a request several times. Only the last
// attempt decides the fate of the points.
func TestRetryPolicy(t *testing.T) {
	x := &exchange{}
	ctx := withExchange(t.Context(), x)
	unavailable := status.Error(codes.Unavailable, "")
	for _, c := range []struct {
		event stats.RPCStats
		want  runtime.Fate
	}{
		{&stats.Begin{}, runtime.Unsent}, {&stats.OutHeader{}, runtime.Unconfirmed}, {&stats.InTrailer{}, runtime.Unsent},
		{&stats.OutHeader{}, runtime.Unconfirmed}, {&stats.OutPayload{}, runtime.Unconfirmed}, {&stats.InTrailer{}, runtime.Unsent},
	} {
		wireWatcher{}.HandleRPC(ctx, c.event)
		if got := judgeGRPC(unavailable, x).fate; got != c.want {
			t.Errorf("after %T the fate is %v, want %v", c.event, got, c.want)
		}
	}
}

// A connection that is accepted and never spoken on is not a request sent.
func TestBlackHole(t *testing.T) {
	hole, err := net.Listen("tcp", "127.0.0.1:0") // nobody calls Accept
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = hole.Close() }()
	e := newTest(t, Options{Endpoint: hole.Addr().String(), Insecure: true})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if counts, why := fates(t, e.Export(ctx, []*metric.Metric{numbered("m", 1)})); counts[runtime.Unsent] != 1 || len(counts) != 1 {
		t.Errorf("%v, %v", counts, why)
	}
}

// Shutdown ends an export that hangs, comes back itself, and is the end.
func TestShutdown(t *testing.T) {
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
		receiver.SetFault(fakeotlp.Fault{Hang: true})
		exported := make(chan error, 1)
		go func() { exported <- e.Export(t.Context(), []*metric.Metric{numbered("m", 1)}) }()
		for len(receiver.Requests()) == 0 {
			time.Sleep(time.Millisecond)
		}
		if err := e.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if counts, why := fates(t, <-exported); counts[runtime.Unconfirmed] != 1 || !errors.Is(why, errShutdown) {
			t.Errorf("%v, %v", counts, why)
		}
		if counts, why := fates(t, e.Export(t.Context(), []*metric.Metric{numbered("m", 1)})); counts[runtime.Unsent] != 1 || !errors.Is(why, errShutdown) {
			t.Errorf("after Shutdown: %v, %v", counts, why)
		}
		if err := e.Shutdown(t.Context()); err != nil {
			t.Errorf("second call: %v", err)
		}
	})
}

// After an answer that the receiver is not well, it is left alone for the rest
// of the export.
func TestStopsAtOverload(t *testing.T) {
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
		receiver.SetFault(fakeotlp.Fault{Refuse: codes.Unavailable})
		m := numbered("m", 20_000) // several requests
		if counts, _ := fates(t, e.Export(t.Context(), []*metric.Metric{m})); counts[runtime.Unsent] != 20_000 || len(counts) != 1 {
			t.Errorf("%v", counts)
		}
		if n := len(receiver.Requests()); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}

// What HTTP alone can answer.
func TestHTTPAnswers(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		kind   string
		fate   runtime.Fate
		text   string
	}{
		{502, "proxy: no upstream\n", "text/plain", runtime.Unconfirmed, "502 Bad Gateway: proxy: no upstream"},
		{504, "", "", runtime.Unconfirmed, "504"},
		{404, "<html>", "text/html", runtime.Refused, "404 Not Found: <html>"},
		{302, "", "", runtime.Refused, "302 Found"}, // following it would send a GET, and lose the metrics
		{308, "", "", runtime.Refused, "308"},
		{302, "<a href>", "text/html", runtime.Refused, "302 Found: to /elsewhere <a href>"},
		{401, "\x1b[2Jlog\nin", "text/plain", runtime.Refused, "401 Unauthorized: [2Jlog in"},
		{400, "\x12\x03bad", "Application/X-Protobuf; v=1", runtime.Refused, "400 Bad Request: bad"},
	} {
		t.Run(fmt.Sprint(c.status), func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/v1/metrics" {
					return // where redirects lead
				}
				w.Header().Set("Location", "/elsewhere")
				w.Header().Set("Content-Type", c.kind)
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
			defer server.Close()
			e := newTest(t, Options{Protocol: "http", Endpoint: server.URL})
			counts, why := fates(t, e.Export(t.Context(), []*metric.Metric{numbered("m", 2)}))
			if counts[c.fate] != 2 || len(counts) != 1 || !strings.Contains(why.Error(), c.text) {
				t.Errorf("%v, %v", counts, why)
			}
		})
	}
}

// An answer that breaks off half-way has confirmed nothing.
func TestAnswerBreaksOff(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "short")
	}))
	defer server.Close()
	e := newTest(t, Options{Protocol: "http", Endpoint: server.URL})
	if counts, why := fates(t, e.Export(t.Context(), []*metric.Metric{numbered("m", 2)})); counts[runtime.Unconfirmed] != 2 || len(counts) != 1 {
		t.Errorf("%v, %v", counts, why)
	}
}
