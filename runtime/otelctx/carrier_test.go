package otelctx_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/otelctx"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
)

var noContext context.Context

// openTag returns an open tag from the context with a key that no other test has.
func openTag(t *testing.T, carrier func(string) record.Carrier) (key string, tag *record.Tag) {
	key = t.Name()
	return key, record.NewOpenTag(key, record.OpenTag{MaxValues: 9, From: record.FromContext, Carrier: carrier(key)})
}

// recorded returns the text that a record with the ctx has.
func recorded(tag *record.Tag, ctx context.Context) string {
	return tag.IndexText(tag.ContextIndex(ctx))
}

// received returns a ctx with baggage of another process.
func received(t *testing.T, header string) context.Context {
	t.Helper()
	carrier := propagation.HeaderCarrier(http.Header{"Baggage": {header}})
	return propagation.Baggage{}.Extract(t.Context(), carrier)
}

// sent returns the header with which a request of the ctx carries baggage.
func sent(ctx context.Context) string {
	header := http.Header{}
	propagation.Baggage{}.Inject(ctx, propagation.HeaderCarrier(header))
	return header.Get("Baggage")
}

func TestCarried(t *testing.T) {
	key, tag := openTag(t, otelctx.Carried)
	with := tag.With(noContext, record.Open("a"))
	for _, c := range []struct {
		name string
		ctx  context.Context
		want string
	}{
		{"nil", noContext, ""},
		{"no tag", context.Background(), ""},
		{"a tag", with, "a"},
		{"another value", tag.With(with, record.Open("b")), "b"},
		{"removed", tag.With(with, record.Absent), ""},
		{"not printable", tag.With(with, record.Open("tab\t")), "__invalid__"},
		{"from the wire", received(t, key+"=c"), ""},
	} {
		if got := recorded(tag, c.ctx); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := sent(with); got != "" {
		t.Errorf("sent over the wire: %q", got)
	}
}

func TestPropagated(t *testing.T) {
	key, tag := openTag(t, otelctx.Propagated)
	wire := received(t, key+"=wire,other=stays")
	local := tag.With(wire, record.Open("local"))
	for _, c := range []struct {
		name       string
		ctx        context.Context
		want, sent string
	}{
		{"no tag", context.Background(), "", ""},
		{"set here", tag.With(noContext, record.Open("a b,c=d;e")), "a b,c=d;e", key + "=a%20b%2Cc=d%3Be"},
		{"from the wire", wire, "wire", "*"},
		{"set here over the wire's", local, "local", "*"},
		{"removed", tag.With(tag.With(noContext, record.Open("x")), record.Absent), "", ""},
		{"removed, from the wire", tag.With(received(t, key+"=wire"), record.Absent), "", ""},
		{"set here, then removed from the baggage", baggage.ContextWithoutBaggage(local), "local", ""},
	} {
		if got := recorded(tag, c.ctx); got != c.want {
			t.Errorf("%s: recorded %q, want %q", c.name, got, c.want)
		}
		if got := sent(c.ctx); c.sent != "*" && got != c.sent {
			t.Errorf("%s: sent %q, want %q", c.name, got, c.sent)
		}
	}
	for _, ctx := range []context.Context{local, tag.With(local, record.Absent)} {
		if got := baggage.FromContext(ctx).Member("other").Value(); got != "stays" {
			t.Errorf("the other member is %q", got)
		}
	}
	if got := baggage.FromContext(local).Member(key).Value(); got != "local" {
		t.Errorf("the member is %q, want local", got)
	}
	if got := recorded(tag, received(t, sent(tag.With(noContext, record.Open(`%41 "\,;=~`))))); got != `%41 "\,;=~` {
		t.Errorf("the receiver records %q", got)
	}
}

// TestHostileBaggage: values of other processes pass the same checks as any others.
func TestHostileBaggage(t *testing.T) {
	key, tag := openTag(t, otelctx.Propagated)
	closed := record.NewClosedTag(key+"closed", record.ClosedTag{
		Values: []string{"a", "b"}, CatchAll: "b", From: record.FromContext, Carrier: otelctx.Propagated(key + "closed")})
	for header, want := range map[string]string{
		key + "=Z%C3%BCrich":                   "__invalid__",
		key + "=%00":                           "__invalid__",
		key + "=" + fmt.Sprintf("%0256d", 1):   "__invalid__",
		key + "=":                              "",
		key + "=one;property=x,":               "one",
		key + "=one," + key + "=two":           "two",
		strings.ToUpper(key) + "=other":        "",
		key + "=unfinished%2":                  "", // the propagator drops the member
		"=" + key:                              "",
		key + key + "=other":                   "",
		"ThisHeaderIsNoBaggage" + key + "=%FF": "",
	} {
		if got := recorded(tag, received(t, header)); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	for i := range 9 {
		recorded(tag, received(t, fmt.Sprintf("%s=fill%d", key, i)))
	}
	if got := recorded(tag, received(t, key+"=more")); got != "__other__" {
		t.Errorf("past max_values: %q, want __other__", got)
	}
	for text, want := range map[string]string{"a": "a", "x": "b", "": ""} {
		if got := recorded(closed, received(t, key+"closed="+text)); got != want {
			t.Errorf("the closed tag with %q: %q, want %q", text, got, want)
		}
	}
}

// TestLimitsOfBaggage: OpenTelemetry's propagator keeps the first 64 members of a header, and
// nothing of more than 8,192 bytes. docs/recording.md says so. The process itself records the
// value in both cases.
func TestLimitsOfBaggage(t *testing.T) {
	key, tag := openTag(t, otelctx.Propagated)
	member := key + "=kept"
	many := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf("other%d=x", i))
		}
		return strings.Join(all, ",")
	}
	long := func(bytes int) string { return member + ",long=" + strings.Repeat("x", bytes-len(member+",long=")) }
	for _, c := range []struct {
		name, header, want string
	}{
		{"the last of 64 members", many(63) + "," + member, "kept"},
		{"the last of 65 members", many(64) + "," + member, ""},
		{"the first of 65 members", member + "," + many(64), "kept"},
		{"in 8,192 bytes", long(8192), "kept"},
		{"in 8,193 bytes", long(8193), ""},
	} {
		ctx := received(t, c.header)
		if got := recorded(tag, ctx); got != c.want {
			t.Errorf("%s: recorded %q, want %q", c.name, got, c.want)
		}
		if got := recorded(tag, tag.With(ctx, record.Open("here"))); got != "here" {
			t.Errorf("%s: recorded %q after the tag was set", c.name, got)
		}
	}
	full := tag.With(received(t, many(64)), record.Open("here"))
	if got := recorded(tag, full); got != "here" || baggage.FromContext(full).Len() != 65 {
		t.Errorf("set as the 65th member: recorded %q, %d members", got, baggage.FromContext(full).Len())
	}
}

// TestSameKeyIsShared: packages with the same tag key find the same value, as with
// OpenCensus.
func TestSameKeyIsShared(t *testing.T) {
	_, one := openTag(t, otelctx.Carried)
	_, two := openTag(t, otelctx.Propagated)
	ctx := one.With(noContext, record.Open("x"))
	if got := recorded(two, ctx); got != "x" {
		t.Errorf("the other package's tag is %q", got)
	}
}

// TestTextAllocatesNothing: each record reads the tag.
func TestTextAllocatesNothing(t *testing.T) {
	key, tag := openTag(t, otelctx.Propagated)
	for name, ctx := range map[string]context.Context{
		"absent": t.Context(), "set here": tag.With(noContext, record.Open("v")), "wire": received(t, key+"=v"),
	} {
		if n := testing.AllocsPerRun(1000, func() { tag.ContextIndex(ctx) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
