package trial

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// Export returns the metrics as exporters send them, a text for each exporter.
type Export func(ctx context.Context, metrics []*metric.Metric) ([]string, error)

// Main compares the packages of schemas as args say; those with an odd index are tight. It
// returns the exit status: 0 if nothing differs, 1 if something does, otherwise 2.
func Main(schemas []Packages, export Export, args []string, stdout io.Writer) int {
	flags := flag.NewFlagSet("trial", flag.ContinueOnError)
	flags.SetOutput(stdout)
	calls := flags.Int("calls", 1000, "calls of each recorder")
	seed := flags.Uint64("seed", 1, "of the calls")
	goroutines := flags.Int("goroutines", 4, "that record at once")
	only := flags.String("only", "", "indices of the schemas to compare, such as 0,2; \"\" is all")
	if flags.Parse(args) != nil {
		return 2
	}
	status := 0
	var all totals
	for i, packages := range schemas {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), fmt.Sprint(i)) {
			continue
		}
		plan := Plan{Seed: *seed + uint64(i), Calls: *calls, Goroutines: *goroutines, Tight: i%2 == 1, Export: export}
		o, err := packages.Compare(plan)
		if err != nil {
			fmt.Fprintln(stdout, err)
			return 2
		}
		all.add(packages, o, *calls)
		for _, d := range o.Differences {
			fmt.Fprintln(stdout, d)
			status = 1
		}
	}
	fmt.Fprintf(stdout, "%d schemas; %d calls of direct, %d of views, %d of otel; %d series and %d points of OpenTelemetry's SDK compared; series that end: %+v; replaced or dropped: %v\n",
		len(schemas), all.direct, all.views, all.otel, all.series, all.points, all.lives, all.reasons)
	return status
}

// totals are the numbers that Main reports.
type totals struct {
	direct, views, otel int // calls
	series, points      int // comparisons
	lives               lives
	reasons             map[record.Reason]uint64
}

func (t *totals) add(p Packages, o Outcome, calls int) {
	t.direct += calls
	if p.Views != nil {
		t.views += calls
	}
	if p.Otel != nil {
		t.otel += calls
	}
	t.series += o.Series
	t.points += o.Points
	t.lives.add(o.Lives)
	if t.reasons == nil {
		t.reasons = map[record.Reason]uint64{}
	}
	for reason, n := range o.Reasons {
		t.reasons[reason] += n
	}
}
