package record

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A distributionPart has one metric, a distribution with one series, whose values use the
// same memory in each reading.
type distributionPart struct {
	fakePart
	d metric.Distribution
}

func (p *distributionPart) Read(*Memory) []*metric.Metric {
	return []*metric.Metric{{Descriptor: metric.Descriptor{Name: p.names[0], Unit: "ms"}, Series: []*metric.Series{{Point: metric.Point{Value: &p.d}}}}}
}

func renamedPackage(t *testing.T, parts []Part, renames ...Rename) *Package {
	var descriptors []metric.Descriptor
	for _, part := range parts {
		for _, name := range part.Names() {
			descriptors = append(descriptors, metric.Descriptor{Name: name})
		}
	}
	p := NewPackage(PackageInfo{Name: unique("package"), Parts: parts, Renamed: renames, Descriptors: func() []metric.Descriptor { return descriptors }})
	t.Cleanup(p.Unregister)
	return p
}

func TestRenamed(t *testing.T) {
	name, former, other := unique("name"), unique("former"), unique("other")
	part := &distributionPart{fakePart{names: []string{name}}, metric.Distribution{Buckets: []metric.Bucket{{Count: 1}}}}
	p := renamedPackage(t, []Part{part, &fakePart{names: []string{other}, observed: true}}, Rename{name, former})
	mustRegister(t, p)

	memory := &Memory{}
	var kept *metric.Metric
	for i := range 3 {
		memory.Begin()
		all := p.Read(memory)
		if got, want := namesOf(all), fmt.Sprintf("%s %s %s", other, name, former); got != want {
			t.Fatalf("read %s, want %s", got, want)
		}
		a, b := all[1], all[2]
		if b.Descriptor.Unit != "ms" || a.Series[0] == b.Series[0] || a.Series[0].Point != b.Series[0].Point {
			t.Errorf("reading %d: %+v and %+v", i, a, b)
		}
		if i > 0 && b != kept {
			t.Error("the memory is not used again")
		}
		kept = b
	}
}

// TestRenamedReadingsOwnTheirPoints: without a memory the caller may change what it gets.
func TestRenamedReadingsOwnTheirPoints(t *testing.T) {
	name, former := unique("name"), unique("former")
	part := &distributionPart{fakePart{names: []string{name}}, metric.Distribution{Buckets: []metric.Bucket{{Count: 1}}}}
	p := renamedPackage(t, []Part{part}, Rename{name, former})
	mustRegister(t, p)
	all := p.Read(nil)
	all[0].Series[0].Point.Value.(*metric.Distribution).Count = 7
	all[0].Series[0].Point.Value.(*metric.Distribution).Buckets[0].Count = 7
	if d := all[1].Series[0].Point.Value.(*metric.Distribution); d.Count != 0 || d.Buckets[0].Count != 1 {
		t.Errorf("changed with the other name's: %+v", d)
	}
}

// TestFormerNamesAreInUse: another package cannot have the former name.
func TestFormerNamesAreInUse(t *testing.T) {
	name, former := unique("name"), unique("former")
	p := renamedPackage(t, []Part{&fakePart{names: []string{name}, observed: true}}, Rename{name, former})
	mustRegister(t, p)
	if got := p.Observed(); !slices.Equal(got, []string{name, former}) {
		t.Errorf("observed %q", got)
	}
	second := renamedPackage(t, []Part{&fakePart{names: []string{former}}})
	err := second.Register()
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("metric %q is also in package", former)) {
		t.Errorf("error %v", err)
	}
}
