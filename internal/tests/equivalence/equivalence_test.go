package equivalence_test

import (
	"flag"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// defaultFirst is a seed whose first few schemas show every reason for which
// something is replaced or dropped.
const defaultFirst = 5

var (
	schemas = flag.Int("schemas", 16, "random schemas to generate in both ways")
	calls   = flag.Int("calls", 2000, "calls of each recorder, for each schema")
	first   = flag.Uint64("first", defaultFirst, "the first schema's seed")
)

// TestRandom compares the recorders over random schemas and random calls: the
// metrics, and what exporters make of them. Every second schema is tight: its
// tags and views run full.
func TestRandom(t *testing.T) {
	if testing.Short() {
		t.Skip("it generates and compiles packages")
	}
	var sources []string
	for i := range *schemas {
		sources = append(sources, randomSchema(*first+uint64(i), i%2 == 1))
	}
	p := newProgram(t)
	p.trials(t, sources, `"github.com/ocgen/ocgen/internal/tests/equivalence/exports"`, "exports.Texts")
	out, err := exec.Command(p.build(t), "-calls", strconv.Itoa(*calls), "-seed", strconv.FormatUint(*first, 10)).CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
	for _, reason := range []string{"invalid:", "late:", "negative:", "not_finite:", "overflow:", "series:", "unknown:"} {
		if *first == defaultFirst && !strings.Contains(string(out), reason) {
			t.Errorf("nothing was counted as %s the schemas do not show that", reason)
		}
	}
}
