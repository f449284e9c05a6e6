package contrib_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"contrib.go.opencensus.io/exporter/stackdriver"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/census"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	ocmetric "go.opencensus.io/metric"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	task        = "go-1@host"
	typePrefix  = "custom.googleapis.com/opencensus/"
	fakeSpacing = 300 * time.Millisecond
)

// A hook collects what the exporter calls OnError with.
type hook struct {
	mu   sync.Mutex
	errs []error
}

func (h *hook) add(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.errs = append(h.errs, err)
}

func (h *hook) all() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return errors.Join(h.errs...)
}

// start starts a Telemetry with OpenCensus's exporter.
func start(t *testing.T, server *fakemonitoring.Server, spacing time.Duration) (*runtime.Telemetry, *hook) {
	t.Helper()
	labels, errs := &stackdriver.Labels{}, &hook{}
	labels.Set("opencensus_task", task, "Opencensus task identifier")
	exporter, err := stackdriver.NewExporter(stackdriver.Options{
		ProjectID: "p", Location: "here", DefaultMonitoringLabels: labels, OnError: errs.add, Timeout: time.Hour,
		MonitoringClientOptions: server.ClientOptions(), TraceClientOptions: server.ClientOptions(),
	})
	if err != nil {
		t.Fatal(err)
	}
	tel, err := runtime.Start(t.Context(), runtime.Options{
		Exporter: census.FromOpenCensus(exporter, spacing), Interval: time.Hour, NoHealthMetrics: true, OnError: errs.add,
	})
	if err != nil {
		t.Fatal(err)
	}
	return tel, errs
}

func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// A program records through a package with direct recorders, an OpenCensus view of other
// code and a registry of OpenCensus's gauges. All have the tag "n".
type program struct {
	values  int              // of the tag
	direct  []*series.Counts // more than the exporter has in a bundle
	measure *stats.Int64Measure
	key     tag.Key
	total   *ocmetric.Float64Cumulative
	gauge   *ocmetric.Int64Gauge
	records int64 // of each series
	prefix  string
}

var programs atomic.Int64

func newProgram(t *testing.T, counts, values int) *program {
	t.Helper()
	p := &program{values: values, prefix: fmt.Sprintf("program%d/", programs.Add(1)), key: tag.MustNewKey("n")}
	var texts []string
	for n := range values {
		texts = append(texts, strconv.Itoa(n))
	}
	var sets []series.Set
	var descriptors []metric.Descriptor
	for i := range counts {
		name := p.prefix + "direct/" + strconv.Itoa(i)
		c := series.NewCounts(series.SeriesInfo{Name: name, Size: uint64(values) + 1, Tags: []*record.Tag{record.NewClosedTag("n", record.ClosedTag{Values: texts})}})
		p.direct, sets = append(p.direct, c), append(sets, c)
		descriptors = append(descriptors, metric.Descriptor{Name: name, Description: "Direct.", Unit: "1", Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "n", Description: "A number."}}})
	}
	pkg := record.NewPackage(record.PackageInfo{
		Name: p.prefix, Parts: []record.Part{series.Sets(sets...)}, Descriptors: func() []metric.Descriptor { return descriptors },
		Monitoring: record.Monitoring{MetricPrefix: "custom.googleapis.com/opencensus"},
	})
	if err := pkg.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pkg.Unregister)
	p.measure = stats.Int64(p.prefix+"view", "Foreign.", "By")
	v := &view.View{Name: p.measure.Name(), Description: "Foreign.", Measure: p.measure, TagKeys: []tag.Key{p.key}, Aggregation: view.Sum()}
	if err := view.Register(v); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { view.Unregister(v) })
	p.newRegistry(t)
	return p
}

// newRegistry makes the metrics of OpenCensus's package metric.
func (p *program) newRegistry(t *testing.T) {
	t.Helper()
	r := ocmetric.NewRegistry()
	total, err := r.AddFloat64Cumulative(p.prefix+"total", ocmetric.WithUnit(metricdata.UnitMilliseconds), ocmetric.WithLabelKeys("n"))
	gauge, err2 := r.AddInt64Gauge(p.prefix+"gauge", ocmetric.WithLabelKeys("n"))
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	p.total, p.gauge = total, gauge
	metricproducer.GlobalManager().AddProducer(r)
	t.Cleanup(func() { metricproducer.GlobalManager().DeleteProducer(r) })
}

// record records once in each series.
func (p *program) record(t *testing.T) {
	t.Helper()
	p.records++
	for n := range p.values {
		for _, c := range p.direct {
			c.At(uint64(n)).Inc()
		}
		if err := stats.RecordWithTags(t.Context(), []tag.Mutator{tag.Upsert(p.key, strconv.Itoa(n))}, p.measure.M(1)); err != nil {
			t.Error(err)
			return
		}
		value := metricdata.NewLabelValue(strconv.Itoa(n))
		total, err := p.total.GetEntry(value)
		gauge, err2 := p.gauge.GetEntry(value)
		if err := errors.Join(err, err2); err != nil {
			t.Error(err)
			return
		}
		total.Inc(1)
		gauge.Set(p.records)
	}
}

// metricTypes returns the types of all metrics of the program.
func (p *program) metricTypes() []string {
	all := []string{typePrefix + p.prefix + "view", typePrefix + p.prefix + "total", typePrefix + p.prefix + "gauge"}
	for i := range p.direct {
		all = append(all, typePrefix+p.prefix+"direct/"+strconv.Itoa(i))
	}
	return all
}

// expect compares the last points that arrived with what was recorded.
func (p *program) expect(t *testing.T, server *fakemonitoring.Server) {
	t.Helper()
	for _, metricType := range p.metricTypes() {
		got := map[string]float64{}
		for _, ts := range server.Last(metricType) {
			got[ts.Metric.Labels["n"]] = number(ts)
		}
		if len(got) != p.values {
			t.Errorf("%s: %d series arrived, want %d", metricType, len(got), p.values)
		}
		for n, v := range got {
			if v != float64(p.records) {
				t.Errorf("%s, n=%s: the last value is %v, want %d", metricType, n, v, p.records)
			}
		}
	}
}

func number(ts *monitoringpb.TimeSeries) float64 {
	v := ts.Points[0].Value
	return float64(v.GetInt64Value()) + v.GetDoubleValue()
}

// All that was recorded before Shutdown has arrived when it returns, also if it was
// recorded within the spacing after an export, and if each request takes its time.
func TestEverythingArrives(t *testing.T) {
	for name, c := range map[string]struct {
		counts, values int
		delay          time.Duration
	}{
		"more series than a request has":  {counts: 2, values: 450},
		"more metrics than a bundle has":  {counts: 30, values: 3},
		"a backend that answers slowly":   {counts: 12, values: 3, delay: 50 * time.Millisecond},
		"slower than the spacing, by far": {counts: 1, values: 1, delay: 2 * fakeSpacing},
	} {
		t.Run(name, func(t *testing.T) {
			server := fakemonitoring.Start(t, fakemonitoring.Options{Spacing: fakeSpacing})
			server.SetFault(fakemonitoring.Fault{Delay: c.delay})
			p := newProgram(t, c.counts, c.values)
			tel, errs := start(t, server, fakeSpacing)
			p.record(t)
			if err := tel.ForceFlush(within(t, time.Minute)); err != nil {
				t.Error(err)
			}
			p.expect(t, server)
			p.record(t)
			if err := errors.Join(tel.Shutdown(within(t, time.Minute)), errs.all()); err != nil {
				t.Error(err)
			}
			p.expect(t, server)
		})
	}
}

// The spacing that FromOpenCensus is given is kept, by the first points of series too:
// OpenCensus's exporter dates a point at least 1 ms after the start of its series.
func TestSpacing(t *testing.T) {
	server := fakemonitoring.Start(t, fakemonitoring.Options{Spacing: fakeSpacing})
	tel, errs := start(t, server, fakeSpacing)
	flush := func(p *program) {
		p.record(t)
		if err := tel.ForceFlush(within(t, time.Minute)); err != nil {
			t.Error(err)
		}
	}
	for range 3 {
		p := newProgram(t, 2, 3)
		for range 3 {
			flush(p)
		}
		p.expect(t, server)
		points := 0
		for _, ts := range server.Series() {
			if strings.HasPrefix(ts.Metric.Type, typePrefix+p.prefix) {
				points++
			}
		}
		if least := int(p.records) * len(p.metricTypes()) * p.values; points < least {
			t.Errorf("%d points arrived, want %d", points, least)
		}
	}
	if err := errors.Join(tel.Shutdown(within(t, time.Minute)), errs.all()); err != nil {
		t.Error(err)
	}
}

// Without its spacing Cloud Monitoring refuses points, and only the exporter's hook gets the
// errors.
func TestWithoutSpacing(t *testing.T) {
	server := fakemonitoring.Start(t, fakemonitoring.Options{Spacing: time.Hour})
	p := newProgram(t, 1, 1)
	tel, errs := start(t, server, 0)
	p.record(t)
	if err := tel.ForceFlush(within(t, time.Minute)); err != nil {
		t.Error(err)
	}
	p.record(t)
	if err := tel.Shutdown(within(t, time.Minute)); err != nil {
		t.Error(err)
	}
	if err := errs.all(); err == nil || !strings.Contains(err.Error(), "more frequently than the maximum sampling period") {
		t.Errorf("the hook got %v", err)
	}
}

// A backend that refuses everything is told to the exporter's hook. Shutdown does not wait
// for it to change its mind.
func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		fault fakemonitoring.Fault
		want  codes.Code
	}{
		"forbidden":     {fakemonitoring.Fault{Refuse: codes.PermissionDenied, Message: "no writer"}, codes.PermissionDenied},
		"points alone":  {fakemonitoring.Fault{Method: "CreateTimeSeries", Refuse: codes.ResourceExhausted, Message: "too much"}, codes.ResourceExhausted},
		"one series":    {fakemonitoring.Fault{Series: refuseOne}, codes.InvalidArgument},
		"no connection": {fakemonitoring.Fault{Method: "CreateTimeSeries", Reset: true}, codes.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			server := fakemonitoring.Start(t, fakemonitoring.Options{Spacing: fakeSpacing})
			server.SetFault(c.fault)
			p := newProgram(t, 2, 3)
			tel, errs := start(t, server, fakeSpacing)
			p.record(t)
			ctx := within(t, time.Minute)
			if err := errors.Join(tel.Shutdown(ctx), ctx.Err()); err != nil {
				t.Errorf("Shutdown: %v", err)
			}
			if !slices.ContainsFunc(errs.errs, func(err error) bool { return hasCode(err, c.want) }) {
				t.Errorf("the hook got %v, want %v", errs.all(), c.want)
			}
			if c.fault.Series == nil {
				return
			}
			if got, want := len(server.Series()), len(p.metricTypes())*p.values-1; got != want {
				t.Errorf("%d series arrived, want all but one, %d", got, want)
			}
		})
	}
}

// refuseOne refuses one series of a program.
func refuseOne(ts *monitoringpb.TimeSeries) string {
	if strings.HasSuffix(ts.Metric.Type, "/direct/1") && ts.Metric.Labels["n"] == "2" {
		return "Not this one."
	}
	return ""
}

// hasCode reports whether an error has a code. Several errors of a bundle are one text.
func hasCode(err error, want codes.Code) bool {
	return status.Code(err) == want || strings.Contains(err.Error(), "code = "+want.String())
}

// A backend that does not answer holds Shutdown up until its ctx is done. The error lists
// the series, which may have arrived.
func TestNoAnswer(t *testing.T) {
	server := fakemonitoring.Start(t, fakemonitoring.Options{Spacing: fakeSpacing})
	server.SetFault(fakemonitoring.Fault{Hang: true})
	p := newProgram(t, 1, 2)
	tel, _ := start(t, server, fakeSpacing)
	p.record(t)
	ctx, cancel := context.WithCancel(within(t, time.Minute))
	go func() {
		for len(server.Calls()) == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	var missing *runtime.ShutdownError
	if err := tel.Shutdown(ctx); !errors.As(err, &missing) {
		t.Fatalf("Shutdown: %v", err)
	}
	var listed []string
	for _, f := range missing.Unconfirmed {
		listed = append(listed, f.Series)
	}
	for _, metricType := range p.metricTypes() {
		for n := range p.values {
			if name := fmt.Sprintf("%s{n=%d}", strings.TrimPrefix(metricType, typePrefix), n); !slices.Contains(listed, name) {
				t.Errorf("%s is not among %q", name, listed)
			}
		}
	}
	if len(missing.Refused)+len(missing.Unsent) > 0 {
		t.Errorf("%+v", missing)
	}
}
