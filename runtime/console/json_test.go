package console

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
)

func TestJSONOfNothing(t *testing.T) {
	e := NewJSON(writer(func(p []byte) (int, error) { t.Errorf("wrote %q", p); return len(p), nil }))
	if err := e.Export(context.Background(), nil); err != nil {
		t.Error(err)
	}
}

// one returns a metric without a unit that has one series.
func one(name string, kind metric.Type, s *metric.Series, labelKeys ...string) []*metric.Metric {
	return []*metric.Metric{{
		Descriptor: metric.Descriptor{Name: name, Type: kind, LabelKeys: keys(labelKeys...)},
		Series:     []*metric.Series{s},
	}}
}

func TestJSONLines(t *testing.T) {
	const times = `"start":"2026-11-22T09:59:00Z","time":"2026-11-22T10:00:00Z"`
	spanned := distribution(7, []float64{5, 10}, 0, 1, 1)
	spanned.Buckets[1].Exemplar = &metric.Exemplar{Value: 7, Timestamp: at,
		Span: metric.Span{TraceID: metric.TraceID{1, 2, 15: 0xff}, SpanID: metric.SpanID{3, 7: 4}, Sampled: true}}
	spanned.Buckets[2].Exemplar = &metric.Exemplar{Value: math.Inf(1), Attachments: map[string]string{
		"SpanContext": "a text", "retried": "false", "user": "<u>",
	}}
	onResource := one("r", metric.TypeGaugeInt64, series(int64(0)))
	onResource[0].Resource = &metric.Resource{Type: "pod", Labels: map[string]string{"zone": "z", "name": "n"}}
	fallen := one("fallen", metric.TypeCumulativeInt64, series(int64(-1)))
	fallen[0].Descriptor.Fallen = true
	for _, c := range []struct {
		metrics []*metric.Metric
		want    string
	}{
		{fallen, `{"metric":"fallen","type":"cumulative_int64","monotonic":false,` + times + `,"value":-1}`},
		{one("max", metric.TypeCumulativeInt64, series(int64(math.MaxInt64))),
			`{"metric":"max","type":"cumulative_int64",` + times + `,"value":9223372036854775807}`},
		{one("nan", metric.TypeGaugeFloat64, series(math.NaN())), `{"metric":"nan","type":"gauge_float64",` + times + `,"value":"NaN"}`},
		{one("down", metric.TypeGaugeFloat64, series(math.Inf(-1))), `{"metric":"down","type":"gauge_float64",` + times + `,"value":"-Infinity"}`},
		{one("zero", metric.TypeCumulativeFloat64, series(0.0)), `{"metric":"zero","type":"cumulative_float64",` + times + `,"value":0}`},
		{one("odd", metric.Type(77), series(true)), `{"metric":"odd","type":"unknown_77",` + times + `,"value":"true (bool)"}`},
		{one("timeless", metric.TypeGaugeInt64, &metric.Series{Point: metric.Point{Value: int64(1)}}),
			`{"metric":"timeless","type":"gauge_int64","value":1}`},
		{one("labels", metric.TypeGaugeInt64, series(int64(1), "é<&>", "absent", "bad\xff"), "z", "y", "x"),
			`{"metric":"labels","type":"gauge_int64","labels":{"x":"bad\ufffd","z":"é<&>"},` + times + `,"value":1}`},
		{one("spans", metric.TypeGaugeDistribution, series(spanned)), `{"metric":"spans","type":"gauge_distribution",` + times +
			`,"distribution":{"count":2,"sum":7,"sum_of_squared_deviation":0,"bounds":[5,10],"counts":[0,1,1],"exemplars":[` +
			`{"bucket":1,"value":7,"time":"2026-11-22T10:00:00Z","trace_id":"010200000000000000000000000000ff","span_id":"0300000000000004"},` +
			`{"bucket":2,"value":"Infinity","attachments":{"SpanContext":"a text","retried":"false","user":"<u>"}}]}}`},
		{onResource, `{"metric":"r","type":"gauge_int64","resource":{"type":"pod","labels":{"name":"n","zone":"z"}},` + times + `,"value":0}`},
	} {
		got := export(t, NewJSON, c.metrics)
		if string(got) != c.want+"\n" {
			t.Errorf("got  %swant %s", got, c.want)
		}
		if !json.Valid(got) {
			t.Errorf("%s is not JSON", got)
		}
	}
}

// Without buckets, bounds or fitting labels there is still a line for each.
func TestJSONOfMisshapenMetrics(t *testing.T) {
	metrics := []*metric.Metric{
		{Descriptor: metric.Descriptor{Name: "a", Type: metric.TypeCumulativeInt64, LabelKeys: keys("a", "b")},
			Series: []*metric.Series{series(int64(1), "x"), series(int64(2), "x", "y", "z"), series(nil)}},
		{Descriptor: metric.Descriptor{Name: "b", Type: metric.TypeCumulativeDistribution},
			Series: []*metric.Series{series(&metric.Distribution{Count: 2}), series(&metric.Summary{})}},
	}
	lines := bytes.Split(bytes.TrimSuffix(export(t, NewJSON, metrics), []byte("\n")), []byte("\n"))
	if len(lines) != 5 {
		t.Errorf("%d lines: %s", len(lines), bytes.Join(lines, []byte("\n")))
	}
	for _, l := range lines {
		if !json.Valid(l) {
			t.Errorf("%s is not JSON", l)
		}
	}
}
