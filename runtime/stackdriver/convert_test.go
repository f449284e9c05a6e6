package stackdriver

import (
	"strings"
	"testing"

	"go.opencensus.io/metric/metricdata"
)

func TestNames(t *testing.T) {
	for _, test := range []struct{ prefix, name, want string }{
		{"", "a/b", "custom.googleapis.com/opencensus/a/b"},
		{"", "/a", "custom.googleapis.com/opencensus/a"},
		{"mysvc", "a/b", "custom.googleapis.com/opencensus/mysvc/a/b"},
		{"custom.googleapis.com/mysvc", "a/b", "custom.googleapis.com/mysvc/a/b"},
		{"external.googleapis.com/prometheus/", "x//y/../z", "external.googleapis.com/prometheus/x/z"},
		{"", "knative.dev/serving/x", "knative.dev/serving/x"},
		{"mysvc", "kubernetes.io/x", "mysvc/kubernetes.io/x"},
	} {
		if got := metricType(test.prefix, test.name); got != test.want {
			t.Errorf("%q, %q: got %q, want %q", test.prefix, test.name, got, test.want)
		}
	}
	for key, want := range map[string]string{
		"": "", "a": "a", "http.method": "http_method", "1st": "key_1st", "_x": "key_x", "-": "key_", "é": "key_",
		strings.Repeat("a", 101): strings.Repeat("a", 100),
	} {
		if got := labelKey(key); got != want {
			t.Errorf("%q: got %q, want %q", key, got, want)
		}
	}
}

// Attachments that Cloud Monitoring has no kind for are left out, and the
// exemplar stays.
func TestOtherAttachments(t *testing.T) {
	e, err := exemplar(&metricdata.Exemplar{Value: 2, Attachments: metricdata.Attachments{"user": "x", metricdata.AttachmentKeySpanContext: "no span"}}, "p")
	if err != nil || e.Value != 2 || len(e.Attachments) != 0 {
		t.Errorf("got %v, %v", e, err)
	}
}
