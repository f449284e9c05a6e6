// Package fleets lets many things come and go, and tests that the things that live are
// exported and no others.
package fleets

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/internal/wait"
	ocgen "github.com/ocgen/ocgen/runtime"
)

// Alive is how many things live at a time. The tags of the tests have as many places.
const Alive = 10

// A Metric has a series for each thing that lives.
type Metric struct {
	Name  string
	Label string // the key of the label with the thing's name
}

// A Soak has a program whose things come and go.
type Soak struct {
	Metrics []Metric
	// Begin is called when a thing begins to live, and end when it stops. The value of
	// each metric is number, or 1 for up-down counts.
	Begin func(name string, number int64) (end func())
}

// warm is the number of things after which the memory is measured first, and growth is how
// much more it may be after all of them.
const (
	warm   = 1000
	growth = 1 << 20
)

// Test lets Many things come and go, one after another.
func (s Soak) Test(t *testing.T) {
	var ends []func()
	var alive []string
	var first uint64
	for i := range Many {
		name := "thing-" + strconv.Itoa(i)
		if len(alive) == Alive {
			ends[0]()
			ends, alive = ends[1:], alive[1:]
		}
		ends, alive = append(ends, s.Begin(name, int64(i))), append(alive, name)
		if s.expect(t, alive); t.Failed() {
			t.Fatalf("after %d things", i+1)
		}
		if i+1 == warm {
			first = heap()
		}
	}
	if last := heap(); last > first+growth {
		t.Errorf("%d bytes after %d things, and %d after %d", first, warm, last, Many)
	}
	for _, end := range ends {
		end()
	}
	s.expect(t, nil)
}

// heap returns the bytes that are in use.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what the first one finalized
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// expect tests that each metric has the series of the things that live, and no others.
func (s Soak) expect(t *testing.T, alive []string) {
	t.Helper()
	read := s.read()
	for _, m := range s.Metrics {
		if got := slices.Sorted(maps.Keys(read[m.Name])); !slices.Equal(got, slices.Sorted(slices.Values(alive))) {
			t.Errorf("%s has series of %q, and %q live", m.Name, got, alive)
		}
	}
}

// read returns the values of each metric by the thing.
func (s Soak) read() map[string]map[string]any {
	read := map[string]map[string]any{}
	for _, m := range ocgen.Gather(context.Background()) {
		i := slices.IndexFunc(s.Metrics, func(wanted Metric) bool { return wanted.Name == m.Descriptor.Name })
		if i < 0 {
			continue
		}
		values := map[string]any{}
		for _, ts := range m.Series {
			for k, l := range ts.LabelValues {
				if m.Descriptor.LabelKeys[k].Key == s.Metrics[i].Label {
					values[l.Value] = ts.Point.Value
				}
			}
		}
		read[m.Descriptor.Name] = values
	}
	return read
}

// TestTogether lets 1,000 things come and go in several goroutines at once, each of which has
// two at a time. Whoever made a thing finds it while it lives, and not afterwards.
func (s Soak) TestTogether(t *testing.T) {
	const goroutines, each = Alive / 2, 200
	var group sync.WaitGroup
	for g := range goroutines {
		wait.Go(&group, func() {
			last := func() {}
			var before string
			for i := range each {
				name := "thing-" + strconv.Itoa(g) + "-" + strconv.Itoa(i)
				end := s.Begin(name, int64(i))
				read := s.read()
				for _, m := range s.Metrics {
					if _, ok := read[m.Name][name]; !ok {
						t.Errorf("%s has no series of %s, which lives", m.Name, name)
					}
					if _, ok := read[m.Name]["__other__"]; ok {
						t.Errorf("%s has a series of __other__, and there are places", m.Name)
					}
				}
				last()
				if read = s.read(); before != "" {
					for _, m := range s.Metrics {
						if _, ok := read[m.Name][before]; ok {
							t.Errorf("%s has a series of %s, which ended", m.Name, before)
						}
					}
				}
				last, before = end, name
			}
			last()
		})
	}
	group.Wait()
	s.expect(t, nil)
}
