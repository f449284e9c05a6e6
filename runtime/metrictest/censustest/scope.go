package censustest

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/metrictest"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// StartContext gives each test rows of its own: for each view it registers a twin with the
// same measure, aggregation and tags, and one more tag. The ctx of each test carries that tag
// with a value of its own.

// scopeKey is the tag that distinguishes tests.
var scopeKey = tag.MustNewKey("metrictest")

// twinPrefix is the prefix of the names of twins.
const twinPrefix = metrictest.ScopePrefix

var scopes atomic.Uint64

// StartContext returns a ctx, made from the ctx of t, and the metrics of records with
// that ctx or with a ctx made from it. Records of other tests are not among them,
// whether the tests run in parallel or ran before. The views must be registered.
//
// For each view it registers a second view, whose name begins with "metrictest/" and
// which stays registered until the process ends. [Start] does not see these views;
// exporters that run in the test do.
func StartContext(t testing.TB, views ...*view.View) (context.Context, *Metrics) {
	t.Helper()
	if len(views) == 0 {
		t.Fatalf("censustest.StartContext: no views: pass the views that the test asserts, such as shopmetrics.Views()...")
	}
	s := ctxScope{number: strconv.FormatUint(scopes.Add(1), 10), shapes: map[string]metrictest.Shape{}}
	for _, v := range views {
		twin, err := registerTwin(v)
		if err != nil {
			t.Fatalf("censustest.StartContext: %v", err)
		}
		s.shapes[v.Name] = shapeOf(twin)
	}
	// The tag is not sent over the wire, because a server in another process does not
	// need it.
	ctx, err := tag.New(t.Context(), tag.Upsert(scopeKey, s.number, tag.WithTTL(tag.TTLNoPropagation)))
	if err != nil {
		t.Fatalf("censustest.StartContext: %v", err)
	}
	return ctx, start(t, metrictest.Scope{
		Select:  s.selected,
		Shape:   s.shape,
		Unknown: "censustest.StartContext was not given a view of that name",
	})
}

// A ctxScope has the records with the ctx of one test.
type ctxScope struct {
	number string                      // the value of scopeKey
	shapes map[string]metrictest.Shape // of the views that StartContext was given
}

func (s ctxScope) shape(name string) (metrictest.Shape, bool) {
	shape, ok := s.shapes[name]
	return shape, ok
}

// selected converts the metric of a twin to the metric of its view: with the name of the view,
// only the series of the test, and without the tag of the scope.
func (s ctxScope) selected(m *metric.Metric) *metric.Metric {
	name, twin := strings.CutPrefix(m.Descriptor.Name, twinPrefix)
	place := slices.IndexFunc(m.Descriptor.LabelKeys, func(k metric.LabelKey) bool { return k.Key == scopeKey.Name() })
	if _, ours := s.shapes[name]; !twin || !ours || place < 0 {
		return nil
	}
	var series []*metric.Series
	for _, row := range m.Series {
		if len(row.LabelValues) == len(m.Descriptor.LabelKeys) && row.LabelValues[place].Value == s.number {
			row.LabelValues = slices.Delete(row.LabelValues, place, place+1)
			series = append(series, row)
		}
	}
	m.Descriptor.Name, m.Series = name, series
	m.Descriptor.LabelKeys = slices.Delete(m.Descriptor.LabelKeys, place, place+1)
	if unit, ok := unitOf(name); ok {
		m.Descriptor.Unit = unit
	}
	return m
}

// unitOf returns the unit of a metric of a registered package. OpenCensus exports most units
// as "1".
func unitOf(name string) (string, bool) {
	for _, p := range runtime.Registered() {
		for _, d := range p.Descriptors() {
			if d.Name == name {
				return d.Unit, true
			}
		}
	}
	return "", false
}
