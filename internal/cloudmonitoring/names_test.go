package cloudmonitoring

import (
	"strings"
	"testing"
)

func TestMetricType(t *testing.T) {
	for _, test := range []struct{ prefix, name, want string }{
		{"", "a/b", "custom.googleapis.com/opencensus/a/b"},
		{"", "/a", "custom.googleapis.com/opencensus/a"},
		{"mysvc", "a/b", "custom.googleapis.com/opencensus/mysvc/a/b"},
		{"custom.googleapis.com/mysvc", "a/b", "custom.googleapis.com/mysvc/a/b"},
		{"external.googleapis.com/prometheus/", "x//y/../z", "external.googleapis.com/prometheus/x/z"},
		{"", "knative.dev/serving/x", "knative.dev/serving/x"},
		{"mysvc", "kubernetes.io/x", "mysvc/kubernetes.io/x"},
	} {
		if got := MetricType(test.prefix, test.name); got != test.want {
			t.Errorf("%q, %q: got %q, want %q", test.prefix, test.name, got, test.want)
		}
	}
}

func TestLabelKey(t *testing.T) {
	for key, want := range map[string]string{
		"": "", "a": "a", "http.method": "http_method", "1st": "key_1st", "_x": "key_x", "-": "key_", "é": "key_",
		strings.Repeat("a", 101): strings.Repeat("a", 100),
	} {
		if got := LabelKey(key); got != want {
			t.Errorf("%q: got %q, want %q", key, got, want)
		}
	}
}

func TestDisplayName(t *testing.T) {
	for name, want := range map[string]string{
		"shop/latency": "OpenCensus/shop/latency", "//shop//x": "OpenCensus/shop/x",
		"my.googleapis.com//x": "my.googleapis.com//x", "istio.io/x": "istio.io/x",
	} {
		if got := DisplayName(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestCreatable(t *testing.T) {
	for metricType, want := range map[string]bool{
		"custom.googleapis.com/x": true, "external.googleapis.com/x": true, "workload.googleapis.com/x": true,
		"custom.googleapis.com": false, "compute.googleapis.com/x": false, "x/custom.googleapis.com/x": false, "": false,
	} {
		if got := Creatable(metricType); got != want {
			t.Errorf("%q: got %t", metricType, got)
		}
	}
}

func TestDocumentedName(t *testing.T) {
	for name, want := range map[string]bool{
		"shop/Latency_2": true, strings.Repeat("a", 100): true,
		"": false, "a.b": false, "a-b": false, "é": false, strings.Repeat("a", 101): false,
	} {
		if got := IsDocumentedName(name); got != want {
			t.Errorf("%q: got %t", name, got)
		}
	}
}

func TestPromQLName(t *testing.T) {
	for metricType, want := range map[string]string{
		"custom.googleapis.com/opencensus/shop/request_count": "custom_googleapis_com:opencensus_shop_request_count",
		"workload.googleapis.com/a.b-c":                       "workload_googleapis_com:a_b_c",
		"x.y":                                                 "x_y",
	} {
		if got := PromQLName(metricType); got != want {
			t.Errorf("%q: got %q, want %q", metricType, got, want)
		}
	}
}

func TestPromQLLabel(t *testing.T) {
	for _, test := range []struct{ resource, key, want string }{
		{"k8s_pod", "http.method", "http_method"},
		{"k8s_pod", "location", "metric_location"},
		{"", "location", "location"},
		{"global", "location", "location"},
	} {
		if got := PromQLLabel(test.resource, test.key); got != test.want {
			t.Errorf("%q of %q: got %q, want %q", test.key, test.resource, got, test.want)
		}
	}
}
