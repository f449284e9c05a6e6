package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// A report is everything that was measured.
type report struct {
	Machine  string
	Rounds   int
	Works    []*workResult
	Weights  []weight
	Reads    []readResult
	Scrapes  []scrapeResult
	Exports  []exportResult
	Readings []exportReading // for exports
	Stalls   *exportStalls   // beside exports; nil if none were counted
}

// A workResult has a row for each contender at a work.
type workResult struct {
	Work     string
	Rows     []row
	Ratios   []ratio
	headline bool
	begins   bool
	ctx      use
}

// A row is what one contender took: ns a record of one goroutine, so of two
// goroutines that do not disturb each other each takes as long as one alone.
type row struct {
	Library, Style string
	NS, MinNS      float64 // median and least of the rounds
	Allocs         float64 // objects a record
}

// row returns what a contender took at a work; NaN if it was not measured.
func (r *report) row(work, library, style string) row {
	for _, w := range r.Works {
		for _, row := range w.Rows {
			if w.Work == work && row.Library == library && row.Style == style {
				return row
			}
		}
	}
	return row{library, style, math.NaN(), math.NaN(), math.NaN()}
}

// ns returns the median of a contender at a work; NaN if it was not measured.
func (r *report) ns(work, library, style string) float64 { return r.row(work, library, style).NS }

func (r *report) weight(library string) weight {
	for _, w := range r.Weights {
		if w.Library == library {
			return w
		}
	}
	return weight{library, math.NaN(), math.NaN(), math.NaN(), math.NaN()}
}

// mostRead returns the ms of a read of the most series.
func (r *report) mostRead(library string) float64 {
	for _, read := range r.Reads {
		if read.Library == library {
			return read.MS[len(read.MS)-1]
		}
	}
	return math.NaN()
}

// readOf returns the ms of a read of so many series; NaN if it was not measured.
func (r *report) readOf(library string, series int) float64 {
	for _, read := range r.Reads {
		if i := slices.Index(read.Series, series); read.Library == library && i >= 0 {
			return read.MS[i]
		}
	}
	return math.NaN()
}

// laterRead returns the bytes that a later read for an export allocates to those of the
// first, of ocgen direct.
func (r *report) laterRead() float64 {
	for _, read := range r.Reads {
		if read.Library == ocgenDirect {
			return read.Later / read.First
		}
	}
	return math.NaN()
}

// direct returns the median of ocgen direct at the work; NaN if it is not there.
func (w *workResult) direct() float64 {
	for _, row := range w.Rows {
		if row.Library == ocgenDirect {
			return row.NS
		}
	}
	return math.NaN()
}

// print writes the tables.
func (r *report) print(out io.Writer) error {
	fmt.Fprintf(out, "%s, medians of %d alternating rounds\n", r.Machine, r.Rounds)
	for _, w := range r.Works {
		fmt.Fprintf(out, "\n%s\n", w.Work)
		if err := w.print(out); err != nil {
			return err
		}
	}
	if len(r.Weights) > 0 {
		fmt.Fprintf(out, "\nbytes a series, distribution\n")
		if err := printWeights(out, r.Weights); err != nil {
			return err
		}
	}
	if len(r.Reads) > 0 {
		fmt.Fprintf(out, "\none read, in ms; bytes that a first and a later read of the most series allocate, in MB\n")
		if err := printReads(out, r.Reads); err != nil {
			return err
		}
		if err := printStalls(out, r.Reads); err != nil {
			return err
		}
	}
	if len(r.Scrapes) > 0 {
		if err := printScrapes(out, r.Scrapes); err != nil {
			return err
		}
	}
	if err := printExports(out, r.Exports); err != nil {
		return err
	}
	if err := printExportReadings(out, r.Readings); err != nil {
		return err
	}
	return printExportStalls(out, r.Stalls)
}

func (w *workResult) print(out io.Writer) error {
	t := newTable(out)
	fmt.Fprintln(t, "\tns a record\tleast\t× direct\tallocations\t")
	for _, row := range w.Rows {
		fmt.Fprintf(t, "%s, %s\t%s\t%s\t%s\t%s\t\n", row.Library, row.Style,
			digits(row.NS), digits(row.MinNS), digits(row.NS/w.direct()), digits(row.Allocs))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, r := range w.Ratios {
		fmt.Fprintf(out, "in short rounds, %s to %s: %s\n", r.Of, r.To, digits(r.Ratio))
	}
	return nil
}

func printWeights(out io.Writer, weights []weight) error {
	t := newTable(out)
	fmt.Fprintf(t, "\tclosed tags\topen tag\tclosed, %d goroutines\tthen read twice\t\n", busyGoroutines)
	for _, w := range weights {
		fmt.Fprintf(t, "%s\t%.0f\t%.0f\t%.0f\t%.0f\t\n", w.Library, w.Closed, w.Open, w.Contended, w.AtRest)
	}
	return t.Flush()
}

func printReads(out io.Writer, reads []readResult) error {
	t := newTable(out)
	for _, n := range reads[0].Series {
		fmt.Fprintf(t, "\t%d series", n)
	}
	fmt.Fprintln(t, "\tfirst\tlater\t")
	for _, r := range reads {
		fmt.Fprint(t, r.Library)
		for _, ms := range r.MS {
			fmt.Fprintf(t, "\t%s", digits(ms))
		}
		fmt.Fprintf(t, "\t%s\t%s\t\n", digits(r.First/1e6), digits(r.Later/1e6))
	}
	return t.Flush()
}

// printStalls writes a table for each way to count what was held up.
func printStalls(out io.Writer, reads []readResult) error {
	for _, way := range []struct {
		says string
		of   func(held) float64
	}{
		{fmt.Sprintf("over %v, a second", stallOver), func(h held) float64 { return h.Second }},
		{fmt.Sprintf("over %v, of a million", stallOver), func(h held) float64 { return h.Million }},
		{fmt.Sprintf("over %v, a second", longOver), func(h held) float64 { return h.Long }},
	} {
		fmt.Fprintf(out, "\nrecords %s: alone, and beside a goroutine that\n", way.says)
		t := newTable(out)
		fmt.Fprintln(t, "\talone\tcopies memory\treads other series\treads these\t")
		for _, r := range reads {
			if r.Stalls == nil {
				continue
			}
			fmt.Fprint(t, r.Library)
			for _, h := range []held{r.Stalls.Alone, r.Stalls.Copying, r.Stalls.Twin, r.Stalls.Reading} {
				fmt.Fprintf(t, "\t%s", digits(way.of(h)))
			}
			fmt.Fprintln(t, "\t")
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// newTable aligns numbers to the right, and with them, for want of another
// choice, names.
func newTable(out io.Writer) *tabwriter.Writer {
	return tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
}

// digits returns three digits of v, or all those before the point.
func digits(v float64) string {
	switch {
	case math.IsNaN(v):
		return "-"
	case v == 0:
		return "0"
	case math.Abs(v) >= 100:
		return fmt.Sprintf("%.0f", v)
	case math.Abs(v) >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return strings.TrimSuffix(fmt.Sprintf("%.2f", v), ".00")
}
