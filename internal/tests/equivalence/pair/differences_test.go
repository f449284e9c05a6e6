package pair_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/direct"
	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/views"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats/view"
)

// A side is one of the two packages.
type side struct {
	name       string
	register   func() error
	unregister func()
	size       func(n int64)
	waited     func(d time.Duration)
	visit      func(visitor string, outcome uint8)
	arrive     func(n int64, visitor string) // an event
	tour       func(visitor string)
	bindTour   func(visitor string)
	nothing    func() // an event that records nothing, with an outcome that is none
}

var bg = context.Background()

var viewsSide = side{
	"views", views.RegisterViews, views.UnregisterViews,
	func(n int64) { views.RecordSize(bg, n, "/cart", views.CacheHit) },
	func(d time.Duration) { views.RecordWaited(bg, d) },
	func(v string, o uint8) { views.RecordVisits(bg, 1, views.Visitor(v), views.Outcome(o)) },
	func(n int64, v string) { views.RecordArrival(bg, n, time.Second, views.Visitor(v), 1) },
	func(v string) { views.RecordTours(bg, 1, views.Visitor(v)) },
	func(v string) { views.ToursFor(views.Visitor(v)) },
	func() { views.RecordRequest(bg, -1, -1, -time.Second, 255, 1, "/cart", 0, 0) },
}

var directSide = side{
	"direct", direct.RegisterViews, direct.UnregisterViews,
	func(n int64) { direct.RecordSize(bg, n, "/cart", direct.CacheHit) },
	func(d time.Duration) { direct.RecordWaited(bg, d) },
	func(v string, o uint8) { direct.RecordVisits(bg, 1, direct.Visitor(v), direct.Outcome(o)) },
	func(n int64, v string) { direct.RecordArrival(bg, n, time.Second, direct.Visitor(v), 1) },
	func(v string) { direct.RecordTours(bg, 1, direct.Visitor(v)) },
	func(v string) { direct.ToursFor(direct.Visitor(v)) },
	func() { direct.RecordRequest(bg, -1, -1, -time.Second, 255, 1, "/cart", 0, 0) },
}

// differences are the rows of the table in docs/recorders.md, in its order:
// what a package does, and what comes of it.
var differences = []struct {
	row           string
	do            func(t *testing.T, s side) string
	views, direct string
}{
	{"whole numbers past 2^53", largeNumbers, "9007199254740992", "9007199254740993"},
	{"after `view.Stop`", afterStop, "nothing", "5"},
	{"`view.Find`", find, "found", "not found"},
	{"units for other readers than ours", rawUnit, "1", "s"},
	{"totals past the largest int64, for other readers than ours", rawTotal, "as converted", "the largest"},
	{"places within `max_series`", places, "__other__ b, __other__", "b c, d"},
	{"places for dropped values of an event", droppedPlaces, "__other__", "c"},
	{"places of bound recorders", boundPlaces, "z", "__other__"},
	{"replacements in tags that no view has", unseenTag, "1", "0"},
	{"replacements in an event with dropped values", nothing, "0", "1"},
	{"replacements in process tags", processTag, "each time", "at most once"},
}

func TestDifferences(t *testing.T) {
	for _, d := range differences {
		t.Run(d.row, func(t *testing.T) {
			if got := d.do(t, viewsSide); got != d.views {
				t.Errorf("views: %s, want %s", got, d.views)
			}
			if got := d.do(t, directSide); got != d.direct {
				t.Errorf("direct: %s, want %s", got, d.direct)
			}
		})
	}
}

// TestDocumented holds the table against the differences that are tested.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/recorders.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "## What differs\n")
	table, _, _ = strings.Cut(table, "\n## ")
	var documented, tested []string
	for _, row := range regexp.MustCompile(`(?m)^\| (.+?) \|`).FindAllStringSubmatch(table, -1)[1:] {
		documented = append(documented, row[1])
	}
	for _, d := range differences {
		tested = append(tested, d.row)
	}
	if !slices.Equal(documented, tested) {
		t.Errorf("docs/recorders.md lists\n%q\nand the tests\n%q", documented, tested)
	}
}

// registered registers a package until the test ends.
func registered(t *testing.T, s side) {
	t.Helper()
	if err := s.register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.unregister)
}

// values returns the values of a metric and the first label of each, sorted.
func values(name string) (all, labels []string) {
	for _, m := range runtime.Gather(bg) {
		if m.Descriptor.Name != name {
			continue
		}
		for _, ts := range m.Series {
			all = append(all, fmt.Sprint(ts.Point.Value))
			for i, k := range m.Descriptor.LabelKeys {
				if k.Key == "visitor" {
					labels = append(labels, ts.LabelValues[i].Value)
				}
			}
		}
	}
	slices.Sort(labels)
	return all, labels
}

func largeNumbers(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	s.size(1 << 53)
	s.size(1)
	all, _ := values("pair/bytes")
	return strings.Join(all, " ")
}

// afterStop runs in another process, for view.Stop cannot be undone.
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
	s, ok := map[string]side{"views": viewsSide, "direct": directSide}[os.Getenv("OCGEN_TEST_STOP")]
	if !ok {
		t.Skip("a part of TestDifferences")
	}
	if err := s.register(); err != nil {
		t.Fatal(err)
	}
	view.Stop()
	s.size(5)
	all, _ := values("pair/bytes")
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

// rawUnit reads as OpenCensus's own exporters do.
func rawUnit(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	s.waited(time.Second)
	runtime.Gather(bg) // waits for OpenCensus's queue
	for _, p := range metricproducer.GlobalManager().GetAll() {
		for _, m := range p.Read() {
			if m.Descriptor.Name == "pair/waited" {
				return string(m.Descriptor.Unit)
			}
		}
	}
	return "no metric"
}

// rawTotal reads as OpenCensus's own exporters do. What Go makes of a float64 that no
// int64 holds depends on the processor.
func rawTotal(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	s.size(math.MaxInt64)
	runtime.Gather(bg) // waits for OpenCensus's queue
	past, total := float64(math.MaxInt64), int64(0)
	for _, p := range metricproducer.GlobalManager().GetAll() {
		for _, m := range p.Read() {
			if m.Descriptor.Name == "pair/bytes" {
				total = m.TimeSeries[0].Points[0].Value.(int64)
			}
		}
	}
	switch {
	case s.name == "views" && total == int64(past):
		return "as converted"
	case total == math.MaxInt64:
		return "the largest"
	}
	return fmt.Sprint(total)
}

func places(t *testing.T, s side) string {
	s.visit("a", 1)
	registered(t, s)
	s.visit("b", 1)
	s.visit("c", 1)
	_, first := values("pair/visits")
	s.unregister()
	registered(t, s)
	defer s.unregister()
	s.visit("d", 1)
	_, second := values("pair/visits")
	return strings.Join(first, " ") + ", " + strings.Join(second, " ")
}

func droppedPlaces(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	for _, visitor := range []string{"a", "b"} {
		s.arrive(-1, visitor)
	}
	s.arrive(1, "c")
	_, labels := values("pair/visits")
	return strings.Join(labels, " ")
}

func boundPlaces(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	s.bindTour("x")
	s.bindTour("y")
	s.tour("z")
	_, labels := values("pair/tours")
	return strings.Join(labels, " ")
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

// counted returns how many replacements of a tag's values Stats has.
func counted(tag string) uint64 {
	for _, s := range runtime.Stats() {
		if s.Tag == tag && s.Reason == record.ReasonUnknown {
			return s.Count
		}
	}
	return 0
}

// TestConflict registers both: the second must see that the names are taken.
func TestConflict(t *testing.T) {
	for _, order := range [][]side{{viewsSide, directSide}, {directSide, viewsSide}} {
		first, second := order[0], order[1]
		registered(t, first)
		err := second.register()
		if err == nil || !strings.Contains(err.Error(), "pair/bytes") {
			t.Errorf("%s after %s: %v, want an error that names the metrics", second.name, first.name, err)
		}
		second.unregister()
		first.unregister()
	}
}
