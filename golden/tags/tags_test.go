package tags_test

import (
	"context"
	"slices"
	"testing"

	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/golden/tags"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/tag"
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

// found is what a Parse function returned.
type found[T any] struct {
	value T
	ok    bool
}

func parsed[T any](value T, ok bool) found[T] { return found[T]{value, ok} }

// TestParse: each tag's parser has the same form, and takes each value that the tag
// can record and that has a constant, the catch-all included.
func TestParse(t *testing.T) {
	before := unknown()
	for _, c := range []struct{ got, want any }{
		{parsed(tags.ParseMethod("POST")), found[tags.Method]{tags.MethodPOST, true}},
		{parsed(tags.ParseMethod("OTHER")), found[tags.Method]{tags.MethodOTHER, true}},
		{parsed(tags.ParseMethod("BREW")), found[tags.Method]{}},
		{parsed(tags.ParseMethod("")), found[tags.Method]{}},
		{parsed(tags.ParseOutcome("error")), found[tags.Outcome]{tags.OutcomeFailed, true}},
		{parsed(tags.ParseOutcome("__invalid__")), found[tags.Outcome]{}},
		{parsed(tags.ParseErrorClass("")), found[tags.ErrorClass]{0, true}},
		{parsed(tags.ParseErrorClass("odd")), found[tags.ErrorClass]{}},
		{parsed(tags.ParseRetried("other")), found[tags.Retried]{tags.RetriedOther, true}},
		{parsed(tags.ParseRetried("")), found[tags.Retried]{0, true}},
		{parsed(tags.ParseZone("b")), found[tags.Zone]{tags.ZoneB, true}},
	} {
		if c.got != c.want {
			t.Errorf("got %+v, want %+v", c.got, c.want)
		}
	}
	if got := unknown() - before; got != 0 {
		t.Errorf("%d texts are counted, though the caller was told", got)
	}
}

// TestOf takes any text. One that is no value is counted exactly once if it is
// recorded, whatever stands for it.
func TestOf(t *testing.T) {
	for _, c := range []struct {
		text    string
		method  tags.Method
		outcome tags.Outcome
		class   tags.ErrorClass
		retried tags.Retried
		counted uint64
	}{
		{"", tags.MethodOTHER, 0, 0, 0, 2},
		{"timeout", tags.MethodOTHER, 0, tags.ErrorClassTimeout, tags.RetriedTimeout, 2},
		{"GET", tags.MethodGET, 0, 0, tags.RetriedOther, 3},
		{"OTHER", tags.MethodOTHER, 0, 0, tags.RetriedOther, 3},
		{"error", tags.MethodOTHER, tags.OutcomeFailed, 0, tags.RetriedOther, 3},
		{"__invalid__", tags.MethodOTHER, 0, 0, tags.RetriedOther, 4},
	} {
		before := unknown()
		method, outcome, class, retried := tags.MethodOf(c.text), tags.OutcomeOf(c.text), tags.ErrorClassOf(c.text), tags.RetriedOf(c.text)
		if method != c.method || outcome != c.outcome || class != c.class || retried != c.retried {
			t.Errorf("%q: got %d, %d, %d, %d, want %+v", c.text, method, outcome, class, retried, c)
		}
		tags.RecordClosed(t.Context(), method, tags.ProtocolH1, outcome, class, retried)
		if got := unknown() - before; got != c.counted {
			t.Errorf("%q: %d replacements are counted, want %d", c.text, got, c.counted)
		}
	}
}

// unknown returns how many values that are none have been counted.
func unknown() uint64 {
	var n uint64
	for _, s := range runtime.Stats() {
		if s.Reason == record.ReasonUnknown {
			n += s.Count
		}
	}
	return n
}

func TestValues(t *testing.T) {
	if got, want := tags.MethodValues(), []tags.Method{tags.MethodGET, tags.MethodPOST, tags.MethodOTHER}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := tags.ProtocolValues(), []tags.Protocol{tags.ProtocolH1, tags.ProtocolH2, tags.ProtocolUnknown}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, v := range tags.OutcomeValues() {
		if got, ok := tags.ParseOutcome(v.String()); got != v || !ok {
			t.Errorf("ParseOutcome(%q) is %d, %t", v, got, ok)
		}
	}
	if got := len(tags.OutcomeValues()); got != 3 {
		t.Errorf("%d outcomes", got)
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
