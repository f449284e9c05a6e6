package namesdirect_test

import (
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/internal/rows"
	names "github.com/ocgen/ocgen/golden/namesdirect"
	"github.com/ocgen/ocgen/internal/points"
	"go.opencensus.io/trace"
)

// TestRecord shows that nothing is shadowed: values end up where their names say, and the
// span of ctx beside the measure that is called span.
func TestRecord(t *testing.T) {
	rows.Register(t, names.RegisterViews, names.UnregisterViews)
	ctx, span := trace.StartSpan(names.WithSeries(t.Context(), "s"), "call", trace.WithSampler(trace.AlwaysSample()))
	defer span.End()
	names.RecordSpan(ctx, time.Millisecond, "m", names.RecordA, names.CensusB, "o", "t", names.BA)
	names.SpanFor("m", names.RecordA, names.CensusB, "o", "t", names.BA).Record(ctx, 3*time.Millisecond)
	names.RecordSize(ctx, 1, names.RecordB)
	names.RecordSLOCost(ctx, 1.5, "o")
	names.RecordRecord(ctx, 5*time.Millisecond, 2, 0.5, "m", names.RecordB, names.CensusA, "o", "t", names.BB)
	names.RecordFor("m", names.RecordB, names.CensusA, "o", "t", names.BB).Record(ctx, 5*time.Millisecond, 2, 0.5)

	const prefix = "golden/namesdirect/"
	points.Expect(t, prefix+"span",
		"b=a census=b metric=m record=a series=s slo=o tag=t: count 2 sum 4 buckets [0 1 1 0]",
		"b=b census=a metric=m record=b series=s slo=o tag=t: count 2 sum 10 buckets [0 0 0 2]")
	points.Expect(t, prefix+"series_size", "census=a record=b: count 2 sum 4 buckets [0 0 2]")
	points.Expect(t, prefix+"size", "record=b: count 1 sum 1 buckets [0 1 0]")
	points.Expect(t, prefix+"slo_cost", "slo=o: 2.5")
	exemplars := points.Exemplars(t, prefix+"span", prefix+"series_size", prefix+"size")
	if len(exemplars) != 5 { // one for each bucket that has a value
		t.Errorf("%d exemplars: %v", len(exemplars), exemplars)
	}
	for _, e := range exemplars {
		if got, want := e.Span.SpanID.String(), span.SpanContext().SpanID.String(); got != want {
			t.Errorf("a span %s, want %s", got, want)
		}
	}
}
