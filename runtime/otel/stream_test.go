package otel

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	sdk "go.opentelemetry.io/otel/sdk/metric"
)

// TestSeriesInTheMiddle: a bound series has its place before its first record, so it moves
// those behind it.
func TestSeriesInTheMiddle(t *testing.T) {
	s := openShop(t)
	cumulative, delta := NewProducer(), newDelta()
	s.requests.At(1).Inc()
	bound := s.requests.Bind(2)
	s.requests.At(3).Inc()
	wantText(t, produce(t, cumulative), s.requestsName, "sum int64 cumulative: a 1, c 1")
	wantText(t, produce(t, delta), s.requestsName, "sum int64 delta: a 1, c 1")
	bound.Inc()
	s.requests.At(3).Inc()
	s.requests.At(4).Inc()
	wantText(t, produce(t, cumulative), s.requestsName, "sum int64 cumulative: a 1, b 1, c 2, d 1")
	wantText(t, produce(t, delta), s.requestsName, "sum int64 delta: b 1, c 1, d 1")
}

// TestLastValuesComeAndGo: an observed series ends with its function, and moves those behind it.
func TestLastValuesComeAndGo(t *testing.T) {
	s := openShop(t)
	p := NewProducer()
	observe := func(letter uint8) func() {
		return s.total.Observe(func() int64 { return int64(letter) }, letterValue(letter))
	}
	stops := map[uint8]func(){}
	for letter := range uint8(5) {
		stops[letter] = observe(letter)
	}
	wantText(t, produce(t, p), s.poolName, "gauge int64: - 0, a 1, b 2, c 3, d 4")
	stops[1]()
	stops[3]()
	wantText(t, produce(t, p), s.poolName, "gauge int64: - 0, b 2, d 4")
	stops[1] = observe(1)
	wantText(t, produce(t, p), s.poolName, "gauge int64: - 0, b 2, d 4, a 1")
	for _, letter := range []uint8{0, 1, 2, 4} {
		stops[letter]()
	}
	scopes := produce(t, p)
	wantText(t, scopes, s.poolName, "")
	wantText(t, scopes, s.totalName, "")
	for _, st := range p.sources[s.pkg].streams {
		if st.name == s.poolName && st.rows != nil {
			t.Errorf("%d rows are held of functions that were stopped", len(st.rows))
		}
	}
}

// TestAlign compares rows with the series that they belong to, in random orders.
func TestAlign(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]*metric.Series, 20)
	for i := range all {
		all[i] = &metric.Series{LabelValues: []metric.LabelValue{metric.NewLabelValue(string(rune('a' + i)))}}
	}
	s := newStream(metric.Descriptor{Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "k"}}}, false, settings{deltas: deltas{recorded: true}}, "")
	known := map[*metric.Series]*last{} // of the reading before
	for range 1000 {
		reading := slices.Clone(all)
		if r.IntN(3) == 0 {
			r.Shuffle(len(reading), func(i, j int) { reading[i], reading[j] = reading[j], reading[i] })
		}
		reading = reading[:r.IntN(len(reading)+1)]
		if err := s.align(reading); err != nil || len(s.rows) != len(reading) {
			t.Fatalf("%d rows of %d series, %v", len(s.rows), len(reading), err)
		}
		before := known
		known = map[*metric.Series]*last{}
		for i, one := range reading {
			row := s.rows[i]
			if got := valuesOf(row.attributes); got != one.LabelValues[0].Value {
				t.Fatalf("the row of %s has the attribute %s", one.LabelValues[0].Value, got)
			}
			if was := before[one]; was != nil && was != row.last {
				t.Fatalf("the row of %s has forgotten its last reading", one.LabelValues[0].Value)
			}
			known[one] = row.last
		}
		for _, row := range s.rows[len(s.rows):cap(s.rows)] {
			if row.first != nil || row.last != nil {
				t.Fatal("a row that was dropped is still held")
			}
		}
	}
}

// TestUnregisterFreesRows: a package that is registered again and again leaves nothing
// behind, except the totals of functions, which go on.
func TestUnregisterFreesRows(t *testing.T) {
	for _, opts := range [][]Option{nil, {WithTemporality(sdk.DeltaTemporalitySelector)}} {
		s := newShop()
		p := NewProducer(opts...)
		stop := s.total.Observe(func() int64 { return 1 }, letterValue(1))
		for range 3 {
			mustRegister(t, s.pkg)
			s.requests.At(1).Inc()
			s.latency.At(1).Record(1)
			produce(t, p)
			s.pkg.Unregister()
			produce(t, p)
			for _, st := range p.sources[s.pkg].streams {
				want := 0
				if st.name == s.totalName {
					want = 1
				}
				if len(st.rows) != want {
					t.Errorf("%s: %d rows are held, want %d", st.name, len(st.rows), want)
				}
			}
		}
		stop()
	}
}

// TestAllocations: a collection makes no attribute set again, and needs no map if the series
// are those of the last one. It allocates no more for more series, or for more labels.
func TestAllocations(t *testing.T) {
	count := func(series, labels int, opts ...Option) float64 {
		l := newLatencies(t, series, labels)
		defer l.pkg.Unregister()
		p := NewProducer(opts...)
		produce(t, p)
		return testing.AllocsPerRun(5, func() {
			l.record()
			produce(t, p)
		})
	}
	for name, opts := range map[string][]Option{"cumulative": nil, "delta": {WithTemporality(sdk.DeltaTemporalitySelector)}} {
		few := count(10, 1, opts...)
		for _, c := range []struct{ series, labels int }{{10, 8}, {3000, 1}, {3000, 8}} {
			if many := count(c.series, c.labels, opts...); many > few+2 {
				t.Errorf("%s: %v allocations with %d series of %d labels, and %v with 10 series of a label", name, many, c.series, c.labels, few)
			}
		}
	}
}

// A brokenPart has metrics that no recorder makes.
type brokenPart struct {
	names []string
	read  func() []*metric.Metric
}

func (p brokenPart) Names() []string                             { return p.names }
func (brokenPart) Shares(record.Part) bool                       { return false }
func (brokenPart) Check() []error                                { return nil }
func (brokenPart) Start(map[string]metric.Descriptor) error      { return nil }
func (brokenPart) Stop()                                         {}
func (p brokenPart) Read(memory *record.Memory) []*metric.Metric { return p.read() }
func (brokenPart) Observed() bool                                { return false }
func (brokenPart) Active() bool                                  { return false }

// TestMisfits: a metric that no recorder makes costs only itself.
func TestMisfits(t *testing.T) {
	var nilDistribution *metric.Distribution
	for _, c := range []struct {
		kind   metric.Type
		labels int
		value  any
		want   string
	}{
		{metric.TypeCumulativeInt64, 1, 1.5, "has 1.5 (float64), which no recorder"},
		{metric.TypeGaugeFloat64, 1, int64(1), "has 1 (int64), which no recorder"},
		{metric.TypeCumulativeDistribution, 1, nilDistribution, "(*metric.Distribution), which no recorder"},
		{metric.TypeCumulativeDistribution, 1, &metric.Distribution{Bounds: []float64{1}}, "(*metric.Distribution), which no recorder"},
		{metric.TypeGaugeInt64, 0, int64(1), "has a series with 0 label values for 1 label keys"},
		{metric.TypeSummary, 1, &metric.Summary{}, "has summary (metric.Type), which no recorder"},
	} {
		said := problems(t)
		name, good := unique("bad"), unique("good")
		d := metric.Descriptor{Name: name, Type: c.kind, LabelKeys: []metric.LabelKey{{Key: "k"}}}
		count := series.NewCounts(series.SeriesInfo{Name: good, Size: 1})
		pkg := newPackage([]metric.Descriptor{d, {Name: good, Type: metric.TypeCumulativeInt64}}, series.Sets(count), brokenPart{
			names: []string{name},
			read: func() []*metric.Metric {
				one := &metric.Series{LabelValues: []metric.LabelValue{{}, {}}[:c.labels], Point: metric.Point{Value: c.value}}
				return []*metric.Metric{{Descriptor: d, Series: []*metric.Series{one}}}
			},
		})
		mustRegister(t, pkg)
		count.At(0).Inc()
		wantScopes(t, produce(t, NewProducer()), []string{pkg.Scope(), good})
		pkg.Unregister()
		wantProblems(t, said(), `ocgen: metric "`+name+`" `, c.want)
	}
}
