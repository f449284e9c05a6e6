package collector_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/direct"
	"github.com/ocgen/ocgen/golden/observe"
	"github.com/ocgen/ocgen/golden/observedirect"
	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/golden/values"
	"github.com/ocgen/ocgen/internal/tests/golden/otel"
	octrace "go.opencensus.io/trace"
	"go.opentelemetry.io/otel/trace"
)

// A goldenPackage is a generated package with calls of its recorders.
type goldenPackage struct {
	prefix     string // of its metrics
	register   func() error
	unregister func()
	record     func(context.Context)
}

// goldenPackages have metrics of all kinds, by all recorders.
var goldenPackages = []goldenPackage{
	{"golden/otel/", otel.RegisterViews, otel.UnregisterViews, recordOtel},
	{"golden/values/", values.RegisterViews, values.UnregisterViews, recordValues},
	{"golden/direct/", direct.RegisterViews, direct.UnregisterViews, recordDirect},
	{"golden/observe/", observe.RegisterViews, observe.UnregisterViews, recordObserve},
	{"golden/observedirect/", observedirect.RegisterViews, observedirect.UnregisterViews, recordObserveDirect},
	{"shop", shopmetrics.RegisterViews, shopmetrics.UnregisterViews, recordShop},
}

// register registers all packages until the test ends.
func register(t *testing.T) {
	t.Helper()
	for _, p := range goldenPackages {
		registerOnly(t, p.prefix)
	}
}

// registerOnly registers the packages with these prefixes until the test ends.
func registerOnly(t *testing.T, prefixes ...string) {
	t.Helper()
	for _, p := range goldenPackages {
		if !slices.Contains(prefixes, p.prefix) {
			continue
		}
		if err := p.register(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.unregister)
	}
}

// recordAll records into each metric of the packages.
func recordAll(ctx context.Context) {
	for _, p := range goldenPackages {
		p.record(ctx)
	}
}

// traced returns a ctx with a sampled span, which both OpenCensus and OpenTelemetry find.
func traced(t *testing.T) (context.Context, trace.SpanContext) {
	ctx, span := octrace.StartSpan(t.Context(), "request", octrace.WithSampler(octrace.AlwaysSample()))
	t.Cleanup(span.End)
	same := trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID(span.SpanContext().TraceID), SpanID: trace.SpanID(span.SpanContext().SpanID), TraceFlags: trace.FlagsSampled,
	})
	return trace.ContextWithSpanContext(ctx, same), same
}

// pastFloats is the first whole number that a float64 does not have.
const pastFloats = 1<<53 + 1

func recordValues(ctx context.Context) {
	for _, v := range []float64{0, 0.25, 0.5, 7, 1e6, 1e7} {
		values.RecordFloats(ctx, v, values.KindA)
		values.RecordWeights(ctx, v, values.KindB)
	}
	values.RecordInts(ctx, 5000)
	values.RecordLevel(ctx, -5)
	values.RecordRatio(ctx, -0.125)
	values.RecordPerNode(ctx, 2)
	values.RecordOne(ctx)
	values.RecordHalf(ctx)
	values.RecordWaited(ctx)
	values.RecordBusy(ctx, 1500*time.Millisecond)
	values.RecordNsFloat(ctx, 1500*time.Millisecond)
	values.RecordSInt(ctx, 1500*time.Millisecond)
	values.RecordDInt(ctx, 36*time.Hour, values.KindA)
}

func recordDirect(ctx context.Context) {
	direct.RecordClosed(ctx, direct.MethodGET, direct.ProtocolH2, direct.OutcomeOK, direct.ErrorClass(0), direct.Retried(0))
	for _, took := range []time.Duration{time.Microsecond, time.Millisecond, 3 * time.Millisecond, time.Hour} {
		direct.RecordLatency(ctx, took, direct.MethodPOST, direct.OutcomeError)
		direct.RecordWeights(ctx, took, direct.OutcomeNotFound)
		direct.RecordNap(ctx, took)
		direct.RecordWaited(ctx, took)
	}
	direct.RecordPerNode(ctx, 1)
	direct.RecordSize(ctx, pastFloats, direct.OutcomeError)
	direct.RecordPrice(ctx, 0.5, "/cart")
	direct.RecordLevel(ctx, -pastFloats)
	direct.RecordHalf(ctx)
	direct.RecordOpen(ctx, direct.OutcomeOK, "/pay", "größe", "")
	direct.RecordCarried(direct.WithPlan(direct.WithTenant(ctx, "t1"), direct.PlanPaid), direct.MethodGET)
	direct.RecordLetters(ctx, direct.FirstA, direct.SecondB, direct.ThirdC)
	direct.RecordWide(ctx, "u", "s", "r", "", direct.OutcomeError)
	direct.RecordAnswer(ctx, time.Millisecond, 50, 0.25, direct.MethodGET, direct.ProtocolH1, direct.OutcomeOK, direct.ErrorClassTimeout, direct.RetriedRefused, "/cart")
}

func recordOtel(ctx context.Context) {
	otel.RecordClosed(ctx, otel.MethodGET, otel.ProtocolH2, otel.OutcomeOK, otel.ErrorClass(0), otel.Retried(0))
	for _, took := range []time.Duration{time.Microsecond, time.Millisecond, 3 * time.Millisecond, time.Hour} {
		otel.RecordLatency(ctx, took, otel.MethodPOST, otel.OutcomeError)
		otel.RecordWeights(ctx, took, otel.OutcomeNotFound)
		otel.RecordNap(ctx, took)
		otel.RecordWaited(ctx, took)
	}
	otel.RecordPerNode(ctx, 1)
	otel.RecordSize(ctx, pastFloats, otel.OutcomeError)
	otel.RecordPrice(ctx, 0.5, "/cart")
	otel.RecordLevel(ctx, -pastFloats)
	otel.RecordHalf(ctx)
	otel.RecordOpen(ctx, otel.OutcomeOK, "/pay", "größe", "")
	otel.RecordCarried(otel.WithPlan(otel.WithTenant(ctx, "t1"), otel.PlanPaid), otel.MethodGET)
	otel.RecordLetters(ctx, otel.FirstA, otel.SecondB, otel.ThirdC)
	otel.RecordWide(ctx, "u", "s", "r", "", otel.OutcomeError)
	otel.RecordAnswer(ctx, time.Millisecond, 50, 0.25, otel.MethodGET, otel.ProtocolH1, otel.OutcomeOK, otel.ErrorClassTimeout, otel.RetriedRefused, "/cart")
}

func recordShop(ctx context.Context) {
	shopmetrics.RecordRequest(ctx, 7*time.Millisecond, 2048, shopmetrics.MethodGET, "/cart", shopmetrics.OutcomeOK, 0)
	shopmetrics.RecordRequest(ctx, 3*time.Second, 512, shopmetrics.MethodPOST, "/pay", shopmetrics.OutcomeFailed, shopmetrics.ErrorClassTimeout)
	shopmetrics.RecordCheckoutTime(ctx, 95*time.Second)
	shopmetrics.RecordRevenue(ctx, 12.75)
	shopmetrics.RecordQueueDepth(ctx, 3)
}

// observing is true once the functions of the packages that observe are registered. They
// return the same totals for ever, so they stay.
var observing bool

func always[T any](v T) func() T { return func() T { return v } }

func observeForever() {
	if observing {
		return
	}
	observing = true
	observe.ObserveConnections("main", observe.StateIdle, always[int64](-3))
	observe.ObserveLoad(always(0.75))
	observe.ObserveWaits("main", always[int64](12))
	observe.ObserveWaited("", always(1500*time.Millisecond))
	observe.ObserveBlocked("main", always(time.Second))
	observedirect.ObserveConnections("main", observedirect.StateBusy, always[int64](pastFloats))
	observedirect.ObserveLoad(always(-0.75))
	observedirect.ObserveWaits("main", always[int64](pastFloats))
	observedirect.ObserveWaited("", always(1500*time.Millisecond))
	observedirect.ObserveBlocked("main", always(time.Second))
}

func recordObserve(ctx context.Context) {
	observeForever()
	observe.RecordJobs(ctx, 4, observe.StateBusy)
}

func recordObserveDirect(ctx context.Context) {
	observeForever()
	observedirect.RecordJobs(ctx, 4, observedirect.StateIdle)
}
