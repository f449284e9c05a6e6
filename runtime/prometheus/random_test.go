package prometheus

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/resource"
)

// Names that meet one another, once sanitised, in every way.
var (
	meetingNames = []string{"a", "a.count", "a/count", "a_sum", "a.bucket", "b", "b--", "b-", "b_count_count", leftOutName, "", "\xff"}
	meetingTexts = []string{"x", "x.y", "x-y", "le", "", "team", "\xff", "__name__", `"`, "quantile"}
)

// TestRandomHostileMetrics holds that whatever producers give, the scrape can be
// read, and that nothing comes to client_golang that it would have to refuse.
func TestRandomHostileMetrics(t *testing.T) {
	served := 0
	for seed := range uint64(500) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var metrics []*metricdata.Metric
		for range 2 + rnd.IntN(6) {
			metrics = append(metrics, hostileMetric(rnd))
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			produce(t, metrics...)
			h, log := newHandler(t, Options{ConstLabels: map[string]string{"team": "shop"}})
			served += len(families(t, get(t, h, ""))) - 1
			for _, report := range log.sorted() {
				if !strings.Contains(report, "is left out: ") {
					t.Errorf("client_golang had to refuse: %s", report)
				}
			}
		})
	}
	if served == 0 {
		t.Error("nothing was ever served")
	}
}

func hostileMetric(rnd *rand.Rand) *metricdata.Metric {
	text := func() string { return meetingTexts[rnd.IntN(len(meetingTexts))] }
	m := metric(meetingNames[rnd.IntN(len(meetingNames))], metricdata.Type(rnd.IntN(8)), nil)
	if rnd.IntN(3) == 0 {
		m.Descriptor.Description = text()
	}
	m.Descriptor.Unit = metricdata.Unit([]string{"1", "count", "\xff"}[rnd.IntN(3)])
	for range rnd.IntN(3) {
		m.Descriptor.LabelKeys = append(m.Descriptor.LabelKeys, metricdata.LabelKey{Key: text()})
	}
	if rnd.IntN(4) == 0 {
		m.Resource = &resource.Resource{Labels: map[string]string{text(): text()}}
	}
	for range rnd.IntN(4) {
		var labels []string
		for range len(m.Descriptor.LabelKeys) + rnd.IntN(10)/9 {
			labels = append(labels, text())
		}
		m.TimeSeries = append(m.TimeSeries, series(hostileValue(rnd, m.Descriptor.Type), labels...))
	}
	return m
}

func hostileValue(rnd *rand.Rand, typ metricdata.Type) any {
	if rnd.IntN(4) > 0 {
		return randomValue(rnd, typ)
	}
	d := distribution(math.Inf(rnd.IntN(3)-1), []float64{1, 1, math.Inf(1)}[:rnd.IntN(4)], 1, 0, -1, 2)
	return []any{nil, math.NaN(), math.Inf(1), int64(1), "text", d, &metricdata.Distribution{Count: 1}, (*metricdata.Distribution)(nil)}[rnd.IntN(8)]
}

func randomValue(rnd *rand.Rand, typ metricdata.Type) any {
	switch typ {
	case metricdata.TypeGaugeInt64, metricdata.TypeCumulativeInt64:
		return rnd.Int64() - rnd.Int64()
	case metricdata.TypeGaugeFloat64, metricdata.TypeCumulativeFloat64:
		return rnd.NormFloat64() * 1e6
	}
	bounds := make([]float64, rnd.IntN(8))
	counts := make([]int64, len(bounds)+1)
	for i := range counts {
		counts[i] = rnd.Int64N(1000)
		if i < len(bounds) {
			bounds[i] = float64(i) + rnd.Float64()
		}
	}
	return distribution(rnd.Float64()*1e6, bounds, counts...)
}
