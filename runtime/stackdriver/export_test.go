package stackdriver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/grpc/codes"
)

// counted returns a cumulative metric with n series that all have the value.
func counted(name string, n int, value int64) *metric.Metric {
	m := &metric.Metric{Descriptor: metric.Descriptor{
		Name: name, Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "n"}},
	}}
	now := time.Now()
	for i := range n {
		m.Series = append(m.Series, &metric.Series{
			LabelValues: []metric.LabelValue{metric.NewLabelValue(fmt.Sprint(i))},
			StartTime:   now.Add(-time.Minute),
			Point:       metric.Point{Time: now, Value: int64(value)},
		})
	}
	return m
}

// fates returns what became of the metric's series, "" for an accepted one.
func fates(t *testing.T, m *metric.Metric, err error) []string {
	t.Helper()
	all := make([]string, len(m.Series))
	if err == nil {
		return all
	}
	var failed *runtime.ExportError
	if !errors.As(err, &failed) {
		t.Fatalf("%T: %v", err, err)
	}
	for _, f := range failed.Failures {
		i := slices.Index(m.Series, f.Series)
		if f.Metric != m || i < 0 || all[i] != "" || f.Err == nil {
			t.Fatalf("failure %+v", f)
		}
		all[i] = f.Fate.String()
	}
	return all
}

func each(fate string) []string { return []string{fate, fate, fate} }

func TestFates(t *testing.T) {
	refuse := func(c codes.Code) fakemonitoring.Fault {
		return fakemonitoring.Fault{Method: "CreateTimeSeries", Refuse: c, Message: "injected"}
	}
	second := func(text string) func(*monitoringpb.TimeSeries) string {
		return func(ts *monitoringpb.TimeSeries) string {
			if ts.Metric.Labels["n"] == "1" {
				return text
			}
			return ""
		}
	}
	const method = "CreateTimeSeries"
	for _, test := range []struct {
		name  string
		fault fakemonitoring.Fault
		want  []string
		text  string
	}{
		{"none", fakemonitoring.Fault{}, each(""), ""},
		{"slow", fakemonitoring.Fault{Delay: time.Millisecond}, each(""), ""},
		{"unavailable", refuse(codes.Unavailable), each("unsent"), "cannot be reached, or is overloaded: injected"},
		{"exhausted", refuse(codes.ResourceExhausted), each("unsent"), "answered ResourceExhausted: injected"},
		{"aborted", refuse(codes.Aborted), each("unsent"), ""},
		{"invalid", refuse(codes.InvalidArgument), each("refused"), "answered InvalidArgument: injected"},
		{"denied", refuse(codes.PermissionDenied), each("refused"), "roles/monitoring.metricWriter"},
		{"unauthenticated", refuse(codes.Unauthenticated), each("refused"), "check the credentials"},
		{"not found", refuse(codes.NotFound), each("refused"), `check that the project "p" exists`},
		{"internal", refuse(codes.Internal), each("unconfirmed"), ""},
		{"server's deadline", refuse(codes.DeadlineExceeded), each("unconfirmed"), "no answer"},
		{"hang", fakemonitoring.Fault{Method: method, Hang: true}, each("unconfirmed"), "no answer from Cloud Monitoring: context deadline exceeded"},
		{"hang after all", fakemonitoring.Fault{Method: method, Hang: true, Taken: true}, each("unconfirmed"), "no answer"},
		{"reset", fakemonitoring.Fault{Method: method, Reset: true}, each("unconfirmed"), ""},
		{"reset after all", fakemonitoring.Fault{Method: method, Reset: true, Taken: true}, each("unconfirmed"), ""},
		{"one series", fakemonitoring.Fault{Series: second("Injected.")}, []string{"", "refused", ""}, "Injected."},
		{"internal error on one", fakemonitoring.Fault{Series: second("Internal error encountered.")}, []string{"", "unconfirmed", ""}, ""},
		{"one, but which", fakemonitoring.Fault{Series: second("Injected."), Vague: true}, each("unconfirmed"), "names 3 series as not written but counts only 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake, e := newFake(t)
			m := counted("m", 3, 1)
			if err := e.Prepare(within(t, 20*time.Second), []metric.Descriptor{m.Descriptor}); err != nil {
				t.Fatal(err)
			}
			fake.SetFault(test.fault)
			patience := 20 * time.Second
			if test.fault.Hang {
				patience = 200 * time.Millisecond
			}
			err := e.Export(within(t, patience), []*metric.Metric{m})
			if got := fates(t, m, err); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q: %v", got, test.want, err)
			}
			if err != nil && !strings.Contains(err.Error(), test.text) {
				t.Errorf("not in the error: %s\n%v", test.text, err)
			}
			taken := len(fake.Series())
			if calls := len(fake.Calls()); calls > 2 {
				t.Errorf("%d calls: nothing but the runtime tries again", calls)
			}
			for i, fate := range test.want {
				if fate == "" && taken == 0 || (fate == "unsent" || fate == "refused") && taken == 3 {
					t.Errorf("series %d is %q, and %d series were taken", i, fate, taken)
				}
			}
		})
	}
}

// Another exporter that writes the same series is named as the cause.
func TestCauseIsNamed(t *testing.T) {
	_, e := newFake(t)
	ctx := within(t, 20*time.Second)
	if err := e.Export(ctx, []*metric.Metric{counted("m", 3, 1)}); err != nil {
		t.Fatal(err)
	}
	again := counted("m", 3, 1)
	err := e.Export(ctx, []*metric.Metric{again})
	if got := fates(t, again, err); !slices.Equal(got, each("refused")) { // its start is another
		t.Errorf("got %q: %v", got, err)
	}
	if !strings.Contains(err.Error(), "another process with the same labels and resource writes the same series") {
		t.Error(err)
	}
	soon := counted("soon", 1, 1)
	if err := e.Export(ctx, []*metric.Metric{soon}); err != nil {
		t.Fatal(err)
	}
	soon.Series[0].Point.Time = soon.Series[0].Point.Time.Add(spacing / 2)
	err = e.Export(ctx, []*metric.Metric{soon})
	if got := fates(t, soon, err); !slices.Equal(got, []string{"unsent"}) {
		t.Errorf("got %q", got)
	}
	if !strings.Contains(err.Error(), "likely cause: a second exporter, or another process") || !strings.Contains(err.Error(), "opencensus_task") {
		t.Error(err)
	}
}

// Without time nothing is sent, and that is certain.
func TestNoTime(t *testing.T) {
	fake, e := newFake(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m := counted("m", 3, 1)
	err := e.Export(ctx, []*metric.Metric{m})
	if got := fates(t, m, err); !slices.Equal(got, each("unsent")) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %q: %v", got, err)
	}
	if len(fake.Series()) > 0 {
		t.Error("sent")
	}
}

// A backend that was away is found again soon.
func TestBackAgain(t *testing.T) {
	fake, e := newFake(t)
	fake.SetFault(fakemonitoring.Fault{Down: true})
	m := counted("m", 1, 1)
	for range 5 { // nobody has read anything
		err := e.Export(within(t, 20*time.Second), []*metric.Metric{m})
		if got := fates(t, m, err); got[0] != "unsent" || !strings.Contains(err.Error(), "cannot be reached") {
			t.Fatalf("got %q: %v", got, err)
		}
	}
	fake.SetFault(fakemonitoring.Fault{})
	for e.Export(within(t, 20*time.Second), []*metric.Metric{m}) != nil {
		time.Sleep(20 * time.Millisecond) // go test ends a test that waits in vain
	}
}

func TestManySeries(t *testing.T) {
	const n = 10_000
	fake, e := newFake(t)
	m := counted("m", n, 1)
	if err := e.Export(within(t, 60*time.Second), []*metric.Metric{m}); err != nil {
		t.Fatal(err)
	}
	distinct := map[string]bool{}
	for _, ts := range fake.Series() {
		distinct[ts.Metric.Labels["n"]] = true
	}
	if got := fake.Requests(); len(distinct) != n || len(got) != n/200 || slices.Max(got) != 200 {
		t.Errorf("%d series in requests of %v", len(distinct), got)
	}
	// One request of them fails: its series and no others.
	fake.SetFault(fakemonitoring.Fault{Series: func(ts *monitoringpb.TimeSeries) string {
		if strings.HasPrefix(ts.Metric.Labels["n"], "77") {
			return "Injected."
		}
		return ""
	}})
	other := counted("other", n, 1)
	err := e.Export(within(t, 60*time.Second), []*metric.Metric{other})
	for i, fate := range fates(t, other, err) {
		want := ""
		if strings.HasPrefix(fmt.Sprint(i), "77") {
			want = "refused"
		}
		if fate != want {
			t.Fatalf("series %d: %q, want %q", i, fate, want)
		}
	}
}

// What would take the rest of its request with it is left out, and reported.
func TestBadSeriesCostThemselves(t *testing.T) {
	fake, e := newFake(t)
	misfit := counted("misfit", 2, 1)
	misfit.Series[0].LabelValues = nil
	bad := counted("bad", 2, 1)
	bad.Series[1].LabelValues[0].Value = "\xff"
	summary := counted("summary", 1, 1)
	summary.Descriptor.Type = metric.TypeSummary
	twice := counted("shop/twice", 1, 1)
	cut := counted("cut", 1, 1)
	cut.Series[0].Point.Value = nil
	unstarted := counted("unstarted", 1, 1)
	unstarted.Series[0].StartTime = time.Time{}
	strange := counted("strange", 1, 1)
	strange.Series[0].Point.Value = "text"
	all := []*metric.Metric{misfit, bad, summary, twice, counted("shop//twice", 1, 1), cut, unstarted, strange}
	err := e.Export(within(t, 20*time.Second), all)
	var failed *runtime.ExportError
	if !errors.As(err, &failed) {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, f := range failed.Failures {
		if f.Fate != runtime.Refused {
			t.Errorf("%+v", f)
		}
		got[f.Metric.Descriptor.Name+": "+f.Err.Error()] = true
	}
	for _, want := range []string{
		"misfit: the series has 0 label values for 1 keys",
		`bad: the label n has the value "\xff", which is not UTF-8`,
		`summary: the type "summary" is not one of Cloud Monitoring: use a distribution`,
		"cut: the series has no value: its producer must set one",
		"unstarted: the series is cumulative and has no start time: its producer must set it",
		"strange: the point's value has the type string, which no metric has: its producer must set another",
	} {
		if !got[want] {
			t.Errorf("missing: %s\nin %q", want, slices.Sorted(maps.Keys(got)))
		}
	}
	if len(got) != 7 || len(fake.Series()) != 3 {
		t.Errorf("%d failures and %d series, want 7 and 3: %v", len(got), len(fake.Series()), err)
	}
}

// A metric whose total has fallen is refused with the cure, and gets no descriptor. Other
// metrics of the export are written.
func TestFallenIsRefused(t *testing.T) {
	fake, e := newFake(t)
	fallen, other := counted("pool/open", 3, -1), counted("pool/opened", 3, 5)
	fallen.Descriptor.Fallen = true
	err := e.Export(within(t, 20*time.Second), []*metric.Metric{fallen, other})
	var failed *runtime.ExportError
	if !errors.As(err, &failed) || len(failed.Failures) != 1 {
		t.Fatalf("%v", err)
	}
	if f := failed.Failures[0]; f.Metric != fallen || f.Series != nil || f.Fate != runtime.Refused {
		t.Errorf("%+v", f)
	}
	for _, want := range []string{"pool/open", "a total of this metric has fallen", "its kind cannot change", "under a new name", "view.LastValue"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if names := slices.Collect(maps.Keys(fake.Descriptors())); !slices.Equal(names, []string{"custom.googleapis.com/opencensus/pool/opened"}) {
		t.Errorf("descriptors %q", names)
	}
	if n := len(fake.Series()); n != 3 {
		t.Errorf("%d series are written", n)
	}
}

// TestPanicOfTheEncoder: a malformed metric makes Export panic, but not before its calls have
// ended.
func TestPanicOfTheEncoder(t *testing.T) {
	fake, e := newFake(t)
	m := counted("m", 250, 1)
	m.Series[240] = nil
	fake.SetFault(fakemonitoring.Fault{Method: "CreateTimeSeries", Delay: 50 * time.Millisecond})
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
		if got := len(fake.Series()); got != 200 {
			t.Errorf("%d series had arrived, want 200", got)
		}
	}()
	_ = e.Export(within(t, 20*time.Second), []*metric.Metric{m})
}
