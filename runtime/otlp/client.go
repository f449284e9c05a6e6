package otlp

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
)

// A client sends requests through one of OpenTelemetry's exporters. What those
// report is a text; what went over the wire is seen by hooks in the connection,
// which write it into the exchange that ctx carries.
type client struct {
	upload func(context.Context, *metricdata.ResourceMetrics) error
	judge  func(error, *exchange) answer
	close  func(context.Context) error
}

// An exchange is what was seen of one request and its answer.
type exchange struct {
	sent     atomic.Bool // the request, or a part of it, may have left
	answered atomic.Bool // the receiver's own answer came
	status   int         // of HTTP
	message  string      // of HTTP, when the answer is an error
	foreign  error       // of HTTP: why a 2xx is no answer of OTLP
	partial  *collector.ExportMetricsPartialSuccess
}

type exchangeKey struct{}

// exchangeOf returns the exchange that ctx carries. Every request of a client
// has one.
func exchangeOf(ctx context.Context) *exchange {
	return ctx.Value(exchangeKey{}).(*exchange)
}

// An answer says what became of the points of a request. With err nil all were
// accepted.
type answer struct {
	err      error
	fate     runtime.Fate // of all points, if rejected is 0
	rejected int64        // how many points a partial success refused
	tooLarge bool         // smaller requests may be accepted
}

// send sends one request.
func (c *client) send(ctx context.Context, request *metricdata.ResourceMetrics) answer {
	x := &exchange{}
	err := c.upload(context.WithValue(ctx, exchangeKey{}, x), request)
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

// partialAnswer is about an answer that accepted the request, if not all points.
func partialAnswer(partial *collector.ExportMetricsPartialSuccess) answer {
	if partial.RejectedDataPoints <= 0 {
		return answer{} // a success with a word of advice
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

// silent is the fate of points whose request got no answer.
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
