package intern

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"unsafe"

	"github.com/ocgen/ocgen/internal/wait"
)

// TestCounted compares a table with a map, over many texts that come and go.
func TestCounted(t *testing.T) {
	var left []string
	table := NewCounted(1<<32-2, func(text string) { left = append(left, text) })
	r := rand.New(rand.NewPCG(1, 2))
	uses := map[string]int{}       // of the texts that are there
	numbers := map[string]uint64{} // of them
	former := map[uint64]string{}
	given := map[uint64]string{}
	var idle []string // the oldest first
	drop := func(text string) {
		former[numbers[text]] = text
		delete(uses, text)
		delete(numbers, text)
	}
	for range 200_000 {
		text := strconv.Itoa(r.IntN(300))
		number, ok := table.Find(text)
		inBytes, okBytes := table.FindBytes([]byte(text))
		if want, there := numbers[text]; ok != there || okBytes != ok || number != want || inBytes != number {
			t.Fatalf("%s is found as %d, %t and %d, %t, want %d, %t", text, number, ok, inBytes, okBytes, want, there)
		}
		if table.Len() != len(numbers) || table.Idle() != (len(idle) > 0) {
			t.Fatalf("%d texts, idle %t, want %d, and %d idle", table.Len(), table.Idle(), len(numbers), len(idle))
		}
		left = nil
		var gone []string
		switch r.IntN(5) {
		case 0, 1:
			number := table.Admit(text)
			if ok && number != numbers[text] {
				t.Fatalf("%s has the numbers %d and %d", text, numbers[text], number)
			}
			if !ok {
				if before, was := given[number]; was {
					t.Fatalf("%s gets the number %d, which was that of %s", text, number, before)
				}
				given[number], numbers[text], uses[text] = text, number, 0
				idle = append(idle, text)
			}
		case 2:
			if ok {
				if !table.Use(number) {
					t.Fatalf("%s is not there", text)
				}
				uses[text]++
				idle = slices.DeleteFunc(idle, func(i string) bool { return i == text })
			}
		case 3:
			if uses[text] > 0 {
				table.Release(number)
				if uses[text]--; uses[text] == 0 {
					gone = []string{text}
				}
			}
		case 4:
			if r.IntN(4) > 0 {
				break
			}
			if table.Evict() != (len(idle) > 0) {
				t.Fatalf("%d are idle", len(idle))
			}
			if len(idle) > 0 {
				gone, idle = idle[:1], idle[1:]
			}
		}
		if !slices.Equal(gone, left) {
			t.Fatalf("%q left, want %q", left, gone)
		}
		for _, text := range gone {
			number := numbers[text]
			drop(text)
			if _, ok := table.Text(number); ok || table.Use(number) {
				t.Fatalf("%s left and has its number", text)
			}
			if was, ok := table.Former(number); !ok || was != text {
				t.Fatalf("%d was the number of %q, want %q", number, was, text)
			}
		}
	}
	for text, number := range numbers {
		if got, ok := table.Text(number); !ok || got != text {
			t.Errorf("%d is the number of %q, want %q", number, got, text)
		}
	}
	if slots := len(*table.slots.Load()); slots > 4096 {
		t.Errorf("%d slots for at most 300 texts", slots)
	}
}

// TestCountedIdle: texts that are never used leave once others have come, the oldest first.
func TestCountedIdle(t *testing.T) {
	table := NewCounted(1<<32-2, nil)
	for i := range mostIdle + 10 {
		table.Admit(strconv.Itoa(i))
	}
	if table.Len() != mostIdle {
		t.Errorf("%d texts are idle, want %d", table.Len(), mostIdle)
	}
	if _, ok := table.Find("9"); ok {
		t.Error("the tenth text is there, and younger ones left")
	}
	if _, ok := table.Find("10"); !ok {
		t.Error("the eleventh text left, and older ones are there")
	}
}

// TestCountedWraps: after the last number come those that no text has.
func TestCountedWraps(t *testing.T) {
	table := NewCounted(4, nil)
	table.Use(table.Admit("stays"))
	for i := range 100 {
		number := table.Admit(strconv.Itoa(i))
		if number == 0 || number > 3 {
			t.Fatalf("text %d has the number %d", i, number)
		}
		table.Use(number)
		table.Release(number)
		if text, _ := table.Former(number); text != strconv.Itoa(i) {
			t.Fatalf("%d was the number of %q last, want %d", number, text, i)
		}
	}
	if text, _ := table.Text(0); text != "stays" {
		t.Errorf("number 0 is that of %q", text)
	}
}

// TestCountedKeepsACopy: callers' texts are often parts of large buffers.
func TestCountedKeepsACopy(t *testing.T) {
	buffer := []byte("text of a request")
	table := NewCounted(1<<32-2, nil)
	number := table.Admit(unsafe.String(&buffer[0], 4))
	copy(buffer, "xxxx")
	if got, _ := table.Text(number); got != "text" {
		t.Errorf("got %q", got)
	}
}

// TestCountedOfManyGoroutines: whoever uses a number has its text. For the race detector
// too.
func TestCountedOfManyGoroutines(t *testing.T) {
	table := NewCounted(1<<32-2, nil)
	var group sync.WaitGroup
	for g := range uint64(4) {
		wait.Go(&group, func() {
			r := rand.New(rand.NewPCG(g, 1))
			for range 5000 {
				text := strconv.Itoa(r.IntN(20))
				number, ok := table.Find(text)
				if !ok {
					number = table.Admit(text)
				}
				if r.IntN(8) == 0 {
					table.Evict()
				}
				if !table.Use(number) {
					continue
				}
				if got, ok := table.Text(number); !ok || got != text {
					t.Errorf("%d is used for %s and has the text %q", number, text, got)
				}
				if got, ok := table.Find(text); !ok || got != number {
					t.Errorf("%s has the numbers %d and %d", text, number, got)
				}
				table.Release(number)
			}
		})
	}
	group.Wait()
	for table.Evict() {
	}
	if table.Len() > 0 {
		t.Errorf("%d texts are left, and none is used", table.Len())
	}
}
