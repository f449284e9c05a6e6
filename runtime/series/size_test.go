package series

import (
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// TestSizeThatDiffers: generated code that counts a view's combinations otherwise would
// write into the wrong series, so its package is not registered.
func TestSizeThatDiffers(t *testing.T) {
	closed := letters() // "__invalid__" is the fifth index
	open := oneOpen(unique("open"), record.OpenTag{MaxValues: 7})
	build := oneOpen(unique("build"), record.OpenTag{MaxValues: 9, From: record.FromProcess})
	for _, c := range []struct {
		name   string
		tags   []*record.Tag
		size   uint64
		actual string
	}{
		{"no tags", nil, 0, "1"},
		{"one less", []*record.Tag{closed}, 4, "5"},
		{"the process too", []*record.Tag{closed, build}, 50, "5"},
		{"two", []*record.Tag{closed, open}, 49, "50"},
		{"not wide", []*record.Tag{closed, open}, 0, "50"},
		{"wide", wideTags(), 1 << 63, "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			right := NewCounts(SeriesInfo{Name: unique("right"), Size: 1})
			wrong := NewCounts(SeriesInfo{Name: unique("wrong"), Tags: c.tags, Keyed: true, Size: c.size})
			p := newPackage([]metric.Descriptor{{Name: wrong.name()}, {Name: right.name()}}, Sets(right, wrong))
			err := p.Register()
			want := []string{
				"views of package " + p.Name() + " are not registered", `metric "` + wrong.name() + `"`,
				"combinations of tag values in the generated code but " + c.actual + " in package runtime/series: generate the code again",
			}
			for _, text := range want {
				if err == nil || !strings.Contains(err.Error(), text) {
					t.Errorf("no %q in %v", text, err)
				}
			}
			if slices.Contains(record.Registered(), p) {
				t.Error("registered all the same")
			}
			right.At(0).Inc()
			if got := p.Read(nil); len(got) != 0 {
				t.Errorf("the other set takes records: %v", got)
			}
		})
	}
}

// TestRecordsOfASizeThatDiffers: recording never fails, though the program goes on after
// the error of RegisterViews. The records are dropped and counted.
func TestRecordsOfASizeThatDiffers(t *testing.T) {
	tags := []*record.Tag{letters(), oneOpen(unique("open"), record.OpenTag{MaxValues: 7})}
	info := func(size uint64, keyed bool) SeriesInfo {
		return SeriesInfo{Name: unique("wrong"), Tags: tags, Size: size, Keyed: keyed}
	}
	more, fewer, hashed, wide, narrow := NewCounts(info(60, false)), NewCounts(info(40, false)), NewCounts(info(60, true)),
		NewCounts(info(0, true)), NewCounts(SeriesInfo{Name: unique("narrow"), Tags: wideTags(), Size: 1 << 63, Keyed: true})
	sets := []Set{more, fewer, hashed, wide, narrow}
	var descriptors []metric.Descriptor
	for _, s := range sets {
		descriptors = append(descriptors, metric.Descriptor{Name: s.name()})
	}
	p := newPackage(descriptors, Sets(sets...))
	if err := p.Register(); err == nil {
		t.Fatal("registered all the same")
	}
	more.At(59).Inc()
	more.Bind(59).Inc()
	fewer.At(39).Inc()
	hashed.Keyed(59).Inc()
	wide.Keyed(wide.Wide(4, 9)).Inc()
	narrow.Keyed(1 << 62).Inc()
	NewRecordLimit(tags, more, wide).Keep([]uint64{4, 11})
	if got := p.Read(nil); len(got) != 0 {
		t.Errorf("read %v", got)
	}
	for set, want := range map[Set]uint64{more: 2, fewer: 1, hashed: 1, wide: 1, narrow: 1} {
		wantCount(t, "", set.name(), record.ReasonUnregistered, want)
	}
}

func TestSizesThatAreRight(t *testing.T) {
	closed, open := letters(), oneOpen(unique("open"), record.OpenTag{MaxValues: 7})
	build := oneOpen(unique("build"), record.OpenTag{MaxValues: 9, From: record.FromProcess})
	one := NewCounts(SeriesInfo{Name: unique("one"), Tags: []*record.Tag{build, closed, open}, Keyed: true, Size: 5 * 10})
	wide := NewCounts(SeriesInfo{Name: unique("wide"), Tags: wideTags(), Keyed: true, Size: 0})
	register(t, nil, Sets(one, wide))
}
