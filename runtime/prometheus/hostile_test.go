package prometheus

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/internal/testsource"
	"github.com/ocgen/ocgen/runtime/metric"
)

// Whatever one metric is like, all others are served, it is told once, and
// counted.
func TestHostileMetrics(t *testing.T) {
	cumulative, gaugeType, dist := metric.TypeCumulativeInt64, metric.TypeGaugeFloat64, metric.TypeCumulativeDistribution
	one := func() *metric.Series { return series(int64(1)) }
	with := func(m *metric.Metric, change func(*metric.Metric)) []*metric.Metric {
		change(m)
		return []*metric.Metric{m}
	}
	distributed := func(change func(*metric.Distribution)) []*metric.Metric {
		d := distribution(3, []float64{1, 2}, 1, 1, 1)
		change(d)
		return []*metric.Metric{newMetric("bad", dist, nil, series(d))}
	}
	just := func(m ...*metric.Metric) []*metric.Metric { return m }

	for _, c := range []struct {
		what    string
		metrics []*metric.Metric
		leftOut int
		reports []string // what each report contains, sorted
		served  string   // what of it is served nevertheless
	}{
		{"equal names", just(newMetric("bad/a", cumulative, nil, one()), newMetric("bad.a", cumulative, nil, one())), 1,
			[]string{`metric "bad/a" is left out: metrics "bad.a" and "bad/a" both use the name bad_a in Prometheus: rename one of them`}, `bad_a{team="shop"} 1`},
		{"a bucket's name", just(newMetric("bad_bucket", cumulative, nil, one()), newMetric("bad", dist, nil, series(distribution(0, nil, 1)))), 1,
			[]string{`metrics "bad" and "bad_bucket" both use the name bad_bucket`}, `bad_bucket{team="shop",le="+Inf"} 1`},
		{"a sum's name", just(newMetric("a/sum", cumulative, nil, one()), newMetric("a", dist, nil, series(distribution(0, nil, 1)))), 1,
			[]string{`metrics "a" and "a/sum" both use the name a_sum`}, `a_count{team="shop"} 1`},
		{"our name", just(newMetric("ocgen.prometheus.left.out.series", gaugeType, nil, series(77.0))), 1,
			[]string{`both use the name ocgen_prometheus_left_out_series`}, ""},
		{"exactly our name", with(newMetric(leftOutName, gaugeType, nil, series(77.0)), func(m *metric.Metric) { m.Descriptor.Description = leftOutHelp }), 1,
			[]string{`two different metrics have the name "ocgen_prometheus_left_out_series"`}, ""},
		{"equal names of two types", just(newMetric("bad", gaugeType, nil, series(1.5)), newMetric("bad", cumulative, nil, one())), 1,
			[]string{`two different metrics have the name "bad", a gauge described as "About bad." and a counter described as "About bad."`}, `bad{team="shop"} 1.5`},
		{"equal names of two descriptions", append(just(newMetric("bad", cumulative, nil, one())),
			with(newMetric("bad", cumulative, nil, one()), func(m *metric.Metric) { m.Descriptor.Description = "Other." })...), 1,
			[]string{`a counter described as "About bad." and a counter described as "Other."`}, `bad{team="shop"} 1`},
		{"equal labels", just(newMetric("bad", cumulative, []string{"a-b", "a.b"}, series(int64(1), "x", "y"))), 1,
			[]string{`its label keys "a-b" and "a.b" both become the label a_b`}, ""},
		{"a label of the options", just(newMetric("bad", cumulative, []string{"team"}, series(int64(1), "x"))), 1,
			[]string{`its label key "team" becomes the label team, which a resource or Options.ConstLabels sets`}, ""},
		{"a label of the resource", with(newMetric("bad", cumulative, []string{"zone"}, series(int64(1), "x")),
			func(m *metric.Metric) { m.Resource = &metric.Resource{Labels: map[string]string{"zone": "b"}} }), 1,
			[]string{`its label key "zone" becomes the label zone`}, ""},
		{"le", just(newMetric("bad", dist, []string{"le"}, series(distribution(0, nil, 1), "x"), series(distribution(0, nil, 1), "y"))), 2,
			[]string{`it is a distribution with the label key "le"`}, ""},
		{"le of the resource", with(newMetric("bad", dist, nil, series(distribution(0, nil, 1))),
			func(m *metric.Metric) { m.Resource = &metric.Resource{Labels: map[string]string{"le": "b"}} }), 1,
			[]string{`it is a distribution with the label key "le"`}, ""},
		{"le of a counter", just(newMetric("bad", cumulative, []string{"le"}, series(int64(1), "x"))), 0, nil, `bad{le="x",team="shop"} 1`},
		{"reserved label of the resource", with(newMetric("bad", cumulative, nil, one()),
			func(m *metric.Metric) {
				m.Resource = &metric.Resource{Labels: map[string]string{"__name__": "good"}}
			}), 1,
			[]string{`its resource has the label key "__name__", which Prometheus reserves`}, ""},
		{"label of the resource that is not UTF-8", with(newMetric("bad", cumulative, nil, one()),
			func(m *metric.Metric) { m.Resource = &metric.Resource{Labels: map[string]string{"zone": "\xff"}} }), 1,
			[]string{`its resource has the label zone="\xff", which is not UTF-8`}, ""},
		{"strange label of the resource", with(newMetric("bad", cumulative, nil, one()),
			func(m *metric.Metric) { m.Resource = &metric.Resource{Labels: map[string]string{"a.b\xff": "b"}} }), 0, nil, `bad{a_b_="b",team="shop"} 1`},
		{"no name", just(newMetric("", cumulative, nil, one())), 1, []string{`metric "" is left out: it has no name`}, ""},
		{"an empty key", just(newMetric("bad", cumulative, []string{""}, series(int64(1), "x"))), 1, []string{"one of its label keys is empty"}, ""},
		{"a name that is not UTF-8", just(newMetric("\xff\xfe\xfd", cumulative, []string{"\xff\xff"}, series(int64(1), "x"))), 0, nil, `key___{key__="x",team="shop"} 1`},
		{"a summary", just(newMetric("bad", metric.TypeSummary, nil, series(&metric.Summary{}))), 1, []string{"its type summary has no counterpart"}, ""},
		{"a gauge distribution", just(newMetric("bad", metric.TypeGaugeDistribution, nil, series(distribution(0, nil, 1)))), 1, []string{"its type gauge distribution has no counterpart"}, ""},
		{"an unknown type", just(newMetric("bad", 99, nil, one())), 1, []string{"its type unknown type has no counterpart"}, ""},

		{"few labels", just(newMetric("bad", cumulative, []string{"a", "b"}, series(int64(1), "x"), series(int64(2), "x", "y", "z"), series(int64(3), "x", "y"))), 2,
			[]string{`a series of metric "bad" is left out: its label values do not fit its label keys: 1 for ["a" "b"]`}, `bad{a="x",b="y",team="shop"} 3`},
		{"a label value that is not UTF-8", just(newMetric("bad", cumulative, []string{"a"}, series(int64(1), "\xff"), series(int64(2), "ok"))), 1,
			[]string{`a label value is not UTF-8: a="\xff"`}, `bad{a="ok",team="shop"} 2`},
		{"labels twice", just(newMetric("bad", cumulative, []string{"a"}, series(int64(1), "x"), series(int64(2), "x"))), 1,
			[]string{`another series has the same name and labels: bad{a="x",team="shop"}`}, "bad{a="},
		{"absent and empty", just(newMetric("bad", cumulative, []string{"a"},
			&metric.Series{LabelValues: []metric.LabelValue{{Present: true}}, Point: metric.Point{Value: int64(2)}},
			&metric.Series{LabelValues: []metric.LabelValue{{}}, Point: metric.Point{Value: int64(1)}})), 1,
			[]string{`another series has the same name and labels: bad{team="shop"}`}, `bad{a="",team="shop"} 1`},
		{"another order of labels", just(newMetric("bad", cumulative, []string{"a", "b"}, series(int64(1), "x", "y")), newMetric("bad", cumulative, []string{"b", "a"}, series(int64(1), "y", "x"))), 1,
			[]string{`another series has the same name and labels: bad{a="x",b="y",team="shop"}`}, `bad{a="x",b="y",team="shop"} 1`},
		{"shared by two producers", just(newMetric("bad", cumulative, []string{"a"}, series(int64(1), "x")), newMetric("bad", cumulative, []string{"a"}, series(int64(2), "y"))), 0, nil, `bad{a="y",team="shop"} 2`},
		{"a nil value", just(newMetric("bad", cumulative, nil, series(nil))), 1, []string{"its point does not fit its type: <nil> for a counter"}, ""},
		{"a distribution as counter", just(newMetric("bad", cumulative, nil, series(distribution(0, nil, 1)))), 1, []string{"*metric.Distribution for a counter"}, ""},
		{"an integer as distribution", just(newMetric("bad", dist, nil, one())), 1, []string{"int64 for a distribution"}, ""},
		{"a sum that is NaN", just(newMetric("bad", metric.TypeCumulativeFloat64, nil, series(math.NaN()))), 1, []string{"its sum is not finite: NaN"}, ""},
		{"a gauge that is NaN", just(newMetric("bad", gaugeType, nil, series(math.NaN()))), 0, nil, `bad{team="shop"} NaN`},
		{"no bounds", distributed(func(d *metric.Distribution) { d.Bounds = nil }), 1, []string{"it has no bucket bounds: 3 values in 3 buckets"}, ""},
		{"neither bounds nor buckets", distributed(func(d *metric.Distribution) { d.Bounds, d.Buckets = nil, nil }), 0, nil, `bad_bucket{team="shop",le="+Inf"} 3`},
		{"one bucket", distributed(func(d *metric.Distribution) {
			d.Bounds, d.Buckets = nil, []metric.Bucket{{Count: 3}}
		}), 0, nil, `bad_count{team="shop"} 3`},
		{"one bucket with too few", distributed(func(d *metric.Distribution) { d.Bounds, d.Buckets = nil, []metric.Bucket{{Count: 2}} }), 1, []string{"its bucket counts do not add up to its count: 2, not 3"}, ""},
		{"few buckets", distributed(func(d *metric.Distribution) { d.Buckets = d.Buckets[:2] }), 1, []string{"its buckets do not fit its bounds: 2 buckets for the bounds [1 2]"}, ""},
		{"falling bounds", distributed(func(d *metric.Distribution) { d.Bounds = []float64{2, 1} }), 1, []string{"its bounds do not increase: [2 1]"}, ""},
		{"a bound that is NaN", distributed(func(d *metric.Distribution) { d.Bounds[0] = math.NaN() }), 1, []string{"its bounds do not increase: [NaN 2]"}, ""},
		{"an infinite bound", distributed(func(d *metric.Distribution) { d.Bounds[1] = math.Inf(1) }), 0, nil, `bad_bucket{team="shop",le="+Inf"} 3`},
		{"a distribution whose sum is NaN", distributed(func(d *metric.Distribution) { d.Sum = math.NaN() }), 1, []string{"its sum is not finite: NaN"}, ""},
		{"a distribution whose sum is infinite", distributed(func(d *metric.Distribution) { d.Sum = math.Inf(-1) }), 1, []string{"its sum is not finite: -Inf"}, ""},
		{"a negative bucket", distributed(func(d *metric.Distribution) { d.Buckets[1].Count = -1 }), 1, []string{"its bucket counts do not add up to its count: -1 after 1 in bucket 1 of 3"}, ""},
		{"a large bucket", distributed(func(d *metric.Distribution) { d.Buckets[1].Count = math.MaxInt64 }), 1, []string{"9223372036854775807 after 1 in bucket 1 of 3"}, ""},
		{"a large count", distributed(func(d *metric.Distribution) { d.Count = 4 }), 1, []string{"its bucket counts do not add up to its count: 3, not 4"}, ""},
		{"a negative count", distributed(func(d *metric.Distribution) { d.Count = -1 }), 1, []string{"its bucket counts do not add up to its count"}, ""},
		{"a broken exemplar", distributed(func(d *metric.Distribution) {
			d.Buckets[0].Exemplar = &metric.Exemplar{Value: math.NaN(), Span: metric.Span{TraceID: metric.TraceID{1}}}
			d.Buckets[1].Exemplar = &metric.Exemplar{Value: 1, Timestamp: time.Unix(-1e12, 0)}
		}), 0, nil, "bad_count"},
	} {
		t.Run(c.what, func(t *testing.T) {
			good := []*metric.Metric{newMetric("good", cumulative, nil, series(int64(42))), newMetric("goods", dist, nil, series(distribution(1, []float64{1}, 1, 2)))}
			testsource.Produce(t, append(c.metrics, good...)...)
			h, log := newHandler(t, Options{ConstLabels: map[string]string{"team": "shop"}})
			text := get(t, h, "")
			if again := get(t, h, ""); again != text {
				t.Errorf("got\n%s\nthen\n%s", text, again)
			}
			all := families(t, withoutOwn(t, text, c.leftOut))
			if !strings.Contains(all["good"], `good{team="shop"} 42`) || !strings.Contains(all["goods"], `goods_count{team="shop"} 3`) {
				t.Errorf("others are not served:\n%s", text)
			}
			if c.served == "" && len(all) > len(good) || !strings.Contains(text, c.served) {
				t.Errorf("got\n%s\nwant %s", text, c.served)
			}
			wantReports(t, log, c.reports)
		})
	}
}

func wantReports(t *testing.T, log *errorLog, want []string) {
	t.Helper()
	got := log.sorted()
	if len(got) != len(want) {
		t.Errorf("reported %q, want %q", got, want)
		return
	}
	for i, text := range want {
		if !strings.Contains(got[i], text) || !strings.HasPrefix(got[i], "prometheus: ") {
			t.Errorf("reported %q, want %q", got[i], text)
		}
	}
}
