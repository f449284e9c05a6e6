package censustest

import (
	"testing"

	"github.com/ocgen/ocgen/runtime/metrictest"
	"go.opencensus.io/stats/view"
)

// Metrics are the metrics of package metrictest, with series that are also found by view.
type Metrics struct{ *metrictest.Metrics }

// View returns the series of a view, for example one of a generated package.
func (m *Metrics) View(v *view.View) metrictest.Series {
	name := v.Name
	if name == "" { // until it is registered
		name = v.Measure.Name()
	}
	return m.Metric(name)
}

// Start is [metrictest.Start] for tests that have views.
func Start(t testing.TB) *Metrics {
	return start(t, metrictest.Scope{
		Select: metrictest.Shared,
		Shape:  shapeOfName,
		Unknown: "no registered view and no metric has that name: call RegisterViews of its package before anything is recorded, " +
			"and do not call view.Stop",
	})
}

// Exclusive is [metrictest.Exclusive] for tests that have views. Both functions use the same
// lock.
func Exclusive(t testing.TB) *Metrics {
	t.Helper()
	metrictest.Exclusive(t)
	return Start(t)
}

func start(t testing.TB, s metrictest.Scope) *Metrics {
	return &Metrics{metrictest.StartScope(t, s)}
}

// shapeOfName returns the shape of the metric of that name, from its view or from the
// registered packages.
func shapeOfName(name string) (metrictest.Shape, bool) {
	if v := findView(name); v != nil {
		return shapeOf(v), true
	}
	return metrictest.PackageShape(name)
}

// findView returns the registered view of that name, or nil. It also returns nil after
// view.Stop, when OpenCensus panics.
func findView(name string) (v *view.View) {
	defer func() {
		if recover() != nil {
			v = nil
		}
	}()
	return view.Find(name)
}

// shapeOf returns the shape of a registered view, and for a twin the shape of its view.
func shapeOf(v *view.View) metrictest.Shape {
	s := metrictest.Shape{Kind: kinds[v.Aggregation.Type]}
	for _, k := range v.TagKeys {
		if k != scopeKey {
			s.Tags = append(s.Tags, k.Name())
		}
	}
	if s.Kind == metrictest.Distribution {
		s.Bounds = v.Aggregation.Buckets
	}
	return s
}

var kinds = map[view.AggType]metrictest.Kind{
	view.AggTypeCount:        metrictest.Count,
	view.AggTypeSum:          metrictest.Sum,
	view.AggTypeLastValue:    metrictest.LastValue,
	view.AggTypeDistribution: metrictest.Distribution,
}
