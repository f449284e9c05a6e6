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

type fakeProducer struct{ _ int } // of some size, so that pointers differ

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
