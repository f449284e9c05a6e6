package equivalence_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// small is a schema whose series show each of the mutations.
const small = `ocgen: v1
prefix: small/
tags:
  zone: {description: Comes last by its key., values: [a, b]}
  area: {description: The other way round., values: [c, d]}
measures:
  latency:
    description: Time to the answer.
    type: float64
    unit: ms
    tags: [zone, area]
    views:
      latency: {aggregation: distribution, buckets: [1, 2, 5]}
      mean: {aggregation: distribution, buckets: none}
      fine: {aggregation: distribution, buckets: [1, 1.0001, 2], tags: []}
      requests: {aggregation: count}
      busy: {aggregation: sum, tags: [area]}
  bytes:
    description: Bytes of the answer.
    type: int64
    unit: By
    tags: [zone]
    views:
      bytes: {aggregation: sum}
      last_bytes: {aggregation: last_value}
`

// A mutation breaks the direct recorder on purpose.
type mutation struct {
	name, file string
	old, new   string
	want       string // what a difference says
}

var mutations = []mutation{
	{"a bucket takes its upper bound and not its lower", "series/buckets.go",
		"if v >= b.bounds[i] {", "if v > b.bounds[i] {", "in buckets"},
	{"a bucket among close bounds does", "series/buckets.go",
		"for v >= b.bounds[i] {", "for v > b.bounds[i] {", "in buckets"},
	{"a series starts a millisecond early", "series/seriesread.go",
		"time.Unix(0, s.kind.origin(c).start.Load())", "time.Unix(0, s.kind.origin(c).start.Load()-1000000)", "start in call"},
	{"a series starts when it is read", "series/seriesread.go",
		"time.Unix(0, s.kind.origin(c).start.Load())", "row.Point.Time.Add(-1)", "start in call"},
	{"labels stand in the order of the schema", "series/places.go",
		"slices.Index(sorted, t)", "len(sorted[:len(p.places)])", "only direct has"},
	{"a whole total wraps around", "internal/number/number.go",
		"if sum < 0 {", "if sum != sum {", "direct int -"},
	{"a whole number of OpenCensus does", "census/saturate.go",
		"p.Value = inRange(", "_ = inRange(", "views int -"},
	{"a tag counts for its neighbour", "series/places.go",
		"index /= pl.radix", "index /= pl.radix + 1", "only direct has"},
}

// TestMutations shows that the comparison notices: a runtime that is broken on
// purpose lies over the real one, and must be told from it.
func TestMutations(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles the runtime several times")
	}
	t.Run("none", func(t *testing.T) {
		if out, failed := runSmall(t, nil); failed {
			t.Errorf("the runtime as it is differs:\n%s", out)
		}
	})
	for _, m := range mutations {
		t.Run(m.name, func(t *testing.T) {
			out, failed := runSmall(t, &m)
			if !failed || !bytes.Contains(out, []byte(m.want)) {
				t.Errorf("failed %t, want a difference that says %q:\n%s", failed, m.want, out)
			}
		})
	}
}

// runSmall runs the trial of the small schema over a mutated runtime; a nil
// mutation leaves it as it is.
func runSmall(t *testing.T, m *mutation) (out []byte, failed bool) {
	t.Helper()
	p := newProgram(t)
	p.trials(t, []string{small}, "", "nil")
	if m != nil {
		src, err := os.ReadFile(filepath.Join(root(t), "runtime", m.file))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(src), m.old); n != 1 {
			t.Fatalf("runtime/%s has %q %d times; the mutation wants it once: adapt it", m.file, m.old, n)
		}
		p.lay(t, "runtime/"+m.file, []byte(strings.Replace(string(src), m.old, m.new, 1)))
	}
	out, err := exec.Command(p.build(t), "-calls", "2000").CombinedOutput()
	var status *exec.ExitError
	if err != nil && (!errors.As(err, &status) || status.ExitCode() != 1) {
		t.Fatalf("%v\n%s", err, out)
	}
	return out, err != nil
}
