package prometheus

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// TestIdleAfterLeave: a scrape whose client left during the reading sets the time after which
// memory is released.
func TestIdleAfterLeave(t *testing.T) {
	g := newGate(t)
	h, _ := newHandler(t, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil).WithContext(ctx))
	}()
	for h.reader.took() == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-done
	close(g.pass)
	for h.reader.took() != 0 {
		time.Sleep(time.Millisecond)
	}
	h.reader.mu.Lock()
	if h.reader.spare != nil && h.reader.idle == nil {
		t.Error("memory kept and no timer releases it")
	}
	h.reader.mu.Unlock()
}

// TestTableShrinksSlowly: the table follows the number of series, also if no single scrape
// loses half of them.
func TestTableShrinksSlowly(t *testing.T) {
	h, _ := newHandler(t, Options{})
	to := newMessages()
	for n := 20000; n > 10; n = n * 6 / 10 {
		m := newMetric("counts", metric.TypeCumulativeInt64, []string{"a"})
		for i := range n {
			m.Series = append(m.Series, seriesOf(int64(1), i))
		}
		h.expose([]*metric.Metric{m}, h.packages(), to)
	}
	if cap(h.table.order) > 1000 {
		t.Errorf("cap(order) %d", cap(h.table.order))
	}
}

// TestGrowingBounds: buckets that are too few for more bounds are not kept.
func TestGrowingBounds(t *testing.T) {
	h, _ := newHandler(t, Options{})
	to := newMessages()
	for n := 1100; n < 1150; n++ {
		bounds := make([]float64, n)
		for i := range bounds {
			bounds[i] = float64(i)
		}
		m := newMetric("spread", metric.TypeCumulativeDistribution, []string{"a"})
		for i := range 10 {
			m.Series = append(m.Series, seriesOf(distribution(1, bounds, make([]int64, n+1)...), i))
		}
		h.expose([]*metric.Metric{m}, h.packages(), to)
	}
	if capacity(to.buckets) > 100000 {
		t.Errorf("room for %d buckets, and at most 11,500 are in use", capacity(to.buckets))
	}
}

// TestUnitsOfOneName: of several units the first one by the key of its series is served, as
// client_golang does.
func TestUnitsOfOneName(t *testing.T) {
	h, _ := newHandler(t, Options{OpenMetrics: true})
	ref := &reference{naming: h.naming}
	a := newMetric("x_b_ms", metric.TypeGaugeInt64, []string{"z"}, series(int64(1), "1"))
	a.Descriptor.Unit = "ms"
	b := newMetric("x_b_ms", metric.TypeGaugeInt64, []string{"a"}, series(int64(1), "2"))
	b.Descriptor.Unit = "b_ms"
	ms := []*metric.Metric{a, b}
	want, _ := ref.scrape(ms, h.packages())
	got := h.expose(ms, h.packages(), newMessages()).families
	compareFamilies(t, got, want)
}

// TestShownAcrossKinds: the values that the last scrape served are those of the same type.
func TestShownAcrossKinds(t *testing.T) {
	h, _ := newHandler(t, Options{OpenMetrics: true})
	ref := &reference{naming: h.naming}
	to := newMessages()
	hist := func(sum float64) *metric.Metric {
		return newMetric("x", metric.TypeCumulativeDistribution, nil, series(distribution(sum, []float64{1}, 1, 1)))
	}
	for i, m := range []*metric.Metric{hist(1000), newMetric("x", metric.TypeGaugeInt64, nil, series(int64(3))), hist(999.9999)} {
		m.Descriptor.Description = "same"
		want, _ := ref.scrape([]*metric.Metric{m}, h.packages())
		got := h.expose([]*metric.Metric{m}, h.packages(), to).families
		compareFamilies(t, got, want)
		if t.Failed() {
			t.Fatal(i)
		}
	}
}
