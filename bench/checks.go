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
	return slices.Concat(speedChecks(), otelChecks(), scrapeChecks(), []check{
		{"no allocation in any steady record of direct", func(r *report) float64 { return r.mostAllocations(ocgenDirect) }, 0, true},
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
		{"bytes a series by an open tag, direct to OpenCensus", func(r *report) float64 {
			return r.weight(ocgenDirect).Open / r.weight(openCensus).Open
		}, 0.75, true},
	})
}

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
		{"Prometheus bound to direct bound", func(r *report) float64 {
			return r.ns(boundOne, prometheusName, "bound") / r.ns(boundOne, ocgenDirect, "bound")
		}, 1.5, false},
		{"direct bound to VictoriaMetrics bound", func(r *report) float64 {
			return r.ns(boundOne, ocgenDirect, "bound") / r.ns(boundOne, victoria, "bound")
		}, 1.1, true},
		{"direct to one atomic add, count by 3 closed tags", func(r *report) float64 {
			return r.ns(countByThree, ocgenDirect, "by tags") / r.ns(countByThree, floor, "one atomic add")
		}, 1.4, true},
		{"throughput of two goroutines on one series, direct bound to Prometheus bound", func(r *report) float64 {
			return r.ns(twoOnOne, prometheusName, "bound") / r.ns(twoOnOne, ocgenDirect, "bound")
		}, 3, false},
		{"a record of two goroutines on different series to one alone, direct", func(r *report) float64 {
			return r.ns(twoApart, ocgenDirect, "by tags") / r.ns(byThreeTags, ocgenDirect, "by tags")
		}, 1.1, true},
	}
}

func (r *report) mostAllocations(library string) float64 {
	most := math.NaN()
	for _, w := range r.Works {
		for _, row := range w.Rows {
			if row.Library == library && !(row.Allocs <= most) {
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

// verify writes each check with what was measured, and returns how many fail: if
// all works were wanted, also those of what was not measured.
func verify(out io.Writer, r *report, all bool) (failed int, err error) {
	t := newTable(out)
	fmt.Fprintln(t, "check\tmeasured\tlimit\t\t")
	for _, c := range checks() {
		measured := c.measured(r)
		bound, verdict := "at least", "pass"
		if c.atMost {
			bound = "at most"
		}
		switch {
		case math.IsNaN(measured) && !all:
			verdict = "not measured"
		case !c.holds(measured):
			verdict = "FAIL"
			failed++
		}
		fmt.Fprintf(t, "%s\t%s\t%s %s\t%s\t\n", c.says, digits(measured), bound, digits(c.limit), verdict)
	}
	return failed, t.Flush()
}
