package values_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/golden/values"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/trace"
)

func TestAggregations(t *testing.T) {
	rows.Register(t, values.RegisterViews, values.UnregisterViews)
	ctx := context.Background()
	for _, v := range []float64{0.25, 0.5, 1e6, math.NaN(), math.Inf(1), math.Inf(-1), -1} {
		values.RecordFloats(ctx, v, values.KindA)
	}
	rows.Expect(t, values.FloatCountView, "kind=a: count 3")
	rows.Expect(t, values.FloatSumView, "kind=a: sum 1.00000075e+06")
	rows.Expect(t, values.FloatLastView, "kind=a: last 1e+06")
	rows.Expect(t, values.FloatDistributionView, "kind=a: count 3 mean 333333.5833333333 buckets [1 1 0 0 1]")

	for _, v := range []int64{1023, 1024, 5000, -1} {
		values.RecordInts(ctx, v)
	}
	rows.Expect(t, values.IntCountView, "count 3")
	rows.Expect(t, values.IntSumView, "sum 7047")
	rows.Expect(t, values.IntLastView, "last 5000")
	rows.Expect(t, values.IntDistributionView, "count 3 mean 2349 buckets [1 1 1 0 0 0]")

	values.RecordLevel(ctx, -3)
	rows.Expect(t, values.LevelView, "last -3")
	values.RecordRatio(ctx, -0.5)
	values.RecordRatio(ctx, math.NaN())
	rows.Expect(t, values.RatioView, "last -0.5")
}

// dropped returns how many values of a measure the runtime has refused.
func dropped(measure string) uint64 {
	var n uint64
	for _, s := range runtime.Stats() {
		if s.Measure == measure {
			n += s.Count
		}
	}
	return n
}

func TestDroppedValuesAreCounted(t *testing.T) {
	before := dropped("golden/values/busy")
	values.RecordBusy(context.Background(), -time.Second)
	if got := dropped("golden/values/busy") - before; got != 1 {
		t.Errorf("%d values counted, want 1", got)
	}
}

func TestConstants(t *testing.T) {
	rows.Register(t, values.RegisterViews, values.UnregisterViews)
	for range 3 {
		values.RecordOne(context.Background())
		values.RecordHalf(context.Background())
		values.RecordWaited(context.Background())
	}
	rows.Expect(t, values.OneView, "sum 3")
	rows.Expect(t, values.HalfView, "sum 1.5")
	rows.Expect(t, values.WaitedView, "sum 3")
}

// TestBuckets records into distributions without buckets, and whole numbers between
// fractional bounds: 1 is at most 1.
func TestBuckets(t *testing.T) {
	rows.Register(t, values.RegisterViews, values.UnregisterViews)
	ctx := context.Background()
	values.RecordWeights(ctx, -1.5, values.KindA)
	values.RecordWeights(ctx, 4, values.KindA)
	values.RecordWeights(ctx, 2, values.KindB)
	rows.Expect(t, values.WeightsView, "kind=a: count 2 mean 1.25 buckets [2]", "kind=b: count 1 mean 2 buckets [1]")
	rows.Expect(t, values.WeightsTotalView, "count 3 mean 1.5 buckets [3]")
	for _, n := range []int64{0, 1, 1, 2, 3} {
		values.RecordPerNode(ctx, n)
	}
	rows.Expect(t, values.PerNodeView, "count 5 mean 1.4 buckets [1 2 1 1]")
	rows.Expect(t, values.PerNodeTotalView, "count 5 mean 1.4 buckets [5]")
}

// TestDurations records the same duration in every unit: float64 keeps the
// fraction, int64 rounds it.
func TestDurations(t *testing.T) {
	rows.Register(t, values.RegisterViews, values.UnregisterViews)
	const d = 36*time.Hour + 90*time.Minute + 1500*time.Microsecond + 1
	ctx := context.Background()
	for _, c := range []struct {
		floats, ints         func(context.Context, time.Duration)
		floatsView, intsView *view.View
		unit                 time.Duration
	}{
		{values.RecordNsFloat, values.RecordNsInt, values.NsFloatView, values.NsIntView, time.Nanosecond},
		{values.RecordUsFloat, values.RecordUsInt, values.UsFloatView, values.UsIntView, time.Microsecond},
		{values.RecordMsFloat, values.RecordMsInt, values.MsFloatView, values.MsIntView, time.Millisecond},
		{values.RecordSFloat, values.RecordSInt, values.SFloatView, values.SIntView, time.Second},
		{values.RecordMinFloat, values.RecordMinInt, values.MinFloatView, values.MinIntView, time.Minute},
		{values.RecordHFloat, values.RecordHInt, values.HFloatView, values.HIntView, time.Hour},
		{values.RecordDFloat, recordDInt, values.DFloatView, values.DIntView, 24 * time.Hour},
	} {
		t.Run(c.unit.String(), func(t *testing.T) {
			c.floats(ctx, d)
			c.ints(ctx, d)
			rows.Expect(t, c.floatsView, fmt.Sprintf("last %v", float64(d)/float64(c.unit)))
			whole := fmt.Sprintf("last %v", float64(d.Round(c.unit)/c.unit))
			if c.unit == 24*time.Hour { // its view is a sum, by a tag
				whole = "kind=b: sum 2"
			}
			rows.Expect(t, c.intsView, whole)
		})
	}
}

func recordDInt(ctx context.Context, d time.Duration) {
	values.RecordDInt(ctx, d, values.KindB)
	values.RecordDInt(ctx, -d, values.KindB) // dropped: a sum must not fall
}

func TestTimer(t *testing.T) {
	rows.Register(t, values.RegisterViews, values.UnregisterViews)
	func() {
		defer values.TimeNsFloat(context.Background())()
		time.Sleep(time.Millisecond)
	}()
	data, err := view.RetrieveData(values.NsFloatView.Name)
	if err != nil || len(data) != 1 {
		t.Fatal(data, err)
	}
	if got := data[0].Data.(*view.LastValueData).Value; got < float64(time.Millisecond) {
		t.Errorf("%v ns measured, of at least a millisecond", got)
	}
}

// TestExemplar finds the span of the call in the bucket that it fell into.
func TestExemplar(t *testing.T) {
	rows.Register(t, values.RegisterViews, values.UnregisterViews)
	ctx, span := trace.StartSpan(context.Background(), "call", trace.WithSampler(trace.AlwaysSample()))
	defer span.End()
	values.RecordBusy(ctx, 2*time.Second)
	data, err := view.RetrieveData(values.BusyView.Name)
	if err != nil || len(data) != 1 {
		t.Fatal(data, err)
	}
	exemplar := data[0].Data.(*view.DistributionData).ExemplarsPerBucket[2]
	if exemplar == nil {
		t.Fatal("no exemplar")
	}
	if got := exemplar.Attachments[metricdata.AttachmentKeySpanContext]; got != span.SpanContext() {
		t.Errorf("attached %v, want %v", got, span.SpanContext())
	}
}

func TestDescriptors(t *testing.T) {
	units := map[string]string{}
	types := map[string]metric.Type{}
	for _, d := range values.Descriptors() {
		units[d.Name], types[d.Name] = d.Unit, d.Type
	}
	const prefix = "golden/values/"
	for name, want := range map[string]string{"float_count": "1", "float_sum": "{EUR}", "int_sum": "By", "busy": "s"} {
		if units[prefix+name] != want {
			t.Errorf("unit of %s is %q, want %q", name, units[prefix+name], want)
		}
	}
	for name, want := range map[string]metric.Type{
		"float_count":        metric.TypeCumulativeInt64,
		"float_sum":          metric.TypeCumulativeFloat64,
		"int_sum":            metric.TypeCumulativeInt64,
		"float_last":         metric.TypeGaugeFloat64,
		"int_last":           metric.TypeGaugeInt64,
		"float_distribution": metric.TypeCumulativeDistribution,
	} {
		if types[prefix+name] != want {
			t.Errorf("type of %s is %v, want %v", name, types[prefix+name], want)
		}
	}
}
