package otel

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	api "go.opentelemetry.io/otel"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

var uniqueCount atomic.Int64

// unique returns names that no other test uses: counters are global.
func unique(name string) string { return fmt.Sprintf("%s%d", name, uniqueCount.Add(1)) }

// newPackage returns a package as the recorder "otel" has it, with a scope of its own.
func newPackage(descriptors []metric.Descriptor, parts ...record.Part) *record.Package {
	return record.NewPackage(record.PackageInfo{
		Name:        unique("package"),
		Parts:       parts,
		Descriptors: func() []metric.Descriptor { return descriptors },
		Scope:       unique("example.com/scope"),
	})
}

func mustRegister(t testing.TB, p *record.Package) {
	t.Helper()
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
}

// register registers the package of the parts until the test ends.
func register(t testing.TB, descriptors []metric.Descriptor, parts ...record.Part) *record.Package {
	t.Helper()
	p := newPackage(descriptors, parts...)
	mustRegister(t, p)
	t.Cleanup(p.Unregister)
	return p
}

// letters returns a tag that is absent (index 0), a, b, c or d (1 to 4).
func letters() *record.Tag {
	return record.NewClosedTag(unique("letter"), record.ClosedTag{Values: []string{"a", "b", "c", "d"}, Optional: true})
}

// A shop is a package with a metric of each kind. Those of sets are by a letter.
type shop struct {
	pkg      *record.Package
	letter   *record.Tag
	requests *series.Counts
	bytes    *series.Int64Sums
	seconds  *series.Float64Sums
	items    *series.Int64LastValues
	load     *series.Float64LastValues
	latency  *series.Distributions

	total *series.Int64Observed // a sum and a last value by the letter

	// The names of the metrics, in the order of the schema.
	requestsName, bytesName, secondsName, itemsName, loadName, latencyName, totalName, poolName string
}

// newShop returns a shop that is not registered. Its sets are by a letter.
func newShop() *shop {
	s := &shop{letter: letters()}
	tags := []*record.Tag{s.letter}
	keys := []metric.LabelKey{{Key: s.letter.Key()}}
	var all []metric.Descriptor
	info := func(name *string, unit string, kind metric.Type, bounds ...float64) series.SeriesInfo {
		*name = unique("shop/" + unit + "_")
		all = append(all, metric.Descriptor{Name: *name, Unit: unit, Description: "The " + unit + ".", Type: kind, LabelKeys: keys})
		return series.SeriesInfo{Name: *name, Tags: tags, Size: s.letter.Indices(), Bounds: bounds}
	}
	s.requests = series.NewCounts(info(&s.requestsName, "1", metric.TypeCumulativeInt64))
	s.bytes = series.NewInt64Sums(info(&s.bytesName, "By", metric.TypeCumulativeInt64))
	s.seconds = series.NewFloat64Sums(info(&s.secondsName, "s", metric.TypeCumulativeFloat64))
	s.items = series.NewInt64LastValues(info(&s.itemsName, "{item}", metric.TypeGaugeInt64))
	s.load = series.NewFloat64LastValues(info(&s.loadName, "%", metric.TypeGaugeFloat64))
	s.latency = series.NewDistributions(info(&s.latencyName, "ms", metric.TypeCumulativeDistribution, 10, 100))
	sum, pool := info(&s.totalName, "{total}", metric.TypeCumulativeInt64), info(&s.poolName, "{pool}", metric.TypeGaugeInt64)
	s.total = series.NewInt64Observed(tags,
		series.ObservedInfo{Name: sum.Name, Tags: tags, Sum: true}, series.ObservedInfo{Name: pool.Name, Tags: tags})
	s.pkg = newPackage(all, series.Sets(s.requests, s.bytes, s.seconds, s.items, s.load, s.latency), series.Observers(s.total))
	return s
}

// openShop returns a shop that is registered until the test ends.
func openShop(t testing.TB) *shop {
	t.Helper()
	s := newShop()
	mustRegister(t, s.pkg)
	t.Cleanup(s.pkg.Unregister)
	return s
}

// letterValue returns the argument for the index of a letter.
func letterValue(index uint8) record.TagValue {
	if index == 0 {
		return record.TagValue{}
	}
	return record.Closed(index)
}

// produce returns what a Producer returns, without the telemetry's own scope.
func produce(t testing.TB, p *Producer) []metricdata.ScopeMetrics {
	t.Helper()
	scopes, err := p.Produce(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(scopes, func(s metricdata.ScopeMetrics) bool { return s.Scope.Name == ownScope })
}

// found returns the data of the metric of that name, or nil.
func found(t testing.TB, scopes []metricdata.ScopeMetrics, name string) metricdata.Aggregation {
	t.Helper()
	var data metricdata.Aggregation
	for _, scope := range scopes {
		for _, m := range scope.Metrics {
			if m.Name != name {
				continue
			}
			if data != nil {
				t.Errorf("%s twice", name)
			}
			data = m.Data
		}
	}
	return data
}

// collect returns what a Reader with a Producer collects.
func collect(t testing.TB, r *sdk.ManualReader) []metricdata.ScopeMetrics {
	t.Helper()
	var rm metricdata.ResourceMetrics
	if err := r.Collect(context.Background(), &rm); err != nil {
		t.Fatal(err)
	}
	return rm.ScopeMetrics
}

// newReader returns a ManualReader of a MeterProvider with the Producer.
func newReader(t testing.TB, p *Producer) *sdk.ManualReader {
	r := sdk.NewManualReader(sdk.WithProducer(p))
	provider := sdk.NewMeterProvider(sdk.WithReader(r))
	t.Cleanup(func() { _ = provider.Shutdown(context.Background()) })
	return r
}

// handled is OpenTelemetry's ErrorHandler of all tests: a second one cannot replace the
// first everywhere.
var handled struct {
	mu     sync.Mutex
	handle func(error) // of the running test
}

func TestMain(m *testing.M) {
	api.SetErrorHandler(api.ErrorHandlerFunc(func(err error) {
		handled.mu.Lock()
		handle := handled.handle
		handled.mu.Unlock()
		if handle == nil {
			panic(fmt.Sprintf("no test expects the error %v", err))
		}
		handle(err)
	}))
	os.Exit(m.Run())
}

// handleWith sets the ErrorHandler until the test ends.
func handleWith(t testing.TB, handle func(error)) {
	set := func(f func(error)) {
		handled.mu.Lock()
		defer handled.mu.Unlock()
		handled.handle = f
	}
	set(handle)
	t.Cleanup(func() { set(nil) })
}

// problems returns a function that returns the errors that were handled since its last call.
func problems(t testing.TB) func() []string {
	var mu sync.Mutex
	var all []string
	handleWith(t, func(err error) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, err.Error())
	})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		said := all
		all = nil
		return said
	}
}

// wantProblems checks that one problem was handled, which has the texts.
func wantProblems(t testing.TB, said []string, texts ...string) {
	t.Helper()
	if len(said) != 1 {
		t.Errorf("handled %q, want one problem", said)
		return
	}
	for _, text := range texts {
		if !strings.Contains(said[0], text) {
			t.Errorf("handled %q, want %q", said[0], text)
		}
	}
}
