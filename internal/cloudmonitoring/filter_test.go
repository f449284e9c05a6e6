package cloudmonitoring

import (
	"strconv"
	"strings"
	"testing"
)

func TestFilter(t *testing.T) {
	for _, c := range []struct {
		terms []Term
		want  string
	}{
		{nil, `metric.type="custom.googleapis.com/x"`},
		{[]Term{{Selector: ResourceType, Values: []string{"k8s_pod"}}, {Selector: ResourceLabel("pod_name"), Values: []string{"a"}}, {Selector: MetricLabel("http.method"), Not: true, Prefixes: []string{"P"}}},
			`metric.type="custom.googleapis.com/x" AND resource.type="k8s_pod" AND resource.labels.pod_name="a" AND metric.labels.http_method!=monitoring.regex.full_match("P.*")`},
	} {
		if got := Filter("custom.googleapis.com/x", c.terms); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// TestTerm checks that a term is one comparison for any number of texts.
func TestTerm(t *testing.T) {
	const is, not = false, true
	many := make([]string, mostOneOf+1)
	for i := range many {
		many[i] = strconv.Itoa(i)
	}
	type texts = []string
	for _, c := range []struct {
		not              bool
		values, prefixes []string
		want             string
	}{
		{is, texts{"429"}, nil, `="429"`},
		{not, texts{"429"}, nil, `!="429"`},
		{is, texts{"404", "429"}, nil, `=one_of("404","429")`},
		{not, texts{"404", "429"}, nil, `!=one_of("404","429")`},
		{is, nil, texts{"5"}, `=monitoring.regex.full_match("5.*")`},
		{not, nil, texts{"4"}, `!=monitoring.regex.full_match("4.*")`},
		{is, nil, texts{"2", "3"}, `=monitoring.regex.full_match("(2.*|3.*)")`},
		{not, texts{"429"}, texts{"5"}, `!=monitoring.regex.full_match("(429|5.*)")`},
		{is, texts{`a.b\"|`}, texts{"(x"}, `=monitoring.regex.full_match("(a\\.b\\\\\"\\||\\(x.*)")`},
		{is, many[:mostOneOf], nil, `=one_of("` + strings.Join(many[:mostOneOf], `","`) + `")`},
		{not, many, nil, `!=monitoring.regex.full_match("(` + strings.Join(many, "|") + `)")`},
	} {
		if got := (Term{Selector: "s", Not: c.not, Values: c.values, Prefixes: c.prefixes}).String(); got != "s"+c.want {
			t.Errorf("got  %s\nwant s%s", got, c.want)
		}
	}
}
