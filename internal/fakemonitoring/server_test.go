package fakemonitoring

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	monitoring "cloud.google.com/go/monitoring/apiv3/v2"
	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/genproto/googleapis/api/distribution"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/protobuf/types/known/timestamppb"
)

var epoch = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// point returns a series of one label with a point that ends so long after the
// epoch and, if it is cumulative, starts at it.
func point(label string, end time.Duration, cumulative bool, value *monitoringpb.TypedValue) *monitoringpb.TimeSeries {
	interval := &monitoringpb.TimeInterval{EndTime: timestamppb.New(epoch.Add(end))}
	if cumulative {
		interval.StartTime = timestamppb.New(epoch)
	}
	return &monitoringpb.TimeSeries{
		Metric: &metricpb.Metric{Type: "custom.googleapis.com/m", Labels: map[string]string{"a": label}},
		Points: []*monitoringpb.Point{{Interval: interval, Value: value}},
	}
}

func histogram(count int64, bounds []float64, counts ...int64) *monitoringpb.TypedValue {
	return &monitoringpb.TypedValue{Value: &monitoringpb.TypedValue_DistributionValue{DistributionValue: &distribution.Distribution{
		Count: count, BucketCounts: counts,
		BucketOptions: &distribution.Distribution_BucketOptions{Options: &distribution.Distribution_BucketOptions_ExplicitBuckets{
			ExplicitBuckets: &distribution.Distribution_BucketOptions_Explicit{Bounds: bounds}}},
	}}}
}

func TestRules(t *testing.T) {
	s := Start(t, Options{Spacing: 5 * time.Second})
	ctx := context.Background()
	client, err := monitoring.NewMetricClient(ctx, s.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var many []*monitoringpb.TimeSeries
	for i := range maxSeries + 1 {
		many = append(many, point(strconv.Itoa(i), time.Hour, false, nil))
	}
	written := 0
	for _, step := range []struct {
		series []*monitoringpb.TimeSeries
		taken  int
		want   string // in the error; "" is none
	}{
		{[]*monitoringpb.TimeSeries{point("x", 0, false, nil), point("y", 0, false, nil)}, 2, ""},
		{[]*monitoringpb.TimeSeries{point("x", 4999*time.Millisecond, false, nil), point("z", 0, false, nil)}, 1, "sampling period configured for the metric: timeSeries[0]"},
		{[]*monitoringpb.TimeSeries{point("x", 5*time.Second, false, nil)}, 1, ""},
		{[]*monitoringpb.TimeSeries{point("twice", 0, false, nil), point("twice", time.Minute, false, nil)}, 1, "Duplicate TimeSeries encountered: timeSeries[1]"},
		{[]*monitoringpb.TimeSeries{point("start", 0, true, nil)}, 0, "must be before the end time"},
		{[]*monitoringpb.TimeSeries{point("good", time.Second, true, histogram(3, []float64{0, 1}, 0, 1, 2))}, 1, ""},
		{[]*monitoringpb.TimeSeries{point("none", time.Second, true, histogram(1, nil, 1))}, 0, "does not have at least one entry"},
		{[]*monitoringpb.TimeSeries{point("equal", time.Second, true, histogram(1, []float64{1, 1}, 1))}, 0, "are not increasing"},
		{[]*monitoringpb.TimeSeries{point("sum", time.Second, true, histogram(2, []float64{1}, 1))}, 0, "do not fit |count|"},
		{[]*monitoringpb.TimeSeries{point(strings.Repeat("x", 1025), 0, false, nil)}, 0, "label a is longer than 1024"},
		{many, 0, "201 time series in a request"},
		{many[:maxSeries], maxSeries, ""},
	} {
		err := client.CreateTimeSeries(ctx, &monitoringpb.CreateTimeSeriesRequest{Name: "projects/p", TimeSeries: step.series})
		if (err == nil) != (step.want == "") || err != nil && !strings.Contains(err.Error(), step.want) {
			t.Errorf("%v: want %q", err, step.want)
		}
		written += step.taken
		if got := len(s.Series()); got != written {
			t.Fatalf("%d series written, want %d, after %q", got, written, step.want)
		}
	}
}
