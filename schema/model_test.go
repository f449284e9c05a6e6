package schema_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

func parse(t *testing.T, src string) *schema.Schema {
	t.Helper()
	s, problems := schema.Parse([]byte(head+"allow: [series-count]\n"+src), schema.Options{File: "x.yaml"})
	if s == nil {
		t.Fatalf("%s: %v", src, problems)
	}
	return s
}

// TestSeries checks that replacements and absence count where they can occur.
func TestSeries(t *testing.T) {
	tags := `tags:
  plain: {values: [x, z]}
  caught: {values: [x, z], catch_all: z}
  may: {values: [x, z], catch_all: z, optional: true}
  ctx: {values: [x, z], catch_all: z, from: context}
  proc: {values: [x, z], from: process}
  open: {max_values: 5, known: [a, b]}
  wide: {max_values: 1000000}
`
	for _, c := range []struct {
		tags         string
		all, bounded uint64
	}{
		{"", 1, 1},
		{"plain", 3, 3},
		{"caught", 2, 2},
		{"may", 3, 3},
		{"ctx", 3, 3},
		{"proc", 1, 1},
		{"open", 10, 10},
		{"wide", 1_000_003, 101},
		{"plain, open", 30, 30},
		{"plain, may, wide", 9 * 1_000_003, 109},
	} {
		s := parse(t, tags+"measures:\n  m: {description: d, type: int64, unit: \"1\", tags: [plain, caught, may, ctx, proc, open, wide], views: {v: {aggregation: count, max_series: 100, tags: ["+c.tags+"]}}}\n")
		v := s.Views()[0]
		if n, wide := v.Combinations(); n != c.all || wide || v.Series() != c.bounded {
			t.Errorf("%s: %d, %t and %d, want %d and %d", c.tags, n, wide, v.Series(), c.all, c.bounded)
		}
	}
	var many strings.Builder
	for _, id := range strings.Split("a b c d", " ") {
		many.WriteString("  " + id + ": {max_values: 1000000}\n")
	}
	s := parse(t, "tags:\n"+many.String()+"measures:\n  m: {description: d, type: int64, unit: \"1\", tags: [a, b, c, d], aggregation: count}\n")
	v := s.Views()[0]
	if n, wide := v.Combinations(); n != math.MaxUint64 || !wide || v.Series() != 10_001 {
		t.Errorf("%d, %t and %d", n, wide, v.Series())
	}
}

// TestNonNegative checks that a sum cannot decrease, and that only a last value has
// times below zero.
func TestNonNegative(t *testing.T) {
	for unit, isTime := range map[string]bool{
		"ns": true, "ms": true, "min": true, "d": true, "s{CPU}": true, "10ms": true, "ks": true, "1s{idle}": true,
		"1": false, "By": false, "{s}": false, "By/s": false, "s/d": false, "kBy": false, "{Cel}": false,
	} {
		for views, want := range map[string]bool{
			"":                        isTime,
			"aggregation: count":      isTime,
			"aggregation: last_value": false,
			"aggregation: distribution, buckets: none":         isTime,
			"aggregation: sum":                                 true,
			"aggregation: last_value; aggregation: last_value": false,
			"aggregation: last_value; aggregation: count":      isTime,
			"aggregation: last_value; aggregation: sum":        true,
		} {
			var list strings.Builder
			for i, v := range strings.Split(views, "; ") {
				if v != "" {
					fmt.Fprintf(&list, "v%d: {%s}, ", i, v)
				}
			}
			s := parse(t, fmt.Sprintf("measures:\n  m: {description: d, type: float64, unit: %q, views: {%s}, allow: [unused-measure]}\n", unit, list.String()))
			if got := s.Measures[0].NonNegative(); got != want {
				t.Errorf("unit %s, %s: %t", unit, list.String(), got)
			}
		}
	}
}

// TestDerived checks the facts that the model derives.
func TestDerived(t *testing.T) {
	s := parse(t, `measures:
  a: {description: d, type: int64, unit: "1", views: {v: {aggregation: last_value}, w: {aggregation: sum}}}
  b: {description: d, type: float64, unit: min, aggregation: last_value}
`)
	if s.Measures[0].Duration() != 0 || s.Measures[1].Duration().Minutes() != 1 {
		t.Errorf("%v, %v", s.Measures[0].Duration(), s.Measures[1].Duration())
	}
	for name, want := range map[string]string{"HTTPMethod": "httpMethod", "Method": "method", "ID": "id", "P99": "p99", "A": "a", "UTF8Text": "utf8Text", "": ""} {
		if got := schema.LowerCamel(name); got != want {
			t.Errorf("LowerCamel(%q) = %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"a/b": "custom.googleapis.com/opencensus/a/b", "x//y/../z": "custom.googleapis.com/opencensus/x/z", "kubernetes.io/m": "custom.googleapis.com/opencensus/kubernetes.io/m"} {
		if got := s.Monitoring.MetricType(name); got != want {
			t.Errorf("MetricType(%q) = %q, want %q", name, got, want)
		}
	}
	if got := (schema.Monitoring{MetricPrefix: "mysvc"}).MetricType("a/b"); got != "custom.googleapis.com/opencensus/mysvc/a/b" {
		t.Errorf("a prefix without a domain gives %q", got)
	}
}

// TestTimed checks that a timer measures the only time of a recorder.
func TestTimed(t *testing.T) {
	s := parse(t, `measures:
  one: {description: d, type: int64, unit: "1", aggregation: count}
  bytes: {description: d, type: int64, unit: By, aggregation: sum}
  minute: {description: d, type: int64, unit: min, constant: 1, aggregation: sum}
  fast: {description: d, type: float64, unit: ns, aggregation: last_value}
  slow: {description: d, type: int64, unit: d, aggregation: sum}
  rate: {description: d, type: float64, unit: By/s, aggregation: last_value}
  read: {description: d, type: int64, unit: ms, observe: true, aggregation: sum}
  there: {existing: go.opencensus.io/plugin/ochttp.ServerLatency, type: float64, unit: ms, aggregation: count}
events:
  none: {measures: [one, bytes, minute]}
  first: {measures: [fast, one]}
  last: {measures: [one, minute, slow]}
  both: {measures: [fast, one, slow]}
`)
	var timed []string
	for _, m := range s.Measures {
		if m.Timed() {
			timed = append(timed, m.ID)
		}
	}
	for _, e := range s.Events {
		if m := e.Timed(); m != nil {
			timed = append(timed, e.ID+" by "+m.ID)
		}
	}
	if want := []string{"fast", "slow", "first by fast", "last by slow"}; !slices.Equal(timed, want) {
		t.Errorf("got %q, want %q", timed, want)
	}
}

// TestModelHoldsNoScratch checks that facts that only the reader needs are in its
// marks.
func TestModelHoldsNoScratch(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		switch {
		case seen[typ]:
			return
		case typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice:
			walk(typ.Elem())
			return
		case typ.Kind() != reflect.Struct:
			return
		}
		seen[typ] = true
		for i := range typ.NumField() {
			if f := typ.Field(i); f.IsExported() {
				walk(f.Type)
			} else {
				t.Errorf("%s.%s is not exported: put it into the reader's marks", typ, f.Name)
			}
		}
	}
	walk(reflect.TypeFor[schema.Schema]())
	if len(seen) < 15 {
		t.Errorf("only %d types are seen", len(seen))
	}
}

// TestWideCombinations checks the exact limit of 64 bits. The runtime has the same
// limit.
func TestWideCombinations(t *testing.T) {
	tag := func(values int) *schema.Tag { return &schema.Tag{MaxValues: values - 3} }
	for _, c := range []struct {
		radices []int
		wide    bool
	}{
		{[]int{1 << 16, 1 << 16, 65535, 65537}, false}, // 2^64 - 2^32
		{[]int{1 << 16, 1 << 16, 1 << 30, 4}, true},
		{[]int{1 << 16, 1 << 16, 1 << 16, 1 << 16}, true},
		{[]int{1 << 16, 1 << 16, 1 << 16, 1 << 16, 1 << 16, 1 << 16, 3}, true},
		{[]int{641, 6700417, 65537, 257, 17, 5, 3}, false}, // 2^64 - 1
	} {
		var v schema.View
		for _, r := range c.radices {
			v.Tags = append(v.Tags, tag(r))
		}
		if _, wide := v.Combinations(); wide != c.wide {
			t.Errorf("%v: wide is %v", c.radices, wide)
		}
	}
}
