package metrictest_test

import (
	"slices"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/metrictest"
	"github.com/ocgen/ocgen/runtime/metrictest/internal/faketb"
)

// onShelfA sees shop/sold of one shelf, as "sold", and knows its buckets.
var onShelfA = metrictest.Scope{
	Select: func(m *metric.Metric) *metric.Metric {
		if m.Descriptor.Name != "shop/sold" {
			return nil
		}
		m.Descriptor.Name = "sold"
		m.Series = slices.DeleteFunc(m.Series, func(s *metric.Series) bool { return s.LabelValues[0].Value != "a" })
		return m
	},
	Shape: func(name string) (metrictest.Shape, bool) {
		return metrictest.Shape{Tags: []string{"shelf"}, Kind: metrictest.Sum}, name == "sold"
	},
	Unknown: "the scope knows only sold",
}

func TestScope(t *testing.T) {
	f := faketb.New(t, t.Name())
	sell(onA, 5)
	m := metrictest.StartScope(f, onShelfA)
	sell(onA, 1)
	sell(onB, 2)
	request(1, ok, none)
	for _, c := range []struct {
		want string
		ask  func()
	}{
		{"", func() { m.Metric("sold").WantSum(1) }},
		{"sold: it has no count, because it is a sum", func() { m.Metric("sold").WantCount(1) }},
		{"shop/sold: the scope knows only sold", func() { m.Metric("shop/sold").WantSum(1) }},
		{"shop/request_count: the scope knows only sold", func() { m.Metric("shop/request_count").WantCount(1) }},
	} {
		if got := f.Run(c.ask); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// Metrics that serve a scope are not for other tests.
func TestScopePrefix(t *testing.T) {
	l, f := addProducer(t), faketb.New(t, t.Name())
	m := metrictest.Start(f)
	name := metrictest.ScopePrefix + "shop/sold"
	l.give(&metric.Metric{Descriptor: metric.Descriptor{Name: name}, Series: []*metric.Series{{Point: metric.Point{Value: int64(1)}}}})
	if got := m.String(); got != "nothing" {
		t.Errorf("recorded: %s", got)
	}
	if got := f.Run(func() { m.Metric(name).WantNoChange() }); got == "" {
		t.Errorf("%s is there", name)
	}
}
