package main

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// printScrapes writes a row for each kind of scrape and each library.
func printScrapes(out io.Writer, results []scrapeResult) error {
	fmt.Fprintf(out, "\none scrape, half counters and half histograms of 12 bounds, by 3 labels; at most %d rounds\n", scrapeRounds)
	t := newTable(out)
	fmt.Fprintln(t, "series\tformat\tchanged\t\tms\tprocessor ms\t× Prometheus\tallocations\tMB allocated\t")
	for _, kind := range results[0].kinds() {
		theirs := results[0].Costs[kind]
		for _, r := range results {
			c, ok := r.Costs[kind]
			if !ok {
				continue
			}
			fmt.Fprintf(t, "%d\t%s\t1/%d\t%s\t%s\t%s\t%s\t%.0f\t%s\t\n",
				kind.Series, kind.Format, kind.Each, r.Library, digits(c.MS), digits(c.CPU), digits(c.CPU/theirs.CPU), c.Allocs, digits(c.Bytes/1e6))
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nMB that scrapes of %d series hold\n", results[0].Memory.Series)
	t = newTable(out)
	fmt.Fprintf(t, "\tbetween two\tbytes a series\tduring one\tduring %d\t\n", simultaneous)
	for _, r := range results {
		m := r.Memory
		fmt.Fprintf(t, "%s\t%s\t%.0f\t%s\t%s\t\n", r.Library, digits(m.Kept/1e6), m.Kept/float64(m.Series), digits(m.One/1e6), digits(m.Forty/1e6))
	}
	return t.Flush()
}

// The numbers of series of the checks.
const (
	fewScraped  = 1_000
	someScraped = 20_000
	mostScraped = 100_000
)

// scrapeChecks are the bounds of the handler for Prometheus. A ratio is the largest of its
// formats and changes.
func scrapeChecks() []check {
	return []check{
		{"processor time of a scrape of 20,000 series in text or OpenMetrics, direct to Prometheus", toPrometheus(ocgenDirect, costTime, textFormat, openFormat), 0.3, true},
		{"allocations of the same", toPrometheus(ocgenDirect, costAllocs, textFormat, openFormat), 0.03, true},
		{"allocations of a scrape of 20,000 series in protobuf, direct to Prometheus", toPrometheus(ocgenDirect, costAllocs, protoFormat), 0.05, true},
		{"bytes of a scrape of 20,000 series in any format, direct to Prometheus", toPrometheus(ocgenDirect, costBytes, scrapeFormats...), 0.05, true},
		{"processor time of a scrape of 20,000 series in text or OpenMetrics, views to Prometheus", toPrometheus(ocgenViews, costTime, textFormat, openFormat), 1, true},
		{"growth of a scrape's processor time, 1,000 to 100,000 series, to linear", scrapeGrowth(costTime), 2, true},
		{"growth of its allocations", scrapeGrowth(costAllocs), 1.1, true},
		{"growth of its bytes", scrapeGrowth(costBytes), 1.1, true},
		{"bytes held by 40 scrapes at once, to those of one, the larger of direct and views", heldByForty, 3, true},
	}
}

// toPrometheus compares a scrape of 20,000 series with client_golang's.
func toPrometheus(library string, of func(cost) float64, formats ...scrapeFormat) func(*report) float64 {
	return func(r *report) float64 {
		most := 0.0
		for _, format := range formats {
			for _, each := range scrapeChanges {
				kind := scrapeKind{someScraped, format.name, each}
				most = max(most, of(r.scrape(library, kind))/of(r.scrape(prometheusName, kind)))
			}
		}
		return most
	}
}

// scrapeGrowth returns how many times as much as 100 times a scrape of 1,000 series one of
// 100,000 costs, of our handlers in any format.
func scrapeGrowth(of func(cost) float64) func(*report) float64 {
	return func(r *report) float64 {
		most := 0.0
		for _, library := range []string{ocgenViews, ocgenDirect} {
			for _, format := range scrapeFormats {
				for _, each := range scrapeChanges {
					few, many := of(r.scrape(library, scrapeKind{fewScraped, format.name, each})), of(r.scrape(library, scrapeKind{mostScraped, format.name, each}))
					most = max(most, many/few/(mostScraped/fewScraped))
				}
			}
		}
		return most
	}
}

func heldByForty(r *report) float64 {
	most := math.NaN()
	for _, s := range r.Scrapes {
		if ratio := s.Memory.Forty / s.Memory.One; strings.HasPrefix(s.Library, "ocgen ") && !(ratio <= most) {
			most = ratio
		}
	}
	return most
}
