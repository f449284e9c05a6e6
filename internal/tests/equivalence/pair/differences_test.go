package pair_test

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opencensus.io/stats/view"
)

// differences are the rows of the table in docs/recorders.md, in the same order, with the
// results of a function for each package.
var differences = []struct {
	row                 string
	do                  func(t *testing.T, s side) string
	views, direct, otel string
}{
	{"whole numbers past 2^53", largeNumbers, "9007199254740992", "9007199254740993", "9007199254740993"},
	{"after `view.Stop`", afterStop, "nothing", "5", "5"},
	{"`view.Find`", find, "found", "not found", "not found"},
	{"tags in ctx", tagsOfContext, "free", "free", "paid"},
	{"tags from other processes without `propagate`", withoutPropagate, "sent", "sent", ""},
	{"tags from other processes that are not printable ASCII", notPrintable, "", "", "__invalid__"},
	{"spans of exemplars", spansOfExemplars, "OpenCensus", "OpenCensus", "OpenTelemetry"},
	{"other readers than ours", readers, "view data, metricproducer", "metricproducer", "SDK"},
	{"units for other readers than ours", rawUnit, "1", "s", "s"},
	{"totals past the largest int64, for other readers than ours", rawTotal, "as converted", "the largest", "the largest"},
	{"places within `max_series`", places, "__other__ b, __other__", "b c, d", "b c, d"},
	{"places for dropped values of an event", droppedPlaces, "__other__", "c", "c"},
	{"places of bound recorders", boundPlaces, "z", "__other__", "__other__"},
	{"replacements in tags that no view has", unseenTag, "1", "0", "0"},
	{"replacements in an event with dropped values", nothing, "0", "1", "1"},
	{"replacements in process tags", processTag, "each time", "at most once", "at most once"},
}

func TestDifferences(t *testing.T) {
	for _, d := range differences {
		t.Run(d.row, func(t *testing.T) {
			for i, want := range []string{d.views, d.direct, d.otel} {
				if got := d.do(t, sides[i]); got != want {
					t.Errorf("%s: %q, want %q", sides[i].name, got, want)
				}
			}
		})
	}
}

// TestDocumented compares the table with the differences that are tested. A cell says "as
// direct" where direct and otel have the same result, and nowhere else.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/recorders.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "## What differs\n")
	table, _, _ = strings.Cut(table, "\n## ")
	rows := regexp.MustCompile(`(?m)^\| (.*?) ?\| (.+?) \| (.+?) \| (.+?) \|$`).FindAllStringSubmatch(table, -1)
	if len(rows) == 0 || !slices.Equal(rows[0][2:], []string{"`views`", "`direct`", "`otel`"}) {
		t.Fatalf("docs/recorders.md has no table of the three recorders:\n%s", table)
	}
	var documented, tested []string
	for _, row := range rows[1:] {
		documented = append(documented, fmt.Sprint(row[1], ", as direct: ", row[4] == "as `direct`"))
	}
	for _, d := range differences {
		tested = append(tested, fmt.Sprint(d.row, ", as direct: ", d.otel == d.direct))
	}
	if !slices.Equal(documented, tested) {
		t.Errorf("docs/recorders.md lists\n%q\nand the tests\n%q", documented, tested)
	}
}

func largeNumbers(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	s.size(1 << 53)
	s.size(1)
	return strings.Join(values("pair/bytes"), " ")
}

// afterStop runs in another process, because view.Stop cannot be undone.
func afterStop(t *testing.T, s side) string {
	cmd := exec.Command(os.Args[0], "-test.run=^TestStopped$", "-test.v")
	cmd.Env = append(os.Environ(), "OCGEN_TEST_STOP="+s.name)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, got, _ := strings.Cut(string(out), "exported: ")
	got, _, _ = strings.Cut(got, "\n")
	return got
}

func TestStopped(t *testing.T) {
	i := slices.IndexFunc(sides, func(s side) bool { return s.name == os.Getenv("OCGEN_TEST_STOP") })
	if i < 0 {
		t.Skip("a part of TestDifferences")
	}
	s := sides[i]
	if err := s.register(); err != nil {
		t.Fatal(err)
	}
	view.Stop()
	s.size(5)
	all := values("pair/bytes")
	if len(all) == 0 {
		all = []string{"nothing"}
	}
	fmt.Printf("exported: %s\n", strings.Join(all, " "))
}

func find(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	if view.Find("pair/bytes") == nil {
		return "not found"
	}
	return "found"
}

// readers returns the readers that have the package's metrics, beside ours.
func readers(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	s.size(5)
	var all []string
	if _, err := view.RetrieveData("pair/bytes"); err == nil {
		all = append(all, "view data")
	}
	if _, ok := metricproducerReading("pair/bytes"); ok {
		all = append(all, "metricproducer")
	}
	if _, ok := sdkReading("pair/bytes"); ok {
		all = append(all, "SDK")
	}
	return strings.Join(all, ", ")
}

func rawUnit(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	s.waited(time.Second)
	m, ok := s.other("pair/waited")
	if !ok {
		return "no metric"
	}
	return m.unit
}

// rawTotal: what Go makes of a float64 above all int64 depends on the processor.
func rawTotal(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	s.size(math.MaxInt64)
	past := float64(math.MaxInt64)
	m, _ := s.other("pair/bytes")
	switch {
	case s.name == "views" && m.total == int64(past):
		return "as converted"
	case m.total == math.MaxInt64:
		return "the largest"
	}
	return fmt.Sprint(m.total)
}

func places(t *testing.T, s side) string {
	s.visit("a", 1)
	registered(t, s)
	s.visit("b", 1)
	s.visit("c", 1)
	first := labels("pair/visits", "visitor")
	s.unregister()
	registered(t, s)
	defer s.unregister()
	s.visit("d", 1)
	second := labels("pair/visits", "visitor")
	return strings.Join(first, " ") + ", " + strings.Join(second, " ")
}

func droppedPlaces(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	for _, visitor := range []string{"a", "b"} {
		s.arrive(-1, visitor)
	}
	s.arrive(1, "c")
	return strings.Join(labels("pair/visits", "visitor"), " ")
}

func boundPlaces(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	s.bindTour("x")
	s.bindTour("y")
	s.tour("z")
	return strings.Join(labels("pair/tours", "visitor"), " ")
}

func unseenTag(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	before := counted("outcome")
	s.visit("a", 255)
	return fmt.Sprint(counted("outcome") - before)
}

func nothing(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	before := counted("outcome")
	s.nothing()
	return fmt.Sprint(counted("outcome") - before)
}

func processTag(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	before := counted("rack")
	for range 3 {
		s.tour("z")
	}
	values("pair/tours")
	values("pair/tours")
	switch counted("rack") - before {
	case 3:
		return "each time"
	case 0, 1: // once a process
		return "at most once"
	}
	return "at each export"
}

// TestConflict registers two packages: the second one's names are taken.
func TestConflict(t *testing.T) {
	for _, first := range sides {
		for _, second := range sides {
			if first.name == second.name {
				continue
			}
			registered(t, first)
			err := second.register()
			if err == nil || !strings.Contains(err.Error(), "pair/bytes") {
				t.Errorf("%s after %s: %v, want an error that names the metrics", second.name, first.name, err)
			}
			second.unregister()
			first.unregister()
		}
	}
}
