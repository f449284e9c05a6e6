package metrictest_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"

	"github.com/ocgen/ocgen/golden/shopmetrics"
)

// Views that the shop has not: a last value by a tag, and an int64 sum.
var (
	shelfKey = tag.MustNewKey("shelf")

	stockMeasure = stats.Float64("metrictest_test/stock", "Goods on a shelf.", "1")
	stockView    = &view.View{Measure: stockMeasure, Aggregation: view.LastValue(), TagKeys: []tag.Key{shelfKey}}

	spareMeasure = stats.Float64("metrictest_test/spare", "Spare parts on a shelf.", "1")
	spareView    = &view.View{Name: "metrictest_test/spare", Measure: spareMeasure, Aggregation: view.LastValue(), TagKeys: []tag.Key{shelfKey}}

	soldMeasure = stats.Int64("metrictest_test/sold", "Goods sold.", "1")
	soldView    = &view.View{Name: "metrictest_test/sold", Measure: soldMeasure, Aggregation: view.Sum(), TagKeys: []tag.Key{shelfKey}}
)

func TestMain(m *testing.M) {
	err := shopmetrics.RegisterViews()
	if err == nil {
		err = view.Register(stockView, spareView, soldView)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func onShelf(ctx context.Context, shelf string, m stats.Measurement) {
	ctx, err := tag.New(ctx, tag.Upsert(shelfKey, shelf))
	if err != nil {
		panic(err)
	}
	stats.Record(ctx, m)
}

// A fakeTB is a test that is looked at from outside.
type fakeTB struct {
	testing.TB // the real one, for what is not faked
	name       string

	mu       sync.Mutex
	errors   []string
	cleanups []func()
}

func fake(t *testing.T) *fakeTB { return &fakeTB{TB: t, name: t.Name()} }

func (f *fakeTB) Name() string { return f.name }

func (f *fakeTB) Helper() {}

func (f *fakeTB) Cleanup(fn func()) { f.cleanups = append(f.cleanups, fn) }

func (f *fakeTB) Errorf(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errors = append(f.errors, fmt.Sprintf(format, args...))
}

// fatal is what ends the function that a fake test runs.
type fatal struct{}

func (f *fakeTB) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	panic(fatal{})
}

// run runs what stands for the body of the test, and what it cleans up, and
// returns what was reported.
func (f *fakeTB) run(body func()) string {
	func() {
		defer func() {
			if r := recover(); r != nil && r != (fatal{}) {
				panic(r)
			}
		}()
		body()
	}()
	for i := len(f.cleanups) - 1; i >= 0; i-- {
		f.cleanups[i]()
	}
	f.cleanups = nil
	text := strings.Join(f.errors, "\n")
	f.errors = nil
	return text
}

// A producer is metrics that do not come from views.
type producer struct {
	mu      sync.Mutex
	metrics []*metricdata.Metric
}

func addProducer(t *testing.T) *producer {
	p := &producer{}
	metricproducer.GlobalManager().AddProducer(p)
	t.Cleanup(func() { metricproducer.GlobalManager().DeleteProducer(p) })
	return p
}

func (p *producer) Read() []*metricdata.Metric {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.metrics
}

// set makes the producer's only metric.
func (p *producer) set(kind metricdata.Type, ts ...*metricdata.TimeSeries) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.metrics = []*metricdata.Metric{{
		Descriptor: metricdata.Descriptor{Name: "metrictest_test/produced", Unit: "1", Type: kind}, TimeSeries: ts}}
}
