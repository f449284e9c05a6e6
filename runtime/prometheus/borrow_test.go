package prometheus

import (
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/internal/borrowed"
	"github.com/ocgen/ocgen/runtime/internal/testsource"
	"github.com/ocgen/ocgen/runtime/metric"
)

// TestConvertedMetricsAreCopies: an exposition does not change when the memory of its metrics is
// used again. Its responses are written later, and the next scrape needs its sums and exemplars.
func TestConvertedMetricsAreCopies(t *testing.T) {
	h, log := newHandler(t, Options{OpenMetrics: true})
	var texts [2]string
	for i := range texts {
		metrics := sampleMetrics()
		e := h.expose(metrics, h.packages(), newMessages())
		borrowed.Overwrite(metrics)
		for _, f := range e.families {
			texts[i] += f.String() + "\n"
		}
		if strings.Contains(texts[i], "used again") || strings.Contains(texts[i], "-7") {
			t.Fatalf("got\n%s", texts[i])
		}
	}
	if texts[0] != texts[1] {
		t.Errorf("got\n%s\nafter\n%s", texts[1], texts[0])
	}
	wantReports(t, log, nil)
}

// TestReportsAreCopies: a report does not change when the memory of its series is used again.
func TestReportsAreCopies(t *testing.T) {
	h, log := newHandler(t, Options{})
	metrics := []*metric.Metric{newMetric("bad", metric.TypeCumulativeInt64, []string{"a"}, series(int64(1), "\xff"))}
	h.expose(metrics, h.packages(), newMessages())
	borrowed.Overwrite(metrics)
	testsource.Produce(t, newMetric("bad", metric.TypeCumulativeInt64, []string{"a"}, series(int64(1), "\xff")))
	get(t, h, "") // the same thing is not reported again
	wantReports(t, log, []string{`a label value is not UTF-8: a="\xff"`})
}
