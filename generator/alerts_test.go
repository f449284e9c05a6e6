package generator

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// TestConditionsAreCounted compares the conditions of the policies with the number that
// "ocgen lint -v" prints.
func TestConditionsAreCounted(t *testing.T) {
	for _, file := range []string{"../golden/alerts/metrics.yaml", "../golden/slobasic/metrics.yaml"} {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := parse(t, string(src))
		for _, o := range s.SLOs {
			n := 0
			for _, p := range (alertWriter{s, o}).policies() {
				n += len(p.body.Conditions)
			}
			if n != o.AlertConditions() {
				t.Errorf("%s: %s has %d conditions, and %d are counted", file, o.ID, n, o.AlertConditions())
			}
		}
	}
}

// TestAlertsOfARenamedView: the queries and the texts of alerts name the metric that the
// SLO names.
func TestAlertsOfARenamedView(t *testing.T) {
	for slos, want := range map[string]string{"old": "shop/calls", "new": "shop/requests"} {
		s := parse(t, `
ocgen: v1
package: p
prefix: shop/
measures:
  requests: {description: d, type: int64, unit: "1", constant: 1, aggregation: count, renamed_from: {name: shop/calls, until: 2027-03-01, slos: `+slos+`}}
service: {id: shop}
alerts: {absent: 1h}
slos:
  available: {goal: 99%, period: 28d, ratio: {bad: requests, total: requests}}
monitoring: {project: my-project, resource: global}
generate: {alerts: alerts}
`)
		all := alertWriter{s, s.SLOs[0]}.policies()
		slow, absent := all[len(all)-2].body.Conditions[0], all[len(all)-1].body.Conditions[0]
		if query := strings.ReplaceAll(want, "/", "_"); !strings.Contains(slow.PromQL.Query, "opencensus_"+query+"{") {
			t.Errorf("slos: %s: the query has not %s: %s", slos, query, slow.PromQL.Query)
		}
		if !strings.Contains(absent.DisplayName, want) || !strings.Contains(absent.Absent.Filter, want) {
			t.Errorf("slos: %s: the condition of absent data does not name %s: %+v", slos, want, absent)
		}
	}
}

// TestLongIncidents: the API closes an incident after 7 days at the latest.
func TestLongIncidents(t *testing.T) {
	s := parse(t, `
ocgen: v1
package: p
measures:
  m: {description: d, type: int64, unit: "1", constant: 1, aggregation: count}
service: {id: shop}
slos:
  available: {goal: 99%, period: 28d, ratio: {bad: m, total: m}, alerts: {burn: [{severity: ticket, over: 14d, rate: 1}]}}
monitoring: {project: my-project}
generate: {alerts: alerts}
`)
	if got := (alertWriter{s, s.SLOs[0]}).policies()[0].body.AlertStrategy.AutoClose; got != "604800s" {
		t.Errorf("the incident closes after %s", got)
	}
}

// TestTierPolicy compares a whole policy.
func TestTierPolicy(t *testing.T) {
	s := parse(t, `
ocgen: v1
package: p
measures:
  m: {description: d, type: int64, unit: "1", constant: 1, aggregation: count}
service: {id: shop}
slos:
  available: {goal: 99%, period: 28d, ratio: {bad: m, total: m}, alerts: {burn: [{severity: page, over: 1h, rate: 14.4}]}}
monitoring: {project: my-project}
generate: {alerts: alerts}
`)
	files, err := alertFiles(s, "alerts")
	if err != nil || len(files) != 1 || files[0].Path != "alerts/available-page-1h.json" || files[0].Folder != "alerts" {
		t.Fatalf("got files %+v, %v", files, err)
	}
	const want = `{
  "displayName": "shop/available: page, burning 14.4x over 1h",
  "documentation": {
    "content": "Available: 99%, rolling 28 days\n\nOver 1h the error budget of 28d burned more than 14.4 times as fast as it may. With even traffic, that used about 2.1% of it. It still burned in the last 5m. At this rate a whole budget lasts 46.7 hours.",
    "mimeType": "text/markdown",
    "subject": "shop: available burns its error budget"
  },
  "userLabels": {
    "managed-by": "ocgen",
    "ocgen-id": "available-page-1h",
    "ocgen-schema": "p",
    "ocgen-service": "shop",
    "ocgen-slo": "available"
  },
  "conditions": [
    {
      "displayName": "burn rate over 1h > 14.4",
      "conditionThreshold": {
        "filter": "select_slo_burn_rate(\"projects/my-project/services/shop/serviceLevelObjectives/available\", \"3600s\")",
        "comparison": "COMPARISON_GT",
        "thresholdValue": 14.4,
        "duration": "0s",
        "trigger": {
          "count": 1
        }
      }
    },
    {
      "displayName": "burn rate over 5m > 14.4",
      "conditionThreshold": {
        "filter": "select_slo_burn_rate(\"projects/my-project/services/shop/serviceLevelObjectives/available\", \"300s\")",
        "comparison": "COMPARISON_GT",
        "thresholdValue": 14.4,
        "duration": "0s",
        "trigger": {
          "count": 1
        }
      }
    }
  ],
  "combiner": "AND",
  "alertStrategy": {
    "autoClose": "3600s"
  },
  "severity": "CRITICAL"
}
`
	if got := string(files[0].Data); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestPromQL compares the queries of all forms.
func TestPromQL(t *testing.T) {
	w := cloudPromQL(schema.Monitoring{MetricPrefix: "custom.googleapis.com/x", Resource: "k8s_pod", ResourceLabels: []schema.ResourceLabels{{Key: "location", Values: []string{"a.b", "c"}}}})
	const labels = `monitored_resource="k8s_pod",location=~"a\\.b|c"`
	m := func(name, more string) string {
		return "sum(rate(custom_googleapis_com:x_" + name + "{" + labels + more + "}[3d]))"
	}
	where := func(view string, c schema.Condition) *schema.Selection {
		s := selection(view)
		c.Tag = &schema.Tag{Key: "location"}
		s.Where = []schema.Condition{c}
		return s
	}
	cut := func(low, high float64) schema.SLI {
		return schema.SLI{Cut: &schema.Cut{Selection: *selection("v"), Min: low, Max: high}}
	}
	for _, test := range []struct {
		sli  schema.SLI
		want string
	}{
		{schema.SLI{Ratio: &schema.Ratio{Bad: where("v", schema.Condition{Values: []string{`"`}}), Total: selection("v")}},
			"(" + m("v", `,metric_location="\""`) + " or vector(0)) / (" + m("v", "") + " > 0)"},
		{schema.SLI{Ratio: &schema.Ratio{Good: where("v", schema.Condition{Op: schema.Not, Values: []string{"a"}}), Total: selection("v")}},
			"clamp_min(" + m("v", "") + " - (" + m("v", `,metric_location!="a"`) + " or vector(0)), 0) / (" + m("v", "") + " > 0)"},
		{schema.SLI{Ratio: &schema.Ratio{Good: where("v", schema.Condition{Prefixes: []string{"5."}}), Bad: where("v", schema.Condition{Op: schema.Not, Values: []string{"a|b"}, Prefixes: []string{"5"}})}},
			"(" + m("v", `,metric_location!~"a\\|b|5.*"`) + " or vector(0)) / (((" + m("v", `,metric_location=~"5\\..*"`) + " or vector(0)) + (" + m("v", `,metric_location!~"a\\|b|5.*"`) + " or vector(0))) > 0)"},
		{cut(0, 500),
			"clamp_min(" + m("v_count", "") + " - " + m("v_bucket", `,le=~"500(\\.0)?"`) + ", 0) / (" + m("v_count", "") + " > 0)"},
		{cut(0.25, math.Inf(1)),
			m("v_bucket", `,le="0.25"`) + " / (" + m("v_count", "") + " > 0)"},
		{cut(0.25, 1<<20),
			"clamp_min(" + m("v_count", "") + " - (" + m("v_bucket", `,le="1.048576e+06"`) + " - " + m("v_bucket", `,le="0.25"`) + "), 0) / (" + m("v_count", "") + " > 0)"},
	} {
		bad, total := w.events(test.sli, "3d")
		if got := bad + " / (" + total + " > 0)"; got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// TestErrorThreshold checks that thresholds are exact decimals.
func TestErrorThreshold(t *testing.T) {
	for _, test := range []struct {
		goal float64
		burn schema.Burn
		want string
	}{{0.999, 1000, "0.001"}, {0.9999, 14400, "0.00144"}, {0.5, 1600, "0.8"}, {0.33333, 1500, "1.000005"}, {0.999, 833, "0.000833"}} {
		if got := errorThreshold(test.goal, test.burn); got != test.want {
			t.Errorf("%v at %s: got %s, want %s", test.goal, test.burn, got, test.want)
		}
	}
}

// TestLabelValues checks that values are distinct and that the API allows them.
func TestLabelValues(t *testing.T) {
	long := strings.Repeat("a", 70)
	for text, want := range map[string]string{"shop-page-1h": "shop-page-1h", "ShopMétrics": "shopm_trics", long[:63]: long[:63]} {
		if got := labelValue(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	first, second := labelValue(long+"-page-1h"), labelValue(long+"-page-6h")
	if len(first) != 63 || first == second || !strings.HasPrefix(first, "aaaa") {
		t.Errorf("got %q and %q", first, second)
	}
}

// TestNoThresholdOfZeroIsLost checks the smallest minimum of events: more than 0.
func TestNoThresholdOfZeroIsLost(t *testing.T) {
	data, err := json.Marshal(templates.Threshold{})
	if err != nil || !strings.Contains(string(data), `"thresholdValue":0`) {
		t.Errorf("got %s, %v", data, err)
	}
}

// TestCamel checks that ids that differ have names that differ: Prometheus refuses two alerts
// of one name and with the same labels.
func TestCamel(t *testing.T) {
	from := map[string]string{}
	for id, want := range map[string]string{
		"fast-enough": "ShopFastEnough", "fastenough": "ShopFastenough", "a1": "ShopA1", "a-1": "ShopA_1",
		"a--1": "ShopA__1", "a--b": "ShopA_B", "a-b": "ShopAB", "1-a": "Shop1A", "a-": "ShopA_", "a": "ShopA",
	} {
		got := camel("shop", id)
		if got != want || from[got] != "" {
			t.Errorf("%s: got %s, want %s; it is also the name of %q", id, got, want, from[got])
		}
		from[got] = id
	}
	if got := camel("shop", "availability", "ticket", "3d"); got != "ShopAvailabilityTicket3d" {
		t.Error(got)
	}
}
