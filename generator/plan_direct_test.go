package generator

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// directOf returns the Go file of a schema with the direct recorder.
func directOf(t *testing.T, src string) string {
	t.Helper()
	s := parse(t, src+"generate: {recorder: direct}\n")
	out := generateGo(t, s)
	if !checkGo(t, s, out) {
		t.Fatal("its references contradict each other")
	}
	return string(out)
}

// function returns the text of a function.
func function(t *testing.T, src, name string) string {
	t.Helper()
	_, after, found := strings.Cut(src, "\nfunc "+name+"(")
	if !found {
		t.Fatalf("no function %s:\n%s", name, src)
	}
	body, _, _ := strings.Cut(after, "\n}\n")
	return body
}

func TestTablesAndHashes(t *testing.T) {
	const form = `
ocgen: v1
tags:
  closed: {values: [%s]}
  again: {values: [v0, v1, v2, v3, v4, v5, v6], catch_all: other}
  open: {max_values: 5, known: [x]}
  other_open: {max_values: 1000000}
  third_open: {max_values: 1000000}
  fourth_open: {max_values: 1000000}
  process: {from: process}
measures:
  size: {description: Size., type: int64, unit: By, tags: [%s], aggregation: count, allow: [series-count]}
`
	values := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf("v%d", i))
		}
		return strings.Join(all, ", ")
	}
	for _, c := range []struct {
		values     int
		tags, want string
	}{
		{2047, "closed, again, process", ""}, // 2048 with __invalid__, times 8
		{2048, "closed, again", "They are found by a hash and not in a table: their tags can be combined in 16392 ways."},
		{1, "open", ""},                                // 9
		{225, "open, closed", ""},                      // 226 with __invalid__, times 9: 2034
		{227, "open, closed", "the tag open is open."}, // 2052
		{1, "other_open", "They are found by a hash and not in a table: the tag other_open is open."},
		{1, "open, closed, other_open, process", "They are found by a hash and not in a table: the tags open and other_open are open."},
		{65000, "open, other_open, third_open, fourth_open", "the tags open, other_open, third_open and fourth_open are open."},
		{1, "process", ""},
	} {
		src := directOf(t, fmt.Sprintf(form, values(c.values), c.tags))
		if c.want == "" {
			if strings.Contains(src, "Keyed") || strings.Contains(src, "hash") {
				t.Errorf("%d values, tags %s: not in a table", c.values, c.tags)
			}
			continue
		}
		text := strings.ReplaceAll(src, "\n// ", " ") // joins comments into one line
		if !strings.Contains(text, c.want+"\n") || !strings.Contains(src, "true,\n") || !strings.Contains(function(t, src, "RecordSize"), ".Keyed(") {
			t.Errorf("%d values, tags %s: not found by a hash, or for another reason", c.values, c.tags)
		}
	}
}

func TestWriteOrder(t *testing.T) {
	const form = `
ocgen: v1
measures:
  a: {description: A., type: int64, unit: "1", aggregation: count}
  b: {description: B., type: int64, unit: "1", aggregation: count}
  c: {description: C., type: int64, unit: "1", aggregation: count}
  d: {description: D., type: int64, unit: "1", aggregation: count}
service: {id: x}
slos:
`
	for slos, want := range map[string]string{
		"{x: {goal: 99%, period: 1d, ratio: {good: a, bad: b}}}":                                                          "a b c d",
		"{x: {goal: 99%, period: 1d, ratio: {bad: a, total: c}}}":                                                         "c a b d",
		"{x: {goal: 99%, period: 1d, ratio: {good: b, total: a}}}":                                                        "a b c d",
		"{x: {goal: 99%, period: 1d, ratio: {bad: a, total: c}}, z: {goal: 99%, period: 1d, ratio: {good: c, total: d}}}": "d c a b",
		"{x: {goal: 99%, period: 1d, ratio: {bad: a, total: c}}, z: {goal: 99%, period: 1d, ratio: {bad: c, total: a}}}":  "c a b d",
		"{x: {goal: 99%, period: 1d, windows: {length: 5m, threshold: 90%, ratio: {bad: a, total: d}}}}":                  "d a b c",
	} {
		s := parse(t, form+"  "+slos+"\n")
		order := writeOrder(s)
		views := s.Views()
		slices.SortFunc(views, func(a, b *schema.View) int { return order[a] - order[b] })
		var got []string
		for _, v := range views {
			got = append(got, v.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %q, want %q", slos, got, want)
		}
	}
}

// TestNothingUnused checks that nothing is declared or computed for a tag that no view
// has.
func TestNothingUnused(t *testing.T) {
	src := directOf(t, `
ocgen: v1
tags:
  used: {values: [x]}
  idle: {values: [x]}
  idle_open: {}
  idle_context: {from: context}
measures:
  size:
    description: Size.
    type: int64
    unit: By
    tags: [used, idle, idle_open, idle_context]
    views:
      size: {aggregation: count, tags: [used]}
`)
	if got, want := function(t, src, "RecordSize"), `ctx context.Context, size int64, used Used, idle Idle, idleOpen IdleOpen) {
	sizeSeries.At(used.index()).Inc()`; got != want {
		t.Errorf("got %s", got)
	}
	for _, surplus := range []string{"(v Idle) index()", "idleOpenTag", "SizeMeasure", "opencensus.io/stats", "func Views()"} {
		if strings.Contains(src, surplus) {
			t.Errorf("has %q:\n%s", surplus, src)
		}
	}
	if !strings.Contains(src, "(v Used) index()") || !strings.Contains(src, "idleContextTag =") {
		t.Errorf("lacks a method or a variable that is used:\n%s", src)
	}
}

// TestRecordLimits checks when a recorder gets a common limit: with several views with
// open tags, of which one is limited.
func TestRecordLimits(t *testing.T) {
	const form = `
ocgen: v1
tags:
  open: {max_values: 5}
  closed: {values: [x]}
  process: {from: process}
measures:
  size:
    description: Size.
    type: int64
    unit: By
    tags: [open, closed, process]
    views:
      size: {aggregation: count, tags: [open], max_series: %d}
      sizes: {aggregation: count, tags: [%s], max_series: %d}
`
	for _, c := range []struct {
		first  int
		tags   string
		second int
		want   bool
	}{
		{8, "open, closed", 100, false}, // the tags cannot exceed it
		{7, "open, closed", 100, true},
		{8, "open, closed", 15, true},
		{7, "closed, process", 1, false}, // the limit of the other view is enough
	} {
		src := directOf(t, fmt.Sprintf(form, c.first, c.tags, c.second))
		if got := strings.Contains(src, "NewRecordLimit"); got != c.want {
			t.Errorf("%+v: limited together is %v", c, got)
		}
	}
}

// TestLiteralRecorder compares one generated recorder with literal text.
func TestLiteralRecorder(t *testing.T) {
	src := directOf(t, `
ocgen: v1
tags:
  method: {values: [GET, POST, PUT], catch_all: OTHER}
  outcome: {values: [ok, error]}
  route: {max_values: 1010}
measures:
  request_latency:
    description: Latency.
    type: float64
    unit: ms
    tags: [method, outcome, route]
    views:
      request_latency: {aggregation: distribution, buckets: [1], tags: [method, outcome]}
      request_count: {aggregation: count, tags: [outcome]}
      routes: {aggregation: count, tags: [route, outcome]}
`)
	if got, want := function(t, src, "RecordRequestLatency"), `ctx context.Context, requestLatency time.Duration, method Method, outcome Outcome, route Route) {
	if !requestLatencyValues.Int64(int64(requestLatency)) {
		return
	}
	outcomeIndex := outcome.index()
	requestLatencySeries.At(method.index() + 4*outcomeIndex).Record(float64(requestLatency) / float64(time.Millisecond))
	requestCountSeries.At(outcomeIndex).Inc()
	routesSeries.Keyed(routeTag.OpenIndex(string(route)) + 1013*outcomeIndex).Inc()`; got != want {
		t.Errorf("got %s", got)
	}
}
