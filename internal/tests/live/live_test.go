package live

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/api/option"
	htransport "google.golang.org/api/transport/http"
	"google.golang.org/grpc/codes"

	"github.com/ocgen/ocgen/internal/fakemonitoring"
)

// variable names the project of Google Cloud that TestProject writes to.
const variable = "OCGEN_TEST_PROJECT"

// cleaning is the time that a run keeps for its deletions.
const cleaning = 3 * time.Minute

// TestProject creates, reads and deletes everything in a project of Google Cloud.
func TestProject(t *testing.T) {
	project := os.Getenv(variable)
	if project == "" {
		t.Skipf("set %s to the id of a project of Google Cloud, log in with \"gcloud auth application-default login\", and run "+
			"go test ./internal/tests/live -run TestProject -count=1 -v -timeout 45m: see CONTRIBUTING.md", variable)
	}
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if deadline, ok := t.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-cleaning))
		defer cancel()
	}
	// The client must be able to renew its token when ctx has ended.
	client, _, err := htransport.NewClient(context.WithoutCancel(ctx), option.WithScopes("https://www.googleapis.com/auth/cloud-platform"))
	if err != nil {
		t.Fatal(err)
	}
	report := run(ctx, target{
		api:     &api{"https://monitoring.googleapis.com", client, 5 * time.Second},
		project: project, wait: 12 * time.Minute,
	})
	t.Log(report)
	if failed := report.failed(); failed != nil {
		t.Errorf("failed: %s", strings.Join(failed, ", "))
	}
}

// bearer adds a token to requests.
type bearer struct{ http.RoundTripper }

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer a-token")
	return b.RoundTripper.RoundTrip(r)
}

const project = "ocgen-fake"

// fake returns a fake and the target that it is.
func fake(t *testing.T) (*fakemonitoring.Server, target) {
	t.Helper()
	server := fakemonitoring.Start(t, fakemonitoring.Options{Page: 7})
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return server, target{
		api:     &api{server.URL(), &http.Client{Transport: bearer{transport}}, time.Millisecond},
		project: project, fake: server.Address(), wait: 500 * time.Millisecond,
	}
}

// gone fails the test if the fake has anything left.
func gone(t *testing.T, server *fakemonitoring.Server) {
	t.Helper()
	if names := server.Names(); len(names) > 0 {
		t.Errorf("left: %q", names)
	}
	for metricType := range server.Descriptors() {
		t.Errorf("the descriptor of %s is left", metricType)
	}
}

// taken returns how many items a step has taken, or -1.
func (r *report) taken(name string) int {
	for _, s := range r.steps {
		if s.name == name {
			return s.taken
		}
	}
	return -1
}

// TestFake makes the run of TestProject against the fake.
func TestFake(t *testing.T) {
	server, target := fake(t)
	report := run(t.Context(), target)
	t.Log(report)
	if failed := report.failed(); failed != nil {
		t.Errorf("failed: %q", failed)
	}
	gone(t, server)
	output, err := generate(project, report.run)
	if err != nil {
		t.Fatal(err)
	}
	created := 0
	for _, k := range kinds {
		n := 0
		for _, i := range output.items {
			if i.kind == k {
				n++
			}
		}
		if report.taken("create "+k.name) != n {
			t.Errorf("%s: %d of %d are taken", k.name, report.taken("create "+k.name), n)
		}
		if n == 0 {
			t.Errorf("ocgen writes no %s", k.name)
		}
		created += n
	}
	if got := report.taken("delete"); got != created || created < 60 {
		t.Errorf("%d resources are created and %d deleted", created, got)
	}
	if n := report.taken("read by filters of SLOs"); n < 15 {
		t.Errorf("only %d filters of SLOs select their series", n)
	}
}

// TestFailures lets one call fail at a time. The report names the step, and everything is
// deleted.
func TestFailures(t *testing.T) {
	for _, test := range []struct {
		name   string
		faults []fakemonitoring.Fault
		failed []string
		want   string // in the report
	}{
		{"a descriptor", []fakemonitoring.Fault{{Method: "CreateMetricDescriptor", Nth: 2, Refuse: codes.InvalidArgument, Message: "bad unit"}},
			[]string{"create metric descriptors", "create SLOs", "create alert policies", "create dashboards"}, "HTTP status 400 INVALID_ARGUMENT: bad unit"},
		{"an SLO", []fakemonitoring.Fault{{Method: "CreateServiceLevelObjective", Nth: 3, Refuse: codes.Unavailable, Message: "try later"}},
			[]string{"create SLOs", "create alert policies", "create dashboards"}, "HTTP status 503 UNAVAILABLE: try later"},
		{"no permission", []fakemonitoring.Fault{{Method: "CreateAlertPolicy", Nth: 4, Refuse: codes.PermissionDenied, Message: "no role"}},
			[]string{"create alert policies"}, "HTTP status 403 PERMISSION_DENIED: no role"},
		{"no answer about a policy that is taken", []fakemonitoring.Fault{{Method: "CreateAlertPolicy", Nth: 5, Reset: true, Taken: true}},
			[]string{"create alert policies"}, "alerts/alerts/"},
		{"a quota, for a moment", []fakemonitoring.Fault{{Method: "CreateAlertPolicy", Nth: 2, Refuse: codes.ResourceExhausted}}, nil, "create alert policies"},
		{"deletions, for a moment", []fakemonitoring.Fault{
			{Method: "DeleteAlertPolicy", Nth: 1, Refuse: codes.Unavailable}, {Method: "DeleteServiceLevelObjective", Nth: 2, Refuse: codes.FailedPrecondition},
			{Method: "ListServices", Nth: 2, Refuse: codes.Internal},
		}, nil, "delete"},
		{"a deletion", []fakemonitoring.Fault{{Method: "DeleteService", Refuse: codes.PermissionDenied, Message: "no role"}},
			[]string{"delete"}, "is left: HTTP status 403"},
		{"points", []fakemonitoring.Fault{{Method: "CreateTimeSeries", Refuse: codes.PermissionDenied, Message: "no points"}}, []string{"write points"}, "no points"},
		{"no credentials", []fakemonitoring.Fault{{Method: "ListDashboards", Refuse: codes.Unauthenticated, Message: "log in"}}, []string{"delete leftovers"}, "log in"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, target := fake(t)
			target.withoutPoints = test.name != "points"
			server.SetFaults(test.faults...)
			report := run(t.Context(), target)
			if failed := report.failed(); !slices.Equal(failed, test.failed) || !strings.Contains(report.String(), test.want) {
				t.Errorf("failed: %q, want %q with %q\n%s", failed, test.failed, test.want, report)
			}
			if test.name == "a deletion" {
				if names := server.Names(); len(names) != 2 || len(server.Descriptors()) > 0 {
					t.Errorf("left: %q", names)
				}
				server.SetFault(fakemonitoring.Fault{})
				if _, err := remove(t.Context(), target.api, project, func(runID) bool { return true }, nil); err != nil {
					t.Error(err)
				}
			}
			gone(t, server)
		})
	}
}

// TestLeftovers has resources of an old run, of a run that may still go on, and of others.
func TestLeftovers(t *testing.T) {
	server, target := fake(t)
	target.withoutPoints = true
	made := func(age time.Duration) *made {
		m := &made{target: target, report: &report{run: newRun(time.Now().Add(-age))}}
		m.all(t.Context())
		if failed := m.report.failed(); failed != nil {
			t.Fatal(m.report)
		}
		return m
	}
	killed, young := made(2*time.Hour), made(5*time.Minute)
	const of = "v3/projects/" + project
	for _, foreign := range []struct {
		under string
		query url.Values
		body  string
	}{
		{of + "/metricDescriptors", nil, `{"type": "custom.googleapis.com/ocgen_test/other", "metricKind": "GAUGE", "valueType": "INT64"}`},
		{of + "/services", url.Values{"serviceId": {"ocgen-test-mine"}}, `{"displayName": "Mine", "custom": {}}`},
		{of + "/alertPolicies", nil, `{"displayName": "A copy", "combiner": "OR", "userLabels": {"ocgen-service": "` + servicePrefix + string(killed.report.run) + `"},
			"conditions": [{"displayName": "c", "conditionPrometheusQueryLanguage": {"query": "up", "evaluationInterval": "60s"}}]}`},
		{"v1/projects/" + project + "/dashboards", nil, `{"displayName": "` + string(killed.report.run) + `", "gridLayout": {}}`},
	} {
		if _, err := target.api.once(t.Context(), http.MethodPost, foreign.under, foreign.query, []byte(foreign.body)); err != nil {
			t.Fatal(err)
		}
	}
	report := run(t.Context(), target)
	if failed := report.failed(); failed != nil || report.taken("delete leftovers") != len(killed.created) {
		t.Errorf("%d resources were left\n%s", len(killed.created), report)
	}
	names := server.Names()
	for _, f := range killed.created {
		if _, name, _ := strings.Cut(f.path, "/"); slices.Contains(names, name) {
			t.Errorf("%s of the old run is there", name)
		}
	}
	if got := len(names) + len(server.Descriptors()); got != len(young.created)+4 {
		t.Errorf("%d resources are there, want %d of the younger run and 4 of others", got, len(young.created))
	}
}

// TestFind finds everything by names and labels alone, without what the calls answered.
func TestFind(t *testing.T) {
	server, target := fake(t)
	target.withoutPoints = true
	m := &made{target: target, report: &report{run: newRun(time.Now())}}
	m.all(t.Context())
	if failed := m.report.failed(); failed != nil {
		t.Fatal(m.report)
	}
	all, err := find(t.Context(), target.api, project)
	if err != nil {
		t.Fatal(err)
	}
	for _, created := range m.created {
		if !slices.Contains(all, created) {
			t.Errorf("%s is not found", created.path)
		}
	}
	n, err := remove(t.Context(), target.api, project, func(r runID) bool { return r == m.report.run }, nil)
	if err != nil || n != len(m.created) || len(all) != n {
		t.Errorf("%d are created, %d found and %d deleted: %v", len(m.created), len(all), n, err)
	}
	gone(t, server)
}

// TestDifference changes one field of what the API keeps at a time.
func TestDifference(t *testing.T) {
	const sent = `{"goal": 0.9, "rollingPeriod": "86400s", "userLabels": {"a": "b"},
		"serviceLevelIndicator": {"requestBased": {"distributionCut": {"distributionFilter": "f", "range": {"min": 0, "max": "Infinity"}}}}}`
	for _, test := range []struct{ old, new, want string }{
		{`"goal"`, `"name": "projects/p", "novelty": 1, "goal"`, ""},
		{`0.9`, `0.99`, ".goal is 0.99, 0.9 was sent"},
		{`"rollingPeriod": "86400s", `, ``, ".rollingPeriod is not there"},
		{`86400s`, `172800s`, ".rollingPeriod.seconds is 172800, 86400 was sent"},
		{`"min": 0`, `"min": "-Infinity"`, ".range.min is -Inf, 0 was sent"},
		{`"a": "b"`, `"a": "c"`, ".userLabels"},
		{`"goal"`, `"displayName": "added", "goal"`, ".displayName is added"},
	} {
		err := sloKind.difference([]byte(sent), []byte(strings.Replace(sent, test.old, test.new, 1)))
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.new, err, test.want)
		}
	}
	labels := func(keys ...string) []byte {
		var all []string
		for _, k := range keys {
			all = append(all, `{"key": "`+k+`"}`)
		}
		return []byte(`{"labels": [` + strings.Join(all, ",") + `]}`)
	}
	if err := descriptorKind.difference(labels("b", "a"), labels("a", "b")); err != nil {
		t.Errorf("the order of labels: %v", err)
	}
	if err := descriptorKind.difference(labels("a"), labels("a", "b")); err == nil {
		t.Error("a label more is no difference")
	}
}

// TestInterrupt ends the context in the middle.
func TestInterrupt(t *testing.T) {
	server, target := fake(t)
	target.withoutPoints = true
	ctx, cancel := context.WithCancelCause(t.Context())
	policies := 0
	target.before = func(step, _ string) {
		if step == "create alert policies" {
			if policies++; policies == 3 {
				cancel(errors.New("interrupted"))
			}
		}
	}
	report := run(ctx, target)
	if n := report.taken("create alert policies"); n != 2 || !strings.Contains(report.String(), "the run ends early: interrupted") {
		t.Errorf("%d policies\n%s", n, report)
	}
	gone(t, server)
}

// TestPanic checks that a panic leaves nothing.
func TestPanic(t *testing.T) {
	server, target := fake(t)
	target.before = func(step, _ string) {
		if step == "create alert policies" {
			panic("a bug")
		}
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("no panic")
			}
		}()
		run(t.Context(), target)
	}()
	gone(t, server)
}
