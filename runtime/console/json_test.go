package console

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"testing"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/resource"
	"go.opencensus.io/trace"
)

func TestJSONOfNothing(t *testing.T) {
	e := NewJSON(writer(func(p []byte) (int, error) { t.Errorf("wrote %q", p); return len(p), nil }))
	if err := e.Export(context.Background(), nil); err != nil {
		t.Error(err)
	}
}

// one returns a metric without a unit that has one series.
func one(name string, kind metricdata.Type, s *metricdata.TimeSeries, labelKeys ...string) []*metricdata.Metric {
	return []*metricdata.Metric{{
		Descriptor: metricdata.Descriptor{Name: name, Type: kind, LabelKeys: keys(labelKeys...)},
		TimeSeries: []*metricdata.TimeSeries{s},
	}}
}

func TestJSONLines(t *testing.T) {
	const times = `"start":"2026-11-22T09:59:00Z","time":"2026-11-22T10:00:00Z"`
	spanned := distribution(7, []float64{5, 10}, 0, 1, 1)
	spanned.Buckets[1].Exemplar = &metricdata.Exemplar{Value: 7, Timestamp: at, Attachments: metricdata.Attachments{
		metricdata.AttachmentKeySpanContext: trace.SpanContext{TraceID: trace.TraceID{1, 2, 15: 0xff}, SpanID: trace.SpanID{3, 7: 4}, TraceOptions: 1},
	}}
	spanned.Buckets[2].Exemplar = &metricdata.Exemplar{Value: math.Inf(1), Attachments: metricdata.Attachments{
		metricdata.AttachmentKeySpanContext: "a text", "retried": false, "user": "<u>",
	}}
	onResource := one("r", metricdata.TypeGaugeInt64, series(int64(0)))
	onResource[0].Resource = &resource.Resource{Type: "pod", Labels: map[string]string{"zone": "z", "name": "n"}}
	for _, c := range []struct {
		metrics []*metricdata.Metric
		want    string
	}{
		{one("max", metricdata.TypeCumulativeInt64, series(int64(math.MaxInt64))),
			`{"metric":"max","type":"cumulative_int64",` + times + `,"value":9223372036854775807}`},
		{one("nan", metricdata.TypeGaugeFloat64, series(math.NaN())), `{"metric":"nan","type":"gauge_float64",` + times + `,"value":"NaN"}`},
		{one("down", metricdata.TypeGaugeFloat64, series(math.Inf(-1))), `{"metric":"down","type":"gauge_float64",` + times + `,"value":"-Infinity"}`},
		{one("zero", metricdata.TypeCumulativeFloat64, series(0.0)), `{"metric":"zero","type":"cumulative_float64",` + times + `,"value":0}`},
		{one("odd", metricdata.Type(77), series(true)), `{"metric":"odd","type":"unknown_77",` + times + `,"value":"true (bool)"}`},
		{one("timeless", metricdata.TypeGaugeInt64, &metricdata.TimeSeries{Points: []metricdata.Point{{Value: int64(1)}}}),
			`{"metric":"timeless","type":"gauge_int64","value":1}`},
		{one("labels", metricdata.TypeGaugeInt64, series(int64(1), "é<&>", "absent", "bad\xff"), "z", "y", "x"),
			`{"metric":"labels","type":"gauge_int64","labels":{"x":"bad\ufffd","z":"é<&>"},` + times + `,"value":1}`},
		{one("spans", metricdata.TypeGaugeDistribution, series(spanned)), `{"metric":"spans","type":"gauge_distribution",` + times +
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
	metrics := []*metricdata.Metric{
		{Descriptor: metricdata.Descriptor{Name: "a", Type: metricdata.TypeCumulativeInt64, LabelKeys: keys("a", "b")},
			TimeSeries: []*metricdata.TimeSeries{series(int64(1), "x"), series(int64(2), "x", "y", "z"), series(nil)}},
		{Descriptor: metricdata.Descriptor{Name: "b", Type: metricdata.TypeCumulativeDistribution},
			TimeSeries: []*metricdata.TimeSeries{series(&metricdata.Distribution{Count: 2}), series(&metricdata.Summary{})}},
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
