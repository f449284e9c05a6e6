package series

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

func TestIndexAndBack(t *testing.T) {
	tags := []*record.Tag{
		oneClosed("a", 5, record.ClosedTag{}),
		oneOpen("p", record.OpenTag{MaxValues: 9, From: record.FromProcess}),
		oneOpen("b", record.OpenTag{MaxValues: 1 << 20}),
		oneClosed("c", 3, record.ClosedTag{Optional: true, CatchAll: "v3"}),
	}
	wide := slices.Clone(tags)
	for i := range 3 {
		wide = append(wide, oneOpen(fmt.Sprint("wide", i), record.OpenTag{MaxValues: 1 << 20}))
	}
	r := rand.New(rand.NewPCG(11, 12))
	for _, p := range []*places{newPlaces(tags), newPlaces(wide)} {
		if (p.size == 0) != (len(p.places) == len(wide)) {
			t.Fatalf("size %d of %d tags", p.size, len(p.places))
		}
		seen := map[uint64]string{}
		for range 2000 {
			parts := make([]uint64, len(p.places))
			for i, pl := range p.places {
				parts[i] = r.Uint64N(pl.radix)
			}
			index := p.join(parts)
			if text := fmt.Sprint(parts); seen[index] != "" && seen[index] != text {
				t.Fatalf("%s and %s have the index %d", seen[index], text, index)
			}
			seen[index] = fmt.Sprint(parts)
			back := make([]uint64, len(parts))
			p.split(index, func(i int, part uint64) { back[i] = part })
			if !slices.Equal(parts, back) || p.join(back) != index {
				t.Fatalf("%v came back as %v", parts, back)
			}
			for i, pl := range p.places { // collapsed
				if !pl.fixed && pl.tag.IsOpen() && parts[i] != 0 {
					parts[i] = otherIndex
				}
			}
			if got := p.collapsed(index); got != p.join(parts) {
				t.Fatalf("collapsed to %d, want %v", got, parts)
			}
		}
	}
}

// TestTagIndices has all ways in which values are given and replaced.
func TestTagIndices(t *testing.T) {
	long := strings.Repeat("x", 256)
	ascii := oneOpen(unique("ascii"), record.OpenTag{MaxValues: 2, Known: []string{"known"}})
	utf8 := oneOpen(unique("utf8"), record.OpenTag{MaxValues: 9, UTF8: true})
	for _, c := range []struct {
		tag  *record.Tag
		text string
		want string
	}{
		{ascii, "", ""}, {ascii, "known", "known"}, {ascii, "a", "a"}, {ascii, "é", "__invalid__"},
		{ascii, long, "__invalid__"}, {ascii, "b", "b"}, {ascii, "c", "__other__"}, {ascii, "a", "a"}, {ascii, "\n", "__invalid__"},
		{utf8, "é", "é"}, {utf8, "日本", "日本"}, {utf8, "\xff", "__invalid__"}, {utf8, "a\u0085", "__invalid__"},
		{utf8, long, "__invalid__"}, {utf8, long[1:], long[1:]}, {utf8, "", ""},
	} {
		set := started(NewCounts(SeriesInfo{Name: unique("texts"), Tags: []*record.Tag{c.tag}, Keyed: true}))
		set.Keyed(c.tag.OpenIndex(c.text)).Inc()
		want := ""
		if c.want != "" {
			want = c.tag.Key() + "=" + c.want
		}
		wantRows(t, set, []*record.Tag{c.tag}, map[string]any{want: int64(1)})
	}
	wantCount(t, ascii.Key(), "", record.ReasonOverflow, 1)
	wantCount(t, ascii.Key(), "", record.ReasonInvalid, 3)
}

func TestClosedAndContextIndices(t *testing.T) {
	key := func() string { return unique("context") }
	inClosed, inOpen := newCarrier(), newCarrier()
	from := func(c carrier, text string) context.Context { return c.With(t.Context(), text) }
	values := []string{"v1", "v2"}
	plain := record.NewClosedTag(key(), record.ClosedTag{Values: values})
	optional := record.NewClosedTag(key(), record.ClosedTag{Values: values, Optional: true})
	caught := record.NewClosedTag(key(), record.ClosedTag{Values: values, CatchAll: "v1"})
	carried := record.NewClosedTag(key(), record.ClosedTag{Values: values, From: record.FromContext, Carrier: inClosed})
	tenant := record.NewOpenTag(key(), record.OpenTag{MaxValues: 1, From: record.FromContext, Carrier: inOpen})
	for i, c := range []struct {
		tag   *record.Tag
		index uint64
		want  string
	}{
		{plain, plain.Index(1), "v1"}, {plain, plain.Index(0), "__invalid__"}, {plain, plain.Index(3), "__invalid__"}, {plain, plain.Index(1 << 31), "__invalid__"},
		{optional, optional.Index(0), ""}, {optional, optional.Index(2), "v2"}, {optional, optional.Index(9), "__invalid__"},
		{caught, caught.Index(0), "v1"}, {caught, caught.Index(2), "v2"}, {caught, caught.Index(255), "v1"},
		{carried, carried.ContextIndex(nilContext), ""}, {carried, carried.ContextIndex(context.Background()), ""},
		{carried, carried.ContextIndex(from(inClosed, "v2")), "v2"}, {carried, carried.ContextIndex(from(inClosed, "v9")), "__invalid__"},
		{tenant, tenant.ContextIndex(from(inOpen, "x")), "x"}, {tenant, tenant.ContextIndex(from(inOpen, "y")), "__other__"},
	} {
		set := started(NewCounts(SeriesInfo{Name: unique("closed"), Tags: []*record.Tag{c.tag}, Keyed: c.tag.IsOpen()}))
		set.current(c.index).Inc()
		want := ""
		if c.want != "" {
			want = c.tag.Key() + "=" + c.want
		}
		t.Run(fmt.Sprint(i), func(t *testing.T) { wantRows(t, set, []*record.Tag{c.tag}, map[string]any{want: int64(1)}) })
	}
}

func TestLabelsAreSortedByKey(t *testing.T) {
	build := oneOpen("m", record.OpenTag{MaxValues: 2, From: record.FromProcess})
	build.Set(record.Open("build1"))
	tags := []*record.Tag{oneClosed("z", 2, record.ClosedTag{}), build, oneClosed("b", 2, record.ClosedTag{Optional: true}), oneOpen("a", record.OpenTag{MaxValues: 2})}
	set := started(NewCounts(SeriesInfo{Name: unique("sorted"), Tags: tags, Keyed: true}))
	build.Set(record.Open("build2")) // too late
	set.Keyed(1 + 3*4*tags[3].OpenIndex("x")).Inc()
	labels := set.read(time.Now(), nil).Series[0].LabelValues
	want := []metric.LabelValue{{Value: "x", Present: true}, {}, {Value: "build1", Present: true}, {Value: "v2", Present: true}}
	if !slices.Equal(labels, want) {
		t.Errorf("%+v, want %+v", labels, want)
	}
}

// TestKeyedSeriesGrow adds series from several goroutines that look for those
// that exist meanwhile.
func TestKeyedSeriesGrow(t *testing.T) {
	tags := []*record.Tag{oneOpen("a", record.OpenTag{MaxValues: 1 << 30})}
	set := started(NewCounts(SeriesInfo{Name: unique("grow"), Tags: tags, Keyed: true}))
	const goroutines, series = 4, 5000
	var group sync.WaitGroup
	for range goroutines {
		wait.Go(&group, func() {
			for i := range uint64(series) {
				set.Keyed(i * i << 20).Inc()
				set.Keyed(0).Inc()
			}
		})
	}
	group.Wait()
	for _, c := range set.series {
		want := int64(goroutines)
		if c.index == 0 {
			want = goroutines * (series + 1)
		}
		if got := c.value(false, nil); got != want || set.Keyed(c.index) != c {
			t.Fatalf("series %d has %v, want %d", c.index, got, want)
		}
	}
	if n := len(set.series); n != series {
		t.Errorf("%d series, want %d", n, series)
	}
}
