package golden_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/environments"
	"github.com/ocgen/ocgen/golden/environmentsviews"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/internal/tests/golden/environmentsotel"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"github.com/ocgen/ocgen/runtime/sloz"
	"github.com/ocgen/ocgen/runtime/stackdriver"
)

// pod are the labels of a k8s_container that no environment gives.
var pod = map[string]string{"location": "eu-west1", "pod_name": "p", "container_name": "c", "cluster_name": "eu"}

// exported exports one request through the Stackdriver exporter, and returns the labels of
// the written series by the type of their metric.
func exported(t *testing.T, opts runtime.Options, labels map[string]string) map[string]string {
	t.Helper()
	register(t)
	server := fakemonitoring.New(t)
	exporter, err := stackdriver.New(context.Background(), stackdriver.Options{
		ProjectID: "my-project", ResourceLabels: labels, ClientOptions: server.ClientOptions(), Spacing: time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	opts.Exporter, opts.Interval, opts.NoHealthMetrics = exporter, time.Hour, true
	telemetry, err := runtime.Start(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	environments.RecordRequestLatency(context.Background(), 70, environments.ResultOK)
	if err := telemetry.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	all := map[string]string{}
	for _, ts := range server.Series() {
		text := ts.Resource.Type
		for _, k := range slices.Sorted(maps.Keys(ts.Resource.Labels)) {
			text += " " + k + "=" + ts.Resource.Labels[k]
		}
		all[ts.Metric.Type] = text
	}
	return all
}

// TestExporterInEnvironments: names, resource and labels are those of the environment,
// whether the program or the variable chooses it. The exporter is made before.
func TestExporterInEnvironments(t *testing.T) {
	here := "k8s_container cluster_name=eu container_name=c location=eu-west1 namespace_name=shop pod_name=p"
	for _, c := range []struct {
		option, variable string
		labels           map[string]string
		prefix, resource string
	}{
		{"", "", pod, "opencensus", here},
		{"prod", "", pod, "opencensus", here},
		{"staging", "", without(pod, "cluster_name"), "staging", here}, // the only value of the environment
		{"", "staging", without(pod, "cluster_name"), "staging", here},
		{"laptop", "", nil, "laptop", "generic_task job=shop location=here namespace=laptops task_id=1"},
		{"", " laptop ", nil, "laptop", "generic_task job=shop location=here namespace=laptops task_id=1"},
		{"laptop", "prod", nil, "laptop", "generic_task job=shop location=here namespace=laptops task_id=1"},
	} {
		t.Run(c.option+"_"+c.variable, func(t *testing.T) {
			t.Setenv("OCGEN_ENVIRONMENT", c.variable)
			got := exported(t, runtime.Options{Environment: c.option}, c.labels)
			want := map[string]string{}
			for _, view := range []string{"request_latency", "request_count"} {
				want["custom.googleapis.com/"+c.prefix+"/kiosk/"+view] = c.resource
			}
			if !maps.Equal(got, want) {
				t.Errorf("got %v\nwant %v", got, want)
			}
			if now := runtime.Environment(); now != strings.TrimSpace(c.variable) {
				t.Errorf("after Shutdown the environment is %q", now)
			}
		})
	}
}

func without(labels map[string]string, key string) map[string]string {
	c := maps.Clone(labels)
	delete(c, key)
	return c
}

// TestStartRefusesOtherLabels: the labels fit the base, and not the environment.
func TestStartRefusesOtherLabels(t *testing.T) {
	register(t)
	server := fakemonitoring.New(t)
	us := maps.Clone(pod)
	us["cluster_name"] = "us"
	exporter, err := stackdriver.New(context.Background(), stackdriver.Options{ProjectID: "my-project", ResourceLabels: us, ClientOptions: server.ClientOptions()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = runtime.Start(context.Background(), runtime.Options{Exporter: exporter, Environment: "staging"})
	const want = `runtime.Start: in the environment "staging": stackdriver: resource label cluster_name is "us", but the schema of package environments says "eu", so its SLOs would find no data: correct Options.ResourceLabels or monitoring.resource_labels`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	if now := runtime.Environment(); now != "" {
		t.Errorf("after the error the environment is %q", now)
	}
	if err := exporter.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
}

func register(t *testing.T) {
	t.Helper()
	if err := environments.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(environments.UnregisterViews)
}

// idle exports nothing.
type idle struct{ runtime.Exporter }

func (idle) Shutdown(context.Context) error { return nil }

// TestUnknownEnvironment: the program refuses to start, and lists the known names.
func TestUnknownEnvironment(t *testing.T) {
	register(t)
	_, err := runtime.Start(context.Background(), runtime.Options{Exporter: idle{}, Environment: "prd"})
	const want = `runtime.Start: Options.Environment is "prd", and the package environments has no such environment: use one of prod, staging, laptop`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	t.Setenv("OCGEN_ENVIRONMENT", "prd")
	_, err = runtime.Start(context.Background(), runtime.Options{Exporter: idle{}})
	const byVariable = `runtime.Start: OCGEN_ENVIRONMENT is "prd", and the package environments has no such environment: use one of prod, staging, laptop`
	if err == nil || err.Error() != byVariable {
		t.Errorf("got %v\nwant %s", err, byVariable)
	}
}

// TestEveryPackageKnowsTheEnvironment: all registered packages with environments must have
// the name.
func TestEveryPackageKnowsTheEnvironment(t *testing.T) {
	t.Setenv("OCGEN_ENVIRONMENT", "laptop")
	register(t)
	const want = `views of package environmentsviews are not registered: OCGEN_ENVIRONMENT is "laptop", and the package environmentsviews has no such environment: use one of prod, staging`
	if err := environmentsviews.RegisterViews(); err == nil || err.Error() != want {
		environmentsviews.UnregisterViews()
		t.Errorf("got %v\nwant %s", err, want)
	}
	t.Setenv("OCGEN_ENVIRONMENT", "prod")
	if err := environmentsviews.RegisterViews(); err != nil {
		t.Error(err)
	}
	environmentsviews.UnregisterViews()
}

// TestTwoEnvironments: a process has one.
func TestTwoEnvironments(t *testing.T) {
	register(t)
	first, err := runtime.Start(context.Background(), runtime.Options{Exporter: quiet{}, Environment: "prod"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = runtime.Start(context.Background(), runtime.Options{Exporter: quiet{}, Environment: "staging"})
	if err == nil || !strings.Contains(err.Error(), `Options.Environment is "staging", but the process runs in the environment "prod" already`) {
		t.Error(err)
	}
	if err := first.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	second, err := runtime.Start(context.Background(), runtime.Options{Exporter: quiet{}, Environment: "staging"})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
}

// quiet accepts everything.
type quiet struct{ idle }

// Export drops the metrics.
func (quiet) Export(context.Context, []*metric.Metric) error { return nil }

// TestSLOsInEnvironments: the three recorders return the goals of the environment.
func TestSLOsInEnvironments(t *testing.T) {
	for name, slos := range map[string]func() []slo.SLO{
		"direct": environments.SLOs, "views": environmentsviews.SLOs, "otel": environmentsotel.SLOs,
	} {
		for environment, want := range map[string]float64{"": 0.999, "prod": 0.999, "staging": 0.99, "unknown": 0.999} {
			t.Setenv("OCGEN_ENVIRONMENT", environment)
			if got := slos()[0].Goal; got != want {
				t.Errorf("%s in %q: %v, want %v", name, environment, got, want)
			}
		}
	}
	t.Setenv("OCGEN_ENVIRONMENT", "laptop")
	if o := environments.SLOs()[0]; o.Alerts != nil || o.DisplayName != "50% of requests succeed, rolling 28 days" || o.Ratio == nil {
		t.Errorf("%+v", o)
	}
	t.Setenv("OCGEN_ENVIRONMENT", "prod")
	if o := environments.SLOs()[0]; o.Alerts == nil || len(o.Alerts.Tiers) != 4 {
		t.Errorf("%+v", o)
	}
}

// TestPageInEnvironments: the page of SLOs shows the goal of the environment, even if it was
// read before the program chose one.
func TestPageInEnvironments(t *testing.T) {
	register(t)
	slos := evaluate.New(evaluate.Options{})
	defer slos.Close()
	shown := func(path string) string {
		answer := httptest.NewRecorder()
		sloz.Handler(slos).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		return answer.Body.String()
	}
	for _, c := range []struct{ environment, name, goal string }{
		{"", "99.9% of requests succeed", `"goal": 0.999,`},
		{"staging", "99% of requests succeed", `"goal": 0.99,`},
		{"laptop", "50% of requests succeed", `"goal": 0.5,`},
		{"prod", "99.9% of requests succeed", `"goal": 0.999,`},
	} {
		leave := func() {}
		if c.environment != "" {
			telemetry, err := runtime.Start(context.Background(), runtime.Options{Exporter: quiet{}, Environment: c.environment})
			if err != nil {
				t.Fatal(err)
			}
			leave = func() {
				if err := telemetry.Shutdown(context.Background()); err != nil {
					t.Error(err)
				}
			}
		}
		if page := shown("/"); !strings.Contains(page, ">"+c.name) {
			t.Errorf("%q: the page lacks %q", c.environment, c.name)
		}
		if json := shown("/?format=json"); !strings.Contains(json, c.goal) {
			t.Errorf("%q: no %s in %s", c.environment, c.goal, json)
		}
		leave()
	}
}
