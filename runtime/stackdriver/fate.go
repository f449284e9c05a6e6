package stackdriver

import (
	"context"
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/stats"
)

// A call has the events on the connection during an RPC. The status alone is not enough: it
// is Unavailable both if the server is overloaded and if the connection broke after the
// request was sent. The connection's goroutine may report a response while ctx ends the RPC,
// and even after the RPC has returned. An interceptor may make the RPC again: then the last
// status counts, and the request was sent if any RPC sent it.
type call struct {
	seen     atomic.Bool // gRPC began it
	sent     atomic.Bool // the request was handed to the connection as a whole
	answered atomic.Bool // a status came from the server
}

type callKey struct{}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// watcher notes the events of an RPC in the call that its ctx carries. It has no state.
type watcher struct{}

func (watcher) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }

func (watcher) HandleRPC(ctx context.Context, s stats.RPCStats) {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return
	}
	switch s := s.(type) {
	case *stats.Begin:
		c.seen.Store(true)
		c.answered.Store(false)
		if s.IsTransparentRetryAttempt { // the server has received nothing of the attempt before
			c.sent.Store(false)
		}
	case *stats.OutPayload:
		c.sent.Store(true)
	case *stats.InTrailer:
		c.answered.Store(true)
	}
}

func (watcher) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (watcher) HandleConn(context.Context, stats.ConnStats) {}

// fate returns the fate of the points of a call that failed as a whole.
func (c *call) fate(code codes.Code) runtime.Fate {
	switch {
	case c.answered.Load():
		return answeredFate(code)
	case c.sent.Load(), !c.seen.Load(): // not seen: the user made the connection
		return runtime.Unconfirmed
	case code == codes.Internal || code == codes.InvalidArgument: // the request cannot be encoded
		return runtime.Refused
	}
	return runtime.Unsent
}

// answeredFate returns the fate for a server's status. Statuses that do not show whether the
// server has accepted the points make them unconfirmed.
func answeredFate(code codes.Code) runtime.Fate {
	switch code {
	case codes.Unavailable, codes.ResourceExhausted, codes.Aborted:
		return runtime.Unsent
	case codes.Canceled, codes.DeadlineExceeded, codes.Internal, codes.Unknown, codes.DataLoss:
		return runtime.Unconfirmed
	}
	return runtime.Refused
}
