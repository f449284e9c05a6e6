package equivalence_test

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// small is a schema whose series show the mutations.
const small = `ocgen: v1
prefix: small/
tags:
  zone: {description: Comes last by its key., values: [a, b]}
  area: {description: The other way round., values: [c, d], optional: true}
  tenant: {description: Stays in the process., from: context, max_values: 50}
  tier: {description: Goes to other processes., from: context, values: [free, paid], optional: true, propagate: true}
measures:
  latency:
    description: Time to the answer.
    type: float64
    unit: ms
    tags: [zone, area]
    exemplars: true
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
    tags: [zone, tier]
    views:
      bytes: {aggregation: sum}
      last_bytes: {aggregation: last_value}
  calls:
    description: Calls of a tenant.
    type: int64
    unit: "1"
    constant: 1
    tags: [tenant, tier]
    aggregation: sum
  seen:
    description: Observed.
    type: int64
    unit: "1"
    tags: [zone]
    observe: true
    views:
      seen: {aggregation: sum}
      last_seen: {aggregation: last_value}
`

// whole is a schema that views do not have, so its sums are past 2^53.
const whole = `ocgen: v1
prefix: whole/
tags:
  zone: {description: The only tag., values: [a, b]}
measures:
  bytes:
    description: Bytes of the answer.
    type: int64
    unit: By
    tags: [zone]
    views:
      bytes: {aggregation: sum, zero_rows: true}
      last_bytes: {aggregation: last_value}
`

// upAndDown is a schema with a number that goes up and down.
const upAndDown = `ocgen: v1
prefix: updown/
tags:
  zone: {description: The only tag., values: [a, b]}
measures:
  open:
    description: Open calls.
    type: int64
    unit: "1"
    tags: [zone]
    aggregation: up_down
`

// A mutation replaces an expression of the runtime on purpose.
type mutation struct {
	name, file string
	in         string // text that the file has once, with the expression at its end
	old, new   string // expressions
	want       string // part of a difference that must be found
}

// mutations are of the direct recorder and of census. The recorder "otel" has the mistakes of
// "direct".
var mutations = []mutation{
	{"a bucket has its upper bound and not its lower", "series/buckets.go",
		"if v >= b.bounds[i]", "v >= b.bounds[i]", "v > b.bounds[i]", "in buckets"},
	{"a bucket among close bounds has its upper bound", "series/buckets.go",
		"for v >= b.bounds[i]", "v >= b.bounds[i]", "v > b.bounds[i]", "in buckets"},
	{"a series starts when it is read", "series/seriesread.go",
		"time.Unix(0, s.kind.origin(c).start.Load())", "time.Unix(0, s.kind.origin(c).start.Load())", "row.Point.Time.Add(-1)", "the start in call"},
	{"a series starts a millisecond early", "series/seriesread.go",
		"time.Unix(0, s.kind.origin(c).start.Load())", "time.Unix(0, s.kind.origin(c).start.Load())", "time.Unix(0, s.kind.origin(c).start.Load()-1000000)", "the start in call"},
	{"labels are in the order of the schema", "series/places.go",
		"slices.Index(sorted, t)", "slices.Index(sorted, t)", "len(sorted[:len(p.places)])", "only direct0 has"},
	{"a tag has the value of its neighbour", "series/places.go",
		"index /= pl.radix", "pl.radix", "pl.radix + 1", "only direct0 has"},
	{"a whole total wraps around", "internal/number/number.go",
		"if sum < 0", "sum < 0", "sum != sum", "direct0 int -"},
	{"a whole number of OpenCensus wraps around", "census/saturate.go",
		"inRange(v, m.Descriptor.Type, rows[labelsOf(ts)])", "inRange(v, m.Descriptor.Type, rows[labelsOf(ts)])", "v", "views0 int -"},
}

// selected is the environment variable with the name of the mutation of a run.
const selected = "OCGEN_TEST_MUTATION"

// mutate is a file for each package with mutations. It has the function that chooses between
// two expressions.
const mutate = `package %s

import (
	"os"
	"sync"
)

var (
	selectedMutation = os.Getenv("` + selected + `")
	firstValues      sync.Map
)

// first returns the value of its first call with the key.
func first[T any](key any, value T) T {
	v, _ := firstValues.LoadOrStore(key, value)
	return v.(T)
}

func mutate[T any](name string, mutated, real T) T {
	if name == selectedMutation {
		return mutated
	}
	return real
}
`

// TestMutations shows that the comparison finds mistakes of the runtime. All mutations are in
// one program, and each run selects one, and the schemas that show it.
func TestMutations(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles the runtime")
	}
	others := slices.Concat(mutations, contextMutations, sdkMutations)
	p := newProgram(t)
	p.flags = []string{"-race=false"} // a wrong number is found without the detector, and much faster
	p.trials(t, []source{
		{small, []string{"views", "direct", "otel"}},
		{whole, []string{"direct", "otel"}},
		{upAndDown, []string{"views", "direct", "otel"}},
		{endings, []string{"direct", "otel"}},
	}, "", "nil")
	p.mutate(t, slices.Concat(others, endingMutations))
	binary := p.build(t)
	t.Run("none", func(t *testing.T) {
		if out, failed := runMutated(t, binary, "", "0,1,2,3"); failed {
			t.Errorf("there are differences without a mutation:\n%s", out)
		}
	})
	findMutations(t, binary, others, "0,1,2")
	findMutations(t, binary, endingMutations, "3")
}

func findMutations(t *testing.T, binary string, all []mutation, schemas string) {
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			out, failed := runMutated(t, binary, m.name, schemas)
			if !failed || !strings.Contains(out, m.want) {
				t.Errorf("failed %t, want a difference with %q:\n%s", failed, m.want, out)
			}
		})
	}
}

// mutate puts mutated files into the overlay. An expression may have several mutations.
func (p *program) mutate(t *testing.T, all []mutation) {
	t.Helper()
	type place struct{ file, in, old string }
	var places []place
	expressions := map[place]string{}
	for _, m := range all {
		at := place{m.file, m.in, m.old}
		if expressions[at] == "" {
			places = append(places, at)
		}
		expressions[at] = fmt.Sprintf("mutate(%q, %s, %s)", m.name, m.new, cmp.Or(expressions[at], m.old))
	}
	files := map[string]string{}
	for _, at := range places {
		src, ok := files[at.file]
		if !ok {
			src = original(t, at.file)
		}
		before, isAtEnd := strings.CutSuffix(at.in, at.old)
		if n := strings.Count(src, at.in); n != 1 || !isAtEnd {
			t.Fatalf("runtime/%s has %q %d times, want once with %q at its end: adapt the mutation", at.file, at.in, n, at.old)
		}
		files[at.file] = strings.Replace(src, at.in, before+expressions[at], 1)
	}
	packageName := regexp.MustCompile(`(?m)^package (\w+)$`)
	for name, src := range files {
		p.lay(t, "runtime/"+name, []byte(src))
		p.lay(t, "runtime/"+path.Dir(name)+"/mutate.go", fmt.Appendf(nil, mutate, packageName.FindStringSubmatch(src)[1]))
	}
}

// original returns a file of the runtime.
func original(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(root(t), "runtime", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// runMutated runs the program with a mutation and the schemas of these indices. An empty name
// selects no mutation.
func runMutated(t *testing.T, binary, name, schemas string) (out string, failed bool) {
	t.Helper()
	cmd := exec.Command(binary, "-calls", "10000", "-only", schemas)
	cmd.Env = append(os.Environ(), selected+"="+name)
	output, err := cmd.CombinedOutput()
	var status *exec.ExitError
	if err != nil && (!errors.As(err, &status) || status.ExitCode() != 1) {
		t.Fatalf("%v\n%s", err, output)
	}
	return string(output), err != nil
}
