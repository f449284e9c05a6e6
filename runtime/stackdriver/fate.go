package stackdriver

import (
	"context"
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/stats"
)

// A call is what happened on the wire during an RPC. The status alone does not
// tell: a server that is overloaded and a connection that broke after the
// request was sent both come back as Unavailable. The connection's goroutine
// reports an answer that comes while ctx ends the RPC, and even after it returned.
type call struct {
	seen     atomic.Bool // gRPC began it
	sent     atomic.Bool // the request was handed to the connection as a whole
	answered atomic.Bool // a status came from the server
}

type callKey struct{}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// watcher notes in the call of an RPC's ctx what happens. It has no state.
type watcher struct{}

func (watcher) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }

func (watcher) HandleRPC(ctx context.Context, s stats.RPCStats) {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return
	}
	switch s.(type) {
	case *stats.Begin: // gRPC tries again, unasked, only if the server has seen nothing
		c.seen.Store(true)
		c.sent.Store(false)
		c.answered.Store(false)
	case *stats.OutPayload:
		c.sent.Store(true)
	case *stats.InTrailer:
		c.answered.Store(true)
	}
}

func (watcher) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (watcher) HandleConn(context.Context, stats.ConnStats) {}

// fate returns what became of the points of a call that failed as a whole.
func (c *call) fate(code codes.Code) runtime.Fate {
	switch {
	case c.answered.Load():
		return answeredFate(code)
	case c.sent.Load(), !c.seen.Load(): // not seen: over a connection that the user made
		return runtime.Unconfirmed
	case code == codes.Internal || code == codes.InvalidArgument: // it could not be encoded, and never will
		return runtime.Refused
	}
	return runtime.Unsent
}

// answeredFate returns what a server's status says. Those that a server gives
// when it does not know itself leave it open.
func answeredFate(code codes.Code) runtime.Fate {
	switch code {
	case codes.Unavailable, codes.ResourceExhausted, codes.Aborted:
		return runtime.Unsent
	case codes.Canceled, codes.DeadlineExceeded, codes.Internal, codes.Unknown, codes.DataLoss:
		return runtime.Unconfirmed
	}
	return runtime.Refused
}
