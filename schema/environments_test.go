package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// parsed returns the schema of a text without problems.
func parsed(t *testing.T, text string) *schema.Schema {
	t.Helper()
	s, problems := schema.Parse([]byte(text), schema.Options{File: "metrics.yaml"})
	for _, p := range problems {
		t.Error(p)
	}
	if s == nil {
		t.FailNow()
	}
	return s
}

// TestEnvironments compares what each environment of a schema has.
func TestEnvironments(t *testing.T) {
	s := parsed(t, string(read(t, "testdata/environments.yaml")))
	var b strings.Builder
	for _, in := range append([]*schema.Schema{s}, s.Resolved()...) {
		fmt.Fprintf(&b, "%q: %s %s %s", in.Environment, in.Monitoring.Project, in.Monitoring.MetricPrefix, in.Monitoring.Resource)
		for _, l := range in.Monitoring.ResourceLabels {
			fmt.Fprintf(&b, " %s=%v", l.Key, l.Values)
		}
		fmt.Fprintf(&b, "; %v\n", in.Channels)
		for _, o := range in.SLOs {
			fmt.Fprintf(&b, "  %s: %s %v, %s, %s\n", o.DisplayName, o.GoalText, o.Goal, o.Owner, o.AlertsText(true))
		}
	}
	const want = `"":  custom.googleapis.com/watched k8s_container namespace_name=[shop] cluster_name=[eu us]; map[]
  99.9% of requests succeed: 99.9% 0.999, checkout, page 1h/5m at 14.4 (2.1%), page 6h/30m at 6 (5.4%), ticket 1d/2h at 3 (11%), ticket 3d/6h at 1 (11%); 10 conditions
  Fast enough: 98%, rolling 28 days: 98% 0.98, storefront, page 1h/5m at 14.4 (2.1%), page 6h/30m at 6 (5.4%), ticket 1d/2h at 3 (11%), ticket 3d/6h at 1 (11%); 7 conditions
"prod": shop-prod custom.googleapis.com/watched k8s_container namespace_name=[shop] cluster_name=[eu]; map[page:[projects/shop-prod/notificationChannels/111] ticket:[projects/shop-prod/notificationChannels/222]]
  99.9% of requests succeed: 99.9% 0.999, checkout, page 1h/5m at 14.4 (2.1%), page 6h/30m at 6 (5.4%), ticket 1d/2h at 3 (11%), ticket 3d/6h at 1 (11%); 10 conditions
  Fast enough: 98%, rolling 28 days: 98% 0.98, operations, page 1h/5m at 14.4 (2.1%), page 6h/30m at 6 (5.4%), ticket 1d/2h at 3 (11%), ticket 3d/6h at 1 (11%); 7 conditions
"test-2": shop-test custom.googleapis.com/test generic_task namespace=[shop shop-test]; map[]
  99% of requests succeed: 99% 0.99, checkout, none
  Fast enough: 90%, rolling 28 days: 90% 0.9, storefront, none
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\ndifference\n%s", got, difference(want, got))
	}
}

// TestGoalsOfEnvironmentsChangeTiers: with a goal of 90%, a burn rate of 14.4 needs 144%
// of bad events.
func TestGoalsOfEnvironmentsChangeTiers(t *testing.T) {
	s := parsed(t, `ocgen: v1
package: p
measures:
  m: {description: d, type: int64, unit: "1", constant: 1, aggregation: count}
service: {id: s}
slos:
  a: {goal: 99.9%, period: 28d, ratio: {bad: m, total: m}}
environments:
  prod: {project: shop-prod}
  test: {project: shop-test, goals: {a: 90%}}
generate: {alerts: alerts}
`)
	for environment, want := range map[string]schema.Burn{"prod": 14400, "test": 8000} {
		if got := s.In(environment).SLOs[0].Alerts.Tiers[0].Burn; got != want {
			t.Errorf("%s: %v, want %v", environment, got, want)
		}
	}
}

// TestDisplayNamesStateTheGoal: only the goal itself is replaced, and not a number that
// ends like it.
func TestDisplayNamesStateTheGoal(t *testing.T) {
	for name, want := range map[string]string{
		"99.9% of requests":            "95% of requests",
		"99.9%, i.e. 99.9% of the day": "95%, i.e. 95% of the day",
		"not 199.9%, but 99.9%":        "not 199.9%, but 95%",
		"99.90% of requests":           "99.90% of requests",
		"Requests succeed":             "Requests succeed",
	} {
		s := parsed(t, `ocgen: v1
package: p
measures:
  m: {description: d, type: int64, unit: "1", constant: 1, aggregation: count}
service: {id: s}
slos:
  a: {display_name: "`+name+`", goal: 0.999, period: 28d, ratio: {bad: m, total: m}}
environments:
  test: {goals: {a: 0.95}}
`)
		if got := s.In("test").SLOs[0].DisplayName; got != want || s.SLOs[0].DisplayName != name {
			t.Errorf("%q is %q in the environment, want %q", name, got, want)
		}
	}
}

// TestManyEnvironments: a schema is read once for each environment, so their number is
// limited by the size of the schema.
func TestManyEnvironments(t *testing.T) {
	var b strings.Builder
	b.WriteString("ocgen: v1\npackage: p\nenvironments:\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "  e%d: {project: shop-%d}\n", i, i)
	}
	if s, problems := schema.Parse([]byte(b.String()), schema.Options{File: "metrics.yaml"}); s != nil || len(problems) != 1 || problems[0].Rule != "limit" {
		t.Errorf("%v", problems)
	}
}
