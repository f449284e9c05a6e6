package otlp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

func newGRPC(ctx context.Context, s settings) (*client, error) {
	options := []otlpmetricgrpc.Option{
		otlpmetricgrpc.WithRetry(otlpmetricgrpc.RetryConfig{Enabled: false}),
		otlpmetricgrpc.WithTimeout(s.timeout),
		otlpmetricgrpc.WithDialOption(
			grpc.WithStatsHandler(wireWatcher{}),
			grpc.WithChainUnaryInterceptor(sendEncoded),
			grpc.WithConnectParams(reconnecting),
			grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: pingAfter, Timeout: s.timeout}),
		),
	}
	if s.target.host != "" {
		options = append(options, otlpmetricgrpc.WithEndpoint(s.target.host))
	}
	if s.target.insecure {
		options = append(options, otlpmetricgrpc.WithInsecure())
	}
	if len(s.headers) > 0 {
		options = append(options, otlpmetricgrpc.WithHeaders(s.headers))
	}
	exporter, err := otlpmetricgrpc.New(ctx, options...)
	if err != nil {
		return nil, err
	}
	return &client{upload: exporter.Export, judge: judgeGRPC, close: exporter.Shutdown}, nil
}

// reconnecting keeps pauses between attempts to connect short. With gRPC's defaults they grow
// to two minutes, and a receiver that is available again would not be used.
var reconnecting = grpc.ConnectParams{
	Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 2 * time.Second},
	MinConnectTimeout: 5 * time.Second,
}

// pingAfter is the time without traffic after which a request begins with a ping. By default
// servers of gRPC refuse pings that are more frequent.
//
// With keepalive gRPC sets TCP_USER_TIMEOUT: Linux then closes a connection whose receiver does
// not acknowledge or read bytes within the timeout of a request. Otherwise each export would
// add a request to the queue of the connection.
const pingAfter = 5 * time.Minute

// sendEncoded makes gRPC send the request of the exchange in place of the exporter's message.
// It keeps the partial success of the response.
func sendEncoded(ctx context.Context, method string, message, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	x := exchangeOf(ctx)
	codec := encodedCodec{x.request}
	err := invoke(ctx, method, message, reply, cc, append(opts, grpc.ForceCodecV2(codec))...)
	if response, ok := reply.(*collector.ExportMetricsServiceResponse); ok && err == nil {
		x.partial = response.GetPartialSuccess()
	}
	return err
}

// An encodedCodec is a codec for protobuf, but it encodes each message as the same request. The
// message is not the request itself, because gRPC's traces keep messages and read them after
// the call. It does not use the codec that is registered for protobuf, because a program may
// have registered another one.
type encodedCodec struct{ request mem.Buffer }

// Marshal returns the request with a reference for gRPC, which releases it.
func (c encodedCodec) Marshal(any) (mem.BufferSlice, error) {
	c.request.Ref()
	return mem.BufferSlice{c.request}, nil
}

// Unmarshal decodes a response.
func (encodedCodec) Unmarshal(data mem.BufferSlice, response any) error {
	m, ok := response.(proto.Message)
	if !ok {
		return fmt.Errorf("the response is a %T, not a proto.Message", response)
	}
	return proto.Unmarshal(data.Materialize(), m)
}

// Name returns no name: gRPC would append it to the Content-Type.
func (encodedCodec) Name() string { return "" }

// A wireWatcher notes whether a request was sent and whether a response came. The status of
// gRPC does not show it: Unavailable is the status of an overloaded receiver, and the
// client's status for a connection that broke.
type wireWatcher struct{}

func (wireWatcher) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return ctx }
func (wireWatcher) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (wireWatcher) HandleConn(context.Context, stats.ConnStats)                       {}

func (wireWatcher) HandleRPC(ctx context.Context, event stats.RPCStats) {
	switch event.(type) {
	case *stats.OutHeader: // also of another attempt, if the service config has a retry policy
		exchangeOf(ctx).sent.Store(true)
		exchangeOf(ctx).answered.Store(false)
	case *stats.InTrailer:
		exchangeOf(ctx).answered.Store(true)
	}
}

// judgeGRPC reads the status that a call ended with.
func judgeGRPC(err error, x *exchange) answer {
	var with interface{ GRPCStatus() *status.Status }
	if !errors.As(err, &with) {
		return answer{err: err, fate: silent(x)}
	}
	s := with.GRPCStatus()
	if !x.answered.Load() { // the client ended the call and made the status
		return answer{err: fmt.Errorf("no answer from the OTLP receiver: %v: %s", s.Code(), beginning([]byte(s.Message()))), fate: silent(x)}
	}
	err = fmt.Errorf("the OTLP receiver answered %v: %s", s.Code(), beginning([]byte(s.Message())))
	switch s.Code() {
	case codes.ResourceExhausted:
		if strings.Contains(s.Message(), "larger than max") {
			return answer{err: err, fate: runtime.Refused, tooLarge: true}
		}
		return answer{err: err, fate: runtime.Unsent}
	case codes.Unavailable:
		return answer{err: err, fate: runtime.Unsent}
	case codes.DeadlineExceeded, codes.Canceled, codes.Aborted, codes.OutOfRange, codes.DataLoss:
		// OTLP allows another try; none means that no point was accepted.
		return answer{err: err, fate: runtime.Unconfirmed}
	}
	return answer{err: err, fate: runtime.Refused}
}
