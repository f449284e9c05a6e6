package runtime

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"go.opencensus.io/tag"

	"github.com/ocgen/ocgen/internal/wait"
)

func TestClosedTagText(t *testing.T) {
	key := tag.MustNewKey(unique("key"))
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
	wantCount(t, key.Name(), "", ReasonUnknown, 0)
}

// TestTextsOfClosedTags: Lookup counts nothing, and Of counts what its record will
// not. Parse is as code of older formats calls it.
func TestTextsOfClosedTags(t *testing.T) {
	for _, kind := range []struct {
		name    string
		tag     ClosedTag
		other   uint32 // what Of gives for a text that is no value
		counted bool   // by Of
		parsed  uint32 // what Parse gives
		empty   bool   // is a value
	}{
		{"plain", ClosedTag{}, 0, false, 0, false},
		{"optional", ClosedTag{Optional: true}, 0, true, 0, true},
		{"one of the values catches all", ClosedTag{CatchAll: "b"}, 2, true, 2, false},
		{"optional with a catch-all of its own", ClosedTag{CatchAll: "c", Optional: true}, 3, true, 3, true},
	} {
		t.Run(kind.name, func(t *testing.T) {
			key := tag.MustNewKey(unique("key"))
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
				want, of, parsed := c.want, c.want, c.want
				if !c.ok {
					want, of, parsed = 0, kind.other, kind.parsed
				}
				if got, ok := closed.Lookup(c.text); got != want || ok != c.ok {
					t.Errorf("Lookup(%q) is %d, %t, want %d, %t", c.text, got, ok, want, c.ok)
				}
				wantCount(t, key.Name(), "", ReasonUnknown, counted)
				if got := closed.Of(c.text); got != of {
					t.Errorf("Of(%q) is %d, want %d", c.text, got, of)
				}
				if !c.ok && kind.counted {
					counted++
				}
				wantCount(t, key.Name(), "", ReasonUnknown, counted)
				if got, ok := closed.Parse(c.text); got != parsed || ok != c.ok {
					t.Errorf("Parse(%q) is %d, %t, want %d, %t", c.text, got, ok, parsed, c.ok)
				}
				if !c.ok && kind.tag.CatchAll != "" {
					counted++
				}
				wantCount(t, key.Name(), "", ReasonUnknown, counted)
			}
		})
	}
	open := NewOpenTag(tag.MustNewKey(unique("key")), OpenTag{MaxValues: 1})
	if v, ok := open.Lookup("a"); v != 0 || ok || open.Of("a") != 0 || ValuesOf[uint8](open) != nil {
		t.Error("an open tag has no listed values")
	}
}

func TestTextsAllocateNothing(t *testing.T) {
	closed := NewClosedTag(tag.MustNewKey(unique("key")), ClosedTag{Values: []string{"a", "b"}, CatchAll: "b"})
	if n := testing.AllocsPerRun(1000, func() { closed.Lookup("a"); closed.Of("b"); closed.Of("x") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestValuesOf lists a catch-all too, and each call gives a slice of its own.
func TestValuesOf(t *testing.T) {
	type letter uint8
	closed := NewClosedTag(tag.MustNewKey(unique("key")), ClosedTag{Values: []string{"a", "b"}, CatchAll: "c"})
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
	key := tag.MustNewKey(unique("key"))
	plain := NewClosedTag(key, ClosedTag{Values: []string{"a", "b"}})
	f := newFixture(t, []*Tag{plain})
	for _, ordinal := range []uint32{0, 1, 2, 2, 3, 77} {
		f.set.Record(context.Background(), f.one(), Closed(ordinal))
	}
	f.set.Record(context.Background(), f.one(), Absent)
	f.set.Record(context.Background(), f.one()) // a missing argument is absent
	k := key.Name()
	want := map[string]int64{k + "=a": 1, k + "=b": 2, k + "=__invalid__": 3, "": 2}
	if got := f.rows(t); !maps.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	wantCount(t, k, "", ReasonUnknown, 3)
}

func TestOpenTag(t *testing.T) {
	key := tag.MustNewKey(unique("key"))
	route := NewOpenTag(key, OpenTag{MaxValues: 2, Known: []string{"/cart", "/pay"}})
	f := newFixture(t, []*Tag{route})
	record := func(texts ...string) {
		for _, text := range texts {
			f.set.Record(context.Background(), f.one(), Open(text))
		}
	}
	long := strings.Repeat("x", 255)
	record("", "/a", long, "/b", "/c", "/cart", "/pay", "/a", "tab\t", "ü", long+"x", "__other__", "__invalid__")
	k := key.Name()
	want := map[string]int64{
		"": 1, k + "=/a": 2, k + "=" + long: 1, k + "=/cart": 1, k + "=/pay": 1,
		k + "=__other__": 3, k + "=__invalid__": 4,
	}
	if got := f.rows(t); !maps.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	wantCount(t, k, "", ReasonOverflow, 2)
	wantCount(t, k, "", ReasonInvalid, 3)
}

func TestOpenTagTakesExactlyItsMaximum(t *testing.T) {
	const maximum, values, goroutines = 50, 200, 8
	route := NewOpenTag(tag.MustNewKey(unique("key")), OpenTag{MaxValues: maximum})
	f := newFixture(t, []*Tag{route})
	var wg sync.WaitGroup
	for g := range goroutines {
		wait.Go(&wg, func() {
			for i := range values {
				f.set.Record(context.Background(), f.one(), Open(strconv.Itoa((i*7+g*13)%values)))
			}
		})
	}
	wg.Wait()
	rows := f.rows(t)
	other := rows[route.key.Name()+"=__other__"]
	delete(rows, route.key.Name()+"=__other__")
	if len(rows) != maximum {
		t.Errorf("%d values, want %d", len(rows), maximum)
	}
	for text, n := range rows {
		if n != goroutines { // an admitted value is never recorded as another
			t.Errorf("%s was recorded %d times, want %d", text, n, goroutines)
		}
	}
	if want := int64((values - maximum) * goroutines); other != want {
		t.Errorf("%d records became __other__, want %d", other, want)
	}
}

func TestContextTag(t *testing.T) {
	closedKey, openKey := tag.MustNewKey(unique("closed")), tag.MustNewKey(unique("open"))
	closed := NewClosedTag(closedKey, ClosedTag{Values: []string{"a", "b"}, CatchAll: "b", From: FromContext})
	open := NewOpenTag(openKey, OpenTag{MaxValues: 1, From: FromContext})
	f := newFixture(t, []*Tag{closed, open})
	c, o := closedKey.Name(), openKey.Name()
	raw := func(text string) context.Context { // somebody else put it there
		ctx, err := tag.New(context.Background(), tag.Upsert(closedKey, text))
		if err != nil {
			t.Fatal(err)
		}
		return ctx
	}
	a := closed.With(nilContext, Closed(uint8(1)))
	for _, step := range []struct {
		ctx  context.Context
		want string
	}{
		{nil, ""},
		{context.Background(), ""},
		{a, c + "=a"},
		{closed.With(a, Closed(uint8(9))), c + "=b"},
		{closed.With(a, Absent), ""},
		{raw("b"), c + "=b"},
		{raw("x"), c + "=b"},
		{raw("__invalid__"), c + "=b"}, // never put there by us, for there is a catch-all
		{raw(""), ""},
		{open.With(a, Open("one")), c + "=a " + o + "=one"},
		{open.With(a, Open("two")), c + "=a " + o + "=__other__"},
		{open.With(a, Open("bad\n")), c + "=a " + o + "=__invalid__"},
		{open.With(open.With(a, Open("one")), Open("")), c + "=a"},
	} {
		before := f.rows(t)[step.want]
		f.set.Record(step.ctx, f.one())
		if f.rows(t)[step.want] != before+1 {
			t.Errorf("not recorded as %q: %v", step.want, f.rows(t))
		}
	}
	wantCount(t, c, "", ReasonUnknown, 3)
	wantCount(t, o, "", ReasonOverflow, 1)
	wantCount(t, o, "", ReasonInvalid, 1)
}

func TestContextTagPropagation(t *testing.T) {
	key := tag.MustNewKey(unique("key"))
	for _, propagate := range []bool{false, true} {
		tg := NewOpenTag(key, OpenTag{MaxValues: 1, From: FromContext, Propagate: propagate})
		sent := tag.Encode(tag.FromContext(tg.With(nilContext, Open("v"))))
		if got := strings.Contains(string(sent), key.Name()); got != propagate {
			t.Errorf("propagate %t: key on the wire: %t", propagate, got)
		}
	}
}

func TestProcessTag(t *testing.T) {
	key, strict := tag.MustNewKey(unique("build")), tag.MustNewKey(unique("strict"))
	build := NewOpenTag(key, OpenTag{MaxValues: 5, From: FromProcess})
	never := NewClosedTag(strict, ClosedTag{Values: []string{"a"}, From: FromProcess})
	f := newFixture(t, []*Tag{build, never})
	k, invalid := key.Name(), strict.Name()+"=__invalid__"
	record := func() { f.set.Record(context.Background(), f.one()) }
	record()
	build.Set(Open("v1"))
	record()
	build.Set(Open("v2"))
	record()
	build.freeze()
	build.Set(Open("v3"))
	record()
	want := map[string]int64{invalid: 1, k + "=v1 " + invalid: 1, k + "=v2 " + invalid: 2}
	if got := f.rows(t); !maps.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	wantCount(t, k, "", ReasonLate, 1)
	wantCount(t, strict.Name(), "", ReasonUnknown, 4)
}

func TestValueOfTheOtherKindIsAbsent(t *testing.T) {
	closed := NewClosedTag(tag.MustNewKey(unique("key")), ClosedTag{Values: []string{"a"}})
	open := NewOpenTag(tag.MustNewKey(unique("key")), OpenTag{MaxValues: 1})
	f := newFixture(t, []*Tag{closed, open})
	f.set.Record(context.Background(), f.one(), Open("a"), Closed(uint8(1)), Absent, Absent)
	if got := f.rows(t); !maps.Equal(got, map[string]int64{"": 1}) {
		t.Errorf("rows %v", got)
	}
}
