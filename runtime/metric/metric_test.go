package metric

import "testing"

// all is the types, with their names and whether they are totals.
var all = []struct {
	t          Type
	name       string
	cumulative bool
}{
	{TypeGaugeInt64, "gauge int64", false},
	{TypeGaugeFloat64, "gauge float64", false},
	{TypeGaugeDistribution, "gauge distribution", false},
	{TypeCumulativeInt64, "cumulative int64", true},
	{TypeCumulativeFloat64, "cumulative float64", true},
	{TypeCumulativeDistribution, "cumulative distribution", true},
	{TypeSummary, "summary", false},
}

func TestTypes(t *testing.T) {
	for i, c := range all {
		if int(c.t) != i || c.t.String() != c.name || c.t.Cumulative() != c.cumulative {
			t.Errorf("type %d is %q, cumulative %t; want %q, %t", c.t, c.t, c.t.Cumulative(), c.name, c.cumulative)
		}
	}
	for _, other := range []Type{Type(len(all)), 255} {
		if other.String() != "unknown type" || other.Cumulative() {
			t.Errorf("type %d is %q, cumulative %t", other, other, other.Cumulative())
		}
	}
}

func TestSpan(t *testing.T) {
	for _, c := range []struct {
		span Span
		zero bool
	}{
		{Span{}, true}, {Span{Sampled: true}, true},
		{Span{TraceID: TraceID{15: 1}}, false}, {Span{SpanID: SpanID{1}}, false},
	} {
		if got := c.span.IsZero(); got != c.zero {
			t.Errorf("%+v: %t", c.span, got)
		}
	}
	trace := TraceID{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 15: 0x0f}
	if got, want := trace.String(), "0123456789abcdef000000000000000f"; got != want {
		t.Errorf("trace %s, want %s", got, want)
	}
	if got, want := (SpanID{0: 0xa0, 7: 0x01}).String(), "a000000000000001"; got != want {
		t.Errorf("span %s, want %s", got, want)
	}
}

func TestNewLabelValue(t *testing.T) {
	if got := NewLabelValue(""); got != (LabelValue{Present: true}) {
		t.Errorf("%+v: an empty value is present too", got)
	}
}
