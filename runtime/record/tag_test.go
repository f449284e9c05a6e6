package record

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestClosedTagText(t *testing.T) {
	key := unique("key")
	plain := NewClosedTag(key, ClosedTag{Values: []string{"a", "b"}})
	optional := NewClosedTag(key, ClosedTag{Values: []string{"a", "b"}, Optional: true})
	caught := NewClosedTag(key, ClosedTag{Values: []string{"a", "b"}, CatchAll: "b"})
	appended := NewClosedTag(key, ClosedTag{Values: []string{"a", "b"}, CatchAll: "c"})
	for _, c := range []struct {
		tag     *Tag
		ordinal uint32
		want    string
	}{
		{plain, 0, "__invalid__"}, {plain, 1, "a"}, {plain, 2, "b"}, {plain, 3, "__invalid__"}, {plain, 1 << 31, "__invalid__"},
		{optional, 0, ""}, {optional, 2, "b"}, {optional, 3, "__invalid__"},
		{caught, 0, "b"}, {caught, 1, "a"}, {caught, 3, "b"},
		{appended, 0, "c"}, {appended, 3, "c"}, {appended, 4, "c"},
	} {
		if got := c.tag.Text(c.ordinal); got != c.want {
			t.Errorf("Text(%d) of %v is %q, want %q", c.ordinal, c.tag.closed.texts, got, c.want)
		}
	}
	wantCount(t, key, "", ReasonUnknown, 0)
}

// TestTextsOfClosedTags: Lookup counts nothing, and Of counts what its record will not.
func TestTextsOfClosedTags(t *testing.T) {
	for _, kind := range []struct {
		name    string
		tag     ClosedTag
		other   uint32 // what Of gives for a text that is no value
		counted bool   // by Of
		empty   bool   // is a value
	}{
		{"plain", ClosedTag{}, 0, false, false},
		{"optional", ClosedTag{Optional: true}, 0, true, true},
		{"one of the values catches all", ClosedTag{CatchAll: "b"}, 2, true, false},
		{"optional with a catch-all of its own", ClosedTag{CatchAll: "c", Optional: true}, 3, true, true},
	} {
		t.Run(kind.name, func(t *testing.T) {
			key := unique("key")
			kind.tag.Values = []string{"a", "b"}
			closed := NewClosedTag(key, kind.tag)
			counted := uint64(0)
			for _, c := range []struct {
				text string
				want uint32
				ok   bool
			}{
				{"a", 1, true}, {"b", 2, true}, {"c", 3, kind.tag.CatchAll == "c"}, {"", 0, kind.empty},
				{"x", 0, false}, {"A", 0, false}, {"__invalid__", 0, false}, {"__other__", 0, false},
			} {
				want, of := c.want, c.want
				if !c.ok {
					want, of = 0, kind.other
				}
				if got, ok := closed.Lookup(c.text); got != want || ok != c.ok {
					t.Errorf("Lookup(%q) is %d, %t, want %d, %t", c.text, got, ok, want, c.ok)
				}
				wantCount(t, key, "", ReasonUnknown, counted)
				if got := closed.Of(c.text); got != of {
					t.Errorf("Of(%q) is %d, want %d", c.text, got, of)
				}
				if !c.ok && kind.counted {
					counted++
				}
				wantCount(t, key, "", ReasonUnknown, counted)
			}
		})
	}
	open := NewOpenTag(unique("key"), OpenTag{MaxValues: 1})
	if v, ok := open.Lookup("a"); v != 0 || ok || open.Of("a") != 0 || ValuesOf[uint8](open) != nil {
		t.Error("an open tag has no listed values")
	}
}

func TestTextsAllocateNothing(t *testing.T) {
	closed := NewClosedTag(unique("key"), ClosedTag{Values: []string{"a", "b"}, CatchAll: "b"})
	if n := testing.AllocsPerRun(1000, func() { closed.Lookup("a"); closed.Of("b"); closed.Of("x") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestValuesOf lists a catch-all too, and each call gives a slice of its own.
func TestValuesOf(t *testing.T) {
	type letter uint8
	closed := NewClosedTag(unique("key"), ClosedTag{Values: []string{"a", "b"}, CatchAll: "c"})
	first := ValuesOf[letter](closed)
	if !slices.Equal(first, []letter{1, 2, 3}) {
		t.Errorf("got %v", first)
	}
	first[0] = 9
	if again := ValuesOf[letter](closed); again[0] != 1 {
		t.Error("two calls share a slice")
	}
}

func TestClosedReplacementsAreRecordedAndCounted(t *testing.T) {
	key := unique("key")
	plain := NewClosedTag(key, ClosedTag{Values: []string{"a", "b"}})
	got := recorded(plain, Closed(uint8(0)), Closed(uint8(1)), Closed(uint8(2)), Closed(uint8(2)), Closed(uint8(3)), Closed(uint8(77)), Absent)
	if want := map[string]int{"a": 1, "b": 2, "__invalid__": 3, "": 1}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	wantCount(t, key, "", ReasonUnknown, 3)
}

func TestOpenTag(t *testing.T) {
	key := unique("key")
	route := NewOpenTag(key, OpenTag{MaxValues: 2, Known: []string{"/cart", "/pay"}})
	long := strings.Repeat("x", 255)
	var values []TagValue
	for _, text := range []string{"", "/a", long, "/b", "/c", "/cart", "/pay", "/a", "tab\t", "ü", long + "x", "__other__", "__invalid__"} {
		values = append(values, Open(text))
	}
	want := map[string]int{"": 1, "/a": 2, long: 1, "/cart": 1, "/pay": 1, "__other__": 3, "__invalid__": 4}
	if got := recorded(route, values...); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	wantCount(t, key, "", ReasonOverflow, 2)
	wantCount(t, key, "", ReasonInvalid, 3)
}

func TestOpenTagTakesExactlyItsMaximum(t *testing.T) {
	const maximum, values, goroutines = 50, 200, 8
	route := NewOpenTag(unique("key"), OpenTag{MaxValues: maximum})
	parts := make(chan map[string]int, goroutines)
	for g := range goroutines {
		go func() {
			var all []TagValue
			for i := range values {
				all = append(all, Open(strconv.Itoa((i*7+g*13)%values)))
			}
			parts <- recorded(route, all...)
		}()
	}
	rows := map[string]int{}
	for range goroutines {
		for text, n := range <-parts {
			rows[text] += n
		}
	}
	other := rows["__other__"]
	delete(rows, "__other__")
	if len(rows) != maximum {
		t.Errorf("%d values, want %d", len(rows), maximum)
	}
	for text, n := range rows {
		if n != goroutines { // an admitted value is never recorded as another
			t.Errorf("%s was recorded %d times, want %d", text, n, goroutines)
		}
	}
	if want := (values - maximum) * goroutines; other != want {
		t.Errorf("%d records became __other__, want %d", other, want)
	}
}

func TestProcessTag(t *testing.T) {
	build := NewOpenTag(unique("build"), OpenTag{MaxValues: 5, From: FromProcess})
	never := NewClosedTag(unique("strict"), ClosedTag{Values: []string{"a"}, From: FromProcess})
	want := func(text string) {
		t.Helper()
		if got := build.OrdinalText(build.ProcessOrdinal()); got != text {
			t.Errorf("recorded %q, want %q", got, text)
		}
		if got := build.IndexText(0); got != text {
			t.Errorf("the series has %q, want %q", got, text)
		}
	}
	want("")
	build.Set(Open("v1"))
	want("v1")
	build.Set(Open("v2"))
	want("v2")
	build.Freeze()
	build.Set(Open("v3"))
	want("v2")
	wantCount(t, build.Key(), "", ReasonLate, 1)
	if got := never.OrdinalText(never.ProcessOrdinal()); got != "__invalid__" {
		t.Errorf("a tag that was never set is %q", got)
	}
	wantCount(t, never.Key(), "", ReasonUnknown, 1)
}

// TestFrozenProcessTagIsCountedOnce: all series have the same value from then on.
func TestFrozenProcessTagIsCountedOnce(t *testing.T) {
	never := NewClosedTag(unique("strict"), ClosedTag{Values: []string{"a"}, From: FromProcess})
	never.Freeze()
	for range 3 {
		if got := never.IndexText(0); got != "__invalid__" {
			t.Errorf("got %q", got)
		}
	}
	wantCount(t, never.Key(), "", ReasonUnknown, 1)
}

func TestValueOfTheOtherKindIsAbsent(t *testing.T) {
	closed := NewClosedTag(unique("key"), ClosedTag{Values: []string{"a"}})
	open := NewOpenTag(unique("key"), OpenTag{MaxValues: 1})
	for _, got := range []map[string]int{recorded(closed, Open("a"), Absent), recorded(open, Closed(uint8(1)), Absent)} {
		if !maps.Equal(got, map[string]int{"": 2}) {
			t.Errorf("recorded %v", got)
		}
	}
}
