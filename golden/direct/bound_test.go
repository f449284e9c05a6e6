package direct_test

import (
	"context"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/direct"
	"github.com/ocgen/ocgen/internal/points"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/trace"
)

// TestBoundForGood keeps a bound recorder from before the first registration
// over another.
func TestBoundForGood(t *testing.T) {
	latency := direct.LatencyFor(direct.MethodPOST, direct.OutcomeOK)
	answer := direct.AnswerFor(direct.MethodPOST, direct.ProtocolH1, direct.OutcomeOK, direct.ErrorClassTimeout, 0, "/pay")
	for range 2 {
		latency.Record(context.Background(), time.Second) // dropped
		if err := direct.RegisterViews(); err != nil {
			t.Fatal(err)
		}
		latency.Record(t.Context(), 2*time.Millisecond)
		answer.Record(t.Context(), 3*time.Millisecond, 50, 0.5)
		points.Expect(t, "golden/direct/latency", "build=v1 http.method=POST outcome=ok: count 2 sum 5 buckets [0 0 2 0]")
		points.Expect(t, "golden/direct/closed_pairs", "error_class=timeout outcome=ok: 1")
		points.Expect(t, "golden/direct/size", "outcome=ok: count 1 sum 50 buckets [0 1 0]")
		points.Expect(t, "golden/direct/price_total", "route=/pay: 0.5")
		direct.UnregisterViews()
	}
}

// TestZeroBound records with what no function has bound.
func TestZeroBound(t *testing.T) {
	ctx := register(t)
	direct.BoundLatency{}.Record(ctx, time.Second)
	direct.BoundCarried{}.Record(ctx)
	direct.BoundLimited{}.Record(ctx)
	for _, metric := range []string{"latency", "requests", "carried", "carried_plans", "limited"} {
		points.Expect(t, "golden/direct/"+metric)
	}
}

// TestExemplars attaches the span to the distributions of a measure that has
// exemplars, and of an event with such a measure.
func TestExemplars(t *testing.T) {
	ctx := register(t)
	names := []string{"golden/direct/latency", "golden/direct/size"}
	spanCtx, span := trace.StartSpan(ctx, "request", trace.WithSampler(trace.AlwaysSample()))
	defer span.End()
	direct.RecordSize(spanCtx, 5, direct.OutcomeOK)
	direct.RecordLatency(ctx, time.Millisecond, direct.MethodGET, direct.OutcomeOK)
	var none context.Context
	direct.RecordLatency(none, time.Millisecond, direct.MethodGET, direct.OutcomeOK)
	if got := points.Exemplars(t, names...); len(got) != 0 {
		t.Errorf("exemplars that nobody asked for: %v", got)
	}
	direct.RecordAnswer(spanCtx, 7*time.Millisecond, 50, 0,
		direct.MethodGET, direct.ProtocolH1, direct.OutcomeOK, 0, 0, "/pay")
	got := points.Exemplars(t, names...)
	if len(got) != 2 || got[0].Value != 7 || got[1].Value != 50 {
		t.Fatalf("got %v", got)
	}
	c := span.SpanContext()
	want := metric.Span{TraceID: metric.TraceID(c.TraceID), SpanID: metric.SpanID(c.SpanID), Sampled: true}
	for _, e := range got {
		if e.Span != want || e.Attachments != nil {
			t.Errorf("got %v and %v, want %v alone", e.Span, e.Attachments, want)
		}
	}
	direct.LatencyFor(direct.MethodPOST, direct.OutcomeOK).Record(spanCtx, time.Millisecond)
	if got := points.Exemplars(t, names...); len(got) != 3 {
		t.Errorf("a bound recorder: got %v", got)
	}
}

// TestBoundWithinLimits keeps bound recorders of views whose limits hold for the
// record as a whole, over registrations in which others are faster.
func TestBoundWithinLimits(t *testing.T) {
	ctx := t.Context()
	first := direct.PagesFor(direct.OutcomeOK, "/cart", "a") // before any registration
	late := direct.PagesFor(direct.OutcomeOK, "/pay", "b")
	first.Record(ctx) // dropped
	if err := direct.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	first.Record(ctx)
	first.Record(ctx)
	direct.RecordPages(ctx, direct.OutcomeError, "/cart", "a") // the last place of page_clients
	late.Record(ctx)
	direct.PagesFor(direct.OutcomeOK, "/pay", "a").Record(ctx) // the last place of pages
	over := direct.PagesFor(direct.OutcomeError, "/pay", "a")  // only pages has no place
	before := droppedSeries("golden/direct/pages")
	over.Record(ctx)
	over.Record(ctx)
	if got := droppedSeries("golden/direct/pages") - before; got != 0 {
		t.Errorf("the places were taken when it was bound, but %d of its records count as dropped", got)
	}
	points.Expect(t, "golden/direct/pages",
		"outcome=error route=/cart: 1", "outcome=error route=__other__: 2",
		"outcome=ok route=/cart: 2", "outcome=ok route=/pay: 1", "outcome=ok route=__other__: 1")
	points.Expect(t, "golden/direct/page_clients",
		"client=__other__ outcome=error: 2", "client=__other__ outcome=ok: 1", "client=a outcome=error: 1", "client=a outcome=ok: 3")
	points.Expect(t, "golden/direct/page_outcomes", "outcome=error: 3", "outcome=ok: 4")

	direct.UnregisterViews()
	over.Record(ctx) // dropped
	if err := direct.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	defer direct.UnregisterViews()
	over.Record(ctx) // now there is room
	late.Record(ctx)
	first.Record(ctx)
	points.Expect(t, "golden/direct/pages", "outcome=error route=/pay: 1", "outcome=ok route=/pay: 1", "outcome=ok route=__other__: 1")
	points.Expect(t, "golden/direct/page_clients", "client=__other__ outcome=ok: 1", "client=a outcome=error: 1", "client=b outcome=ok: 1")
	points.Expect(t, "golden/direct/page_outcomes", "outcome=error: 1", "outcome=ok: 2")
}

// TestBoundWithinOneLimit does it with one view that is limited, and tags of ctx.
func TestBoundWithinOneLimit(t *testing.T) {
	tour := direct.ToursFor(direct.OutcomeOK, "/cart")
	visit := direct.VisitsFor(direct.OutcomeOK)
	paid, other := direct.WithPlan(t.Context(), direct.PlanPaid), direct.WithTenant(t.Context(), "acme")
	for range 2 {
		if err := direct.RegisterViews(); err != nil {
			t.Fatal(err)
		}
		direct.RecordTours(t.Context(), direct.OutcomeError, "/cart")
		direct.RecordTours(t.Context(), direct.OutcomeError, "/pay")
		tour.Record(paid) // there is no place left
		tour.Record(t.Context())
		direct.ToursFor(direct.OutcomeError, "/pay").Record(paid)
		points.Expect(t, "golden/direct/tours", "outcome=error route=/cart: 1", "outcome=error route=/pay: 2", "outcome=ok route=__other__: 2")
		points.Expect(t, "golden/direct/tour_plans", "3", "plan=paid: 2")
		visit.Record(t.Context())
		visit.Record(other)
		direct.RecordVisits(other, direct.OutcomeError)
		direct.VisitsFor(direct.OutcomeNotFound).Record(other)
		points.Expect(t, "golden/direct/visits", "outcome=error tenant=acme: 1", "outcome=not found tenant=__other__: 1",
			"outcome=ok tenant=acme: 1", "outcome=ok: 1")
		points.Expect(t, "golden/direct/visit_outcomes", "outcome=error: 1", "outcome=not found: 1", "outcome=ok: 2")
		direct.UnregisterViews()
		direct.RecordTours(paid, direct.OutcomeOK, "/cart") // dropped
	}
}

func droppedSeries(metric string) uint64 {
	for _, s := range runtime.Stats() {
		if s.Measure == metric && s.Reason == record.ReasonSeries {
			return s.Count
		}
	}
	return 0
}
