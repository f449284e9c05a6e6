package generator

import (
	"slices"
	"testing"

	"github.com/ocgen/ocgen/internal/slocheck"
	"github.com/ocgen/ocgen/schema"
)

func TestFilter(t *testing.T) {
	requests := &schema.View{Name: "shop/requests"}
	method := &schema.Tag{ID: "method", Key: "http.method"}
	k8s := schema.Monitoring{
		MetricPrefix: schema.DefaultMetricPrefix,
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
		{schema.Monitoring{MetricPrefix: schema.DefaultMetricPrefix}, nil,
			`metric.type="custom.googleapis.com/opencensus/shop/requests"`},
		{schema.Monitoring{MetricPrefix: "workload.googleapis.com/"}, condition(schema.AnyOf, "GET"),
			`metric.type="workload.googleapis.com/shop/requests" AND metric.labels.http_method="GET"`},
		{schema.Monitoring{MetricPrefix: "team"}, condition(schema.AnyOf, "GET", "PUT"),
			`metric.type="custom.googleapis.com/opencensus/team/shop/requests" AND metric.labels.http_method=one_of("GET","PUT")`},
		{schema.Monitoring{MetricPrefix: "external.googleapis.com/x"}, condition(schema.Not, `a"b\`),
			`metric.type="external.googleapis.com/x/shop/requests" AND metric.labels.http_method!="a\"b\\"`},
		{k8s, append(condition(schema.StartsWith, "P"), schema.Condition{Tag: &schema.Tag{Key: "1st"}, Values: []string{"a"}}),
			`metric.type="custom.googleapis.com/opencensus/shop/requests" AND resource.type="k8s_container"` +
				` AND resource.labels.namespace_name="shop" AND resource.labels.cluster_name=one_of("eu","us")` +
				` AND metric.labels.http_method=starts_with("P") AND metric.labels.key_1st="a"`},
	} {
		if got := filter(c.monitoring, &schema.Selection{View: requests, Where: c.where}); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// TestFilterKeepsHostileValues reads values back that try to leave their quotes.
func TestFilterKeepsHostileValues(t *testing.T) {
	values := []string{`"`, `\`, `\"`, `\\`, `" AND metric.type="x`, `","`, `")`, `a\`, ` `, `'`, `\n`, `<&>`, `Zürich`, `東"京\`, `🛒`}
	m := schema.Monitoring{MetricPrefix: schema.DefaultMetricPrefix}
	view, tag := &schema.View{Name: "v"}, &schema.Tag{Key: "k"}
	read := func(op schema.ConditionOp, values ...string) []string {
		text := filter(m, &schema.Selection{View: view, Where: []schema.Condition{{Tag: tag, Op: op, Values: values}}})
		parsed, err := slocheck.ParseFilter(text)
		if err != nil || len(parsed.Terms) != 2 {
			t.Fatalf("%s: %+v, %v", text, parsed, err)
		}
		return parsed.Terms[1].Values
	}
	if got := read(schema.AnyOf, values...); !slices.Equal(got, values) {
		t.Errorf("any of: got %q, want %q", got, values)
	}
	for _, v := range values {
		for _, op := range []schema.ConditionOp{schema.AnyOf, schema.Not, schema.StartsWith} {
			if got := read(op, v); !slices.Equal(got, []string{v}) {
				t.Errorf("op %d: got %q, want %q", op, got, v)
			}
		}
	}
}
