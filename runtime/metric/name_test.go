package metric

import "testing"

func TestSeriesName(t *testing.T) {
	m := &Metric{Descriptor: Descriptor{Name: "shop/request_count", LabelKeys: []LabelKey{{Key: "method"}, {Key: "route"}, {Key: "user"}}}}
	container := &Resource{Type: "container", Labels: map[string]string{"name": "a b", "cluster": "c1"}}
	absent := LabelValue{}
	for _, c := range []struct {
		resource *Resource
		values   []LabelValue
		want     string
	}{
		{nil, nil, "shop/request_count"},
		{nil, []LabelValue{absent, absent, absent}, "shop/request_count"},
		{nil, []LabelValue{NewLabelValue("GET"), NewLabelValue("/cart"), absent}, "shop/request_count{method=GET,route=/cart}"},
		{nil, []LabelValue{absent, absent, NewLabelValue("u1")}, "shop/request_count{user=u1}"},
		{nil, []LabelValue{NewLabelValue(""), absent, absent}, `shop/request_count{method=""}`},
		{nil, []LabelValue{NewLabelValue("a,route=b"), absent, absent}, `shop/request_count{method="a,route=b"}`},
		{nil, []LabelValue{NewLabelValue("a b"), NewLabelValue(`a"b`), NewLabelValue("日本")}, `shop/request_count{method="a b",route="a\"b",user="日本"}`},
		{nil, []LabelValue{absent, absent, absent, NewLabelValue("more than keys")}, "shop/request_count"},
		{container, []LabelValue{NewLabelValue("GET")}, `shop/request_count{method=GET}@container,cluster=c1,name="a b"`},
	} {
		m.Resource = c.resource
		s := &Series{LabelValues: c.values}
		if got := SeriesName(m, s); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
		if got := string(AppendSeriesName([]byte("before "), m, s)); got != "before "+c.want {
			t.Errorf("appended to %q", got)
		}
	}
	m.Resource = nil
	if got := SeriesName(m, nil); got != "shop/request_count" {
		t.Errorf("of no series: %s", got)
	}
	if got := SeriesName(nil, nil); got != "?" {
		t.Errorf("of no metric: %s", got)
	}
}

// TestDifferentSeriesHaveDifferentNames, whatever their values are made of.
func TestDifferentSeriesHaveDifferentNames(t *testing.T) {
	texts := []string{"", "a", "b", `"`, `""`, `\`, "a,b", "a,y=b", "{", "}", "=", "@", `"a"`, " ", "\n", "é", "?"}
	var values []LabelValue
	values = append(values, LabelValue{})
	for _, text := range texts {
		values = append(values, NewLabelValue(text))
	}
	seen := map[string][2]LabelValue{}
	m := &Metric{Descriptor: Descriptor{Name: "m", LabelKeys: []LabelKey{{Key: "x"}, {Key: "y"}}}}
	for _, x := range values {
		for _, y := range values {
			name := SeriesName(m, &Series{LabelValues: []LabelValue{x, y}})
			if other, ok := seen[name]; ok {
				t.Errorf("%+v and %+v are both %s", other, []LabelValue{x, y}, name)
			}
			seen[name] = [2]LabelValue{x, y}
		}
	}
}

func TestAppendSeriesNameAllocatesNothing(t *testing.T) {
	m := &Metric{Descriptor: Descriptor{Name: "m", LabelKeys: []LabelKey{{Key: "x"}}}}
	s := &Series{LabelValues: []LabelValue{NewLabelValue("a b")}}
	b := make([]byte, 0, 100)
	if n := testing.AllocsPerRun(100, func() { AppendSeriesName(b, m, s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
