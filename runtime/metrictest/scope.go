package metrictest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// How a test gets rows of its own: StartContext registers beside each view a
// twin, which has the same measure, aggregation and tags, and one tag more. The
// ctx of each test carries that tag with a value of its own.

// scopeKey is the tag that tells tests apart.
var scopeKey = tag.MustNewKey("metrictest")

// twinPrefix goes before a view's name to make that of its twin.
const twinPrefix = "metrictest/"

var scopes atomic.Uint64

// StartContext returns a ctx, made from that of t, and the metrics of what is
// recorded with it or with one made from it. Nothing that other tests record is
// among them, whether they run in parallel or ran before. The views must be
// registered.
//
// It registers a second view for each, whose name begins with "metrictest/" and
// which stays for as long as the process lives. [Start] does not see those;
// exporters that run in the test do.
func StartContext(t testing.TB, views ...*view.View) (context.Context, *Metrics) {
	t.Helper()
	if len(views) == 0 {
		t.Fatalf("metrictest.StartContext: no views: pass those that the test is about, e.g. shopmetrics.Views()...")
	}
	names := map[string]bool{}
	for _, v := range views {
		if err := registerTwin(v); err != nil {
			t.Fatalf("metrictest.StartContext: %v", err)
		}
		names[v.Name] = true
	}
	scope := strconv.FormatUint(scopes.Add(1), 10)
	// The tag is not sent over the wire: a server in another process has no
	// use for it.
	ctx, err := tag.New(t.Context(), tag.Upsert(scopeKey, scope, tag.WithTTL(tag.TTLNoPropagation)))
	if err != nil {
		t.Fatalf("metrictest.StartContext: %v", err)
	}
	return ctx, &Metrics{t: t, scope: scope, names: names, stats: runtime.Stats()}
}

var twinsMu sync.Mutex // so that finding a twin and registering it is one

// registerTwin registers the twin of a view, unless it is.
func registerTwin(v *view.View) error {
	twinsMu.Lock()
	defer twinsMu.Unlock()
	if findView(v.Name) == nil {
		return fmt.Errorf("the view %q is not registered: call RegisterViews of its package first, and do not call view.Stop", v.Name)
	}
	twin := &view.View{
		Name:        twinPrefix + v.Name,
		Description: v.Description,
		Measure:     v.Measure,
		Aggregation: ownAggregation(v.Aggregation),
		TagKeys:     append(slices.Clone(v.TagKeys), scopeKey),
	}
	if found := findView(twin.Name); found != nil {
		if !sameView(found, twin) {
			return fmt.Errorf("a test before was about another view %q: give the views of tests different names", v.Name)
		}
		return nil
	}
	if err := view.Register(twin); err != nil {
		return fmt.Errorf("registering a second view %q: %w", twin.Name, err)
	}
	return nil
}

// ownAggregation returns an equal aggregation that is safe to register:
// OpenCensus writes to a distribution's while the first may be in use.
func ownAggregation(a *view.Aggregation) *view.Aggregation {
	switch a.Type {
	case view.AggTypeDistribution:
		return view.Distribution(slices.Clone(a.Buckets)...)
	default:
		return a
	}
}

// sameView reports whether two views aggregate the same. A measure may be
// declared several times, and with one name an int64 and a float64 one.
func sameView(a, b *view.View) bool {
	return a.Measure.Name() == b.Measure.Name() && reflect.TypeOf(a.Measure) == reflect.TypeOf(b.Measure) &&
		a.Aggregation.Type == b.Aggregation.Type &&
		slices.Equal(a.Aggregation.Buckets, b.Aggregation.Buckets) &&
		slices.Equal(keyNames(a), keyNames(b))
}

func keyNames(v *view.View) []string {
	var names []string
	for _, k := range v.TagKeys {
		names = append(names, k.Name())
	}
	slices.Sort(names)
	return names
}

// readName returns under which name the test's data of a metric is read.
func (m *Metrics) readName(name string) string {
	if m.scope == "" {
		return name
	}
	return twinPrefix + name
}

// descriptor returns the descriptor under which the test sees a metric, if it
// sees it.
func (m *Metrics) descriptor(d metric.Descriptor) (metric.Descriptor, bool) {
	name, twin := strings.CutPrefix(d.Name, twinPrefix)
	if m.scope == "" {
		return d, !twin
	}
	if !twin || !m.names[name] {
		return d, false
	}
	d.Name = name
	d.LabelKeys = slices.DeleteFunc(slices.Clone(d.LabelKeys), func(k metric.LabelKey) bool { return k.Key == scopeKey.Name() })
	for _, p := range runtime.Registered() {
		for _, full := range p.Descriptors() {
			if full.Name == name {
				d.Unit = full.Unit
			}
		}
	}
	return d, true
}

// sees reports whether a series, of a metric that the test sees, is the test's.
func (m *Metrics) sees(s series) bool {
	return m.scope == "" || s.label(scopeKey.Name()) == m.scope
}
