package equivalence_test

import (
	"flag"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// defaultFirst is a seed whose first schemas have every combination of recorders, and every
// reason for which a value is replaced or dropped.
const defaultFirst = 5

var (
	schemas = flag.Int("schemas", 16, "random schemas to generate with each recorder")
	calls   = flag.Int("calls", 2000, "calls of each recorder, for each schema")
	first   = flag.Uint64("first", defaultFirst, "the first schema's seed")
)

// TestRandom compares the recorders over random schemas and random calls: the metrics, the
// exports, and what OpenTelemetry's SDK reads of the recorder "otel". Tags and views of every
// second schema run full.
func TestRandom(t *testing.T) {
	if testing.Short() {
		t.Skip("it generates and compiles packages")
	}
	var sources []source
	shown := map[string]bool{}
	for i := range *schemas {
		src, recorders := randomSchema(*first+uint64(i), i%2 == 1)
		sources = append(sources, source{src, recorders})
		shown[strings.Join(recorders, " ")] = true
	}
	p := newProgram(t)
	p.trials(t, sources, `"github.com/ocgen/ocgen/internal/tests/equivalence/exports"`, "exports.Texts")
	out, err := exec.Command(p.build(t), "-calls", strconv.Itoa(*calls), "-seed", strconv.FormatUint(*first, 10)).CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
	if *first != defaultFirst {
		return
	}
	if len(shown) < 3 {
		t.Errorf("the schemas have only the recorders %v; choose another seed", shown)
	}
	for _, none := range []string{"Compared:0", "Ended:0", "Anew:0", "Dropped:0", "Other:0"} {
		if strings.Contains(string(out), none+" ") || strings.Contains(string(out), none+"}") {
			t.Errorf("of the series that end: %s; choose another seed", none)
		}
	}
	for _, reason := range []string{"invalid:", "late:", "negative:", "not_finite:", "overflow:", "series:", "unknown:"} {
		if !strings.Contains(string(out), reason) {
			t.Errorf("no value was counted as %s choose another seed", reason)
		}
	}
}
