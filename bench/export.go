package main

import (
	"fmt"
	"slices"
)

// What -only matches to measure exports.
const (
	otlpName  = "otlp export"
	cloudName = "cloud monitoring export"
	slozName  = "sloz refresh"
)

// readingAlone is OpenCensus without an export: what every exporter of views costs at least.
const readingAlone = openCensus + ", reading alone"

// An exporting is one kind of export, and the libraries that do it. The series are those of
// scrapes. The first library is not ours, if there is such a library.
type exporting struct {
	name      string // that -only matches
	title     string
	libraries []exportable
}

// An exportable is a library that exports.
type exportable struct {
	library string
	// start returns the metrics and their exporter. The series are made by the first records.
	start func(series int, to *receiver) *exportTarget
}

// An exportTarget has the metrics of one library while they are measured.
type exportTarget struct {
	record  func(i int) // into the i-th counter and the i-th histogram
	export  func() cost // exports and measures
	lose    func()      // exports but hides the answer, so that the next export has all series; nil: each export has all
	arrived func() int  // series since the last call; nil: export itself sees that it is whole
	stop    func()
}

func exportings() []exporting {
	return []exporting{
		{otlpName, "OTLP export", []exportable{{openTelemetry, exportSDK}, {victoria, pushVictoria}, {readingAlone, readOpenCensus}, {ocgenViews, exportOTLP(ourViews)}, {ocgenDirect, exportOTLP(ourDirect)}}},
		{cloudName, "Cloud Monitoring export", []exportable{{openCensus, exportContrib}, {ocgenViews, exportCloud(ourViews)}, {ocgenDirect, exportCloud(ourDirect)}}},
		{slozName, "refresh of the page of SLOs", []exportable{{ocgenViews, refreshSloz(ourViews)}, {ocgenDirect, refreshSloz(ourDirect)}}},
	}
}

// An exportKind is one kind of export.
type exportKind struct {
	Series int
	Each   int // one of so many series has changed since the last export
}

// MarshalText makes a kind the key of a JSON object.
func (k exportKind) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d series, 1/%d changed", k.Series, k.Each), nil
}

// An exportResult has the medians of a library.
type exportResult struct {
	Export  string
	Library string
	Costs   map[exportKind]cost
}

// exportRounds is the largest number of rounds: a round takes about 20 seconds.
const exportRounds = 7

// measureExports measures all libraries of one kind of export in alternating rounds. Our
// exporters export all metrics of the process, so the metrics of one library exist at a time.
func measureExports(e exporting, s scale) []exportResult {
	to := startReceiver()
	defer to.stop()
	costs := make([]map[exportKind][]cost, len(e.libraries))
	for i := range costs {
		costs[i] = map[exportKind][]cost{}
	}
	for _, series := range s.scraped {
		for n := range min(s.rounds, exportRounds) {
			for i := range e.libraries {
				library := (n + i) % len(e.libraries)
				e.libraries[library].measure(series, to, costs[library])
			}
		}
	}
	var results []exportResult
	for i, l := range e.libraries {
		r := exportResult{Export: e.name, Library: l.library, Costs: map[exportKind]cost{}}
		for kind, rounds := range costs[i] {
			r.Costs[kind] = medianCost(rounds)
		}
		results = append(results, r)
	}
	return results
}

// measure adds the costs of one round.
func (l exportable) measure(series int, to *receiver, costs map[exportKind][]cost) {
	t := l.start(series, to)
	defer t.stop()
	for range 2 { // the kept memory is made then
		t.prepare(l.library, exportKind{series, 1})
		t.whole(l.library, series)
	}
	for _, each := range scrapeChanges {
		kind := exportKind{series, each}
		costs[kind] = append(costs[kind], t.cost(l.library, kind))
	}
}

// prepare makes the changes before an export. If few series change, all of them were exported
// immediately before, with every library.
func (t *exportTarget) prepare(library string, k exportKind) {
	if k.Each > 1 {
		t.change(k.Series, 1)
		if t.lose != nil {
			t.lose()
		} else {
			t.export()
		}
		t.allArrived(library, k.Series)
	}
	t.change(k.Series, k.Each)
}

func (t *exportTarget) change(series, each int) {
	recordInto(t.record, series, each)
}

// cost measures exports; more of them if they are short.
func (t *exportTarget) cost(library string, k exportKind) cost {
	return meanCost(1+20_000/k.Series,
		func() { t.prepare(library, k) },
		func() cost { return t.whole(library, k.Series) })
}

// whole exports once, and sees to it that all series arrive.
func (t *exportTarget) whole(library string, series int) cost {
	c := t.export()
	t.allArrived(library, series)
	return c
}

func (t *exportTarget) allArrived(library string, series int) {
	if t.arrived == nil {
		return
	}
	if got := t.arrived(); got != series {
		panic(fmt.Sprintf("%s: %d series arrived, not %d", library, got, series))
	}
}

// kinds returns the kinds that a result has, in the order of the tables.
func (r exportResult) kinds() []exportKind {
	var all []exportKind
	for k := range r.Costs {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b exportKind) int {
		if a.Series != b.Series {
			return a.Series - b.Series
		}
		return a.Each - b.Each
	})
	return all
}

// export returns what an export of a library costs; unmeasured if it was not measured.
func (r *report) export(name, library string, kind exportKind) cost {
	for _, e := range r.Exports {
		if c, ok := e.Costs[kind]; ok && e.Export == name && e.Library == library {
			return c
		}
	}
	return unmeasured
}
