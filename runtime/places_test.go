package runtime

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/tag"

	"github.com/ocgen/ocgen/internal/wait"
)

func TestIndexAndBack(t *testing.T) {
	tags := []*Tag{
		oneClosed("a", 5, ClosedTag{}),
		oneOpen("p", OpenTag{MaxValues: 9, From: FromProcess}),
		oneOpen("b", OpenTag{MaxValues: 1 << 20}),
		oneClosed("c", 3, ClosedTag{Optional: true, CatchAll: "v3"}),
	}
	wide := slices.Clone(tags)
	for i := range 3 {
		wide = append(wide, oneOpen(fmt.Sprint("wide", i), OpenTag{MaxValues: 1 << 20}))
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
				if !pl.fixed && pl.tag.open != nil && parts[i] != 0 {
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
	ascii := oneOpen(unique("ascii"), OpenTag{MaxValues: 2, Known: []string{"known"}})
	utf8 := oneOpen(unique("utf8"), OpenTag{MaxValues: 9, UTF8: true})
	for _, c := range []struct {
		tag  *Tag
		text string
		want string
	}{
		{ascii, "", ""}, {ascii, "known", "known"}, {ascii, "a", "a"}, {ascii, "é", "__invalid__"},
		{ascii, long, "__invalid__"}, {ascii, "b", "b"}, {ascii, "c", "__other__"}, {ascii, "a", "a"}, {ascii, "\n", "__invalid__"},
		{utf8, "é", "é"}, {utf8, "日本", "日本"}, {utf8, "\xff", "__invalid__"}, {utf8, "a\u0085", "__invalid__"},
		{utf8, long, "__invalid__"}, {utf8, long[1:], long[1:]}, {utf8, "", ""},
	} {
		set := started(NewCounts(SeriesInfo{Name: unique("texts"), Tags: []*Tag{c.tag}, Keyed: true}))
		set.Keyed(c.tag.OpenIndex(c.text)).Inc()
		want := ""
		if c.want != "" {
			want = c.tag.key.Name() + "=" + c.want
		}
		wantRows(t, set, []*Tag{c.tag}, map[string]any{want: int64(1)})
	}
	wantCount(t, ascii.key.Name(), "", ReasonOverflow, 1)
	wantCount(t, ascii.key.Name(), "", ReasonInvalid, 3)
}

func TestClosedAndContextIndices(t *testing.T) {
	key := func() tag.Key { return tag.MustNewKey(unique("context")) }
	from := func(tg *Tag, text string) context.Context {
		ctx, err := tag.New(context.Background(), tag.Upsert(tg.key, text))
		if err != nil {
			t.Fatal(err)
		}
		return ctx
	}
	values := []string{"v1", "v2"}
	plain := NewClosedTag(key(), ClosedTag{Values: values})
	optional := NewClosedTag(key(), ClosedTag{Values: values, Optional: true})
	caught := NewClosedTag(key(), ClosedTag{Values: values, CatchAll: "v1"})
	carried := NewClosedTag(key(), ClosedTag{Values: values, From: FromContext})
	tenant := NewOpenTag(key(), OpenTag{MaxValues: 1, From: FromContext})
	for i, c := range []struct {
		tag   *Tag
		index uint64
		want  string
	}{
		{plain, plain.Index(1), "v1"}, {plain, plain.Index(0), "__invalid__"}, {plain, plain.Index(3), "__invalid__"}, {plain, plain.Index(1 << 31), "__invalid__"},
		{optional, optional.Index(0), ""}, {optional, optional.Index(2), "v2"}, {optional, optional.Index(9), "__invalid__"},
		{caught, caught.Index(0), "v1"}, {caught, caught.Index(2), "v2"}, {caught, caught.Index(255), "v1"},
		{carried, carried.ContextIndex(nilContext), ""}, {carried, carried.ContextIndex(context.Background()), ""},
		{carried, carried.ContextIndex(from(carried, "v2")), "v2"}, {carried, carried.ContextIndex(from(carried, "v9")), "__invalid__"},
		{tenant, tenant.ContextIndex(from(tenant, "x")), "x"}, {tenant, tenant.ContextIndex(from(tenant, "y")), "__other__"},
	} {
		set := started(NewCounts(SeriesInfo{Name: unique("closed"), Tags: []*Tag{c.tag}, Keyed: c.tag.open != nil}))
		set.current(c.index).Inc()
		want := ""
		if c.want != "" {
			want = c.tag.key.Name() + "=" + c.want
		}
		t.Run(fmt.Sprint(i), func(t *testing.T) { wantRows(t, set, []*Tag{c.tag}, map[string]any{want: int64(1)}) })
	}
}

func TestLabelsAreSortedByKey(t *testing.T) {
	build := oneOpen("m", OpenTag{MaxValues: 2, From: FromProcess})
	build.Set(Open("build1"))
	tags := []*Tag{oneClosed("z", 2, ClosedTag{}), build, oneClosed("b", 2, ClosedTag{Optional: true}), oneOpen("a", OpenTag{MaxValues: 2})}
	set := started(NewCounts(SeriesInfo{Name: unique("sorted"), Tags: tags, Keyed: true}))
	build.Set(Open("build2")) // too late
	set.Keyed(1 + 3*4*tags[3].OpenIndex("x")).Inc()
	labels := set.read(time.Now()).TimeSeries[0].LabelValues
	want := []metricdata.LabelValue{{Value: "x", Present: true}, {}, {Value: "build1", Present: true}, {Value: "v2", Present: true}}
	if !slices.Equal(labels, want) {
		t.Errorf("%+v, want %+v", labels, want)
	}
}

// TestKeyedSeriesGrow adds series from several goroutines that look for those
// that exist meanwhile.
func TestKeyedSeriesGrow(t *testing.T) {
	tags := []*Tag{oneOpen("a", OpenTag{MaxValues: 1 << 30})}
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
	values := readCounts(set.series, false)
	for i, c := range set.series {
		want := int64(goroutines)
		if c.index == 0 {
			want = goroutines * (series + 1)
		}
		if values[i] != want || set.Keyed(c.index) != c {
			t.Fatalf("series %d has %v, want %d", c.index, values[i], want)
		}
	}
	if n := len(set.series); n != series {
		t.Errorf("%d series, want %d", n, series)
	}
}
