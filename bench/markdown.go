package main

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// The columns and rows of the table in docs/recorders.md. The rows of libraries at their best come
// first.
var (
	docColumns = []struct{ title, work string }{
		{"distribution, 3 closed tags", byThreeTags},
		{"of 10,000 series, in random order", manyDistribution},
		{"series in hand", boundOne},
		{"open tag of 1,000 values", byOpenTag},
		{"count, 3 closed tags", countByThree},
	}
	docRows = []struct {
		title, library string
		styles         []string // of which a work has one
	}{
		{"**ocgen, `direct` and `otel`**", ocgenDirect, []string{"by tags", "bound"}},
		{"**ocgen, `views`**", ocgenViews, []string{"by tags", "bound"}},
		{"Prometheus, table", prometheusName, []string{"table", "bound"}},
		{"VictoriaMetrics, table", victoria, []string{"table", "bound"}},
		{"OpenTelemetry, sets made before", openTelemetry, []string{"prebuilt set"}},
		{"OpenCensus, contexts made before", openCensus, []string{prebuiltContext}},
		{"Prometheus, `WithLabelValues`", prometheusName, []string{"WithLabelValues"}},
		{"VictoriaMetrics, by name", victoria, []string{"by name"}},
		{"OpenTelemetry, attributes", openTelemetry, []string{"attributes"}},
		{"OpenCensus, `RecordWithTags`", openCensus, []string{"RecordWithTags"}},
		{"for comparison: one atomic addition", floor, []string{tableAdd, "one atomic add"}},
	}
)

// printMarkdown writes the tables of docs/recorders.md, as far as they were measured: ns a record,
// bytes a series, and what scrapes and exports cost.
func (r *report) printMarkdown(out io.Writer) {
	fmt.Fprintln(out, r.Machine)
	if len(r.Works) > 0 {
		r.printMarkdownWorks(out)
	}
	if len(r.Weights) > 0 {
		r.printMarkdownWeights(out)
	}
	if len(r.Exports) > 0 || len(r.Scrapes) > 0 {
		r.printMarkdownExports(out)
	}
}

// printMarkdownWorks writes the least ns of the rounds: other work of the machine has less effect on
// them than on medians.
func (r *report) printMarkdownWorks(out io.Writer) {
	fmt.Fprintf(out, "\nns a record, the least of %d alternating rounds\n\n", r.Rounds)
	var head, line strings.Builder
	for _, c := range docColumns {
		head.WriteString(" " + c.title + " |")
		line.WriteString("---|")
	}
	fmt.Fprintf(out, "| |%s\n|---|%s\n", &head, &line)
	for _, row := range docRows {
		fmt.Fprintf(out, "| %s |", row.title)
		for _, c := range docColumns {
			fmt.Fprintf(out, " %s |", cell(r.firstLeast(c.work, row.library, row.styles), digits))
		}
		fmt.Fprintln(out)
	}
}

func (r *report) printMarkdownWeights(out io.Writer) {
	fmt.Fprintf(out, "\nbytes a series\n\n| | closed tags | open tag | closed tags, %d goroutines | then read twice |\n|---|---|---|---|---|\n", busyGoroutines)
	for _, w := range r.Weights {
		fmt.Fprintf(out, "| %s |", w.Library)
		for _, v := range []float64{w.Closed, w.Open, w.Contended, w.AtRest} {
			fmt.Fprintf(out, " %s |", cell(v, func(v float64) string { return fmt.Sprintf("%.0f", v) }))
		}
		fmt.Fprintln(out)
	}
}

// printMarkdownExports writes the processor ms of scrapes and exports whose series have all
// changed, and the objects and bytes that the larger ones allocate for each series.
func (r *report) printMarkdownExports(out io.Writer) {
	fmt.Fprintf(out, "\nms of processor time of a scrape or export, medians of %d alternating rounds\n\n", min(r.Rounds, exportRounds))
	fmt.Fprint(out, "| | | 1,000 series | 20,000 series | 100,000 series | allocations a series | bytes a series |\n|---|---|---|---|---|---|---|\n")
	for _, e := range r.allExports() {
		for _, l := range e.libraries {
			library := l.library
			if recorder, ok := strings.CutPrefix(library, "ocgen "); ok {
				library = "**ocgen, `" + recorder + "`**"
			}
			fmt.Fprintf(out, "| %s | %s |", e.title, library)
			for _, series := range []int{fewScraped, someScraped, mostScraped} {
				fmt.Fprintf(out, " %s |", cell(l.costs(exportKind{series, 1}).CPU, digits))
			}
			most := l.costs(exportKind{mostScraped, 1})
			fmt.Fprintf(out, " %s | %s |\n", cell(most.Allocs/mostScraped, digits), cell(most.Bytes/mostScraped, digits))
		}
	}
}

// firstLeast returns the least ns of the first style that was measured at a work, or NaN.
func (r *report) firstLeast(work, library string, styles []string) float64 {
	for _, style := range styles {
		if ns := r.row(work, library, style).MinNS; !math.IsNaN(ns) {
			return ns
		}
	}
	return math.NaN()
}

// cell returns an empty text for NaN.
func cell(v float64, text func(float64) string) string {
	if math.IsNaN(v) {
		return ""
	}
	return text(v)
}
