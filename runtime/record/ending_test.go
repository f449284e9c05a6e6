package record

import (
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/internal/wait"
)

// TestEndingPlaces: a text has one place, for series that stay and series that end, and gives
// it back once no series has it.
func TestEndingPlaces(t *testing.T) {
	stays := NewOpenTag(unique("key"), OpenTag{MaxValues: 2, Known: []string{"known"}})
	ends := stays.Ending()
	if ends != stays.Ending() || ends.Ending() == nil || !ends.Ends() || stays.Ends() || ends.Key() != stays.Key() {
		t.Fatal("not one tag for series that end")
	}
	use := func(text string, want bool) uint64 {
		t.Helper()
		index := ends.OpenIndex(text)
		if got := index != OtherOrdinal; got != want {
			t.Errorf("%s has a place: %t, want %t", text, got, want)
		}
		if !ends.Use(index) {
			t.Errorf("%s lost its index", text)
		}
		return index
	}
	a, known := use("a", true), use("known", true)
	if stays.IndexText(stays.OpenIndex("a")) != "a" { // the same place
		t.Error("a has no place for series that stay")
	}
	b := use("b", true)
	use("c", false)
	if got := stays.OpenIndex("c"); got != OtherOrdinal {
		t.Errorf("c has the index %d with no place free", got)
	}
	wantCount(t, stays.Key(), "", ReasonOverflow, 2)
	ends.Release(b)
	c := use("c", true)
	use("b", false)
	ends.Release(a)
	use("b", false) // a stays
	ends.Release(c)
	if stays.IndexText(stays.OpenIndex("b")) != "b" {
		t.Error("b has no place, and c gave one back")
	}
	use("c", false)
	ends.Release(known)
	use("known", true)
	for _, text := range []string{"", "__other__", "__invalid__"} {
		if !ends.Use(ends.OpenIndex(text)) {
			t.Errorf("%q lost its index", text)
		}
	}
	wantCount(t, stays.Key(), "", ReasonOverflow, 5)
}

// TestEndingIndexIsNotGivenAgain: a record that has computed an index never writes to a
// series of another text.
func TestEndingIndexIsNotGivenAgain(t *testing.T) {
	ends := NewOpenTag(unique("key"), OpenTag{MaxValues: 1}).Ending()
	late := ends.OpenIndex("late")
	ends.Use(late)
	ends.Release(late)
	other := ends.OpenIndex("other")
	ends.Use(other)
	if other == late || ends.Use(late) || ends.IndexText(other) != "other" {
		t.Fatalf("the indices %d and %d, text %q", late, other, ends.IndexText(other))
	}
	if again := ends.Again(late); again != OtherOrdinal {
		t.Errorf("late gets the index %d with no place free", again)
	}
	ends.Release(other)
	again := ends.Again(late)
	if again == late || ends.IndexText(again) != "late" {
		t.Errorf("late gets the index %d of %q", again, ends.IndexText(again))
	}
	for i := range 300 { // as many as make the table forget who had the index
		index := ends.OpenIndex(strconv.Itoa(i))
		ends.Use(index)
		ends.Release(index)
	}
	if again := ends.Again(late); again != OtherOrdinal {
		t.Errorf("an index of long ago becomes %d", again)
	}
}

// TestUncountedIndex: a text has the same index as with a count, and nothing is counted.
func TestUncountedIndex(t *testing.T) {
	tag := NewOpenTag(unique("key"), OpenTag{MaxValues: 1}).Ending()
	tag.Use(tag.UncountedIndex("a"))
	for text, want := range map[string]uint64{"": 0, "a": tag.OpenIndex("a"), "b": OtherOrdinal, "\n": InvalidOrdinal} {
		if got := tag.UncountedIndex(text); got != want {
			t.Errorf("%q has the index %d, want %d", text, got, want)
		}
	}
	for _, r := range []Reason{ReasonOverflow, ReasonInvalid} {
		wantCount(t, tag.Key(), "", r, 0)
	}
	tag.OpenIndex("b")
	wantCount(t, tag.Key(), "", ReasonOverflow, 1)
}

// TestEndingWithoutSeries: texts that no series has do not keep others out.
func TestEndingWithoutSeries(t *testing.T) {
	stays := NewOpenTag(unique("key"), OpenTag{MaxValues: 3})
	ends := stays.Ending()
	for i := range 10 {
		if index := ends.OpenIndex(strconv.Itoa(i)); index == OtherOrdinal {
			t.Fatalf("text %d has no place", i)
		}
	}
	if index := stays.OpenIndex("stays"); index == OtherOrdinal {
		t.Error("a text that stays has no place")
	}
	ends.Use(ends.OpenIndex("ends"))
	ends.Use(ends.OpenIndex("ends too"))
	if index := ends.OpenIndex("more"); index != OtherOrdinal {
		t.Error("a fourth text has a place")
	}
	wantCount(t, stays.Key(), "", ReasonOverflow, 1)
}

// TestEndingOfOthers: closed tags and those of the process do not end.
func TestEndingOfOthers(t *testing.T) {
	closed := NewClosedTag(unique("key"), ClosedTag{Values: []string{"a"}})
	process := NewOpenTag(unique("key"), OpenTag{MaxValues: 1, From: FromProcess})
	for _, tag := range []*Tag{closed, process} {
		if tag.Ending() != tag || tag.Ends() || !tag.Use(0) || tag.Again(1) != 1 {
			t.Errorf("%s ends", tag.Key())
		}
		tag.Release(0)
	}
}

// TestExisting: a value that a record would replace has no index, and nothing is counted.
func TestExisting(t *testing.T) {
	open := NewOpenTag(unique("key"), OpenTag{MaxValues: 1, Known: []string{"known"}}).Ending()
	a := open.OpenIndex("a")
	closed := NewClosedTag(unique("key"), ClosedTag{Values: []string{"x", "y"}})
	optional := NewClosedTag(unique("key"), ClosedTag{Values: []string{"x"}, Optional: true, CatchAll: "x"})
	for _, c := range []struct {
		tag   *Tag
		value TagValue
		want  uint64
		ok    bool
	}{
		{open, Open("a"), a, true}, {open, Open("b"), 0, false}, {open, Open(""), 0, true}, {open, Open("\n"), 0, false},
		{open, Open("known"), open.OpenIndex("known"), true}, {open, Absent, 0, true},
		{closed, Closed(uint8(1)), 0, true}, {closed, Closed(uint8(2)), 1, true}, {closed, Closed(uint8(3)), 0, false}, {closed, Absent, 0, false},
		{optional, Absent, 0, true}, {optional, Closed(uint8(1)), 1, true}, {optional, Closed(uint8(9)), 0, false},
	} {
		index, ok := c.tag.Existing(c.value)
		if ok != c.ok || ok && index != c.want {
			t.Errorf("%s %+v: %d, %t, want %d, %t", c.tag.Key(), c.value, index, ok, c.want, c.ok)
		}
	}
	for _, tag := range []*Tag{open, closed, optional} {
		for _, r := range []Reason{ReasonOverflow, ReasonInvalid, ReasonUnknown} {
			wantCount(t, tag.Key(), "", r, 0)
		}
	}
}

// TestEndingOfManyGoroutines: the index that a goroutine uses is that of its text, and at the
// end all places are free. For the race detector too.
func TestEndingOfManyGoroutines(t *testing.T) {
	const most = 8
	stays := NewOpenTag(unique("key"), OpenTag{MaxValues: most})
	ends := stays.Ending()
	var group sync.WaitGroup
	for g := range uint64(4) {
		wait.Go(&group, func() {
			r := rand.New(rand.NewPCG(g, 7))
			for range 3000 {
				text := strconv.Itoa(r.IntN(2 * most))
				index := ends.OpenIndex(text)
				if index == OtherOrdinal || !ends.Use(index) {
					continue
				}
				if got := ends.IndexText(index); got != text {
					t.Errorf("%s has the index of %s", text, got)
				}
				ends.Release(index)
			}
		})
	}
	group.Wait()
	for i := range most {
		if stays.OpenIndex("stays"+strconv.Itoa(i)) == OtherOrdinal {
			t.Errorf("only %d of %d places are free", i, most)
		}
	}
	if stays.OpenIndex("more") != OtherOrdinal {
		t.Error("there is one place more than the maximum")
	}
}

// TestEndingAfterOthersStay: a text that has a place for series that stay has it for series that
// end too, also if the first of these comes when no place is free.
func TestEndingAfterOthersStay(t *testing.T) {
	stays := NewOpenTag(unique("key"), OpenTag{MaxValues: 2})
	stays.OpenIndex("a")
	stays.OpenIndex("b")
	if stays.Ending().OpenIndex("a") == OtherOrdinal || stays.Ending().OpenIndex("c") != OtherOrdinal {
		t.Error("a has a place and c has none")
	}
}
