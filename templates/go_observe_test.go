package templates

import "testing"

var depth = Observed{
	Var: "depthObserved", Func: "ObserveDepth", Words: "depth", Doc: Doc{Text: "Orders waiting.", Deprecated: "Gone."},
	Value:  Value{Type: "int64", To: "int64"},
	Tags:   []string{"queueTag", "zoneTag"},
	Args:   []TagArg{{Arg: "queue"}},
	Params: []Param{{"queue", "Queue"}},
	Views:  []ObservedView{{Name: "shop/depth", Tags: []string{"queueTag", "zoneTag"}}},
}

var busy = Observed{
	Var: "busyObserved", Func: "ObserveBusy", Words: "busy",
	Value: Value{Type: "Duration", To: "float64", Unit: "Second", Units: 1},
	Views: []ObservedView{{Name: "shop/busy", Sum: true}, {Name: "shop/busy_now"}},
}

func TestObservedVar(t *testing.T) {
	expect(t, ObservedVar(depth), `
		var depthObserved = series.NewInt64Observed([]*record.Tag{queueTag, zoneTag},
			series.ObservedInfo{Name: "shop/depth", Tags: []*record.Tag{queueTag, zoneTag}})`)
	expect(t, ObservedVar(busy), `
		var busyObserved = series.NewFloat64Observed(nil,
			series.ObservedInfo{Name: "shop/busy", Sum: true},
			series.ObservedInfo{Name: "shop/busy_now"})`)
}

func TestObserveFunc(t *testing.T) {
	expect(t, ObserveFunc(depth), `
		// ObserveDepth reads depth from observe at each export, until stop is called: Orders
		// waiting.
		//
		// Several exports may call observe at once: it must be safe for concurrent use and return
		// quickly. It is not called before RegisterViews.
		//
		// If several functions have equal tags, a view of last values has the value of the newest
		// one.
		//
		// A time series ends when its last function is stopped. Then its places are free for
		// others.
		//
		// The value is left out and counted in [record.Stats] if observe panics.
		//
		// Deprecated: Gone.
		func ObserveDepth(queue Queue, observe func() int64) (stop func()) {
			return depthObserved.Observe(observe, record.Open(queue))
		}`)
	expect(t, ObserveFunc(busy), `
		// ObserveBusy reads busy from observe at each export, until stop is called.
		//
		// Several exports may call observe at once: it must be safe for concurrent use and return
		// quickly. It is not called before RegisterViews.
		//
		// observe returns the total so far, which must not fall. A view of sums adds up the
		// totals of functions with equal tags.
		//
		// If several functions have equal tags, a view of last values has the value of the newest
		// one.
		//
		// A time series ends when its last function is stopped. Then its places are free for
		// others.
		//
		// The value is left out and counted in [record.Stats] if observe panics, or if the total
		// is negative or has fallen.
		func ObserveBusy(observe func() time.Duration) (stop func()) {
			return busyObserved.Observe(func() float64 {
				return float64(observe()) / float64(time.Second)
			})
		}`)
}

func TestObserveFloat(t *testing.T) {
	expect(t, ObserveFunc(Observed{
		Var: "loadObserved", Func: "ObserveLoad", Words: "load", Value: Value{Type: "float64", To: "float64"}, Views: []ObservedView{{Name: "load"}},
		Args: []TagArg{{Closed: true, Arg: "state"}}, Params: []Param{{"state", "State"}},
	}), `
		// ObserveLoad reads load from observe at each export, until stop is called.
		//
		// Several exports may call observe at once: it must be safe for concurrent use and return
		// quickly. It is not called before RegisterViews.
		//
		// If several functions have equal tags, a view of last values has the value of the newest
		// one.
		//
		// A time series ends when its last function is stopped. Then its places are free for
		// others.
		//
		// The value is left out and counted in [record.Stats] if observe panics, or if the value
		// is NaN, infinite, or 1e150 or more in magnitude.
		func ObserveLoad(state State, observe func() float64) (stop func()) {
			return loadObserved.Observe(observe, record.Closed(state))
		}`)
}

// The runtime rounds the values, since it checks the sign first.
func TestObserveRounded(t *testing.T) {
	o := Observed{
		Var: "busyObserved", Func: "ObserveBusy", Words: "busy",
		Value: Value{Type: "Duration", To: "int64", Unit: "Hour", Units: 24, Rounded: "whole days"},
		Args:  []TagArg{{Arg: "pool"}}, Params: []Param{{"pool", "Pool"}},
	}
	expect(t, ObserveFunc(o), `
		// ObserveBusy reads busy from observe at each export, until stop is called.
		//
		// Several exports may call observe at once: it must be safe for concurrent use and return
		// quickly. It is not called before RegisterViews.
		//
		// Results of observe are rounded to whole days; halves are rounded away from zero.
		//
		// A time series ends when its last function is stopped. Then its places are free for
		// others.
		//
		// The value is left out and counted in [record.Stats] if observe panics.
		func ObserveBusy(pool Pool, observe func() time.Duration) (stop func()) {
			return series.ObserveTime(busyObserved, observe, 24*time.Hour, record.Open(pool))
		}`)
}
