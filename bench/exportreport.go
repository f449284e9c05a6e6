package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// printExports writes for each kind of export a row for each number of series and each library.
func printExports(out io.Writer, results []exportResult) error {
	for _, e := range exportings() {
		libraries := slices.DeleteFunc(slices.Clone(results), func(r exportResult) bool { return r.Export != e.name })
		if len(libraries) == 0 {
			continue
		}
		fmt.Fprintf(out, "\none %s, half counters and half histograms of 12 bounds, by 3 labels; at most %d rounds\n", e.title, exportRounds)
		if err := printExport(out, libraries); err != nil {
			return err
		}
	}
	return nil
}

func printExport(out io.Writer, libraries []exportResult) error {
	t := newTable(out)
	first := libraries[0]
	fmt.Fprintf(t, "series\tchanged\t\tms\tprocessor ms\t× %s\tallocations\tMB allocated\t\n", first.Library)
	for _, kind := range first.kinds() {
		for _, r := range libraries {
			c := r.Costs[kind]
			fmt.Fprintf(t, "%d\t1/%d\t%s\t%s\t%s\t%s\t%.0f\t%s\t\n",
				kind.Series, kind.Each, r.Library, digits(c.MS), digits(c.CPU), digits(c.CPU/first.Costs[kind].CPU), c.Allocs, digits(c.Bytes/1e6))
		}
	}
	return t.Flush()
}

// exportChecks are the bounds of exports.
func exportChecks() []check {
	all := slices.Concat(
		besideTheirs("an OTLP export", otlpName, openTelemetry, ocgenDirect),
		besideReading("an OTLP export", otlpName),
		besideTheirs("a Cloud Monitoring export", cloudName, openCensus, ocgenDirect, ocgenViews))
	for _, e := range exportings() {
		all = append(all,
			check{"growth of processor time, " + e.title + ", 1,000 to 100,000 series, to linear", exportGrowth(e.name, costTime), 2, true},
			check{"growth of its allocations", exportGrowth(e.name, costAllocs), 1.1, true},
			check{"growth of its bytes", exportGrowth(e.name, costBytes), 1.1, true},
		)
	}
	all = append(all,
		check{"MB that a later export's reading of 100,000 series allocates, direct", func(r *report) float64 {
			return r.laterExport(ocgenDirect).Later / 1e6
		}, 11.25, true},
		check{"bytes of the same, views to OpenCensus's reading alone", func(r *report) float64 {
			e := r.laterExport(ocgenViews)
			return e.Later / e.Alone
		}, 1.05, true},
	)
	return append(all, check{"records over 1 ms beside exports, to those beside a goroutine that copies memory, direct", func(r *report) float64 {
		if r.Stalls == nil {
			return math.NaN()
		}
		return r.Stalls.moreOften()
	}, 5, true})
}

// besideTheirs are the bounds of an export beside another library's. A ratio is the largest of its
// changes.
func besideTheirs(title, name, theirs string, ours ...string) (all []check) {
	for _, library := range ours {
		recorder := strings.TrimPrefix(library, "ocgen ")
		all = append(all,
			check{fmt.Sprintf("processor time of %s of 20,000 series, %s to %s", title, recorder, theirs), toExporter(name, library, theirs, costTime), 0.6, true},
			check{"allocations of the same", toExporter(name, library, theirs, costAllocs), 0.5, true},
		)
	}
	return all
}

// besideReading are the bounds of an export of views beside OpenCensus's reading alone. That
// makes more objects than an OTLP export of OpenTelemetry's SDK, and takes most of its time, so no
// exporter of views can be as cheap as the SDK.
func besideReading(title, name string) []check {
	return []check{
		{fmt.Sprintf("processor time of %s of 20,000 series, views to OpenCensus's reading alone", title), toExporter(name, ocgenViews, readingAlone, costTime), 2, true},
		{"allocations of the same", toExporter(name, ocgenViews, readingAlone, costAllocs), 1.05, true},
	}
}

// laterExport returns what exports' readings of the most series allocate; NaN if they were not
// measured.
func (r *report) laterExport(library string) exportReading {
	for _, e := range r.Readings {
		if e.Library == library && e.Series == mostScraped {
			return e
		}
	}
	return exportReading{Later: math.NaN(), Alone: math.NaN()}
}

// toExporter compares an export of 20,000 series with another library's.
func toExporter(name, ours, theirs string, of func(cost) float64) func(*report) float64 {
	return func(r *report) float64 {
		most := 0.0
		for _, each := range scrapeChanges {
			kind := exportKind{someScraped, each}
			most = max(most, of(r.export(name, ours, kind))/of(r.export(name, theirs, kind)))
		}
		return most
	}
}

// exportGrowth returns how many times as much as 100 times an export of 1,000 series one of
// 100,000 costs, of direct or views.
func exportGrowth(name string, of func(cost) float64) func(*report) float64 {
	return func(r *report) float64 {
		most := 0.0
		for _, library := range []string{ocgenViews, ocgenDirect} {
			for _, each := range scrapeChanges {
				few, many := of(r.export(name, library, exportKind{fewScraped, each})), of(r.export(name, library, exportKind{mostScraped, each}))
				most = max(most, many/few/(mostScraped/fewScraped))
			}
		}
		return most
	}
}
