package main

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values        []float64
		median, least float64
	}{
		{nil, 0, 0},
		{[]float64{3}, 3, 3},
		{[]float64{9, 1, 5}, 5, 1},
		{[]float64{8, 2, 4, 100}, 6, 2},
	} {
		if got := median(c.values); got != c.median {
			t.Errorf("the median of %v is %v, not %v", c.values, got, c.median)
		}
		if got := least(c.values); got != c.least {
			t.Errorf("the least of %v is %v, not %v", c.values, got, c.least)
		}
	}
}

// TestSameSchemas wants the three recorders to be generated from one schema.
func TestSameSchemas(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	views := read("viewsmetrics/metrics.yaml")
	for _, recorder := range []string{"direct", "otel"} {
		want := strings.NewReplacer("package: viewsmetrics", "package: "+recorder+"metrics", "prefix: viewsmetrics/", "prefix: "+recorder+"metrics/",
			"recorder: views", "recorder: "+recorder).Replace(views)
		if read(recorder+"metrics/metrics.yaml") != want {
			t.Errorf("the schema of %smetrics differs in more than the package, the prefix and the recorder", recorder)
		}
	}
}

// TestSeriesAreWeighed wants the heap to hold as many series as the bytes are
// divided by, where the library can be asked.
func TestSeriesAreWeighed(t *testing.T) {
	names := map[string][2]string{ // by closed tags, and by an open one
		openCensus:  {"byhand/many", "byhand/many"},
		ocgenViews:  {"viewsmetrics/pod_latency", "viewsmetrics/account_latency"},
		ocgenDirect: {"directmetrics/pod_latency", "directmetrics/account_latency"},
		ocgenOTel:   {"otelmetrics/pod_latency", "otelmetrics/account_latency"},
	}
	const series = 700
	for _, f := range fillers() {
		for i, open := range []bool{false, true} {
			filled := f.start(open)
			for i := range series {
				filled.record(i, 0)
			}
			if name := names[f.library][i]; name != "" {
				read := exported
				if f.library == ocgenDirect || f.library == ocgenOTel {
					read = recorded
				}
				if got := len(read(name)); got != series {
					t.Errorf("%s has %d series in %s, not %d", f.library, got, name, series)
				}
			}
			filled.stop()
			if bytes := weigh(f, open, series); bytes < 100 {
				t.Errorf("a series of %s takes %.0f bytes, which cannot be", f.library, bytes)
			}
		}
	}
}

// TestReads reads a few series of each library; a read that finds more or fewer
// panics.
func TestReads(t *testing.T) {
	results := readAllSizes(scale{rounds: 2, read: []int{3, 50}, beside: time.Millisecond})
	for _, r := range results {
		if len(r.MS) != 2 || r.MS[0] <= 0 || r.MS[1] <= 0 {
			t.Errorf("%s was read in %v ms", r.Library, r.MS)
		}
		if r.Library == ocgenDirect && !(r.Later <= r.First/2) {
			t.Errorf("a later read allocates %v bytes, the first %v", r.Later, r.First)
		}
	}
	if len(results) != 6 {
		t.Errorf("%d libraries were read", len(results))
	}
}

// TestAllocations wants the count of objects to be that of a record: a fresh
// RecordWithTags makes some, an atomic add and the records of direct and otel none, but Begin and
// end one.
func TestAllocations(t *testing.T) {
	for _, w := range works() {
		if w.name != byThreeTags && w.aggregation != upDown && w.ctx == nothing {
			continue
		}
		for _, c := range contenders() {
			if w.name != byThreeTags && !c.isGenerated() {
				continue
			}
			r := startRunner(c, w)
			if r == nil {
				continue
			}
			r.records = w.length()
			r.run()
			allocs := r.allocations()
			r.stop()
			switch c.library {
			case openCensus:
				if c.style == "RecordWithTags" && allocs < 10 {
					t.Errorf("%s: %s makes %v objects", w.name, c.name(), allocs)
				}
			case floor, ocgenDirect, ocgenOTel:
				most := 0.0
				if w.begins {
					most = 2 // usually 1, but the race detector drops what was put into a pool
				}
				if allocs > most {
					t.Errorf("%s: %s makes %v objects", w.name, c.name(), allocs)
				}
			}
		}
	}
}
