package tags_test

import (
	"context"
	"testing"

	"go.opencensus.io/tag"

	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/golden/tags"
)

// TestRecord is one test, since tag values are counted a process: those of an
// open tag that came first keep their places.
func TestRecord(t *testing.T) {
	tags.SetBuild("v1")
	tags.SetZone(tags.ZoneB)
	rows.Register(t, tags.RegisterViews, tags.UnregisterViews)
	tags.SetBuild("late") // ignored
	t.Run("closed", testClosed)
	t.Run("open", testOpen)
	t.Run("carried", testCarried)
	t.Run("bound", testBound)
}

func testClosed(t *testing.T) {
	ctx := context.Background()
	tags.RecordClosed(ctx, tags.MethodGET, tags.ProtocolH1, tags.OutcomeOK, 0, 0)
	tags.RecordClosed(ctx, tags.MethodGET, tags.ProtocolH1, tags.OutcomeOK, 0, 0)
	tags.RecordClosed(ctx, tags.MethodPOST, tags.ProtocolH2, tags.OutcomeFailed, tags.ErrorClassTimeout, tags.RetriedRefused)
	tags.RecordClosed(ctx, 0, 0, 0, 0, 0)
	tags.RecordClosed(ctx, 200, 200, 200, 200, 200)
	rows.Expect(t, tags.ClosedView,
		"error_class=__invalid__ http.method=OTHER outcome=__invalid__ protocol=unknown retried=other: count 1",
		"error_class=timeout http.method=POST outcome=error protocol=h2 retried=refused: count 1",
		"http.method=GET outcome=ok protocol=h1: count 2",
		"http.method=OTHER outcome=__invalid__ protocol=unknown: count 1",
	)
}

func testOpen(t *testing.T) {
	ctx := context.Background()
	for _, route := range []tags.Route{"/cart", "/a", "/b", "/c", "/pay", "", "snow\u2603"} {
		tags.RecordOpen(ctx, tags.OutcomeOK, route)
	}
	rows.Expect(t, tags.OpenTotalView, "count 7")
	// Two values of route have a place beside the known ones; the others share one.
	// But the limited view has three combinations, and its limit counts for the
	// record as a whole.
	rows.Expect(t, tags.OpenLimitedView,
		"outcome=ok route=/a: count 1",
		"outcome=ok route=/b: count 1",
		"outcome=ok route=/cart: count 1",
		"outcome=ok route=__other__: count 3",
		"outcome=ok: count 1",
	)
	rows.Expect(t, tags.OpenView, rows.Of(t, tags.OpenLimitedView)...)
}

func testCarried(t *testing.T) {
	ctx := context.Background()
	tags.RecordCarried(ctx)
	ctx = tags.WithTenant(ctx, "acme")
	tags.RecordCarried(ctx)
	ctx = tags.WithPlan(ctx, tags.PlanPaid)
	tags.RecordCarried(ctx)
	tags.RecordCarried(tags.WithTenant(ctx, ""))
	hostile, err := tag.New(ctx, tag.Upsert(tags.PlanKey, "unheard of"))
	if err != nil {
		t.Fatal(err)
	}
	tags.RecordCarried(hostile)
	rows.Expect(t, tags.CarriedView,
		"build=v1 plan=__invalid__ tenant=acme zone=b: count 1",
		"build=v1 plan=paid tenant=acme zone=b: count 1",
		"build=v1 plan=paid zone=b: count 1",
		"build=v1 tenant=acme zone=b: count 1",
		"build=v1 zone=b: count 1",
	)
}

// testBound adds to the rows that the recorders have made before.
func testBound(t *testing.T) {
	ctx := context.Background()
	bound := tags.ClosedFor(tags.MethodPOST, tags.ProtocolH2, tags.OutcomeFailed, tags.ErrorClassTimeout, tags.RetriedRefused)
	bound.Record(ctx)
	bound.Record(tags.WithTenant(ctx, "acme")) // of no concern to this view
	tags.BoundClosed{}.Record(ctx)             // bound to nothing
	rows.Expect(t, tags.ClosedView,
		"error_class=__invalid__ http.method=OTHER outcome=__invalid__ protocol=unknown retried=other: count 1",
		"error_class=timeout http.method=POST outcome=error protocol=h2 retried=refused: count 3",
		"http.method=GET outcome=ok protocol=h1: count 2",
		"http.method=OTHER outcome=__invalid__ protocol=unknown: count 1",
	)
	tags.OpenFor(tags.OutcomeOK, "/cart").Record(ctx)
	rows.Expect(t, tags.OpenTotalView, "count 8")
}

func TestParse(t *testing.T) {
	if m := tags.ParseMethod("POST"); m != tags.MethodPOST {
		t.Errorf("ParseMethod(POST) = %v", m)
	}
	if m := tags.ParseMethod("BREW"); m != tags.MethodOTHER {
		t.Errorf("ParseMethod(BREW) = %v", m)
	}
	if o, ok := tags.ParseOutcome("error"); o != tags.OutcomeFailed || !ok {
		t.Errorf("ParseOutcome(error) = %v, %v", o, ok)
	}
	if o, ok := tags.ParseOutcome("unheard of"); o != 0 || ok {
		t.Errorf("ParseOutcome(unheard of) = %v, %v", o, ok)
	}
	if c, ok := tags.ParseErrorClass(""); c != 0 || !ok {
		t.Errorf("ParseErrorClass() = %v, %v", c, ok)
	}
	if r := tags.ParseRetried(""); r != 0 {
		t.Errorf("ParseRetried() = %v", r)
	}
}

func TestString(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{tags.MethodGET.String(), "GET"},
		{tags.Method(0).String(), "OTHER"},
		{tags.Outcome(77).String(), "__invalid__"},
		{tags.OutcomeNotFound.String(), "not found"},
		{tags.ErrorClass(0).String(), ""},
		{tags.Retried(9).String(), "other"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
