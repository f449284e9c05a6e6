package docs_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/points"
	"github.com/ocgen/ocgen/internal/tests/golden/otel"
	"go.opencensus.io/plugin/ocgrpc"
	"go.opencensus.io/tag"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/propagation"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

var baggage = otelgrpc.WithPropagators(propagation.Baggage{})

// serveBothKinds serves as docs/migration.md says: the interceptor takes the tags of callers
// that still have OpenCensus. Each call is recorded.
func serveBothKinds(t *testing.T) (address string) {
	key := tag.MustNewKey("plan")
	record := func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		if plan, ok := tag.FromContext(ctx).Value(key); ok {
			ctx = otel.WithPlan(ctx, otel.PlanOf(plan))
		}
		otel.RecordCarried(ctx, otel.MethodGET)
		return handler(ctx, request)
	}
	server := grpc.NewServer(
		grpc.StatsHandler(&ocgrpc.ServerHandler{}),
		grpc.StatsHandler(otelgrpc.NewServerHandler(baggage)),
		grpc.UnaryInterceptor(record))
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// call calls the server with the tags of ctx.
func call(t *testing.T, ctx context.Context, address string, sender grpc.DialOption) {
	t.Helper()
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()), sender)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if _, err := grpc_health_v1.NewHealthClient(connection).Check(ctx, &grpc_health_v1.HealthCheckRequest{}); err != nil {
		t.Fatal(err)
	}
}

// TestTagsOfBothKinds: a service that moved first records the tags of callers with
// OpenCensus and of callers with OpenTelemetry.
func TestTagsOfBothKinds(t *testing.T) {
	if err := otel.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	defer otel.UnregisterViews()
	address := serveBothKinds(t)
	old, err := tag.New(t.Context(), tag.Upsert(tag.MustNewKey("plan"), "free"))
	if err != nil {
		t.Fatal(err)
	}
	call(t, old, address, grpc.WithStatsHandler(&ocgrpc.ClientHandler{}))
	call(t, otel.WithPlan(t.Context(), otel.PlanPaid), address, grpc.WithStatsHandler(otelgrpc.NewClientHandler(baggage)))
	points.Expect(t, "golden/otel/carried_plans", "plan=free: 1", "plan=paid: 1")
}
