package prometheus

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/internal/testsource"
	"github.com/ocgen/ocgen/runtime/metric"
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
		var metrics []*metric.Metric
		for range 2 + rnd.IntN(6) {
			metrics = append(metrics, hostileMetric(rnd))
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			testsource.Produce(t, metrics...)
			h, log := newHandler(t, Options{ConstLabels: map[string]string{"team": "shop"}, Namespace: []string{"", "_", "ns:a"}[seed%3]})
			read, release := h.reader.read(t.Context())
			wantPlain(t, read.families)
			release()
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

func hostileMetric(rnd *rand.Rand) *metric.Metric {
	text := func() string { return meetingTexts[rnd.IntN(len(meetingTexts))] }
	m := newMetric(meetingNames[rnd.IntN(len(meetingNames))], metric.Type(rnd.IntN(8)), nil)
	if rnd.IntN(3) == 0 {
		m.Descriptor.Description = text()
	}
	m.Descriptor.Unit = []string{"1", "count", "\xff"}[rnd.IntN(3)]
	for range rnd.IntN(3) {
		m.Descriptor.LabelKeys = append(m.Descriptor.LabelKeys, metric.LabelKey{Key: text()})
	}
	if rnd.IntN(4) == 0 {
		m.Resource = &metric.Resource{Labels: map[string]string{text(): text()}}
	}
	for range rnd.IntN(4) {
		var labels []string
		for range len(m.Descriptor.LabelKeys) + rnd.IntN(10)/9 {
			labels = append(labels, text())
		}
		m.Series = append(m.Series, series(hostileValue(rnd, m.Descriptor.Type), labels...))
	}
	return m
}

func hostileValue(rnd *rand.Rand, typ metric.Type) any {
	if rnd.IntN(4) > 0 {
		return randomValue(rnd, typ)
	}
	d := distribution(math.Inf(rnd.IntN(3)-1), []float64{1, 1, math.Inf(1)}[:rnd.IntN(4)], 1, 0, -1, 2)
	return []any{nil, math.NaN(), math.Inf(1), int64(1), "text", d, &metric.Distribution{Count: 1}}[rnd.IntN(7)]
}

func randomValue(rnd *rand.Rand, typ metric.Type) any {
	switch typ {
	case metric.TypeGaugeInt64, metric.TypeCumulativeInt64:
		return rnd.Int64() - rnd.Int64()
	case metric.TypeGaugeFloat64, metric.TypeCumulativeFloat64:
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
