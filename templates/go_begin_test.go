package templates

import (
	"slices"
	"testing"
)

// openPages counts up and down into two views, and has a bound recorder and a former name.
var openPages = DirectRecorder{
	Recorder: Recorder{
		Name: "AddOpen", Begin: "BeginOpen", UpDown: true, Words: "open", For: "OpenFor", Bound: "BoundOpen",
		Doc:    Doc{Text: "Pages that are open."},
		Values: []Value{{Param: "delta", Type: "int64", To: "int64"}},
		Params: []Param{{Name: "route", Type: "Route"}},
	},
	Tags:    []IndexedTag{{Var: "routeTag", Open: "route"}},
	Indices: Indices{Vars: []string{""}},
	Steps: []Step{{Writes: []Write{
		{Set: "aSeries", Kind: "UpDown", Index: Index{Terms: []Term{{0, 1}}}, Bound: BoundSeries{Field: "aSeries", Type: "Int64UpDown"}},
		{Set: "bSeries", Kind: "UpDown", Bound: BoundSeries{Field: "bSeries", Type: "Int64UpDown"}},
	}}},
	Binding: &Binding{Indices: Indices{Vars: []string{""}}, Inner: Indices{Vars: []string{""}}, Guard: "aSeries"},
}

func TestAdd(t *testing.T) {
	expect(t, DirectRecorderFunc(openPages), `
		// AddOpen adds delta to open: Pages that are open.
		func AddOpen(ctx context.Context, delta int64, route Route) {
			aSeries.At(routeTag.OpenIndex(string(route))).Add(delta)
			bSeries.At(0).Add(delta)
		}`)
	expect(t, DirectBoundRecord(openPages), `
		// Add adds delta to open as AddOpen does.
		func (b BoundOpen) Add(ctx context.Context, delta int64) {
			if b.aSeries == nil {
				return
			}
			b.aSeries.Add(delta)
			b.bSeries.Add(delta)
		}`)
}

func TestBegin(t *testing.T) {
	expect(t, BeginFunc(openPages), `
		// BeginOpen adds 1 to open until end is called: Pages that are open.
		//
		//	defer BeginOpen(ctx, route)()
		//
		// end subtracts 1 from the same time series. It acts once, and any goroutine may call it.
		// It does nothing if the views were not registered at the beginning, or were unregistered
		// since.
		func BeginOpen(ctx context.Context, route Route) (end func()) {
			return series.Begin(
				aSeries.At(routeTag.OpenIndex(string(route))),
				bSeries.At(0),
			)
		}`)
	expect(t, BoundBegin(openPages), `
		// Begin adds 1 to open until end is called, as BeginOpen does.
		func (b BoundOpen) Begin(ctx context.Context) (end func()) {
			if b.aSeries == nil {
				return series.Begin()
			}
			return series.Begin(
				b.aSeries,
				b.bSeries,
			)
		}`)
	expect(t, BeginAlias(RecorderAlias{Recorder: openPages.Recorder, Old: Recorder{Begin: "BeginPages", Params: openPages.Params}}), `
		// BeginPages is the former name of BeginOpen.
		//
		// Deprecated: Use BeginOpen.
		//
		//go:fix inline
		func BeginPages(ctx context.Context, route Route) (end func()) {
			return BeginOpen(ctx, route)
		}`)
}

func TestSignaturesOfBegin(t *testing.T) {
	want := []string{
		"func AddOpen(ctx context.Context, delta int64, route Route)",
		"func BeginOpen(ctx context.Context, route Route) (end func())",
	}
	if got := openPages.Signatures(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
