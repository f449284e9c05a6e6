package trial

import (
	"context"
	"flag"
	"fmt"
	"io"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// Export returns what exporters make of the metrics, one text each.
type Export func(ctx context.Context, metrics []*metric.Metric) ([]string, error)

// Main compares pairs, of which the odd ones are tight, as args say, and returns
// the exit status: 0 if nothing differs, 1 if something does, else 2.
func Main(pairs []Pair, export Export, args []string, stdout io.Writer) int {
	flags := flag.NewFlagSet("trial", flag.ContinueOnError)
	flags.SetOutput(stdout)
	calls := flags.Int("calls", 1000, "calls of each recorder")
	seed := flags.Uint64("seed", 1, "of the calls")
	goroutines := flags.Int("goroutines", 4, "that record at once")
	if flags.Parse(args) != nil {
		return 2
	}
	status := 0
	var all Outcome
	reasons := map[record.Reason]uint64{}
	for i, pair := range pairs {
		plan := Plan{Seed: *seed + uint64(i), Calls: *calls, Goroutines: *goroutines, Tight: i%2 == 1, Export: export}
		o, err := pair.Compare(plan)
		if err != nil {
			fmt.Fprintln(stdout, err)
			return 2
		}
		all.Series += o.Series
		for reason, n := range o.Reasons {
			reasons[reason] += n
		}
		for _, d := range o.Differences {
			fmt.Fprintf(stdout, "%s against %s: %s\n", pair.Views.Name, pair.Direct.Name, d)
			status = 1
		}
	}
	fmt.Fprintf(stdout, "%d schemas, %d calls of each recorder, %d series compared; replaced or dropped: %v\n",
		len(pairs), len(pairs)**calls, all.Series, reasons)
	return status
}
