package generator

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

func TestBudget(t *testing.T) {
	cut, ratio := schema.SLI{Cut: &schema.Cut{}}, schema.SLI{Ratio: &schema.Ratio{}}
	windows := func(length time.Duration) schema.SLI { return schema.SLI{Windows: &schema.Windows{Length: length}} }
	for _, test := range []struct {
		slo  schema.SLO
		want string
	}{
		{schema.SLO{Goal: 0.999, Days: 28, SLI: ratio}, "1,000 of a million events may be bad"},
		{schema.SLO{Goal: 0.9999, Calendar: "MONTH", SLI: cut}, "100 of a million values may be bad"},
		{schema.SLO{Goal: 0.99975, Days: 1, SLI: schema.SLI{Basic: &schema.Basic{}}}, "250 of a million requests may be bad"},
		{schema.SLO{Goal: 0.98765432, Days: 1, SLI: cut}, "12,345.68 of a million values may be bad"},
		{schema.SLO{Goal: 0.99, Days: 7, SLI: windows(5 * time.Minute)}, "100.8 minutes in 7 days may be bad: 20 whole windows"},
		{schema.SLO{Goal: 0.99, Days: 1, SLI: windows(time.Hour)}, "14.4 minutes in 1 day may be bad: 0 whole windows"},
		{schema.SLO{Goal: 0.999, Calendar: "DAY", SLI: windows(time.Minute)}, "1.44 minutes in 1 day may be bad: 1 whole window"},
		{schema.SLO{Goal: 0.5, Calendar: "WEEK", SLI: windows(24 * time.Hour)}, "5,040 minutes in 7 days may be bad: 3 whole windows"},
		{schema.SLO{Goal: 0.9, Calendar: "FORTNIGHT", SLI: windows(10 * time.Minute)}, "2,016 minutes in 14 days may be bad: 201 whole windows"},
		{schema.SLO{Goal: 0.9, Calendar: "MONTH", SLI: windows(10 * time.Minute)}, "4,320 minutes in 30 days may be bad: 432 whole windows"},
		{schema.SLO{Goal: 0.5, Days: 30, SLI: windows(time.Minute)}, "21,600 minutes in 30 days may be bad: 21,600 whole windows"},
	} {
		if got := budgetText(&test.slo); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestBoundsPicture(t *testing.T) {
	v := &schema.View{Measure: &schema.Measure{Unit: "ms"}, Aggregation: schema.Distribution, Bounds: []float64{0.5, 10, 100}}
	for _, test := range []struct {
		from, to float64
		want     string
	}{
		{0, 10, "0.5  10 ▲ 100 ms\n▲ x: under 10 ms is good"},
		{0, 50, "0.5  10 ▲ 100 ms\n▲ x: under 50 ms is good"},
		{0, 100, "0.5  10  100 ms ▲\n▲ x: under 100 ms is good"},
		{0, 1000, "0.5  10  100 ms ▲\n▲ x: under 1000 ms is good"},
		{0, 0.25, "▲ 0.5  10  100 ms\n▲ x: under 0.25 ms is good"},
		{0.5, math.Inf(1), "0.5 ▲ 10  100 ms\n▲ x: at least 0.5 ms is good"},
		{0.5, 10, "0.5 ▲ 10 ▲ 100 ms\n▲ x: at least 0.5 ms and under 10 ms is good"},
		{20, 30, "0.5  10 ▲ 100 ms\n▲ x: at least 20 ms and under 30 ms is good"},
	} {
		c := cut{"x", &schema.Cut{Selection: schema.Selection{View: v}, Min: test.from, Max: test.to}}
		if got := strings.Join(boundsPicture(v, []cut{c}), "\n"); got != test.want {
			t.Errorf("from %v to %v:\n%s\nwant\n%s", test.from, test.to, got, test.want)
		}
	}
	v.Measure.Unit = "1"
	if got, want := strings.Join(boundsPicture(v, nil), "\n"), "0.5  10  100"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestConditionText(t *testing.T) {
	for want, c := range map[string]schema.Condition{
		"is `a`":                                 {Values: []string{"a"}},
		"is `a`, `b` or `c`":                     {Values: []string{"a", "b", "c"}},
		"starts with `a`":                        {Prefixes: []string{"a"}},
		"is `a` or starts with `b` or `c`":       {Values: []string{"a"}, Prefixes: []string{"b", "c"}},
		"is not `a` or `b`":                      {Op: schema.Not, Values: []string{"a", "b"}},
		"is not `a` and does not start with `b`": {Op: schema.Not, Values: []string{"a"}, Prefixes: []string{"b"}},
	} {
		if got := string(conditionText(c)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestAnchors checks that each element of a page has an anchor of its own.
func TestAnchors(t *testing.T) {
	a := anchors{taken: map[string]bool{}}
	for _, test := range [][2]string{
		{"metric-shop/request_count", "metric-shop-request_count"},
		{"metric-shop|request_count", "metric-shop-request_count-2"},
		{"metric-Shop-Request_count", "metric-Shop-Request_count-3"},
		{"metric-shop-request_count-2", "metric-shop-request_count-2-2"},
		{`metric-x" onclick="y`, "metric-x--onclick--y"},
		{"tag-http.method", "tag-http.method"},
	} {
		if got := a.take(test[0]); got != test[1] {
			t.Errorf("%s: got %s, want %s", test[0], got, test[1])
		}
	}
}

// TestPageIsDeterministic checks that a page depends on the schemas alone: neither on
// earlier pages nor on the schema's folder.
func TestPageIsDeterministic(t *testing.T) {
	src, err := os.ReadFile("testdata/sample.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var first []byte
	for i := range 20 {
		s := parse(t, string(src))
		s.File = fmt.Sprintf("%s/metrics.yaml", strings.Repeat("x", i))
		files, err := pageFile(s, "METRICS.md")
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = files[0].Data
		}
		if !bytes.Equal(files[0].Data, first) {
			t.Fatalf("page %d differs:\n%s", i, files[0].Data)
		}
	}
	header := strings.Join(outfiles.PageHeader("metrics.yaml"), "\n")
	if !bytes.HasPrefix(first, []byte(header+"\n\n# ")) {
		t.Errorf("the page begins with\n%s", first[:200])
	}
}
