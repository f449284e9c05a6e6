package prometheus

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/internal/borrowed"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/common/expfmt"

	dto "github.com/prometheus/client_model/go"
)

// A program is the metrics of a process that changes: metrics come and go, as do their series;
// two producers share metrics; names, descriptions, types and labels change; some of it is
// malformed.
type program struct {
	rnd     *rand.Rand
	now     time.Time
	metrics []*metric.Metric
}

var (
	sameNames  = []string{"shop/a_total", "shop/a", "shop.a", "b_ms", "b", "b/count", "c", "d_bucket", "d"}
	sameLabels = []string{"http.method", "outcome", "http_method", "zone"}
	sameTexts  = []string{"", "GET", "PUT", "ok", "\"quoted\"\n\\", "üñ", "\xff"}
	sameBounds = [][]float64{{}, {1, 2}, {1, 2, 5, 10}, {-1, 0, 0, 1}, {1, 1, 2, 2}}
)

func pick[T any](p *program, of []T) T { return of[p.rnd.IntN(len(of))] }

// step changes the program and returns a copy of its metrics.
func (p *program) step() []*metric.Metric {
	p.now = p.now.Add(time.Duration(p.rnd.Int64N(int64(4 * time.Millisecond))))
	for range p.rnd.IntN(3) {
		switch p.rnd.IntN(8) {
		case 0, 1:
			p.metrics = append(p.metrics, p.metric())
		case 2:
			if len(p.metrics) > 3 {
				i := p.rnd.IntN(len(p.metrics))
				p.metrics = slices.Delete(p.metrics, i, i+1)
			}
		case 3:
			p.rnd.Shuffle(len(p.metrics), func(i, j int) { p.metrics[i], p.metrics[j] = p.metrics[j], p.metrics[i] })
		case 4:
			pick(p, p.metrics).Descriptor.Fallen = true
		case 5:
			pick(p, p.metrics).Descriptor.Description = pick(p, []string{"One.", "Two."})
		case 6:
			pick(p, p.metrics).Resource = &metric.Resource{Labels: map[string]string{"zone": pick(p, sameTexts[:4])}}
		case 7:
			pick(p, p.metrics).Descriptor.Unit = pick(p, []string{"ms", "1"})
		}
	}
	for _, m := range p.metrics {
		p.change(m)
	}
	var all []*metric.Metric
	for _, m := range p.metrics {
		all = append(all, copied(m))
	}
	return all
}

func (p *program) metric() *metric.Metric {
	if len(p.metrics) > 0 && p.rnd.IntN(4) == 0 { // a second producer
		m := copied(pick(p, p.metrics))
		return m
	}
	m := newMetric(pick(p, sameNames), pick(p, []metric.Type{metric.TypeCumulativeInt64, metric.TypeCumulativeDistribution,
		metric.TypeCumulativeDistribution, metric.TypeCumulativeFloat64, metric.TypeGaugeFloat64, metric.TypeGaugeInt64, metric.TypeSummary}), nil)
	m.Descriptor.Description, m.Descriptor.Unit = pick(p, []string{"One.", "Two."}), pick(p, []string{"ms", "1"})
	for _, l := range p.rnd.Perm(len(sameLabels))[:p.rnd.IntN(3)] {
		m.Descriptor.LabelKeys = append(m.Descriptor.LabelKeys, metric.LabelKey{Key: sameLabels[l]})
	}
	return m
}

// change adds series, removes series, shuffles them, and gives them new values.
func (p *program) change(m *metric.Metric) {
	switch p.rnd.IntN(6) {
	case 0:
		for range p.rnd.IntN(30) {
			m.Series = append(m.Series, p.series(m))
		}
	case 1:
		for len(m.Series) > 0 && p.rnd.IntN(3) > 0 {
			i := p.rnd.IntN(len(m.Series))
			m.Series = slices.Delete(m.Series, i, i+1)
		}
	case 2:
		p.rnd.Shuffle(len(m.Series), func(i, j int) { m.Series[i], m.Series[j] = m.Series[j], m.Series[i] })
	}
	for _, s := range m.Series {
		if p.rnd.IntN(3) == 0 {
			s.Point.Value = p.value(m.Descriptor.Type, s.Point.Value)
		}
	}
}

func (p *program) series(m *metric.Metric) *metric.Series {
	s := &metric.Series{StartTime: at.Add(time.Duration(p.rnd.IntN(2)) * time.Second)}
	for range m.Descriptor.LabelKeys {
		text := pick(p, sameTexts)
		s.LabelValues = append(s.LabelValues, metric.LabelValue{Value: text, Present: text != "" || p.rnd.IntN(2) == 0})
	}
	if p.rnd.IntN(50) == 0 {
		s.LabelValues = append(s.LabelValues, metric.NewLabelValue("more"))
	}
	s.Point.Value = p.value(m.Descriptor.Type, nil)
	return s
}

// value returns the next value of a series.
func (p *program) value(typ metric.Type, last any) any {
	if p.rnd.IntN(100) == 0 {
		return hostileValue(p.rnd, typ)
	}
	if typ != metric.TypeCumulativeDistribution {
		return randomValue(p.rnd, typ)
	}
	d, ok := last.(*metric.Distribution)
	if !ok || len(d.Buckets) == 0 || p.rnd.IntN(10) == 0 {
		bounds := pick(p, sameBounds)
		d = distribution(1e6*p.rnd.Float64(), bounds, make([]int64, len(bounds)+1)...)
	}
	i := p.rnd.IntN(len(d.Buckets))
	d.Count++
	d.Buckets[i].Count++
	d.Sum += pick(p, []float64{1, 0, -1e-3, 1e3, -1e3})
	if p.rnd.IntN(3) > 0 {
		v := 1e6
		if i < len(d.Bounds) {
			v = d.Bounds[i] - p.rnd.Float64()
		}
		d.Buckets[i].Exemplar = &metric.Exemplar{Value: v, Timestamp: p.now, Span: metric.Span{SpanID: metric.SpanID{byte(p.rnd.IntN(256)), 1}}}
	}
	return d
}

// copied returns a metric that shares no memory with another one.
func copied(m *metric.Metric) *metric.Metric {
	c := *m
	c.Descriptor.LabelKeys = slices.Clone(m.Descriptor.LabelKeys)
	if m.Resource != nil {
		c.Resource = &metric.Resource{Labels: maps.Clone(m.Resource.Labels)}
	}
	c.Series = nil
	for _, s := range m.Series {
		one := *s
		one.LabelValues = slices.Clone(s.LabelValues)
		if d, ok := s.Point.Value.(*metric.Distribution); ok {
			own := *d
			own.Bounds, own.Buckets = slices.Clone(d.Bounds), slices.Clone(d.Buckets)
			for i, b := range own.Buckets {
				if b.Exemplar != nil {
					e := *b.Exemplar
					own.Buckets[i].Exemplar = &e
				}
			}
			one.Point.Value = &own
		}
		c.Series = append(c.Series, &one)
	}
	return &c
}

// Gather implements prometheus.Gatherer.
func (e exposition) Gather() ([]*dto.MetricFamily, error) { return e.families, nil }

// theirResponses returns client_golang's responses to scrapes in all formats.
func theirResponses(families []*dto.MetricFamily) map[string]string {
	return responses(promhttp.HandlerFor(exposition{families: families}, promhttp.HandlerOpts{EnableOpenMetrics: true}))
}

// ourResponses returns our responses.
func ourResponses(t *testing.T, families []*dto.MetricFamily) map[string]string {
	wantPlain(t, families)
	h, log := newHandler(t, Options{OpenMetrics: true})
	all := responses(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.respond(w, r, families) }))
	wantReports(t, log, nil)
	return all
}

func responses(h http.Handler) map[string]string {
	all := map[string]string{}
	for _, accept := range []string{"text/plain", acceptOpenMetrics, string(expfmt.NewFormat(expfmt.TypeProtoDelim))} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		all[accept] = w.Header().Get("Content-Type") + "\n" + w.Body.String()
	}
	return all
}

// TestSameAsReference compares scrapes of a changing program with scrapes that keep nothing
// from one to the next: the bytes of the responses, the messages, and what is reported.
func TestSameAsReference(t *testing.T) {
	programs, steps := 60, 25
	if testing.Short() {
		programs = 20
	}
	served, shared, vanished := 0, 0, 0
	for seed := range uint64(programs) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		opts := Options{OpenMetrics: true}
		if seed%2 == 1 {
			opts.Namespace, opts.ConstLabels = "ns", map[string]string{"team": "shop", "a": ""}
		}
		h, log := newHandler(t, opts)
		want := &reference{naming: h.naming}
		p := &program{rnd: rnd, now: at}
		p.metrics = append(p.metrics, p.metric(), p.metric())
		messages, reported := newMessages(), map[string]bool{}
		for step := range steps {
			metrics := p.step()
			before := len(h.table.order)
			got := h.expose(metrics, h.packages(), messages).families
			families, leftOut := want.scrape(metrics, h.packages())
			borrowed.Overwrite(metrics)
			compareFamilies(t, got, families)
			gotResponses, wantResponses := ourResponses(t, got), theirResponses(families)
			for format, text := range wantResponses {
				if gotResponses[format] != text {
					t.Errorf("%s: got\n%s\nwant\n%s", format, gotResponses[format], text)
				}
			}
			for key := range leftOut {
				reported[key] = true
			}
			if len(log.all) != len(reported) {
				t.Errorf("reported %q, want %d: %q", log.sorted(), len(reported), slices.Sorted(maps.Keys(reported)))
			}
			if h.table.count() != len(h.table.order) || len(h.table.order) != samplesOf(families) {
				t.Errorf("the table has %d slots and %d in order for %d series", h.table.count(), len(h.table.order), samplesOf(families))
			}
			served += len(h.table.order)
			vanished += max(0, before-len(h.table.order))
			for key := range leftOut {
				if strings.HasSuffix(key, "same name and labels") {
					shared++
				}
			}
			if t.Failed() {
				t.Fatalf("program %d, step %d", seed, step)
			}
		}
	}
	if served < 200*programs || shared < 5*programs || vanished < 2*programs {
		t.Errorf("the programs have too little: %d series, %d with the labels of another one, %d that vanished", served, shared, vanished)
	}
}

func samplesOf(families []*dto.MetricFamily) (n int) {
	for _, f := range families {
		n += len(f.Metric)
	}
	return n
}

// count returns the number of slots.
func (t *table) count() (n int) {
	for _, s := range t.slots {
		for ; s != nil; s = s.next {
			n++
		}
	}
	return n
}

// compareFamilies compares messages: a text does not show whether a label is absent or empty.
func compareFamilies(t *testing.T, got, want []*dto.MetricFamily) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d families, want %d", len(got), len(want))
		return
	}
	for i := range got {
		if got, want := got[i].String(), want[i].String(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
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
