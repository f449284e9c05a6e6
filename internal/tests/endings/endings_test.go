package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/many"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/stackdriver"
)

// TestMain is the processes too: they are this program again.
func TestMain(m *testing.M) {
	if order := os.Getenv(orderVariable); order != "" {
		os.Exit(live(order, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// TestEndings runs every ending, a few times.
func TestEndings(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	results, err := runAll(t.Context(), endings, 3, 200*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if err := violations(results); err != nil {
		t.Errorf("%v\n%s", err, table(results))
	}
	for _, r := range results {
		if len(r.verdicts) != 3 {
			t.Errorf("%s: %d verdicts on 3 runs", r.name, len(r.verdicts))
		}
	}
}

// written returns a trial of which the values of all series but lost have
// arrived, by way of this process.
func written(t *testing.T) *trial {
	t.Helper()
	if err := many.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(many.UnregisterViews)
	backend := fakemonitoring.Start(t, fakemonitoring.Options{Spacing: time.Millisecond})
	exporter, err := stackdriver.New(t.Context(), stackdriver.Options{ProjectID: "endings", Spacing: 2 * time.Millisecond, ClientOptions: backend.ClientOptions()})
	if err != nil {
		t.Fatal(err)
	}
	telemetry, err := runtime.Start(t.Context(), runtime.Options{Exporter: exporter, Interval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	usual.record(t.Context(), 0, usual.Values)
	if err := telemetry.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &trial{ending: ending{name: "made up", work: usual, want: counts{delivered: 1000}}, backend: backend}
}

// TestJudge holds what a process may say against values that have all arrived:
// whatever differs has to be found.
func TestJudge(t *testing.T) {
	tr := written(t)
	truth, arrived := usual.bySeries(), tr.arrived()
	if !maps.Equal(truth, arrived) {
		t.Fatalf("recorded\n%v\narrived\n%v", truth, arrived)
	}
	one := seriesName(many.JobsView.Name, "7")
	for name, test := range map[string]struct {
		claim claim
		lose  bool // one did not arrive
		want  string
	}{
		"all is well":               {claim{Took: time.Second, Limit: time.Second}, false, ""},
		"unconfirmed, and there":    {claim{Unconfirmed: []string{one}}, false, ""},
		"unconfirmed, and lost":     {claim{Unconfirmed: []string{one}}, true, ""},
		"refused, and lost":         {claim{Refused: []string{one}}, true, ""},
		"unsent, and lost":          {claim{Unsent: []string{one}}, true, ""},
		"refused, and there":        {claim{Refused: []string{one}}, false, "is said to be refused, and is delivered"},
		"unsent, and there":         {claim{Unsent: []string{one}}, false, "is said to be unsent, and is delivered"},
		"nothing said, and lost":    {claim{}, true, "is said to be delivered, and 0 of 50 values are"},
		"said twice":                {claim{Refused: []string{one}, Unsent: []string{one}}, true, "is said to be refused unsent"},
		"never recorded":            {claim{Unsent: []string{"nonsense"}}, false, "0 values of it were recorded"},
		"late":                      {claim{Took: time.Second + late + 1, Limit: time.Second}, false, "Shutdown took"},
		"another error":             {claim{Error: "it rains"}, false, "it rains"},
		"health knows less":         {claim{Health: &health{Delivered: 19}}, false, "Health has fewer points"},
		"health knows of a failure": {claim{Health: &health{Delivered: 20, Failures: 1}}, false, "1 exports failed"},
		"health is well":            {claim{Health: &health{Delivered: 20}}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			there := maps.Clone(arrived)
			if test.lose {
				delete(there, one)
			}
			var v verdict
			v.judgeClaim(&test.claim, truth, there)
			found := strings.Join(v.problems, "\n")
			if (found == "") != (test.want == "") || !strings.Contains(found, test.want) {
				t.Errorf("found %q, want %q", found, test.want)
			}
		})
	}
}

// TestJudgeTrial wants what a trial did not come to.
func TestJudgeTrial(t *testing.T) {
	tr := written(t)
	tr.want.delivered = 999
	found := strings.Join(tr.judge().problems, "\n")
	for _, want := range []string{"want {delivered:999", "values of golden/many/jobs{shard=0}, of which 0 were recorded"} {
		if !strings.Contains(found, want) {
			t.Errorf("found %q, want %q", found, want)
		}
	}
}

// TestSmooth judges a process of which an export failed, and one whose exports
// did not.
func TestSmooth(t *testing.T) {
	tr := &trial{ending: ending{smooth: true}}
	for failures, want := range []int{0, 1} {
		p := &process{cmd: &exec.Cmd{}, claim: &claim{Health: &health{Failures: uint64(failures)}}}
		var v verdict
		tr.status = p.status()
		if tr.judgeProcess(&v, p); len(v.problems) != want {
			t.Errorf("of a process with %d exports that failed %d problems are found, want %d: %q", failures, len(v.problems), want, v.problems)
		}
	}
}

// TestViolations runs an ending that wants the impossible.
func TestViolations(t *testing.T) {
	impossible := endings[0]
	impossible.want.delivered = 1000
	impossible.status = 3
	results, err := runAll(t.Context(), []ending{impossible}, 2, 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(violations(results))
	for _, want := range []string{"the exit status is 0, want 3", "came to {delivered:0", "so in 2 of 2 runs"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in: %s", want, text)
		}
	}
}

func TestTable(t *testing.T) {
	r := result{ending: ending{name: "an ending", note: "why"}, verdicts: []verdict{
		{recorded: 1000, counts: counts{delivered: 999, unsent: 1}},
		{recorded: 1000, counts: counts{delivered: 1000}},
	}}
	quiet := r
	quiet.silent = true
	got := table([]result{r, quiet})
	for _, want := range []string{
		"| an ending | 2 | 1,000 | 999–1,000 | 0 | 0 | 0–1 | why |\n",
		"| an ending | 2 | 1,000 | 999–1,000 |  |  |  | why |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestWriteTable(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.md")
	for _, test := range []struct{ before, after string }{
		{"a\n" + tableStart + "old\n" + tableEnd + "b\n", "a\n" + tableStart + "\nnew\n\n" + tableEnd + "b\n"},
		{"a\n" + tableEnd + tableStart, ""},
		{"a\n", ""},
	} {
		if err := os.WriteFile(page, []byte(test.before), 0o644); err != nil {
			t.Fatal(err)
		}
		err := writeTable(page, "new\n")
		got, readErr := os.ReadFile(page)
		if readErr != nil {
			t.Fatal(readErr)
		}
		want := test.after
		if want == "" {
			want = test.before
		}
		if string(got) != want || (err != nil) != (test.after == "") {
			t.Errorf("%q became %q, %v; want %q", test.before, got, err, want)
		}
	}
}

func TestArguments(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"-runs", "0"}, "usage: "},
		{[]string{"-spacing", "0s"}, "usage: "},
		{[]string{"leftover"}, "usage: "},
		{[]string{"-only", "old age"}, `there is no ending "old age"; there are "returns without Shutdown", `},
		{[]string{"-only", "SIGINT", "-write", "page.md"}, "leave -only out"},
	} {
		if err := run(t.Context(), test.args, io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("run(%q) is %v, want an error with %q", test.args, err, test.want)
		}
	}
}

// TestPage holds docs/delivery.md against the endings that there are, and what
// is promised of them.
func TestPage(t *testing.T) {
	text, err := os.ReadFile("../../../docs/delivery.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), tableStart)
	shown, _, ok := strings.Cut(rest, tableEnd)
	if !ok {
		t.Fatal("docs/delivery.md has lost the marks around its table")
	}
	for _, e := range endings {
		v := verdict{recorded: max(1, e.starts) * e.work.Values, counts: e.want}
		row := strings.Split(table([]result{{ending: e, verdicts: []verdict{v}}}), "\n")[2]
		want := strings.Replace(row, "| 1 |", "| 200 |", 1)
		if !strings.Contains(shown, want) {
			t.Errorf("docs/delivery.md does not have the row\n%s\nrun: go run ./internal/tests/endings -runs 200 -spacing 200ms -write docs/delivery.md", want)
		}
	}
	if n := strings.Count(shown, "\n| ") - 1; n != len(endings) {
		t.Errorf("docs/delivery.md has %d endings, there are %d", n, len(endings))
	}
}
