package direct_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/golden/direct"
	"github.com/ocgen/ocgen/internal/points"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/tag"
)

// A tally is what a count should export, by the labels of a series.
type tally map[string]int

// add counts a record with the labels given as keys and values, sorted by key;
// an empty value is absent.
func (t tally) add(labels ...string) {
	var b strings.Builder
	for i := 0; i < len(labels); i += 2 {
		if labels[i+1] != "" {
			fmt.Fprintf(&b, "%s=%s ", labels[i], labels[i+1])
		}
	}
	t[strings.TrimSpace(b.String())]++
}

func (t tally) expect(tb testing.TB, metric string) {
	tb.Helper()
	var want []string
	for labels, n := range t {
		want = append(want, strings.TrimPrefix(fmt.Sprintf("%s: %d", labels, n), ": "))
	}
	slices.Sort(want)
	if got := points.Of(tb, metric); !slices.Equal(got, want) {
		tb.Errorf("%s: got %d series, want %d:\n got %.2000q\nwant %.2000q", metric, len(got), len(want), got, want)
	}
}

// TestClosedCombinations records every combination of values, listed or not,
// each through the recorder and a bound one: what generated code computes must
// be what the runtime undoes.
func TestClosedCombinations(t *testing.T) {
	ctx := register(t)
	closed, pairs := tally{}, tally{}
	for i := range 6 * 6 * 6 * 5 * 6 {
		method, protocol, outcome := direct.Method(i%6), direct.Protocol(i/6%6), direct.Outcome(i/36%6)
		class, retried := direct.ErrorClass(i/216%5), direct.Retried(i/1080)
		direct.RecordClosed(ctx, method, protocol, outcome, class, retried)
		direct.ClosedFor(method, protocol, outcome, class, retried).Record(ctx)
		for range 2 {
			closed.add("error_class", class.String(), "http.method", method.String(), "outcome", outcome.String(),
				"protocol", protocol.String(), "retried", retried.String())
			pairs.add("error_class", class.String(), "outcome", outcome.String())
		}
	}
	closed.expect(t, "golden/direct/closed")
	pairs.expect(t, "golden/direct/closed_pairs")
	points.Expect(t, "golden/direct/closed_total", fmt.Sprint(2*6*6*6*5*6))
}

// TestKeyedCombinations does it where the combinations are too many for a table.
func TestKeyedCombinations(t *testing.T) {
	ctx := register(t)
	want := tally{}
	for i := range 28 * 28 * 28 {
		first, second, third := direct.First(i%28), direct.Second(i/28%28), direct.Third(i/784)
		direct.RecordLetters(ctx, first, second, third)
		want.add("first", first.String(), "second", second.String(), "third", third.String())
	}
	want.expect(t, "golden/direct/letters")
}

// TestReplacedOnce counts a value that is not listed once a record, however many
// views have the tag.
func TestReplacedOnce(t *testing.T) {
	ctx := register(t)
	before := count("error_class", "", record.ReasonUnknown)
	direct.RecordClosed(ctx, direct.MethodGET, direct.ProtocolH1, direct.OutcomeOK, 77, 0)
	bound := direct.ClosedFor(direct.MethodGET, direct.ProtocolH1, direct.OutcomeOK, 77, 0)
	bound.Record(ctx)
	bound.Record(ctx)
	if n := count("error_class", "", record.ReasonUnknown) - before; n != 2 {
		t.Errorf("one record and one binding counted %d", n)
	}
}

func TestOpenTags(t *testing.T) {
	ctx := register(t)
	open, agents := tally{}, tally{}
	for _, route := range []direct.Route{"/cart", "/none", "/a", "/b", "/c", "/pay", "", "snow\u2603"} {
		text := string(route)
		switch route { // two values have a place beside the known ones: see TestMain
		case "/b", "/c":
			text = "__other__"
		case "snow\u2603":
			text = "__invalid__"
		}
		agent, agentText := direct.Agent("snow\u2603"), "snow\u2603"
		if route == "" {
			agent, agentText = "\xff", "__invalid__"
		}
		for _, outcome := range []direct.Outcome{direct.OutcomeOK, direct.OutcomeNotFound, 0} {
			direct.RecordOpen(ctx, outcome, route, agent, "")
			open.add("outcome", outcome.String(), "route", text)
			agents.add("agent", agentText)
		}
	}
	open.expect(t, "golden/direct/open")
	agents.expect(t, "golden/direct/agents")
	points.Expect(t, "golden/direct/open_total", "24")
}

func TestLimitOfOneView(t *testing.T) {
	ctx := register(t)
	for _, route := range []direct.Route{"/cart", "/pay", "/none", "/a", "/a", ""} {
		direct.RecordAlone(ctx, direct.OutcomeOK, route)
	}
	direct.RecordAlone(ctx, direct.OutcomeError, "/cart")
	points.Expect(t, "golden/direct/alone",
		"outcome=error route=__other__: 1", "outcome=ok route=/cart: 1", "outcome=ok route=/none: 1", "outcome=ok route=/pay: 1",
		"outcome=ok route=__other__: 2", "outcome=ok: 1")
	points.Expect(t, "golden/direct/alone_total", "outcome=error: 1", "outcome=ok: 6")
}

// TestLimitOfRecord collapses the open tags of a view that is within its limit,
// too: the views of a record agree.
func TestLimitOfRecord(t *testing.T) {
	ctx := direct.WithTenant(register(t), "acme")
	bound := direct.LimitedFor(direct.OutcomeOK, "/none")
	for _, route := range []direct.Route{"/cart", "/pay", "/none"} {
		direct.RecordLimited(ctx, direct.OutcomeOK, route)
	}
	bound.Record(ctx)
	direct.RecordLimited(ctx, direct.OutcomeOK, "/a")
	direct.LimitedFor(direct.OutcomeOK, "/a").Record(ctx)
	points.Expect(t, "golden/direct/limited",
		"outcome=ok route=/cart: 1", "outcome=ok route=/none: 2", "outcome=ok route=/pay: 1", "outcome=ok route=__other__: 2")
	points.Expect(t, "golden/direct/limited_tenants", "outcome=ok tenant=__other__: 2", "outcome=ok tenant=acme: 4")
}

func TestCarriedTags(t *testing.T) {
	ctx := register(t)
	bound := direct.CarriedFor(direct.MethodPOST)
	record := func() {
		direct.RecordCarried(ctx, direct.MethodPOST)
		bound.Record(ctx)
	}
	record()
	ctx = direct.WithTenant(ctx, "acme")
	record()
	ctx = direct.WithPlan(ctx, direct.PlanPaid)
	record()
	hostile, err := tag.New(ctx, tag.Upsert(direct.PlanKey, "unheard of"))
	if err != nil {
		t.Fatal(err)
	}
	ctx = hostile
	record()
	ctx = nil
	record()
	points.Expect(t, "golden/direct/carried",
		"build=v1 http.method=POST plan=__invalid__ tenant=acme zone=b: 2",
		"build=v1 http.method=POST plan=paid tenant=acme zone=b: 2",
		"build=v1 http.method=POST tenant=acme zone=b: 2",
		"build=v1 http.method=POST zone=b: 4",
	)
	points.Expect(t, "golden/direct/carried_methods", "http.method=POST zone=b: 10")
	points.Expect(t, "golden/direct/carried_plans", "6", "plan=__invalid__: 2", "plan=paid: 2")
}

func TestWide(t *testing.T) {
	ctx := register(t)
	direct.RecordWide(ctx, "u", "s", "", "a", direct.OutcomeOK)
	direct.WideFor("u", "s", "", "a", direct.OutcomeOK).Record(ctx)
	for _, user := range []direct.User{"v", "w", "x", "y", "z"} { // one more than there is room for
		direct.RecordWide(ctx, user, "s", "r", "a", direct.OutcomeError)
	}
	points.Expect(t, "golden/direct/wide",
		"address=a outcome=error request=r session=s user=v: 1",
		"address=a outcome=error request=r session=s user=w: 1",
		"address=a outcome=error request=r session=s user=x: 1",
		"address=__other__ outcome=error request=__other__ session=__other__ user=__other__: 2",
		"address=a outcome=ok session=s user=u: 2",
	)
	bound := direct.WideCarriedFor("u", "s", "r", "a")
	for _, tenant := range []direct.Tenant{"", "acme"} {
		ctx = direct.WithTenant(ctx, tenant)
		direct.RecordWideCarried(ctx, "u", "s", "r", "a")
		bound.Record(ctx)
	}
	points.Expect(t, "golden/direct/wide_carried",
		"address=a request=r session=s tenant=acme user=u: 2", "address=a request=r session=s user=u: 2")
}
