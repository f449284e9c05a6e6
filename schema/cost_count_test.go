package schema_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The cost of reading is counted, not timed: the number of executed statements, from
// the counters of go build -cover, and the number of allocated bytes. Both are the same
// on every machine, however busy it is, except for the order of maps.

// counted are the packages whose statements count: the project's, and those that can
// contain a loop over much of the schema. The program itself must be among them,
// because otherwise it has no counters.
var counted = []string{"github.com/ocgen/ocgen/schema/testdata/cost", "github.com/ocgen/ocgen/schema", "gopkg.in/yaml.v3", "github.com/agext/levenshtein", "slices", "strings"}

// At the small size, the budget for hints is spent or nearly spent.
const small, large = 64 << 10, 256 << 10

// A cost is what reading one schema takes.
type cost struct{ statements, bytes uint64 }

// TestCostGrowsWithSize compares the cost at two sizes. With linear cost the larger
// size costs 4 times as much, with quadratic cost 16 times. A cost that is small at
// both sizes is not checked.
func TestCostGrowsWithSize(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program with the counters of coverage")
	}
	dir := t.TempDir()
	for i, h := range hostile {
		for _, size := range []int{small, large} {
			if err := os.WriteFile(costName(dir, i, size)+".yaml", []byte(h.make(size)), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	program := filepath.Join(dir, "cost.exe")
	command(t, "go", "build", "-o", program, "-cover", "-covermode=atomic", "-coverpkg="+strings.Join(counted, ","), "./testdata/cost")
	command(t, program, dir)
	covdata := filepath.Join(dir, "covdata.exe")
	command(t, "go", "build", "-o", covdata, "cmd/covdata")
	const most = 8
	little := cost{statements: 1_000_000, bytes: 4 << 20}
	for i, h := range hostile {
		a, b := costOf(t, covdata, costName(dir, i, small)), costOf(t, covdata, costName(dir, i, large))
		if testing.Verbose() {
			t.Logf("%s: %d and %d statements, %d and %d bytes", h.name, a.statements, b.statements, a.bytes, b.bytes)
		}
		if b.statements > most*a.statements+little.statements {
			t.Errorf("%s: %d statements for %d bytes, %d for %d", h.name, a.statements, small, b.statements, large)
		}
		if b.bytes > most*a.bytes+little.bytes {
			t.Errorf("%s: %d bytes allocated for %d, %d for %d", h.name, a.bytes, small, b.bytes, large)
		}
	}
}

// costName is the path of a schema and its counters, without an extension.
func costName(dir string, i, size int) string {
	return filepath.Join(dir, fmt.Sprintf("%d-%d", i, size))
}

// command runs a command and fails with its output. The program is built without the
// race detector, which would take ten times as long and counts nothing.
func command(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "GOFLAGS="+strings.ReplaceAll(os.Getenv("GOFLAGS"), "-race", ""))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// costOf adds up the counters of one schema.
func costOf(t *testing.T, covdata, name string) cost {
	t.Helper()
	command(t, covdata, "textfmt", "-i="+name, "-o="+name+".profile")
	text, err := os.ReadFile(name + ".bytes")
	if err != nil {
		t.Fatal(err)
	}
	var c cost
	if _, err := fmt.Sscan(string(text), &c.bytes); err != nil {
		t.Fatal(err)
	}
	profile, err := os.Open(name + ".profile")
	if err != nil {
		t.Fatal(err)
	}
	defer profile.Close()
	for lines := bufio.NewScanner(profile); lines.Scan(); {
		var statements, times uint64
		_, counts, _ := strings.Cut(lines.Text(), " ")              // after the place
		if n, _ := fmt.Sscan(counts, &statements, &times); n == 2 { // the first line is "mode: atomic"
			c.statements += statements * times
		}
	}
	return c
}
