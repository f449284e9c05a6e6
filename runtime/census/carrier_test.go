package census_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/census"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/tag"
)

func TestViewsOfContextTag(t *testing.T) {
	closedKey, openKey := tag.MustNewKey(uniqueName("closed")), tag.MustNewKey(uniqueName("open"))
	closed := record.NewClosedTag(closedKey.Name(), record.ClosedTag{Values: []string{"a", "b"}, CatchAll: "b", From: record.FromContext, Carrier: census.Carried(closedKey)})
	open := record.NewOpenTag(openKey.Name(), record.OpenTag{MaxValues: 1, From: record.FromContext, Carrier: census.Carried(openKey)})
	f := newCountView(t, closed, open)
	c, o := closedKey.Name(), openKey.Name()
	raw := func(text string) context.Context { // somebody else put it there
		ctx, err := tag.New(t.Context(), tag.Upsert(closedKey, text))
		if err != nil {
			t.Fatal(err)
		}
		return ctx
	}
	a := closed.With(noContext, record.Closed(uint8(1)))
	for _, step := range []struct {
		ctx  context.Context
		want string
	}{
		{nil, ""},
		{context.Background(), ""},
		{a, c + "=a"},
		{closed.With(a, record.Closed(uint8(9))), c + "=b"},
		{closed.With(a, record.Absent), ""},
		{raw("b"), c + "=b"},
		{raw("x"), c + "=b"},
		{raw("__invalid__"), c + "=b"}, // never put there by us, for there is a catch-all
		{raw(""), ""},
		{open.With(a, record.Open("one")), c + "=a " + o + "=one"},
		{open.With(a, record.Open("two")), c + "=a " + o + "=__other__"},
		{open.With(a, record.Open("bad\n")), c + "=a " + o + "=__invalid__"},
		{open.With(open.With(a, record.Open("one")), record.Open("")), c + "=a"},
	} {
		before := f.rows(t)[step.want]
		f.record(step.ctx, nil)
		if f.rows(t)[step.want] != before+1 {
			t.Errorf("not recorded as %q: %v", step.want, f.rows(t))
		}
	}
	wantTagCount(t, c, record.ReasonUnknown, 3)
	wantTagCount(t, o, record.ReasonOverflow, 1)
	wantTagCount(t, o, record.ReasonInvalid, 1)
}

// TestDirectSeriesOfContextTag: direct recorders find the same value in the ctx, and
// other tags stay in it.
func TestDirectSeriesOfContextTag(t *testing.T) {
	key, other := tag.MustNewKey(uniqueName("key")), tag.MustNewKey(uniqueName("other"))
	tg := record.NewOpenTag(key.Name(), record.OpenTag{MaxValues: 9, From: record.FromContext, Carrier: census.Carried(key)})
	before, err := tag.New(t.Context(), tag.Upsert(other, "stays"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := tg.With(before, record.Open("v"))
	for _, c := range []struct {
		ctx  context.Context
		want string
	}{{noContext, ""}, {before, ""}, {ctx, "v"}, {tg.With(ctx, record.Absent), ""}} {
		if got := tg.IndexText(tg.ContextIndex(c.ctx)); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	for _, ctx := range []context.Context{ctx, tg.With(ctx, record.Absent)} {
		if got, _ := tag.FromContext(ctx).Value(other); got != "stays" {
			t.Errorf("the other tag is %q", got)
		}
	}
}

func TestCarrierPropagates(t *testing.T) {
	key := tag.MustNewKey(uniqueName("key"))
	for propagate, carrier := range map[bool]record.Carrier{false: census.Carried(key), true: census.Propagated(key)} {
		tg := record.NewOpenTag(key.Name(), record.OpenTag{MaxValues: 1, From: record.FromContext, Carrier: carrier})
		sent := tag.Encode(tag.FromContext(tg.With(noContext, record.Open("v"))))
		if got := strings.Contains(string(sent), key.Name()); got != propagate {
			t.Errorf("propagate %t: key on the wire: %t", propagate, got)
		}
	}
}
