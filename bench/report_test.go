package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func sampleReport() *report {
	return &report{
		Machine: "a <machine>",
		Rounds:  11,
		Works: []*workResult{{Work: byThreeTags, headline: true, Rows: []row{
			{openCensus, "RecordWithTags", 1234.5, 1200, 20},
			{prometheusName, "WithLabelValues", 66, 65.25, 0},
			{ocgenDirect, "by tags", 12, 11.5, 0},
		}, Ratios: []ratio{{directTagsName, promTableName, 0.75}}}},
		Weights: []weight{{openCensus, 450.2, 440, 460, 470}, {ocgenDirect, 220, 330, 440, 190}},
		Reads: []readResult{
			{openCensus, []int{1000, 100000}, []float64{1.2, 205}, 80e6, 79e6, &stallResult{held{3, 1, 0}, held{3, 0.9, 0}, held{4, 2, 1}, held{0.5, 999, 40}}},
			{ocgenDirect, []int{1000, 100000}, []float64{0.08, 12}, 40e6, 0, &stallResult{held{3, 1, 0}, held{2.9, 0.8, 0}, held{3.5, 19, 2}, held{3.2, 20, 2.1}}},
		},
		Exports: []exportResult{
			{otlpName, openTelemetry, map[exportKind]cost{{20_000, 1}: {150, 100, 290_000, 48e6}, {20_000, 100}: {160, 110, 290_000, 48e6}}},
			{otlpName, ocgenDirect, map[exportKind]cost{{20_000, 1}: {80, 50, 87_000, 2e6}, {20_000, 100}: {90, 60.5, 87_000, 3e6}}},
			{slozName, ocgenDirect, map[exportKind]cost{{1_000, 1}: {1, 0.9, 3_000, 0.5e6}, {1_000, 100}: {1, 0.9, 3_000, 0.5e6}}},
		},
		Readings: []exportReading{{ocgenViews, 100_000, 262e6, 148e6, 146e6}, {ocgenDirect, 100_000, 117e6, 1.2e6, 0}},
		Stalls:   &exportStalls{Series: 100_000, Seconds: 7, Copying: 1, Discarding: 3, Sending: 4.5},
	}
}

func TestTables(t *testing.T) {
	var out strings.Builder
	if err := sampleReport().print(&out); err != nil {
		t.Fatal(err)
	}
	const want = `a <machine>, medians of 11 alternating rounds

distribution, 3 closed tags
                               ns a record  least  × direct  allocations
   OpenCensus, RecordWithTags         1234   1200       103         20.0
  Prometheus, WithLabelValues         66.0   65.2      5.50            0
        ocgen direct, by tags         12.0   11.5         1            0
in short rounds, ocgen direct, by tags to Prometheus, table: 0.75

bytes a series, distribution
                closed tags  open tag  closed, 8 goroutines  then read twice
    OpenCensus          450       440                   460              470
  ocgen direct          220       330                   440              190

one read, in ms; bytes that a first and a later read of the most series allocate, in MB
                1000 series  100000 series  first  later
    OpenCensus         1.20            205   80.0   79.0
  ocgen direct         0.08           12.0   40.0      0

records over 50µs, a second: alone, and beside a goroutine that
                alone  copies memory  reads other series  reads these
    OpenCensus      3              3                   4         0.50
  ocgen direct      3           2.90                3.50         3.20

records over 50µs, of a million: alone, and beside a goroutine that
                alone  copies memory  reads other series  reads these
    OpenCensus      1           0.90                   2          999
  ocgen direct      1           0.80                19.0         20.0

records over 1ms, a second: alone, and beside a goroutine that
                alone  copies memory  reads other series  reads these
    OpenCensus      0              0                   1         40.0
  ocgen direct      0              0                   2         2.10

one OTLP export, half counters and half histograms of 12 bounds, by 3 labels; at most 7 rounds
  series  changed                   ms  processor ms  × OpenTelemetry  allocations  MB allocated
   20000      1/1  OpenTelemetry   150           100                1       290000          48.0
   20000      1/1   ocgen direct  80.0          50.0             0.50        87000             2
   20000    1/100  OpenTelemetry   160           110                1       290000          48.0
   20000    1/100   ocgen direct  90.0          60.5             0.55        87000             3

one refresh of the page of SLOs, half counters and half histograms of 12 bounds, by 3 labels; at most 7 rounds
  series  changed                ms  processor ms  × ocgen direct  allocations  MB allocated
    1000      1/1  ocgen direct   1          0.90               1         3000          0.50
    1000    1/100  ocgen direct   1          0.90               1         3000          0.50

MB that an export of 100000 distributions allocates until the exporter is called
                first  later  OpenCensus's reading alone
   ocgen views    262    148                         146
  ocgen direct    117   1.20                            

records of ocgen direct into 100000 series that took over 1ms, a second: beside a goroutine that
  copies memory  reads for exports  exports by OTLP
              1                  3             4.50
`
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", out.String(), want)
	}
}

// TestMarkdown: a cell is empty if it was not measured, and bound styles fill the column of series
// in hand.
func TestMarkdown(t *testing.T) {
	r := sampleReport()
	r.Works = append(r.Works, &workResult{Work: boundOne, Rows: []row{{ocgenDirect, "bound", 7.125, 7, 0}}})
	var out strings.Builder
	r.printMarkdown(&out)
	for _, want := range []string{
		"a <machine>\n\nns a record, the least of 11 alternating rounds\n\n",
		"\nbytes a series\n\n| | closed tags |",
		"\nms of processor time of a scrape or export, medians of 7 alternating rounds\n\n",
		"| | distribution, 3 closed tags | of 10,000 series, in random order | series in hand |",
		"\n|---|---|---|---|---|---|\n| **ocgen, `direct` and `otel`** | 11.5 |  | 7 |  |  |\n",
		"| Prometheus, table |  |  |  |  |  |\n",
		"| OpenCensus, `RecordWithTags` | 1200 |  |  |  |  |\n",
		"| ocgen direct | 220 | 330 | 440 | 190 |\n",
		"\n| | | 1,000 series | 20,000 series | 100,000 series | allocations a series | bytes a series |\n",
		"\n| OTLP export | **ocgen, `direct`** |  | 50.0 |  |  |  |\n",
		"\n| refresh of the page of SLOs | **ocgen, `direct`** | 0.90 |  |  |  |  |\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}

// TestMarkdownOfExports: tables that were not measured are left out.
func TestMarkdownOfExports(t *testing.T) {
	var out strings.Builder
	(&report{Machine: "a <machine>", Rounds: 1, Exports: sampleReport().Exports}).printMarkdown(&out)
	if got := out.String(); !strings.HasPrefix(got, "a <machine>\n\nms of processor time of a scrape or export, medians of 1 alternating rounds\n\n| | | 1,000 series |") || strings.Contains(got, "ns a record") || strings.Contains(got, "bytes a series\n\n") {
		t.Errorf("got:\n%s", got)
	}
}

// TestDocRows: each row and each column of the documentation's table is measured somewhere.
func TestDocRows(t *testing.T) {
	for _, row := range docRows {
		for _, style := range row.styles {
			if !slices.ContainsFunc(contenders(), func(c contender) bool { return c.library == row.library && c.style == style }) {
				t.Errorf("%s has no style %q", row.library, style)
			}
		}
	}
	for _, column := range docColumns {
		if !slices.ContainsFunc(works(), func(w work) bool { return w.name == column.work }) {
			t.Errorf("%q is no work", column.work)
		}
	}
}

// TestVerdicts wants a check to pass on its limit, to fail beyond it, and not to
// pass where nothing was measured.
func TestVerdicts(t *testing.T) {
	for _, c := range checks() {
		beyond := c.limit*0.99 - 0.01
		if c.atMost {
			beyond = c.limit*1.01 + 0.01
		}
		if !c.holds(c.limit) || c.holds(beyond) {
			t.Errorf("%s: the limit %v is not where it ends", c.says, c.limit)
		}
		if measured := c.measured(&report{}); c.holds(measured) {
			t.Errorf("%s: passes with %v, of nothing", c.says, measured)
		}
	}
}

// TestRatiosOfOTel: the largest ratio counts, whether by tags or bound.
func TestRatiosOfOTel(t *testing.T) {
	r := &report{Works: []*workResult{
		{Work: "no ratios"},
		{Ratios: []ratio{{otelTagsName, directTagsName, 1.02}}},
		{Ratios: []ratio{{otelBoundName, directBoundName, 1.05}}},
		{Ratios: []ratio{{otelTagsName, directTagsName, 0.99}}},
		{ctx: tenant, Ratios: []ratio{{otelTagsName, directTagsName, 1.4}}},
		{ctx: exemplars, Ratios: []ratio{{otelTagsName, directTagsName, 1.2}, {otelTagsName, otelPlainName, 2.5}}},
	}}
	for _, c := range []struct{ got, want float64 }{
		{r.mostToDirect(false), 1.05}, {r.mostToDirect(true), 1.4}, {r.costOfExemplars(), 2.5},
	} {
		if c.got != c.want {
			t.Errorf("the ratio is %v, not %v", c.got, c.want)
		}
	}
}

// TestPairs wants each pair to meet at some work.
func TestPairs(t *testing.T) {
	met := map[pair]bool{}
	for _, w := range works() {
		if w.workers > 1 || w.begins {
			continue
		}
		var runners []*runner
		for _, c := range contenders() {
			if r := startRunner(c, w); r != nil {
				defer r.stop()
				r.records = size
				runners = append(runners, r)
			}
		}
		for _, r := range compare(runners, w, quick) {
			if met[pair{r.Of, r.To}] = true; !(r.Ratio > 0) {
				t.Errorf("%s: %s to %s is %v", w.name, r.Of, r.To, r.Ratio)
			}
		}
	}
	for _, p := range pairs() {
		if !met[p] {
			t.Errorf("%s and %s meet at no work", p.of, p.to)
		}
	}
}

// TestVerify: what was not measured fails, unless it was not to be.
func TestVerify(t *testing.T) {
	var all, some strings.Builder
	failed, err := verify(&all, sampleReport(), true)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"RecordWithTags to direct, 3 closed tags 103 at least 50.0 pass",
		"direct to a table of Prometheus, distribution, 3 closed tags 0.75 at most 0.80 pass",
		"direct to a table of Prometheus, count, 3 closed tags - at most 1.40 FAIL",
		"read of the most series, direct to OpenCensus 0.06 at most 0.33 pass",
		"bytes allocated by a later read for an export to those of the first, direct 0 at most 0.50 pass",
		"records over 50 µs a second beside reads, to those without 1.05 at most 1.10 pass",
		"records over 50 µs of a million beside reads of their series, to those beside reads of others 1.05 at most 1.10 pass",
		"bytes a series by closed tags, direct to OpenCensus 0.49 at most 0.50 pass",
		"processor time of an OTLP export of 20,000 series, direct to OpenTelemetry 0.55 at most 0.60 pass allocations of the same 0.30 at most 0.50 pass",
		"processor time of an OTLP export of 20,000 series, views to OpenCensus's reading alone - at most 2 FAIL allocations of the same - at most 1.05 FAIL",
		"processor time of a Cloud Monitoring export of 20,000 series, direct to OpenCensus - at most 0.60 FAIL",
		"MB that a later export's reading of 100,000 series allocates, direct 1.20 at most 11.2 pass",
		"bytes of the same, views to OpenCensus's reading alone 1.01 at most 1.05 pass",
		"records over 1 ms beside exports, to those beside a goroutine that copies memory, direct 2 at most 5 pass",
	} {
		if !strings.Contains(strings.Join(strings.Fields(all.String()), " "), line) {
			t.Errorf("%q is missing in\n%s", line, all.String())
		}
	}
	if want := strings.Count(all.String(), "FAIL"); failed != want || failed == 0 || failed == len(checks()) {
		t.Errorf("%d checks fail, of which %d are told", failed, want)
	}

	r := sampleReport()
	r.Weights[1].Closed = 300
	failed, err = verify(&some, r, false)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(some.String(), "direct to a table of Prometheus, count, 3 closed tags") {
		t.Errorf("a check without a measurement is in\n%s", some.String())
	}
	for _, line := range []string{
		fmt.Sprintf("%d of %d checks need what was not measured", len(checks())-(strings.Count(some.String(), "\n")-2), len(checks())),
		"bytes a series by closed tags, direct to OpenCensus 0.67 at most 0.50 FAIL",
	} {
		if !strings.Contains(strings.Join(strings.Fields(some.String()), " "), line) {
			t.Errorf("%q is missing in\n%s", line, some.String())
		}
	}
	if failed != 1 {
		t.Errorf("%d checks fail, not 1, in\n%s", failed, some.String())
	}
}

// TestChart wants XML that draws each row of a headline work, in the order of
// their times, and longer bars for longer times.
func TestChart(t *testing.T) {
	drawn := chart(sampleReport())
	var widths []string
	for decoder := xml.NewDecoder(bytes.NewReader(drawn)); ; {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, drawn)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "rect" {
			for _, a := range e.Attr {
				if a.Name.Local == "width" {
					widths = append(widths, a.Value)
				}
			}
		}
	}
	// Of four decades that are 500 wide: 1234.5, 66 and 12 ns.
	if got := strings.Join(widths, " "); got != "100% 386 227 135" {
		t.Errorf("the widths are %s", got)
	}
	if !strings.Contains(string(drawn), "a &lt;machine&gt;") {
		t.Error("text is not escaped")
	}
}

// TestExportChart wants a bar for each library that was measured, in the exports that another
// library does too.
func TestExportChart(t *testing.T) {
	drawn := string(exportChart(sampleReport()))
	for _, want := range []string{">OTLP export<", ">OpenTelemetry<", ">ocgen direct<", ">50.0<", ">100<", "medians of 7 alternating rounds", ">10 ms<"} {
		if !strings.Contains(drawn, want) {
			t.Errorf("%q is missing in\n%s", want, drawn)
		}
	}
	if unwanted := "refresh of the page"; strings.Contains(drawn, unwanted) {
		t.Errorf("%q is in\n%s", unwanted, drawn)
	}
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	svg, text := filepath.Join(dir, "a.svg"), filepath.Join(dir, "a.json")
	var out strings.Builder
	err := run([]string{"-quick", "-rounds", "1", "-only", "^count, bound, 2 ", "-svg", svg, "-json", text, "-check"}, &out, io.Discard)
	if err != nil {
		t.Error(err)
	}
	for _, name := range []string{"not measured", "count, bound, 2 goroutines on one series\n", "ocgen direct, bound", "VictoriaMetrics, bound", "floor, one atomic add"} {
		if !strings.Contains(out.String(), name) {
			t.Errorf("%q is missing in\n%s", name, out.String())
		}
	}
	written, err := os.ReadFile(text)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(written, &r); err != nil || len(r.Works) != 1 || len(r.Works[0].Rows) < 6 {
		t.Errorf("%v in %s", err, written)
	}
	if _, err := os.Stat(svg); err != nil {
		t.Error(err)
	}
	for _, args := range [][]string{{"-rounds", "0"}, {"-only", "("}, {"-none"}} {
		if err := run(args, io.Discard, io.Discard); err == nil {
			t.Errorf("%v is taken", args)
		}
	}
}
