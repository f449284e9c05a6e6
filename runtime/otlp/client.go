package otlp

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/grpc/mem"
)

// A client sends requests through one of OpenTelemetry's exporters. The exporter gets empty
// metrics, and a hook in the connection sends the encoded request instead. Errors of the
// exporters are only texts, so the hooks also observe the traffic. They find the exchange in
// ctx.
type client struct {
	upload func(context.Context, *metricdata.ResourceMetrics) error
	judge  func(error, *exchange) answer
	close  func(context.Context) error
}

// An exchange is one request and the observed traffic.
type exchange struct {
	request  mem.Buffer  // an ExportMetricsServiceRequest
	sent     atomic.Bool // the request, or a part of it, may have left
	answered atomic.Bool // the receiver sent a response
	status   int         // of HTTP
	message  string      // of HTTP, if the response is an error
	foreign  error       // of HTTP: why a 2xx is not a response of OTLP
	partial  *collector.ExportMetricsPartialSuccess
}

type exchangeKey struct{}

// withExchange returns a ctx that carries x.
func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// exchangeOf returns the exchange that ctx carries. Every request of a client
// has one.
func exchangeOf(ctx context.Context) *exchange {
	return ctx.Value(exchangeKey{}).(*exchange)
}

// An answer is the fate of the points of a request. If err is nil all were accepted.
type answer struct {
	err      error
	fate     runtime.Fate // of all points, if rejected is 0
	rejected int64        // how many points a partial success refused
	tooLarge bool         // smaller requests may be accepted
}

// send sends one request. If the connection still reads the request after send has returned,
// it has a reference.
func (c *client) send(ctx context.Context, request mem.Buffer) answer {
	x := &exchange{request: request}
	err := c.upload(withExchange(ctx, x), &metricdata.ResourceMetrics{})
	if x.partial != nil {
		return partialAnswer(x.partial)
	}
	if x.foreign != nil {
		return answer{err: x.foreign, fate: runtime.Unconfirmed}
	}
	if err == nil {
		return answer{}
	}
	a := c.judge(err, x)
	if cause := context.Cause(ctx); cause != nil && (!x.answered.Load() || a.fate == runtime.Unconfirmed) {
		a.err = fmt.Errorf("no answer from the OTLP receiver in time: %w", cause)
	}
	return a
}

// partialAnswer returns the answer for a response that accepted the request, but not all of
// its points.
func partialAnswer(partial *collector.ExportMetricsPartialSuccess) answer {
	if partial.RejectedDataPoints <= 0 {
		return answer{} // a success with a message
	}
	message := beginning([]byte(partial.ErrorMessage))
	if message == "" {
		message = "no reason given"
	}
	return answer{
		err:      fmt.Errorf("the OTLP receiver refused %d points of a request: %s", partial.RejectedDataPoints, message),
		fate:     runtime.Refused,
		rejected: partial.RejectedDataPoints,
	}
}

// silent returns the fate of points whose request got no response.
func silent(x *exchange) runtime.Fate {
	if x.sent.Load() {
		return runtime.Unconfirmed
	}
	return runtime.Unsent
}

func newClient(ctx context.Context, s settings) (*client, error) {
	if s.protocol == protocolHTTP {
		return newHTTP(ctx, s)
	}
	return newGRPC(ctx, s)
}
