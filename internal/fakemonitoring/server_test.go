package fakemonitoring

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	monitoring "cloud.google.com/go/monitoring/apiv3/v2"
	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/api/iterator"
	"google.golang.org/genproto/googleapis/api/distribution"
	"google.golang.org/genproto/googleapis/api/label"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/genproto/googleapis/api/monitoredres"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

var epoch = time.Now().Add(-time.Hour)

// gauge returns a series of one label with an int64 that ends so long after the
// epoch.
func gauge(label string, end time.Duration, change ...func(*monitoringpb.TimeSeries)) *monitoringpb.TimeSeries {
	ts := &monitoringpb.TimeSeries{
		Metric:   &metricpb.Metric{Type: "custom.googleapis.com/gauge", Labels: map[string]string{"a": label}},
		Resource: &monitoredres.MonitoredResource{Type: "global"},
		Points: []*monitoringpb.Point{{
			Interval: &monitoringpb.TimeInterval{EndTime: timestamppb.New(epoch.Add(end))},
			Value:    integer(1),
		}},
	}
	for _, f := range change {
		f(ts)
	}
	return ts
}

// cumulative returns a series that starts and ends so long after the epoch.
func cumulative(label string, start, end time.Duration, value *monitoringpb.TypedValue) *monitoringpb.TimeSeries {
	return gauge(label, end, func(ts *monitoringpb.TimeSeries) {
		ts.Metric.Type = "custom.googleapis.com/" + strings.ToLower(valueType(value).String())
		ts.MetricKind = metricpb.MetricDescriptor_CUMULATIVE
		ts.Points[0].Interval.StartTime = timestamppb.New(epoch.Add(start))
		ts.Points[0].Value = value
	})
}

func integer(v int64) *monitoringpb.TypedValue {
	return &monitoringpb.TypedValue{Value: &monitoringpb.TypedValue_Int64Value{Int64Value: v}}
}

func double(v float64) *monitoringpb.TypedValue {
	return &monitoringpb.TypedValue{Value: &monitoringpb.TypedValue_DoubleValue{DoubleValue: v}}
}

func histogram(count int64, bounds []float64, counts ...int64) *monitoringpb.TypedValue {
	return &monitoringpb.TypedValue{Value: &monitoringpb.TypedValue_DistributionValue{DistributionValue: &distribution.Distribution{
		Count: count, BucketCounts: counts,
		BucketOptions: &distribution.Distribution_BucketOptions{Options: &distribution.Distribution_BucketOptions_ExplicitBuckets{
			ExplicitBuckets: &distribution.Distribution_BucketOptions_Explicit{Bounds: bounds}}},
	}}}
}

func withLabels(labels map[string]string) func(*monitoringpb.TimeSeries) {
	return func(ts *monitoringpb.TimeSeries) { ts.Metric.Labels = labels }
}

func on(resource string, labels map[string]string) func(*monitoringpb.TimeSeries) {
	return func(ts *monitoringpb.TimeSeries) {
		ts.Resource = &monitoredres.MonitoredResource{Type: resource, Labels: labels}
	}
}

func connect(t *testing.T, s *Server) *monitoring.MetricClient {
	t.Helper()
	client, err := monitoring.NewMetricClient(context.Background(), s.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

func write(ctx context.Context, c *monitoring.MetricClient, series ...*monitoringpb.TimeSeries) error {
	return c.CreateTimeSeries(ctx, &monitoringpb.CreateTimeSeriesRequest{Name: "projects/p", TimeSeries: series})
}

func many(n int) []*monitoringpb.TimeSeries {
	var all []*monitoringpb.TimeSeries
	for i := range n {
		all = append(all, gauge("many "+strconv.Itoa(i), 0))
	}
	return all
}

func numbered(n int) map[string]string {
	labels := map[string]string{}
	for i := range n {
		labels["l"+strconv.Itoa(i)] = ""
	}
	return labels
}

func bounds(n int) []float64 {
	var all []float64
	for i := range n {
		all = append(all, float64(i))
	}
	return all
}

const s = time.Second

// Each step is a request to the same server.
func TestRules(t *testing.T) {
	type seriesList = []*monitoringpb.TimeSeries
	server := New(t)
	client := connect(t, server)
	written := 0
	for _, step := range []struct {
		series seriesList
		taken  int
		want   string // in the error; "" is none
	}{
		{seriesList{gauge("x", 0), gauge("y", 0)}, 2, ""},
		{seriesList{gauge("x", 4999*time.Millisecond), gauge("z", 0)}, 1, "written more frequently than the maximum sampling period configured for the metric. {Metric: custom.googleapis.com/gauge"},
		{seriesList{gauge("x", 5*s)}, 1, ""},
		{seriesList{gauge("x", 0)}, 0, "an older end time than the most recent point.: timeSeries[0]"},
		{seriesList{gauge("twice", 0), gauge("twice", 60*s)}, 1, "Field timeSeries[1] had an invalid value: Duplicate TimeSeries encountered"},
		{seriesList{gauge("future", time.Hour+6*time.Minute)}, 0, "more than 5m in the future"},
		{seriesList{gauge("future", time.Hour+4*time.Minute)}, 1, ""},
		{seriesList{gauge("old", -25*time.Hour)}, 0, "more than 25h in the past"},

		{seriesList{cumulative("c", 0, 10*s, integer(5))}, 1, ""},
		{seriesList{cumulative("c", 0, 20*s, integer(4))}, 0, "is less than that of the most recent point"},
		{seriesList{cumulative("c", 0, 20*s, integer(5))}, 1, ""},
		{seriesList{cumulative("c", 10*s, 30*s, integer(9))}, 0, "an older start time than the most recent point"},
		{seriesList{cumulative("c", 20*s, 30*s, integer(9))}, 0, "an older start time than the most recent point"},
		{seriesList{cumulative("c", 20*s+time.Millisecond, 30*s, integer(1))}, 1, ""}, // a restart
		{seriesList{cumulative("instant", 10*s, 10*s, integer(1))}, 0, "must be before the end time for the non-gauge metric"},
		{seriesList{gauge("no start", 0, func(ts *monitoringpb.TimeSeries) { ts.Metric.Type = "custom.googleapis.com/int64" })}, 0, "must be before the end time for the non-gauge metric"},
		{seriesList{gauge("start", 10*s, func(ts *monitoringpb.TimeSeries) { ts.Points[0].Interval.StartTime = timestamppb.New(epoch) })}, 0, "must be equal to the end time for the gauge metric"},

		{seriesList{gauge("kind", 0, func(ts *monitoringpb.TimeSeries) { ts.MetricKind = metricpb.MetricDescriptor_CUMULATIVE })}, 0, "Metric kind for metric custom.googleapis.com/gauge must be GAUGE, but is CUMULATIVE"},
		{seriesList{gauge("type", 0, func(ts *monitoringpb.TimeSeries) { ts.Points[0].Value = double(1) })}, 0, "Value type for metric custom.googleapis.com/gauge must be INT64, but is DOUBLE"},
		{seriesList{gauge("none", 0, func(ts *monitoringpb.TimeSeries) { ts.Points[0].Value = nil })}, 0, "the point has no value"},
		{seriesList{gauge("domain", 0, func(ts *monitoringpb.TimeSeries) { ts.Metric.Type = "" })}, 0, "Field metric.type is required"},
		{seriesList{gauge("Google's", 0, func(ts *monitoringpb.TimeSeries) { ts.Metric.Type = "compute.googleapis.com/x" })}, 1, ""},

		{seriesList{cumulative("h", 0, s, histogram(3, []float64{0, 1}, 0, 1, 2))}, 1, ""},
		{seriesList{cumulative("h0", 0, s, histogram(1, nil, 1))}, 0, "does not have at least one entry"},
		{seriesList{cumulative("h1", 0, s, histogram(1, []float64{1, 1}, 1))}, 0, "are not increasing"},
		{seriesList{cumulative("h2", 0, s, histogram(1, []float64{1, math.NaN()}, 1))}, 0, "are not increasing"},
		{seriesList{cumulative("h3", 0, s, histogram(2, []float64{1}, 1))}, 0, "do not fit |count|"},
		{seriesList{cumulative("h4", 0, s, histogram(0, []float64{1}, 1, -1))}, 0, "has a negative entry"},
		{seriesList{cumulative("h5", 0, s, histogram(1, bounds(200), 1))}, 0, "201 buckets"},
		{seriesList{cumulative("h6", 0, s, histogram(1, bounds(199), 1))}, 1, ""},

		{seriesList{gauge("", 0, withLabels(numbered(31)))}, 0, "has 31 labels"},
		{seriesList{gauge("", 0, withLabels(numbered(30)))}, 1, ""},
		{seriesList{gauge("", 0, withLabels(map[string]string{"http.method": ""}))}, 0, `"http.method" is not a label key`},
		{seriesList{gauge("", 0, withLabels(map[string]string{strings.Repeat("k", 101): ""}))}, 0, "is not a label key"},
		{seriesList{gauge(strings.Repeat("x", 1025), 0)}, 0, "the value of label a is longer than 1024"},

		{seriesList{gauge("", 0, on("cloud_run_revision", nil))}, 0, "custom metrics cannot be written against it"},
		{seriesList{gauge("", 0, on("gce_instance", map[string]string{"zone": "z"}))}, 0, "incomplete. Missing labels: (instance_id)"},
		{seriesList{gauge("", 0, on("gce_instance", map[string]string{"zone": "z", "instance_id": "1", "region": "r"}))}, 0, "Unrecognized resource label: region"},
		{seriesList{gauge("", 0, on("gce_instance", map[string]string{"zone": "z", "instance_id": "1", "project_id": "p"}))}, 1, ""},

		{many(201), 0, "201 time series in a request"},
		{many(200), 200, ""},
	} {
		err := write(context.Background(), client, step.series...)
		if (err == nil) != (step.want == "") || err != nil && !strings.Contains(err.Error(), step.want) {
			t.Errorf("%v: want %q", err, step.want)
		}
		written += step.taken
		if got := len(server.Series()); got != written {
			t.Fatalf("%d series written, want %d, after %q", got, written, step.want)
		}
	}
}

// The client cannot send a label that is not UTF-8: the rule is for others.
func TestLabelsAreUTF8(t *testing.T) {
	if got := labelProblem(map[string]string{"a": "\xff"}); !strings.Contains(got, "not UTF-8") {
		t.Errorf("got %q", got)
	}
}

// A scaled spacing leaves all other rules as they are.
func TestSpacingIsScaled(t *testing.T) {
	server := Start(t, Options{Spacing: 50 * time.Millisecond})
	client := connect(t, server)
	for i, want := range []codes.Code{codes.OK, codes.InvalidArgument, codes.OK} {
		err := write(context.Background(), client, gauge("x", time.Duration(i)*25*time.Millisecond))
		if status.Code(err) != want {
			t.Errorf("point %d: %v, want %v", i, err, want)
		}
	}
}

func TestDescriptors(t *testing.T) {
	server := New(t)
	client := connect(t, server)
	create := func(change func(*metricpb.MetricDescriptor)) codes.Code {
		d := &metricpb.MetricDescriptor{
			Type: "custom.googleapis.com/m", MetricKind: metricpb.MetricDescriptor_CUMULATIVE, ValueType: metricpb.MetricDescriptor_INT64,
			Labels: []*label.LabelDescriptor{{Key: "a"}},
		}
		change(d)
		_, err := client.CreateMetricDescriptor(context.Background(), &monitoringpb.CreateMetricDescriptorRequest{Name: "projects/p", MetricDescriptor: d})
		return status.Code(err)
	}
	for _, step := range []struct {
		name   string
		change func(*metricpb.MetricDescriptor)
		want   codes.Code
	}{
		{"new", func(*metricpb.MetricDescriptor) {}, codes.OK},
		{"again, with a unit and another label", func(d *metricpb.MetricDescriptor) { d.Unit, d.Labels[0].Key = "s", "b" }, codes.OK},
		{"another kind", func(d *metricpb.MetricDescriptor) { d.MetricKind = metricpb.MetricDescriptor_GAUGE }, codes.AlreadyExists},
		{"another value type", func(d *metricpb.MetricDescriptor) { d.ValueType = metricpb.MetricDescriptor_DOUBLE }, codes.AlreadyExists},
		{"a label twice", func(d *metricpb.MetricDescriptor) { d.Labels = append(d.Labels, d.Labels[0]) }, codes.InvalidArgument},
		{"a label key with a dot", func(d *metricpb.MetricDescriptor) { d.Labels[0].Key = "a.b" }, codes.InvalidArgument},
		{"Google's domain", func(d *metricpb.MetricDescriptor) { d.Type = "kubernetes.io/m" }, codes.InvalidArgument},
		{"no kind", func(d *metricpb.MetricDescriptor) { d.MetricKind = 0 }, codes.InvalidArgument},
	} {
		if got := create(step.change); got != step.want {
			t.Errorf("%s: %v, want %v", step.name, got, step.want)
		}
	}
	d := server.Descriptors()["custom.googleapis.com/m"]
	if d.Unit != "s" || len(d.Labels) != 2 {
		t.Errorf("labels are never removed, the unit is updated; got %v", d)
	}
	// A write creates what is missing: a gauge, unless it says otherwise.
	if err := write(context.Background(), client, gauge("x", 0), cumulative("x", 0, s, double(1))); err != nil {
		t.Fatal(err)
	}
	if g, c := server.Descriptors()["custom.googleapis.com/gauge"], server.Descriptors()["custom.googleapis.com/double"]; g.MetricKind != metricpb.MetricDescriptor_GAUGE ||
		c.MetricKind != metricpb.MetricDescriptor_CUMULATIVE || c.ValueType != metricpb.MetricDescriptor_DOUBLE || c.Labels[0].Key != "a" {
		t.Errorf("got\n%v\n%v", g, c)
	}
}

// TestListTimeSeries reads points back.
func TestListTimeSeries(t *testing.T) {
	server := New(t)
	client := connect(t, server)
	for i := range 3 {
		end := time.Duration(i) * 10 * s
		if err := write(t.Context(), client, gauge("x", end), gauge("y", end, on("gce_instance", map[string]string{"zone": "z", "instance_id": "1"}))); err != nil {
			t.Fatal(err)
		}
	}
	const all = `metric.type="custom.googleapis.com/gauge"`
	list := func(filter string, start, end time.Duration) (points []int) {
		series := client.ListTimeSeries(t.Context(), &monitoringpb.ListTimeSeriesRequest{
			Name: "projects/p", Filter: filter,
			Interval: &monitoringpb.TimeInterval{StartTime: timestamppb.New(epoch.Add(start)), EndTime: timestamppb.New(epoch.Add(end))},
		})
		for {
			ts, err := series.Next()
			if errors.Is(err, iterator.Done) {
				return points
			}
			if err != nil {
				t.Fatalf("%s: %v", filter, err)
			}
			points = append(points, len(ts.Points))
			for i := 1; i < len(ts.Points); i++ {
				if !ts.Points[i].Interval.EndTime.AsTime().Before(ts.Points[i-1].Interval.EndTime.AsTime()) {
					t.Errorf("%s: the points are not in reverse order of time", filter)
				}
			}
		}
	}
	for _, test := range []struct {
		filter     string
		start, end time.Duration
		want       []int // points of each series
	}{
		{all, -s, 60 * s, []int{3, 3}},
		{all, 0, 20 * s, []int{2, 2}}, // without its start, with its end
		{all, 20 * s, 60 * s, nil},
		{all + ` AND metric.labels.a="x"`, -s, 60 * s, []int{3}},
		{all + ` AND metric.labels.a!="x"`, -s, 60 * s, []int{3}},
		{all + ` AND resource.type="global"`, -s, 60 * s, []int{3}},
		{all + ` AND resource.labels.zone="z"`, -s, 60 * s, []int{3}},
		{all + ` AND resource.labels.zone="other"`, -s, 60 * s, nil},
	} {
		if got := list(test.filter, test.start, test.end); !slices.Equal(got, test.want) {
			t.Errorf("%s from %v to %v: %v points, want %v", test.filter, test.start, test.end, got, test.want)
		}
	}
	// What was written before its metric was deleted does not come back.
	name := "projects/p/metricDescriptors/custom.googleapis.com/gauge"
	if err := client.DeleteMetricDescriptor(t.Context(), &monitoringpb.DeleteMetricDescriptorRequest{Name: name}); err != nil {
		t.Fatal(err)
	}
	if err := write(t.Context(), client, gauge("x", 40*s)); err != nil {
		t.Fatal(err)
	}
	if got := list(all, -s, 60*s); !slices.Equal(got, []int{1}) {
		t.Errorf("after a deletion: %v points", got)
	}
}
