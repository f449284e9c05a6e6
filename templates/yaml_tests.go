package templates

import "gopkg.in/yaml.v3"

// A RuleTestFile is a file of unit tests of rules, for "promtool test rules".
type RuleTestFile struct {
	Head  []string // lines of comments, complete
	Rules string   // the file of rules, beside this file
	Tests []RuleTest
}

// A RuleTest evaluates all rules on some series each minute, and then asks questions.
type RuleTest struct {
	Name    string
	Series  []InputSeries
	Queries []QueryTest
	Alerts  []AlertTest
}

// InputSeries is a time series with a sample each minute, e.g. "0+60x120".
type InputSeries struct {
	Series, Values string
}

// A QueryTest compares the result of a query.
type QueryTest struct {
	Expr    string
	At      string // time since the first sample, e.g. "1h"
	Samples []ExpectedSample
}

// An ExpectedSample is a series, as PromQL writes it, and its value.
type ExpectedSample struct {
	Labels, Value string
}

// An AlertTest compares all firing alerts with a name.
type AlertTest struct {
	At, Name string
	Alerts   []ExpectedAlert
}

// An ExpectedAlert has exactly the labels and annotations, beside the name of the alert.
type ExpectedAlert struct {
	Labels, Annotations map[string]string
}

// YAML returns the file. Equal files give equal bytes.
func (f RuleTestFile) YAML() ([]byte, error) {
	return encodeYAML(f.Head, mapping(
		pair{"rule_files", sequence(scalar(f.Rules))},
		pair{"evaluation_interval", scalar("1m")},
		pair{"tests", each(f.Tests, RuleTest.node)},
	))
}

func (t RuleTest) node() *yaml.Node {
	return mapping(
		pair{"name", scalar(t.Name)},
		pair{"interval", scalar("1m")},
		pair{"input_series", each(t.Series, InputSeries.node)},
		pair{"promql_expr_test", each(t.Queries, QueryTest.node)},
		pair{"alert_rule_test", each(t.Alerts, AlertTest.node)},
	)
}

func (s InputSeries) node() *yaml.Node {
	return mapping(pair{"series", scalar(s.Series)}, pair{"values", scalar(s.Values)})
}

func (t QueryTest) node() *yaml.Node {
	return mapping(pair{"expr", scalar(t.Expr)}, pair{"eval_time", scalar(t.At)}, pair{"exp_samples", orNone(each(t.Samples, ExpectedSample.node))})
}

func (s ExpectedSample) node() *yaml.Node {
	return mapping(pair{"labels", scalar(s.Labels)}, pair{"value", &yaml.Node{Kind: yaml.ScalarNode, Value: s.Value}})
}

func (t AlertTest) node() *yaml.Node {
	return mapping(pair{"eval_time", scalar(t.At)}, pair{"alertname", scalar(t.Name)}, pair{"exp_alerts", orNone(each(t.Alerts, ExpectedAlert.node))})
}

func (a ExpectedAlert) node() *yaml.Node {
	return mapping(pair{"exp_labels", textMap(a.Labels)}, pair{"exp_annotations", textMap(a.Annotations)})
}

// each returns the sequence of the nodes of a list.
func each[T any](list []T, node func(T) *yaml.Node) *yaml.Node {
	s := sequence()
	for _, element := range list {
		s.Content = append(s.Content, node(element))
	}
	return s
}

// orNone returns a sequence that is written even if it is empty.
func orNone(s *yaml.Node) *yaml.Node {
	if len(s.Content) == 0 {
		s.Style = yaml.FlowStyle
	}
	return s
}
