package otlp

import (
	"context"
	"testing"

	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/internal/borrowed"
	"github.com/ocgen/ocgen/runtime/metric"
)

// TestBorrowedMemory: what an export was given is used again at once. What arrived, and
// which series are held for refused, does not change with it.
func TestBorrowedMemory(t *testing.T) {
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
		receiver.SetFault(fakeotlp.Fault{Reject: func(p fakeotlp.Point) bool { return p.Attributes["k"] == "s17" }})
		for i := range 3 {
			before := len(receiver.Requests())
			metrics := []*metric.Metric{numbered("m", 50)}
			failed := labels(t, e.Export(t.Context(), metrics))
			if len(failed) != 1 || failed["s17"] != runtime.Refused || len(e.refused) != 1 {
				t.Errorf("export %d: %v failed, %v are held for refused", i, failed, e.refused)
			}
			if n := len(receiver.Requests()) - before; i > 0 && n != 2 {
				t.Errorf("export %d: %d requests, want 2: the refused series goes alone", i, n)
			}
			borrowed.Overwrite(metrics)
		}
		totals := receiver.Totals("m")
		if len(totals) != 49 || totals["k=s2"].Sum != 9 { // 3 of each start
			t.Errorf("%d series arrived, s2 with %v", len(totals), totals["k=s2"].Sum)
		}
	})
}

// TestUnansweredRequestsShareNothing: an export whose ctx ends while the receiver is silent
// leaves nothing that still reads the metrics; for the race detector.
func TestUnansweredRequestsShareNothing(t *testing.T) {
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
		receiver.SetFault(fakeotlp.Fault{Hang: true})
		metrics := []*metric.Metric{numbered("m", 50), {
			Descriptor: metric.Descriptor{Name: "d", Type: metric.TypeCumulativeDistribution},
			Series: []*metric.Series{{Point: metric.Point{Value: &metric.Distribution{Count: 1, Sum: 1, Bounds: []float64{2}, Buckets: []metric.Bucket{
				{Count: 1, Exemplar: &metric.Exemplar{Value: 1, Span: metric.Span{TraceID: metric.TraceID{1}, SpanID: metric.SpanID{1}}}}, {},
			}}}}},
		}}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		cancelOnceAsked(t, receiver, cancel)
		if counts, _ := fates(t, e.Export(ctx, metrics)); counts[runtime.Unconfirmed] != 51 {
			t.Errorf("%v", counts)
		}
		borrowed.Overwrite(metrics)
		receiver.SetFault(fakeotlp.Fault{})
		if err := e.Export(t.Context(), []*metric.Metric{numbered("m", 2)}); err != nil {
			t.Error(err)
		}
	})
}
