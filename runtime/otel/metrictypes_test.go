package otel

import (
	"context"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// registerPrefixed registers a package of one count by the keys, with one record whose values
// are 1, 2 and so on.
func registerPrefixed(t *testing.T, prefix, name string, keys ...string) *record.Package {
	d := metric.Descriptor{Name: name, Type: metric.TypeCumulativeInt64}
	var tags []*record.Tag
	size := uint64(1)
	for i, key := range keys {
		d.LabelKeys = append(d.LabelKeys, metric.LabelKey{Key: key})
		tags = append(tags, record.NewClosedTag(key, record.ClosedTag{Values: []string{string(rune('1' + i))}}))
		size *= tags[i].Indices()
	}
	count := series.NewCounts(series.SeriesInfo{Name: name, Tags: tags, Size: size})
	p := record.NewPackage(record.PackageInfo{
		Name: "prefixed", Scope: unique("prefixed"), Parts: []record.Part{series.Sets(count)},
		Descriptors: func() []metric.Descriptor { return []metric.Descriptor{d} },
		Monitoring:  record.Monitoring{MetricPrefix: prefix},
	})
	mustRegister(t, p)
	t.Cleanup(p.Unregister)
	count.At(0).Inc()
	return p
}

// attributesOfOnly returns the attributes of the only point of the metric, as text.
func attributesOfOnly(t *testing.T, scopes []metricdata.ScopeMetrics, name string) string {
	t.Helper()
	data := found(t, scopes, name)
	if data == nil {
		t.Errorf("no metric %s", name)
		return ""
	}
	text := ""
	for _, a := range data.(metricdata.Sum[int64]).DataPoints[0].Attributes.ToSlice() {
		text += string(a.Key) + "=" + a.Value.AsString() + " "
	}
	return text
}

// TestMetricTypes: the names are those that the filters of SLOs select.
func TestMetricTypes(t *testing.T) {
	prefixed := registerPrefixed(t, "custom.googleapis.com/acme", "shop/orders", "1st", "http.method", "shop")
	registerPrefixed(t, "", "shop/returns", "_x", "z-z")
	registerPrefixed(t, "acme", "//shop//visits")
	scopes := produce(t, NewProducer(WithMetricTypes()))
	for name, want := range map[string]string{
		"custom.googleapis.com/acme/shop/orders":            "http_method=2 key_1st=1 shop=3 ",
		"custom.googleapis.com/opencensus/shop/returns":     "key_x=1 z_z=2 ",
		"custom.googleapis.com/opencensus/acme/shop/visits": "",
	} {
		if got := attributesOfOnly(t, scopes, name); got != want {
			t.Errorf("%s has the attributes %s, want %s", name, got, want)
		}
	}
	if scopes[0].Scope.Name != prefixed.Scope() {
		t.Errorf("the first scope is %s", scopes[0].Scope.Name)
	}
	plain := produce(t, NewProducer())
	if got := attributesOfOnly(t, plain, "shop/orders"); got != "1st=1 http.method=2 shop=3 " {
		t.Errorf("without the option: %s", got)
	}
}

// TestMetricTypesOfEqualKeys: the rule name-collision prevents them. Otherwise it is always
// the same label that stays.
func TestMetricTypesOfEqualKeys(t *testing.T) {
	registerPrefixed(t, "", "equal", "http.method", "http/method", "http_method")
	for range 20 {
		scopes := produce(t, NewProducer(WithMetricTypes()))
		if got := attributesOfOnly(t, scopes, "custom.googleapis.com/opencensus/equal"); got != "http_method=3 " {
			t.Fatalf("got %s", got)
		}
	}
}

// TestMetricTypeOfStats has the prefix of the first registered package, as in
// runtime/stackdriver.
func TestMetricTypeOfStats(t *testing.T) {
	record.CounterOfMeasure(unique("counted"), record.ReasonOverflow).Inc()
	p := NewProducer(WithMetricTypes())
	name := func() string {
		scopes, err := p.Produce(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		own := scopes[len(scopes)-1]
		if own.Scope.Name != ownScope {
			t.Errorf("the last scope is %s", own.Scope.Name)
		}
		return own.Metrics[0].Name
	}
	first := registerPrefixed(t, "custom.googleapis.com/first", "first")
	registerPrefixed(t, "custom.googleapis.com/second", "second")
	if got, want := name(), "custom.googleapis.com/first/ocgen/telemetry/replaced_or_dropped"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	first.Unregister()
	if got, want := name(), "custom.googleapis.com/second/ocgen/telemetry/replaced_or_dropped"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
