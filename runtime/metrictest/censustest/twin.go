package censustest

import (
	"fmt"
	"reflect"
	"slices"
	"sync"

	"go.opencensus.io/stats/view"
)

var twinsMu sync.Mutex // makes finding and registering a twin one step

// registerTwin returns the registered twin of a view.
func registerTwin(v *view.View) (*view.View, error) {
	twinsMu.Lock()
	defer twinsMu.Unlock()
	if findView(v.Name) == nil {
		return nil, fmt.Errorf("the view %q is not registered: call RegisterViews of its package first, and do not call view.Stop", v.Name)
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
			return nil, fmt.Errorf("an earlier test used a different view of the name %q: give the views different names", v.Name)
		}
		return found, nil
	}
	if err := view.Register(twin); err != nil {
		return nil, fmt.Errorf("registering a second view %q: %w", twin.Name, err)
	}
	return twin, nil
}

// ownAggregation returns an equal aggregation that is safe to register. OpenCensus writes to
// the aggregation of a distribution, which the first view may be using.
func ownAggregation(a *view.Aggregation) *view.Aggregation {
	switch a.Type {
	case view.AggTypeDistribution:
		return view.Distribution(slices.Clone(a.Buckets)...)
	default:
		return a
	}
}

// sameView reports whether two views are equal. A measure may be declared several times, and
// an int64 and a float64 measure may have the same name.
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
