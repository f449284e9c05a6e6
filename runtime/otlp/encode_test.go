package otlp

import (
	"errors"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/protobuf/proto"
)

// itemsOf returns the series that an export would send, and the others.
func itemsOf(metrics []*metric.Metric) ([]item, []runtime.Failure) {
	d := delivery{exporter: &Exporter{}, batch: &batch{}}
	for _, m := range metrics {
		if m == nil {
			continue
		}
		for _, s := range m.Series {
			d.add(m, s)
		}
	}
	return d.batch.items, d.failures
}

// exportFailures returns the failures of an error of Export.
func exportFailures(t *testing.T, err error) []runtime.Failure {
	t.Helper()
	var failed *runtime.ExportError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	if failed == nil {
		return nil
	}
	return failed.Failures
}

// TestRepeatedKeys: of labels with the same key, the last that is present is sent, as an
// attribute.Set has it.
func TestRepeatedKeys(t *testing.T) {
	present, absent := metric.NewLabelValue, metric.LabelValue{}
	for _, c := range []struct {
		values []metric.LabelValue // of b, a, b, a, b
		want   string
	}{
		{[]metric.LabelValue{present("1"), present("2"), present("3"), present("4"), present("5")}, "a=4 b=5"},
		{[]metric.LabelValue{present("1"), present("2"), present("3"), absent, absent}, "a=2 b=3"},
		{[]metric.LabelValue{present("1"), absent, absent, absent, absent}, "b=1"},
		{[]metric.LabelValue{absent, absent, absent, present(""), absent}, "a="},
		{make([]metric.LabelValue, 5), ""},
	} {
		m := &metric.Metric{Descriptor: metric.Descriptor{Name: "m", Type: metric.TypeGaugeInt64}}
		for _, key := range strings.Split("babab", "") {
			m.Descriptor.LabelKeys = append(m.Descriptor.LabelKeys, metric.LabelKey{Key: key})
		}
		var e encoder
		encoded, err := e.appendPoint(nil, m, &metric.Series{LabelValues: c.values, Point: metric.Point{Value: int64(1)}})
		var gauge metrics.Gauge
		if err := errors.Join(err, proto.Unmarshal(encoded, &gauge)); err != nil || len(gauge.DataPoints) != 1 {
			t.Fatalf("%v, %v", err, &gauge)
		}
		var got []string
		for _, a := range gauge.DataPoints[0].Attributes {
			got = append(got, a.Key+"="+a.Value.GetStringValue())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("got %v, want %s", got, c.want)
		}
	}
}
