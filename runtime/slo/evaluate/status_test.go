package evaluate_test

import (
	"context"
	"encoding/json"
	"math"
	goruntime "runtime"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/internal/testsource"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// TestMissingView: the SLO says that its view is not registered, and has data
// once it is; a registered view without records is no data, not 100 %.
func TestMissingView(t *testing.T) {
	const name = "slo/missing"
	counts := series.NewCounts(series.SeriesInfo{Name: name, Size: 1})
	p := record.NewPackage(record.PackageInfo{
		Name:  "missing",
		Parts: []record.Part{series.Sets(counts)},
		Descriptors: func() []metric.Descriptor {
			return []metric.Descriptor{{Name: name, Type: metric.TypeCumulativeInt64}}
		},
	})
	total := &slo.Selection{Metric: name, Unit: "1"}
	none := &slo.Selection{Metric: "slo/never", Unit: "1"}
	e := evaluate.New(evaluate.Options{SLOs: []slo.SLO{
		{ID: "missing", Goal: 0.9, Days: 28, Ratio: &slo.Ratio{Bad: total, Total: total}},
		{ID: "half", Goal: 0.9, Days: 28, Ratio: &slo.Ratio{Bad: none, Total: total}},
	}})
	want := func(state evaluate.State, total float64, status ...string) {
		t.Helper()
		r := e.Evaluate(context.Background())
		for i, s := range r.SLOs {
			if !strings.Contains(s.Status, status[i]) || s.Status != "" && status[i] == "" || !s.Computable {
				t.Errorf("%s says %q, want %q", s.ID, s.Status, status[i])
			}
		}
		if s := r.SLOs[0]; s.State != state || s.SinceStart.Total != total {
			t.Errorf("%s is %s with %v events, want %s with %v", s.ID, s.State, s.SinceStart.Total, state, total)
		}
	}
	want(evaluate.NoData, 0, "nothing exports slo/missing: its view is not registered", "nothing exports slo/never")
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	want(evaluate.NoData, 0, "nothing has been recorded", "nothing exports slo/never")
	counts.At(0).Inc()
	want(evaluate.Bad, 1, "", "nothing exports slo/never")
	p.Unregister()
	want(evaluate.NoData, 1, "nothing exports slo/missing", "nothing exports slo/never")
}

type panicker struct{ panics bool }

func (p *panicker) Read() []*metric.Metric {
	if p.panics {
		panic("no metrics today")
	}
	return []*metric.Metric{counter("slo/panicking", noon, 1, 1)}
}

// TestPanickingProducer: it costs its own SLOs a reading, and the report says
// so.
func TestPanickingProducer(t *testing.T) {
	p := &panicker{panics: true}
	testsource.Add(p)
	defer testsource.Remove(p)
	src := &source{now: noon.Add(time.Second)}
	e := evaluate.New(evaluate.Options{SLOs: []slo.SLO{aOfAll("slo/panicking")}, Now: func() time.Time { return src.now }})
	said := "slo/panicking could not be read: the producer *evaluate_test.panicker of metrics panicked: no metrics today"
	look := func(state evaluate.State, total float64, status string) {
		t.Helper()
		r := e.Evaluate(context.Background())
		s := r.SLOs[0]
		if s.State != state || s.SinceStart.Total != total || !strings.HasPrefix(s.Status, status) || status == "" && s.Status != "" || (len(r.Problems) == 1) != p.panics {
			t.Errorf("%s with %v events, %q, %q; want %s, %v, %q", s.State, s.SinceStart.Total, s.Status, r.Problems, state, total, status)
		}
	}
	look(evaluate.NoData, 0, said)
	p.panics = false
	look(evaluate.Good, 2, "")
	p.panics = true
	src.now = src.now.Add(time.Hour)
	look(evaluate.NoData, 2, said)
	if s := e.Evaluate(context.Background()).SLOs[0]; !s.SinceStart.To.Equal(noon.Add(time.Second)) {
		t.Errorf("what was read an hour ago is said to be of %v", s.SinceStart.To)
	}
}

// TestNotComputable: an SLO that cannot be evaluated exactly says why.
func TestNotComputable(t *testing.T) {
	birth := noon.Add(-time.Second)
	m := histogram("m", birth, []float64{10, 20}, 1, 2, 3)
	ragged := histogram("m", birth, []float64{10, 20}, 1, 2, 3)
	ragged.Series = append(ragged.Series, histogram("m", birth, []float64{10}, 1, 2).Series...)
	twice := counter("m", birth, 1)
	twice.Series = append(twice.Series, counter("m", birth, 1).Series...)
	basic := &slo.Basic{Availability: true}
	for _, c := range []struct {
		slo    slo.SLO
		metric *metric.Metric
		says   string
	}{
		{under("m", 0, 15), m, "max 15 is not a bucket bound of m (its neighbours are 10 and 20), so values within a bucket cannot be told apart: add the bound, or set max to a bound"},
		{under("m", 5, 20), m, "min 5 is not a bucket bound of m (its first is 10)"},
		{under("m", -5, 20), m, "min -5 is not a bucket bound of m (its first is 10)"},
		{under("m", 10, 25), m, "max 25 is not a bucket bound of m (its last is 20)"},
		{under("m", 0, 5), histogram("m", birth, nil, 1), "max 5 is not a bucket bound of m (it has none)"},
		{under("m", 0, 20), ragged, "the series of m have different bucket bounds"},
		{under("m", 0, 20), histogram("m", birth, []float64{20}, 1), "m has 1 buckets for 1 bounds"},
		{under("m", 0, 20), histogram("m", birth, []float64{20, math.Inf(1)}, 1, 2, 0), "the bucket bounds of m are not finite and in order: [20 +Inf]"},
		{under("m", 0, 20), counter("m", birth, 1), "m is a count or a sum, but this form needs a distribution"},
		{aOfAll("m"), m, "m is a distribution, but this form needs a count or a sum"},
		{aOfAll("m"), twice, "two producers export the same series of m: rename one of the metrics"},
		{slo.SLO{Goal: 0.9, Days: 1, Basic: basic}, m, "a basic SLI is computed from metrics that Google Cloud measures itself"},
		{slo.SLO{Goal: 0.9, Days: 1, Windows: &slo.Windows{Length: time.Hour, Basic: basic}}, m, "a basic SLI"},
		{slo.SLO{Goal: 1, Days: 1, Basic: basic}, m, "goal 1: must be above 0 and below 1"},
		{slo.SLO{Goal: math.NaN(), Days: 1, Basic: basic}, m, "goal NaN: must be"},
		{slo.SLO{Goal: 0.9, Calendar: "YEAR", Basic: basic}, m, `no period: Days is 0 and Calendar is "YEAR"; set Days`},
		{slo.SLO{Goal: 0.9, Days: 1}, m, "exactly one of Ratio, Distribution, Windows and Basic must be set"},
		{slo.SLO{Goal: 0.9, Days: 1, Ratio: &slo.Ratio{}}, m, "exactly two of Good, Bad and Total"},
		{under("m", 20, 20), m, "the range from min 20 to max 20 contains no value"},
		{under("m", 0, math.NaN()), m, "the range from min 0 to max NaN contains no value"},
		{slo.SLO{Goal: 0.9, Days: 1, Windows: &slo.Windows{Length: time.Hour, Threshold: math.NaN(), Ratio: aOfAll("m").Ratio}}, m, "window threshold NaN: must be"},
		{slo.SLO{Goal: 0.9, Days: 1, Windows: &slo.Windows{Length: time.Hour, Mean: &slo.MetricRange{Min: 1, Max: -1}}}, m, "the range from min 1 to max -1 contains no value"},
		{slo.SLO{Goal: 0.9, Days: 1, Windows: &slo.Windows{}}, m, "exactly one of Ratio, Distribution, Basic, Mean and Sum"},
		{slo.SLO{Goal: 0.9, Days: 1, Windows: &slo.Windows{Length: 7 * time.Minute, Basic: basic}}, m, "window length 7m0s: must be at least 1m and divide a day evenly"},
	} {
		src := &source{now: noon}
		e := src.evaluator(c.slo)
		s := src.look(e, 0, c.metric)
		if s.Computable || s.State != evaluate.NoData || !strings.HasPrefix(s.Status, c.says) || s.SinceStart.Total != 0 {
			t.Errorf("computable %t, %s, %q, want %q", s.Computable, s.State, s.Status, c.says)
		}
		if d, ok := e.Detail(context.Background(), c.slo.ID); !ok || len(d.Combinations) > 0 {
			t.Errorf("%q has details %+v", c.says, d)
		}
		if _, err := json.Marshal(s); err != nil {
			t.Errorf("%q: %v", c.says, err)
		}
	}
}

// TestTwoProducers: metrics of one name with different labels are not added up.
func TestTwoProducers(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(aOfAll("m"))
	other := counter("m", noon, 1)
	other.Descriptor.LabelKeys = []metric.LabelKey{{Key: "sort"}}
	if s := src.look(e, 0, counter("m", noon, 1), other); s.Computable || s.Status != "two producers export m with different labels or types: rename one of the metrics" {
		t.Errorf("%q", s.Status)
	}
	if s := src.look(e, time.Second, counter("m", noon, 1)); !s.Computable {
		t.Errorf("after the other producer is gone: %q", s.Status)
	}
}

// TestRegisteredPackages: the SLOs of packages are there once they are
// registered, under keys of their own, and stay.
func TestRegisteredPackages(t *testing.T) {
	newPackage := func() *record.Package {
		return record.NewPackage(record.PackageInfo{
			Name:        "shopmetrics",
			Descriptors: func() []metric.Descriptor { return []metric.Descriptor{{Name: "slo/of_package"}} },
			SLOs:        func() []slo.SLO { return []slo.SLO{aOfAll("slo/of_package")} },
		})
	}
	e := evaluate.New(evaluate.Options{})
	if r := e.Evaluate(context.Background()); len(r.SLOs) != 0 {
		t.Fatalf("%d SLOs of no packages", len(r.SLOs))
	}
	for _, p := range []*record.Package{newPackage(), newPackage()} {
		if err := p.Register(); err != nil {
			t.Fatal(err)
		}
		defer p.Unregister()
	}
	r := e.Evaluate(context.Background())
	if len(r.SLOs) != 2 || r.SLOs[0].Key != "shopmetrics/a_of_all" || r.SLOs[1].Key != "shopmetrics/a_of_all#2" {
		t.Fatalf("%+v", r.SLOs)
	}
	if s := r.SLOs[0]; s.Package != "shopmetrics" || s.Status != "nothing has been recorded in the period yet" {
		t.Errorf("%+v", s)
	}
	if _, ok := e.Detail(context.Background(), "shopmetrics/a_of_all#2"); !ok {
		t.Error("no details of the second")
	}
	if _, ok := e.Detail(context.Background(), "shopmetrics/none"); ok {
		t.Error("details of an SLO that is not there")
	}
}

// TestLateSLO: an SLO on a metric that others are on already has what it
// counted before.
func TestLateSLO(t *testing.T) {
	src := &source{now: noon}
	e := evaluate.New(evaluate.Options{Now: func() time.Time { return src.now },
		Gather: func(context.Context) ([]*metric.Metric, error) { return src.metrics, nil }})
	for i, s := range []slo.SLO{aOfAll("slo/late"), {ID: "late", Goal: 0.5, Days: 1, Ratio: &slo.Ratio{
		Bad:   &slo.Selection{Metric: "slo/late", Where: []slo.Condition{{Key: "kind", Op: slo.Not, Values: []string{"a"}}}},
		Total: &slo.Selection{Metric: "slo/late"},
	}}} {
		p := record.NewPackage(record.PackageInfo{
			Name:        s.ID,
			Descriptors: func() []metric.Descriptor { return nil },
			SLOs:        func() []slo.SLO { return []slo.SLO{s} },
		})
		if err := p.Register(); err != nil {
			t.Fatal(err)
		}
		defer p.Unregister()
		src.metrics = []*metric.Metric{counter("slo/late", noon.Add(-time.Second), int64(3+i), 2)}
		src.now = src.now.Add(time.Minute)
		slos := e.Evaluate(context.Background()).SLOs
		wantWindow(t, slos[i].SinceStart, noon.Add(-time.Second), float64(3+i), float64(5+i))
	}
}

// TestPanicForgetsNothing: however many series a producer has, they are not
// counted twice when it panicked in between.
func TestPanicForgetsNothing(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(aOfAll("m"))
	m := counter("m", noon.Add(-time.Second), make([]int64, 3000)...)
	for _, ts := range m.Series {
		ts.Point.Value = int64(1)
	}
	src.look(e, 0, m)
	src.err = errProducer
	src.look(e, time.Second, counter("m", noon.Add(-time.Second), 1)) // another producer's part of them
	if s := src.look(e, time.Second); s.State != evaluate.NoData || !strings.Contains(s.Status, errProducer.Error()) {
		t.Errorf("%s, %q", s.State, s.Status)
	}
	src.err = nil
	wantWindow(t, src.look(e, time.Second, m).SinceStart, noon.Add(-time.Second), 1, 3000)
}

// TestNearlyEverything: a goal next to 1 has a burn rate that JSON can say.
func TestNearlyEverything(t *testing.T) {
	src := &source{now: noon}
	objective := aOfAll("m")
	objective.Goal = math.Nextafter(1, 0)
	s := src.look(src.evaluator(objective), 0, counter("m", noon.Add(-time.Second), 0, 5))
	if _, err := json.Marshal(s); err != nil || *s.Period.BurnRate < 1e15 {
		t.Errorf("%v, %+v", err, s.Period)
	}
}

// A Gather that ends its goroutine, or panics, keeps nobody waiting.
func TestGatherBreaks(t *testing.T) {
	for _, c := range []struct {
		gather func(context.Context) ([]*metric.Metric, error)
		want   string
	}{
		{func(context.Context) ([]*metric.Metric, error) { goruntime.Goexit(); return nil, nil }, "ended its goroutine"},
		{func(context.Context) ([]*metric.Metric, error) { panic("no metrics today") }, "panicked: no metrics today"},
	} {
		e := evaluate.New(evaluate.Options{Gather: c.gather})
		for range 2 {
			if r := e.Evaluate(t.Context()); len(r.Problems) != 1 || !strings.Contains(r.Problems[0], c.want) {
				t.Errorf("%q", r.Problems)
			}
		}
		e.Close()
	}
}
