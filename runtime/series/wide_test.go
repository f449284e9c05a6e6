package series

import (
	"fmt"
	"testing"

	"github.com/ocgen/ocgen/runtime/record"
)

// wideTags returns open tags that have more combinations than 64 bits hold.
func wideTags() []*record.Tag {
	var tags []*record.Tag
	for range 8 {
		tags = append(tags, oneOpen(unique("wide"), record.OpenTag{MaxValues: 1 << 10}))
	}
	return tags
}

func TestWideSeries(t *testing.T) {
	var tags []*record.Tag
	for i := range 8 {
		tags = append(tags, oneOpen(fmt.Sprint("wide", i), record.OpenTag{MaxValues: 1 << 10}))
	}
	set := started(NewCounts(SeriesInfo{Name: unique("wide"), Tags: tags, Keyed: true}))
	indices := make([]uint64, len(tags))
	record := func(texts ...string) {
		for i, text := range texts {
			indices[i] = tags[i].OpenIndex(text)
		}
		set.Keyed(set.Wide(indices...)).Inc()
	}
	record("x", "", "y", "", "", "", "", "z")
	record("", "", "", "", "", "", "", "")
	record("x", "", "y", "", "", "", "", "z")
	wantRows(t, set, tags, map[string]any{"wide0=x wide2=y wide7=z": int64(2), "": int64(1)})
	if n := testing.AllocsPerRun(100, func() { set.Keyed(set.Wide(indices...)).Inc() }); n != 0 {
		t.Errorf("a record allocates %v times", n)
	}
}

// drawWide fills indices with those of the i-th combination.
func drawWide(tags []*record.Tag, indices []uint64, i int) {
	for j := range indices {
		indices[j] = tags[j].OpenIndex(fmt.Sprint(i >> j & 7))
	}
}

// TestWideSeriesAreBounded: what is recorded past the limit, or while nothing is,
// takes no memory for ever.
func TestWideSeriesAreBounded(t *testing.T) {
	tags := wideTags()
	info := SeriesInfo{Name: unique("bounded"), Tags: tags, Keyed: true, MaxSeries: 5}
	alone := started(NewCounts(info))
	info.Name = unique("shared")
	shared := started(NewCounts(info))
	beside := started(NewCounts(SeriesInfo{Name: unique("beside"), Tags: tags[:1], Keyed: true}))
	limit := NewRecordLimit(tags, shared)
	indices := make([]uint64, len(tags))
	const times = 1000
	for i := range times {
		drawWide(tags, indices, i)
		alone.Keyed(alone.Wide(append([]uint64(nil), indices...)...)).Inc()
		limit.Keep(indices)
		shared.Keyed(shared.Wide(indices...)).Inc()
		beside.Keyed(indices[0]).Inc()
	}
	for _, set := range []*Counts{alone, shared} {
		rows, n := directRows(t, set, tags), int64(0)
		for _, v := range rows {
			n += v.(int64)
		}
		if n != times || len(rows) != 6 || numbered(set.places) != 6 {
			t.Errorf("%d records in %d series, %d combinations numbered; want %d, 6 and 6", n, len(rows), numbered(set.places), times)
		}
		wantCount(t, "", set.name(), record.ReasonSeries, times-5)
	}
	other := tags[0].Key() + "=__other__"
	if n, _ := directRows(t, beside, tags[:1])[other].(int64); n != times-5 {
		t.Errorf("the view beside has %d records of %s, want %d", n, other, times-5)
	}
}

func TestWideSeriesThatNobodyRegistersAreBounded(t *testing.T) {
	tags := wideTags()
	info := SeriesInfo{Name: unique("idle"), Tags: tags, Keyed: true, MaxSeries: 5}
	set := NewCounts(info)
	indices := make([]uint64, len(tags))
	for i := range uint64(2 * maxIdle) {
		for j := range indices {
			indices[j] = 3 + i>>(10*j)&1023
		}
		set.Keyed(set.Wide(indices...)).Inc()
	}
	if n := numbered(set.places); n > maxIdle {
		t.Errorf("%d combinations are numbered, want at most %d", n, maxIdle)
	}
	wantCount(t, "", info.Name, record.ReasonSeries, 0)
}
