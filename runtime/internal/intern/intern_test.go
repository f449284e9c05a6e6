package intern

import (
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"unsafe"

	"github.com/ocgen/ocgen/internal/wait"
)

func TestTable(t *testing.T) {
	const most = 1000
	table := New(most)
	for i := range most {
		text := strconv.Itoa(i)
		if _, ok := table.Find(text); ok {
			t.Fatalf("%s is found before it was admitted", text)
		}
		for range 2 {
			if number, ok := table.Admit(text); !ok || number != uint32(i) {
				t.Fatalf("%s is admitted as %d, %t", text, number, ok)
			}
		}
		if table.Full() != (i == most-1) {
			t.Fatalf("full %t with %d texts", table.Full(), i+1)
		}
	}
	if _, ok := table.Admit("one more"); ok {
		t.Error("a full table admits a text")
	}
	for i := range most {
		text := strconv.Itoa(i)
		number, ok := table.Find(text)
		other, okBytes := table.FindBytes([]byte(text))
		again, admitted := table.Admit(text)
		if !ok || !okBytes || !admitted || number != uint32(i) || other != number || again != number || table.Text(number) != text {
			t.Fatalf("%s is found as %d, %t and %d, %t, admitted as %d, %t", text, number, ok, other, okBytes, again, admitted)
		}
	}
	if _, ok := table.FindBytes([]byte("one more")); ok {
		t.Error("found what was not admitted")
	}
	for i, text := range table.All() {
		if i < most && text != strconv.Itoa(i) || i >= most && text != "" {
			t.Errorf("text %d is %q", i, text)
		}
	}
}

func TestTableOfNothing(t *testing.T) {
	for _, most := range []int{0, -1} {
		table := New(most)
		if _, ok := table.Admit("a"); ok || !table.Full() {
			t.Errorf("a table of at most %d texts admits one", most)
		}
	}
	table := New(1)
	if number, ok := table.Admit(""); !ok || number != 0 {
		t.Errorf("the empty text is admitted as %d, %t", number, ok)
	}
}

// TestAdmitKeepsACopy: callers' texts are often parts of large buffers.
func TestAdmitKeepsACopy(t *testing.T) {
	buffer := []byte("text of a request")
	text := unsafe.String(&buffer[0], 4)
	table := New(1)
	number, _ := table.Admit(text)
	copy(buffer, "xxxx")
	if got := table.Text(number); got != "text" {
		t.Errorf("got %q", got)
	}
}

// TestTableOfManyGoroutines: a number never changes, none is given twice, and what was
// admitted before the table was full is found. For the race detector too.
func TestTableOfManyGoroutines(t *testing.T) {
	const most, texts, goroutines = 300, 400, 4
	table := New(most)
	var known sync.Map // numbers by text
	var group sync.WaitGroup
	for g := range uint64(goroutines) {
		wait.Go(&group, func() {
			r := rand.New(rand.NewPCG(g, 1))
			for range 5000 {
				text := strconv.Itoa(r.IntN(texts))
				full := table.Full()
				number, ok := table.Find(text)
				if !ok && full {
					if _, was := known.Load(text); was {
						t.Errorf("%s was admitted and is not found", text)
					}
					continue
				}
				if !ok {
					if number, ok = table.Admit(text); !ok {
						continue
					}
				}
				if other, was := known.LoadOrStore(text, number); was && other != number {
					t.Errorf("%s has the numbers %d and %d", text, other, number)
				}
				if got := table.Text(number); got != text {
					t.Errorf("number %d of %s is %s", number, text, got)
				}
			}
		})
	}
	group.Wait()
	numbers := map[any]bool{}
	known.Range(func(_, number any) bool {
		if numbers[number] {
			t.Errorf("number %d was given twice", number)
		}
		numbers[number] = true
		return true
	})
	if len(numbers) != most {
		t.Errorf("%d numbers, want %d", len(numbers), most)
	}
}

func TestLookupAllocatesNothing(t *testing.T) {
	table := New(10)
	table.Admit("text")
	key := []byte("text")
	if n := testing.AllocsPerRun(100, func() { table.Find("text"); table.Find("other"); table.FindBytes(key) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
