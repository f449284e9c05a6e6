package record

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A fakeSource has a metric of one name.
type fakeSource struct{ name string }

func (fakeSource) Drain(context.Context) error            { return nil }
func (fakeSource) Records() uint64                        { return 0 }
func (fakeSource) Read(*Memory) ([]*metric.Metric, error) { return nil, nil }
func (s fakeSource) Conflict(name string) error {
	if name != s.name {
		return nil
	}
	return errors.New(s.name + " is taken")
}

func TestSources(t *testing.T) {
	before := len(Sources())
	one, two := fakeSource{unique("one")}, fakeSource{unique("two")}
	AddSource(one)
	AddSource(two)
	all := Sources()
	if !slices.Equal(all[before:], []Source{one, two}) {
		t.Errorf("%v, want them in the order in which they were added", all[before:])
	}
	all[before] = nil
	if Sources()[before] != Source(one) {
		t.Error("the list is not the caller's own")
	}
	var texts []string
	for _, err := range SourceConflicts([]string{two.name, unique("free"), one.name}) {
		texts = append(texts, err.Error())
	}
	if want := []string{two.name + " is taken", one.name + " is taken"}; !slices.Equal(texts, want) {
		t.Errorf("conflicts %q, want %q", texts, want)
	}
}

type fakeProducer struct{ n int }

func (*fakeProducer) Produce() []*metric.Metric { return nil }

func TestProducers(t *testing.T) {
	before := Producers()
	one, two := &fakeProducer{}, &fakeProducer{}
	AddProducer(one)
	AddProducer(two)
	if got := Producers(); !slices.Equal(got, append(before, one, two)) {
		t.Errorf("%v", got)
	}
	RemoveProducer(one)
	RemoveProducer(one)
	if got := Producers(); !slices.Equal(got, append(before, two)) {
		t.Errorf("%v after one was removed", got)
	}
	RemoveProducer(two)
	if got := Producers(); !slices.Equal(got, before) {
		t.Errorf("%v after both were removed", got)
	}
}

func TestMemory(t *testing.T) {
	var none *Memory
	m := &metric.Metric{}
	none.Put("key", m)
	if none.Take("key") != nil {
		t.Error("no memory holds a metric")
	}
	var memory Memory
	if memory.Take("key") != nil {
		t.Error("an empty memory holds a metric")
	}
	memory.Put("key", m)
	if memory.Take("key") != m || memory.Take("key") != m || memory.Take("other") != nil {
		t.Error("not what was put")
	}
}

// TestRows: they are those of the last reading as far as that goes, also those that had
// no value in it.
func TestRows(t *testing.T) {
	first := Rows(nil, 3)
	if len(first) != 3 || slices.Contains(first, nil) {
		t.Fatalf("%v", first)
	}
	last := &metric.Metric{Series: first[:2]} // one had no value
	for n := range 6 {
		rows := Rows(last, n)
		if len(rows) != n || slices.Contains(rows, nil) {
			t.Fatalf("%d rows: %v", n, rows)
		}
		for i := range min(n, 3) {
			if rows[i] != first[i] {
				t.Errorf("of %d rows, row %d is new", n, i)
			}
		}
		seen := map[*metric.Series]bool{}
		for _, r := range rows {
			if seen[r] {
				t.Errorf("of %d rows, two are the same", n)
			}
			seen[r] = true
		}
	}
	cleared := slices.Clone(first)
	cleared[1] = nil // whoever read it took rows out
	if rows := Rows(&metric.Metric{Series: cleared}, 3); slices.Contains(rows, nil) || rows[0] != first[0] {
		t.Errorf("%v", rows)
	}
}
