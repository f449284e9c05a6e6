package generator

import (
	"slices"
	"testing"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/internal/monitoringfilter"
	"github.com/ocgen/ocgen/schema"
)

func TestFilter(t *testing.T) {
	requests := &schema.View{Name: "shop/requests"}
	method := &schema.Tag{ID: "method", Key: "http.method"}
	k8s := schema.Monitoring{
		MetricPrefix: cloudmonitoring.DefaultPrefix,
		Resource:     "k8s_container",
		ResourceLabels: []schema.ResourceLabels{
			{Key: "namespace_name", Values: []string{"shop"}},
			{Key: "cluster_name", Values: []string{"eu", "us"}},
		},
	}
	condition := func(op schema.ConditionOp, values ...string) []schema.Condition {
		return []schema.Condition{{Tag: method, Op: op, Values: values}}
	}
	for _, c := range []struct {
		monitoring schema.Monitoring
		where      []schema.Condition
		want       string
	}{
		{schema.Monitoring{MetricPrefix: cloudmonitoring.DefaultPrefix}, nil,
			`metric.type="custom.googleapis.com/opencensus/shop/requests"`},
		{schema.Monitoring{MetricPrefix: "workload.googleapis.com/"}, condition(schema.AnyOf, "GET"),
			`metric.type="workload.googleapis.com/shop/requests" AND metric.labels.http_method="GET"`},
		{schema.Monitoring{MetricPrefix: "team"}, condition(schema.AnyOf, "GET", "PUT"),
			`metric.type="custom.googleapis.com/opencensus/team/shop/requests" AND metric.labels.http_method=one_of("GET","PUT")`},
		{schema.Monitoring{MetricPrefix: "external.googleapis.com/x"}, condition(schema.Not, `a"b\`),
			`metric.type="external.googleapis.com/x/shop/requests" AND metric.labels.http_method!="a\"b\\"`},
		{k8s, []schema.Condition{{Tag: method, Prefixes: []string{"P"}}, {Tag: &schema.Tag{Key: "1st"}, Values: []string{"a"}}},
			`metric.type="custom.googleapis.com/opencensus/shop/requests" AND resource.type="k8s_container"` +
				` AND resource.labels.namespace_name="shop" AND resource.labels.cluster_name=one_of("eu","us")` +
				` AND metric.labels.http_method=monitoring.regex.full_match("P.*") AND metric.labels.key_1st="a"`},
	} {
		if got := filter(c.monitoring, &schema.Selection{View: requests, Where: c.where}); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// hostileTexts contain quotes or characters with a meaning in regular expressions.
var hostileTexts = []string{`"`, `\`, `\"`, `\\`, `" AND metric.type="x`, `","`, `")`, `a\`, ` `, `'`, `\n`, `<&>`, `Zürich`, `東"京\`, `🛒`,
	`.`, `.*`, `a|b`, `(`, `)`, `[a-z]`, `^a$`, `\E`, `\Qa`, `\pN`, `{2}`, `a+`, `a?`, `(?i)a`}

// TestFilterKeepsHostileValues reads values back that contain quotes and similar
// characters.
func TestFilterKeepsHostileValues(t *testing.T) {
	if got := readFilter(t, schema.Condition{Values: hostileTexts}).Terms[1].Values; !slices.Equal(got, hostileTexts) {
		t.Errorf("any of: got %q, want %q", got, hostileTexts)
	}
	for _, v := range hostileTexts {
		for _, op := range []schema.ConditionOp{schema.AnyOf, schema.Not} {
			if got := readFilter(t, schema.Condition{Op: op, Values: []string{v}}).Terms[1].Values; !slices.Equal(got, []string{v}) {
				t.Errorf("op %d: got %q, want %q", op, got, v)
			}
		}
	}
}

// readFilter returns the condition that is read back from a filter with it, on a tag
// with the key k.
func readFilter(t *testing.T, c schema.Condition) monitoringfilter.Filter {
	t.Helper()
	c.Tag = &schema.Tag{Key: "k"}
	m := schema.Monitoring{MetricPrefix: cloudmonitoring.DefaultPrefix}
	text := filter(m, &schema.Selection{View: &schema.View{Name: "v"}, Where: []schema.Condition{c}})
	parsed, err := monitoringfilter.Parse(text)
	if err != nil || len(parsed.Terms) != 2 {
		t.Fatalf("%s: %+v, %v", text, parsed, err)
	}
	return parsed
}
