// Command bench measures what records, scrapes and exports cost in ocgen and in other
// libraries: the same work for all, in one process, in alternating rounds.
//
//	go run .                        # tables
//	go run . -svg bench.svg         # and a chart of records
//	go run . -export-svg e.svg      # and a chart of scrapes and exports
//	go run . -markdown              # also the tables of docs/recorders.md
//	go run . -check                 # the ratios that ocgen promises; exit 1 if one is missed
//	go run . -only 'open|^count'    # works by name
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"

	"go.opencensus.io/stats/view"
)

func main() {
	if isReceiver() {
		succeed(receive(&backend{}, os.Stdin, os.Stdout))
		return
	}
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// What -only matches beside the works; see also scrapeName, otlpName, exportReadingName and
// exportStallsName.
const (
	bytesName = "bytes a series"
	readName  = "read"
)

// measurable returns the names of what is measured beside the works.
func measurable() []string {
	all := []string{bytesName, readName, scrapeName}
	for _, e := range exportings() {
		all = append(all, e.name)
	}
	return append(all, exportReadingName, exportStallsName)
}

func run(args []string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(progress)
	rounds := flags.Int("rounds", 11, "alternating `rounds` of which medians are taken")
	only := flags.String("only", "", fmt.Sprintf("measure what this `regexp` matches, of works and %q", measurable()))
	short := flags.Bool("quick", false, "so short that the numbers mean nothing: shows that all of it runs")
	svg := flags.String("svg", "", "draw a chart of records into this `file`")
	exportSVG := flags.String("export-svg", "", "draw a chart of scrapes and exports into this `file`")
	markdown := flags.Bool("markdown", false, "also print the tables of docs/recorders.md")
	jsonFile := flags.String("json", "", "write the numbers into this `file`")
	verifying := flags.Bool("check", false, "compare with what ocgen promises, as far as -only measures it, and fail if it is missed")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	if *rounds < 1 {
		return fmt.Errorf("-rounds %d: at least one is needed", *rounds)
	}
	s := full
	if *short {
		s = quick
	}
	s.rounds = *rounds

	r := measureAll(s, chosen, progress)
	if err := r.print(out); err != nil {
		return err
	}
	if *markdown {
		fmt.Fprintln(out)
		r.printMarkdown(out)
	}
	if err := r.save(*svg, *exportSVG, *jsonFile); err != nil {
		return err
	}
	if !*verifying {
		return nil
	}
	fmt.Fprintln(out)
	failed, err := verify(out, r, *only == "")
	if err == nil && failed > 0 {
		err = fmt.Errorf("%d of %d checks fail", failed, len(checks()))
	}
	return err
}

// measureAll measures what is chosen, and says what it is at.
func measureAll(s scale, chosen *regexp.Regexp, progress io.Writer) *report {
	view.SetReportingPeriod(time.Hour) // nobody is to be reported to
	r := &report{
		Machine: machine(),
		Rounds:  s.rounds,
	}
	for _, w := range works() {
		if chosen.MatchString(w.name) {
			fmt.Fprintln(progress, w.name)
			r.Works = append(r.Works, measure(w, contenders(), s))
		}
	}
	if chosen.MatchString(bytesName) {
		fmt.Fprintln(progress, bytesName)
		r.Weights = weighAll(s)
	}
	if chosen.MatchString(readName) {
		fmt.Fprintln(progress, readName)
		r.Reads = readAllSizes(s)
	}
	if chosen.MatchString(scrapeName) {
		fmt.Fprintln(progress, scrapeName)
		r.Scrapes = measureScrapes(s)
	}
	for _, e := range exportings() {
		if chosen.MatchString(e.name) {
			fmt.Fprintln(progress, e.name)
			r.Exports = append(r.Exports, measureExports(e, s)...)
		}
	}
	if chosen.MatchString(exportReadingName) {
		fmt.Fprintln(progress, exportReadingName)
		r.Readings = readForExports(s)
	}
	if chosen.MatchString(exportStallsName) {
		fmt.Fprintln(progress, exportStallsName)
		r.Stalls = stallsOfExports(s)
	}
	return r
}

// save writes the files that were asked for.
func (r *report) save(svg, exportSVG, jsonFile string) error {
	for file, draw := range map[string]func(*report) []byte{svg: chart, exportSVG: exportChart} {
		if file == "" {
			continue
		}
		if err := os.WriteFile(file, draw(r), 0o644); err != nil {
			return err
		}
	}
	if jsonFile == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(jsonFile, append(text, '\n'), 0o644)
}
