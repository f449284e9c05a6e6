package censustest_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metrictest"
	"github.com/ocgen/ocgen/runtime/metrictest/censustest"
	"github.com/ocgen/ocgen/runtime/metrictest/internal/faketb"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

const parallelTests = 8

// TestStartContext has parallel tests record the same tags: each sees its own
// records alone.
func TestStartContext(t *testing.T) {
	for i := range parallelTests {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			ctx, m := censustest.StartContext(t, append(shopmetrics.Views(), spareView)...)
			for n := range 10 * (i + 1) {
				request(ctx, 20*time.Millisecond, shopmetrics.OutcomeOK)
				request(context.Background(), time.Minute, shopmetrics.OutcomeOK)
				shopmetrics.RecordRevenue(ctx, float64(i))
				shopmetrics.RecordQueueDepth(shopmetrics.WithTenant(ctx, "t"), int64(i))
				onShelf(ctx, "parallel", spareMeasure.M(float64(n)))
			}
			want := int64(10 * (i + 1))
			m.View(shopmetrics.RequestCountView).WantCount(want)
			m.View(shopmetrics.RequestLatencyView).With(metrictest.Tags{"outcome": "ok"}).WantBuckets(metrictest.Buckets{10: want})
			m.View(shopmetrics.RevenueView).WantSum(float64(i) * float64(want))
			m.View(shopmetrics.QueueDepthView).WantLast(float64(i))
			m.View(spareView).With(metrictest.Tags{"shelf": "parallel"}).WantLast(float64(want - 1))
			m.View(shopmetrics.CartAbandonedView).WantNoChange()
		})
	}
}

// Start counts each record once, also where StartContext counts it too; exporters
// and other readers see both.
func TestStartDoesNotSeeScopes(t *testing.T) {
	m := censustest.Start(t)
	ctx, scoped := censustest.StartContext(t, shopmetrics.RevenueView)
	shopmetrics.RecordRevenue(ctx, 45)
	want := `shop/revenue [{EUR}]  Money taken.
  value
     45
`
	for _, m := range []*censustest.Metrics{m, scoped} {
		if got := m.String(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	if encoded := tag.Encode(tag.FromContext(ctx)); strings.Contains(string(encoded), "metrictest") {
		t.Errorf("%q goes over the wire", encoded)
	}
	names := ""
	for _, metric := range runtime.Gather(t.Context()) {
		names += metric.Descriptor.Name + " "
	}
	if !strings.Contains(names, "metrictest/shop/revenue ") || !strings.Contains(names, " shop/revenue ") {
		t.Errorf("read: %s", names)
	}
}

func TestStartContextRefuses(t *testing.T) {
	measure := stats.Int64("metrictest_test/other", "", "1")
	other := &view.View{Name: "metrictest_test/other", Measure: measure, Aggregation: view.Count()}
	long := &view.View{Name: strings.Repeat("l", 250), Measure: measure, Aggregation: view.Count()}
	for _, v := range []*view.View{other, long} {
		if err := view.Register(v); err != nil {
			t.Fatal(err)
		}
		defer view.Unregister(v)
	}
	f := faketb.New(t, t.Name())
	f.Run(func() { censustest.StartContext(f, other) })
	changed := *other
	changed.Aggregation = view.Sum()
	for _, c := range []struct {
		want  string
		views []*view.View
	}{
		{"no views: pass the views", nil},
		{`the view "metrictest_test/nowhere" is not registered: call RegisterViews`, []*view.View{{Name: "metrictest_test/nowhere"}}},
		{`an earlier test used a different view of the name "metrictest_test/other"`, []*view.View{&changed}},
		{"cannot be larger than 255", []*view.View{long}},
	} {
		got := f.Run(func() { censustest.StartContext(f, c.views...) })
		if !strings.HasPrefix(got, "censustest.StartContext: ") || !strings.Contains(got, c.want) {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	got := f.Run(func() {
		_, m := censustest.StartContext(f, other)
		m.View(shopmetrics.RevenueView).WantSum(0)
	})
	if want := "shop/revenue: censustest.StartContext was not given a view of that name"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	got = f.Run(func() {
		_, m := censustest.StartContext(f, other)
		m.View(other).With(metrictest.Tags{"metrictest": "1"}).WantCount(0)
	})
	if !strings.Contains(got, `it has no tag "metrictest"; it has: none`) {
		t.Errorf("got %q", got)
	}
}

// TestExclusive has parallel tests record the same with any ctx: they take turns.
func TestExclusive(t *testing.T) {
	var inside atomic.Int32
	for i := range parallelTests {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			m := censustest.Exclusive(t)
			if n := inside.Add(1); n != 1 {
				t.Errorf("%d tests at a time", n)
			}
			t.Cleanup(func() { inside.Add(-1) }) // before the turn ends
			for range 10 + i {
				shopmetrics.RecordCartAbandoned(context.Background())
			}
			m.View(shopmetrics.CartAbandonedView).WantCount(int64(10 + i))
		})
	}
}
