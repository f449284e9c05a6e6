package record

import (
	"context"
	"testing"
)

// recordedOf returns what a record with the ctx has as the value of a context tag.
func recordedOf(t *Tag, ctx context.Context) string { return t.IndexText(t.ContextIndex(ctx)) }

func TestContextTag(t *testing.T) {
	inClosed, inOpen := newCarrier(), newCarrier()
	closed := NewClosedTag(unique("closed"), ClosedTag{Values: []string{"a", "b"}, CatchAll: "b", From: FromContext, Carrier: inClosed})
	open := NewOpenTag(unique("open"), OpenTag{MaxValues: 1, From: FromContext, Carrier: inOpen})
	raw := func(text string) context.Context { return inClosed.With(t.Context(), text) } // somebody else put it there
	a := closed.With(nilContext, Closed(uint8(1)))
	for i, step := range []struct {
		ctx          context.Context
		closed, open string
	}{
		{nil, "", ""},
		{context.Background(), "", ""},
		{a, "a", ""},
		{closed.With(a, Closed(uint8(9))), "b", ""},
		{closed.With(a, Absent), "", ""},
		{raw("b"), "b", ""},
		{raw("x"), "b", ""},
		{raw("__invalid__"), "b", ""}, // never put there by us, for there is a catch-all
		{raw(""), "", ""},
		{open.With(a, Open("one")), "a", "one"},
		{open.With(a, Open("two")), "a", "__other__"},
		{open.With(a, Open("bad\n")), "a", "__invalid__"},
		{open.With(open.With(a, Open("one")), Open("")), "a", ""},
	} {
		if got := recordedOf(closed, step.ctx); got != step.closed {
			t.Errorf("%d: closed tag %q, want %q", i, got, step.closed)
		}
		if got := recordedOf(open, step.ctx); got != step.open {
			t.Errorf("%d: open tag %q, want %q", i, got, step.open)
		}
	}
	wantCount(t, closed.Key(), "", ReasonUnknown, 3)
	wantCount(t, open.Key(), "", ReasonOverflow, 1)
	wantCount(t, open.Key(), "", ReasonInvalid, 1)
}

// TestCarrierGetsWhatIsRecorded: what leaves the process with a ctx is what the series
// have, and "" takes the tag out.
func TestCarrierGetsWhatIsRecorded(t *testing.T) {
	for name, c := range map[string]struct {
		tag    func(Carrier) *Tag
		value  TagValue
		want   string
		reason Reason // of a replacement that is counted; "": none is
	}{
		"a value":                 {plainTag, Closed(uint8(2)), "b", ""},
		"out of range":            {plainTag, Closed(uint8(3)), "__invalid__", ReasonUnknown},
		"zero of a plain tag":     {plainTag, Closed(uint8(0)), "__invalid__", ReasonUnknown},
		"zero of an optional tag": {optionalTag, Closed(uint8(0)), "", ""},
		"absent":                  {plainTag, Absent, "", ""},
		"of the other kind":       {plainTag, Open("a"), "", ""},
		"a text":                  {openTag, Open("text"), "text", ""},
		"no text":                 {openTag, Open(""), "", ""},
		"a bad text":              {openTag, Open("ü"), "__invalid__", ReasonInvalid},
		"past the maximum":        {fullTag, Open("two"), "two", ""}, // whether it is, is decided at the record
	} {
		t.Run(name, func(t *testing.T) {
			carried := newCarrier()
			tag := c.tag(carried)
			before := carried.With(t.Context(), "before")
			ctx := tag.With(before, c.value)
			if got, ok := ctx.Value(carried).(string); !ok || got != c.want {
				t.Errorf("the carrier got %q, want %q", got, c.want)
			}
			for _, r := range []Reason{ReasonUnknown, ReasonInvalid, ReasonOverflow} {
				want := uint64(0)
				if r == c.reason {
					want = 1
				}
				wantCount(t, tag.Key(), "", r, want)
			}
		})
	}
}

func plainTag(c Carrier) *Tag {
	return NewClosedTag(unique("plain"), ClosedTag{Values: []string{"a", "b"}, From: FromContext, Carrier: c})
}

func optionalTag(c Carrier) *Tag {
	return NewClosedTag(unique("optional"), ClosedTag{Values: []string{"a"}, Optional: true, From: FromContext, Carrier: c})
}

func openTag(c Carrier) *Tag {
	return NewOpenTag(unique("open"), OpenTag{MaxValues: 1, From: FromContext, Carrier: c})
}

func fullTag(c Carrier) *Tag {
	tag := openTag(c)
	tag.OpenIndex("one")
	return tag
}

// TestInvalidThatWasCarriedIsCountedOnce: when it was put into the ctx, not at each
// record.
func TestInvalidThatWasCarriedIsCountedOnce(t *testing.T) {
	for _, tag := range []*Tag{plainTag(newCarrier()), openTag(newCarrier())} {
		ctx := tag.With(t.Context(), Closed(uint8(9)))
		if tag.IsOpen() {
			ctx = tag.With(t.Context(), Open("\n"))
		}
		for range 3 {
			if got := recordedOf(tag, ctx); got != "__invalid__" {
				t.Errorf("recorded %q", got)
			}
		}
		reason := ReasonUnknown
		if tag.IsOpen() {
			reason = ReasonInvalid
		}
		wantCount(t, tag.Key(), "", reason, 1)
	}
}

// TestContextOrdinalSaysWhatIsReplaced: a library's own tag map has the text already
// unless it is replaced.
func TestContextOrdinalSaysWhatIsReplaced(t *testing.T) {
	closed, open := plainTag(newCarrier()), openTag(newCarrier())
	for _, c := range []struct {
		tag      *Tag
		text     string
		recorded string
		replaced bool
	}{
		{closed, "", "", false}, {closed, "a", "a", false}, {closed, "x", "__invalid__", true}, {closed, "__invalid__", "__invalid__", false},
		{open, "", "", false}, {open, "one", "one", false}, {open, "two", "__other__", true}, {open, "\n", "__invalid__", true},
	} {
		ordinal, replaced := c.tag.ContextOrdinal(c.text)
		if got := c.tag.OrdinalText(ordinal); got != c.recorded || replaced != c.replaced {
			t.Errorf("%q is recorded as %q, replaced %t; want %q, %t", c.text, got, replaced, c.recorded, c.replaced)
		}
	}
}
