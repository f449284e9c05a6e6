package series

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// A takenName is a source that has a metric of one name.
type takenName string

func (takenName) Drain(context.Context) error                   { return nil }
func (takenName) Records() uint64                               { return 0 }
func (takenName) Read(*record.Memory) ([]*metric.Metric, error) { return nil, nil }
func (s takenName) Conflict(name string) error {
	if name != string(s) {
		return nil
	}
	return errors.New(name + " is taken")
}

// TestNamesOfSources: a library that aggregates by itself may have a metric of the name.
func TestNamesOfSources(t *testing.T) {
	name := unique("taken")
	record.AddSource(takenName(name))
	for what, part := range map[string]record.Part{
		"sets":      Sets(NewCounts(SeriesInfo{Name: unique("free"), Size: 1}), NewCounts(SeriesInfo{Name: name, Size: 1})),
		"observers": Observers(NewInt64Observed(nil, ObservedInfo{Name: unique("free")}, ObservedInfo{Name: name})),
	} {
		p := newPackage(nil, part)
		if err := p.Register(); err == nil || !strings.HasSuffix(err.Error(), ": "+name+" is taken") {
			t.Errorf("%s: %v", what, err)
		}
		if slices.Contains(record.Registered(), p) {
			t.Errorf("%s: registered all the same", what)
		}
	}
}

// TestNamesOfOtherPackages: sets and observers share no name with another package.
func TestNamesOfOtherPackages(t *testing.T) {
	name := unique("twice")
	parts := func() []record.Part {
		return []record.Part{
			Sets(NewCounts(SeriesInfo{Name: name, Size: 1})),
			Observers(NewInt64Observed(nil, ObservedInfo{Name: name})),
		}
	}
	for _, first := range parts() {
		for _, second := range parts() {
			one, two := newPackage(nil, first), newPackage(nil, second)
			if err := one.Register(); err != nil {
				t.Fatal(err)
			}
			if err := two.Register(); err == nil || !strings.Contains(err.Error(), "is also in package "+one.Name()) {
				t.Errorf("%T beside %T: %v", second, first, err)
			}
			one.Unregister()
		}
	}
}

// TestPartsAreReadInReverse: an event writes a total before its parts.
func TestPartsAreReadInReverse(t *testing.T) {
	a, b := NewCounts(SeriesInfo{Name: unique("a"), Size: 1}), NewCounts(SeriesInfo{Name: unique("b"), Size: 1})
	o := NewInt64Observed(nil, ObservedInfo{Name: unique("observed")})
	calls := 0
	defer o.Observe(func() int64 { calls++; return 1 })()
	p := register(t, []metric.Descriptor{{Name: a.name()}, {Name: b.name()}, {Name: o.names()[0]}}, Sets(a, b), Observers(o))
	a.At(0).Inc()
	b.At(0).Inc()
	names := func(metrics []*metric.Metric) (all []string) {
		for _, m := range metrics {
			all = append(all, m.Descriptor.Name)
		}
		return all
	}
	if got, want := names(p.ReadAtOnce()), []string{b.name(), a.name()}; !slices.Equal(got, want) || calls != 0 {
		t.Errorf("read at once %v with %d calls, want %v without", got, calls, want)
	}
	if got, want := names(p.Read(nil)), []string{o.names()[0], b.name(), a.name()}; !slices.Equal(got, want) || calls != 1 {
		t.Errorf("read %v with %d calls, want %v with one", got, calls, want)
	}
}

// TestRegisterAgainKeepsSeries, and the series that bound recorders have found.
func TestRegisterAgainKeepsSeries(t *testing.T) {
	set := NewCounts(SeriesInfo{Name: unique("again"), Size: 1})
	p := register(t, []metric.Descriptor{{Name: set.name()}}, Sets(set))
	set.At(0).Inc()
	before := registrations.n.Load()
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	if n := registrations.n.Load(); n != before {
		t.Error("bound recorders look for their series again")
	}
	set.At(0).Inc()
	if got := p.Read(nil)[0].Series[0].Point.Value; got != int64(2) {
		t.Errorf("%v records, want 2", got)
	}
}
