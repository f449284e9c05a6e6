package main

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// A check is a bound on what was measured.
type check struct {
	says     string
	measured func(r *report) float64 // NaN if a part of it was not measured
	limit    float64
	atMost   bool // the limit is the most that is allowed; else the least
}

func (c check) holds(measured float64) bool {
	if c.atMost {
		return measured <= c.limit
	}
	return measured >= c.limit
}

func checks() []check {
	return slices.Concat(speedChecks(), otelChecks(), scrapeChecks(), exportChecks(), []check{
		{"no allocation in any steady record of direct, but Begin", func(r *report) float64 { return r.mostAllocations(ocgenDirect) }, 0, true},
		{"objects that Begin and end allocate, direct", func(r *report) float64 {
			return r.row(beginByThree, ocgenDirect, "by tags").Allocs
		}, beginAllocs, true},
		{"read of the most series, direct to OpenCensus", func(r *report) float64 {
			return r.mostRead(ocgenDirect) / r.mostRead(openCensus)
		}, 1.0 / 3, true},
		{"bytes allocated by a later read for an export to those of the first, direct", (*report).laterRead, 0.5, true},
		{"records over 50 µs a second beside reads, to those without", func(r *report) float64 {
			return moreStalls(r, func(s stallResult) (own, others float64) { return s.Reading.Second, s.Alone.Second })
		}, 1.1, true},
		{"records over 50 µs of a million beside reads of their series, to those beside reads of others", func(r *report) float64 {
			return moreStalls(r, func(s stallResult) (own, others float64) { return s.Reading.Million, s.Twin.Million })
		}, 1.1, true},
		{"bytes a series by closed tags, direct to OpenCensus", func(r *report) float64 {
			return r.weight(ocgenDirect).Closed / r.weight(openCensus).Closed
		}, 0.5, true},
		{"bytes a series by closed tags, views to OpenCensus", func(r *report) float64 {
			return r.weight(ocgenViews).Closed / r.weight(openCensus).Closed
		}, 1.1, true},
		{"bytes a series of direct after 8 goroutines recorded, by closed tags", func(r *report) float64 {
			return r.weight(ocgenDirect).Contended
		}, 450, true},
		{"the same after two reads at rest", func(r *report) float64 {
			return r.weight(ocgenDirect).AtRest
		}, 200, true},
		{"bytes a series by an open tag, direct to OpenCensus", func(r *report) float64 {
			return r.weight(ocgenDirect).Open / r.weight(openCensus).Open
		}, 0.75, true},
	})
}

// beginAllocs is the bound of the objects that Begin and end allocate: the function that ends. Now
// and then the collector also empties the pool of the additions.
const beginAllocs = 1.01

func speedChecks() []check {
	return []check{
		{"RecordWithTags to direct, 3 closed tags", func(r *report) float64 {
			return r.ns(byThreeTags, openCensus, "RecordWithTags") / r.ns(byThreeTags, ocgenDirect, "by tags")
		}, 50, false},
		{"Prometheus WithLabelValues to direct, 3 closed tags", func(r *report) float64 {
			return r.ns(byThreeTags, prometheusName, "WithLabelValues") / r.ns(byThreeTags, ocgenDirect, "by tags")
		}, 3.5, false},
		{"OpenTelemetry with a prebuilt set to direct, 3 closed tags", func(r *report) float64 {
			return r.ns(byThreeTags, openTelemetry, "prebuilt set") / r.ns(byThreeTags, ocgenDirect, "by tags")
		}, 10, false},
		{"Prometheus WithLabelValues to direct, open tag", func(r *report) float64 {
			return r.ns(byOpenTag, prometheusName, "WithLabelValues") / r.ns(byOpenTag, ocgenDirect, "by tags")
		}, 3, false},
		{"direct to a table of Prometheus, distribution, 3 closed tags", short(byThreeTags, directTagsName, promTableName), 0.8, true},
		{"direct to a table of Prometheus, count, 3 closed tags", short(countByThree, directTagsName, promTableName), 1.4, true},
		{"direct to an atomic add into a table, count, 3 closed tags", short(countByThree, directTagsName, tableAddName), 1.6, true},
		{"direct to a table of Prometheus, distribution, 10,000 series", short(manyDistribution, directTagsName, promTableName), 0.6, true},
		{"direct to a table of Prometheus, count, 10,000 series", short(manyCount, directTagsName, promTableName), 1.4, true},
		{"direct bound to Prometheus bound", short(boundOne, directBoundName, promBoundName), 0.8, true},
		{"direct bound to VictoriaMetrics bound", short(boundOne, directBoundName, victoriaBound), 1.1, true},
		{"up-down count to count, direct, 3 closed tags", short(upDownByThree, directTagsName, directCountName), 1.1, true},
		{"throughput of two goroutines on one series, direct bound to Prometheus bound", func(r *report) float64 {
			return r.ns(twoOnOne, prometheusName, "bound") / r.ns(twoOnOne, ocgenDirect, "bound")
		}, 3, false},
		{"a record of two goroutines on different series to one alone, direct", func(r *report) float64 {
			return r.ns(twoApart, ocgenDirect, "by tags") / r.ns(byThreeTags, ocgenDirect, "by tags")
		}, 1.1, true},
	}
}

// short returns the ratio of two contenders in the short rounds of a work; NaN if it was not
// measured.
func short(work, of, to string) func(*report) float64 {
	return func(r *report) float64 {
		for _, w := range r.Works {
			if w.Work == work {
				return w.ratio(of, to)
			}
		}
		return math.NaN()
	}
}

func (r *report) mostAllocations(library string) float64 {
	most := math.NaN()
	for _, w := range r.Works {
		for _, row := range w.Rows {
			if row.Library == library && !w.begins && !(row.Allocs <= most) {
				most = row.Allocs
			}
		}
	}
	return most
}

// moreStalls is by how much records into series that are read are held up more
// often than others. One is added to both, so that none is no division by zero.
func moreStalls(r *report, of func(stallResult) (own, others float64)) float64 {
	for _, read := range r.Reads {
		if read.Library == ocgenDirect && read.Stalls != nil {
			own, others := of(*read.Stalls)
			return (own + 1) / (others + 1)
		}
	}
	return math.NaN()
}

// verify writes each check with what was measured, and returns how many fail. If all was measured, a
// check without a measurement fails. Otherwise such checks are only counted.
func verify(out io.Writer, r *report, all bool) (failed int, err error) {
	t := newTable(out)
	fmt.Fprintln(t, "check\tmeasured\tlimit\t\t")
	unmeasured := 0
	for _, c := range checks() {
		measured := c.measured(r)
		if math.IsNaN(measured) && !all {
			unmeasured++
			continue
		}
		bound, verdict := "at least", "pass"
		if c.atMost {
			bound = "at most"
		}
		if !c.holds(measured) {
			verdict = "FAIL"
			failed++
		}
		fmt.Fprintf(t, "%s\t%s\t%s %s\t%s\t\n", c.says, digits(measured), bound, digits(c.limit), verdict)
	}
	if err := t.Flush(); err != nil {
		return failed, err
	}
	if unmeasured > 0 {
		_, err = fmt.Fprintf(out, "%d of %d checks need what was not measured\n", unmeasured, len(checks()))
	}
	return failed, err
}
