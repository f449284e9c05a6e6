package census_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime/record"
)

// each returns lists of one value.
func each(values ...record.TagValue) [][]record.TagValue {
	var all [][]record.TagValue
	for _, v := range values {
		all = append(all, []record.TagValue{v})
	}
	return all
}

func TestViewsOfClosedTag(t *testing.T) {
	k := uniqueName("key")
	c := newCountView(t, record.NewClosedTag(k, record.ClosedTag{Values: []string{"a", "b"}}))
	var values []record.TagValue
	for _, ordinal := range []uint32{0, 1, 2, 2, 3, 77} {
		values = append(values, record.Closed(ordinal))
	}
	c.record(t.Context(), each(values...)...)
	c.record(t.Context(), each(record.Absent)...)
	c.record(t.Context(), nil) // a missing argument is absent
	c.want(t, map[string]int64{k + "=a": 1, k + "=b": 2, k + "=__invalid__": 3, "": 2})
	wantTagCount(t, k, record.ReasonUnknown, 3)
}

func TestViewsOfOpenTag(t *testing.T) {
	k := uniqueName("key")
	c := newCountView(t, record.NewOpenTag(k, record.OpenTag{MaxValues: 2, Known: []string{"/cart", "/pay"}}))
	long := strings.Repeat("x", 255)
	for _, text := range []string{"", "/a", long, "/b", "/c", "/cart", "/pay", "/a", "tab\t", "ü", long + "x", "__other__", "__invalid__"} {
		c.record(t.Context(), each(record.Open(text))...)
	}
	c.want(t, map[string]int64{
		"": 1, k + "=/a": 2, k + "=" + long: 1, k + "=/cart": 1, k + "=/pay": 1,
		k + "=__other__": 3, k + "=__invalid__": 4,
	})
	wantTagCount(t, k, record.ReasonOverflow, 2)
	wantTagCount(t, k, record.ReasonInvalid, 3)
}

// TestViewsOfOpenTagConcurrently: a value that was admitted is never recorded as another.
func TestViewsOfOpenTagConcurrently(t *testing.T) {
	const maximum, values, goroutines = 50, 200, 8
	k := uniqueName("key")
	c := newCountView(t, record.NewOpenTag(k, record.OpenTag{MaxValues: maximum}))
	var wg sync.WaitGroup
	for g := range goroutines {
		wait.Go(&wg, func() {
			for i := range values {
				c.record(t.Context(), each(record.Open(strconv.Itoa((i*7+g*13)%values)))...)
			}
		})
	}
	wg.Wait()
	rows := c.rows(t)
	other := rows[k+"=__other__"]
	delete(rows, k+"=__other__")
	if len(rows) != maximum {
		t.Errorf("%d values, want %d", len(rows), maximum)
	}
	for text, n := range rows {
		if n != goroutines {
			t.Errorf("%s was recorded %d times, want %d", text, n, goroutines)
		}
	}
	if want := int64((values - maximum) * goroutines); other != want {
		t.Errorf("%d records became __other__, want %d", other, want)
	}
}

func TestViewsOfProcessTag(t *testing.T) {
	k, strict := uniqueName("build"), uniqueName("strict")
	build := record.NewOpenTag(k, record.OpenTag{MaxValues: 5, From: record.FromProcess})
	never := record.NewClosedTag(strict, record.ClosedTag{Values: []string{"a"}, From: record.FromProcess})
	c := newCountView(t, build, never)
	once := func() { c.record(t.Context(), nil) }
	once()
	build.Set(record.Open("v1"))
	once()
	build.Set(record.Open("v2"))
	once()
	build.Freeze()
	build.Set(record.Open("v3"))
	once()
	invalid := strict + "=__invalid__"
	c.want(t, map[string]int64{invalid: 1, k + "=v1 " + invalid: 1, k + "=v2 " + invalid: 2})
	wantTagCount(t, k, record.ReasonLate, 1)
	wantTagCount(t, strict, record.ReasonUnknown, 4)
}

func TestViewsOfValuesOfTheOtherKind(t *testing.T) {
	closed := record.NewClosedTag(uniqueName("key"), record.ClosedTag{Values: []string{"a"}})
	open := record.NewOpenTag(uniqueName("key"), record.OpenTag{MaxValues: 1})
	c := newCountView(t, closed, open)
	c.record(t.Context(), []record.TagValue{record.Open("a"), record.Closed(uint8(1)), record.Absent, record.Absent})
	c.want(t, map[string]int64{"": 1})
}
