package runtime

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"

	"github.com/ocgen/ocgen/internal/wait"
)

// A limitCase is a recorder with several views, once through OpenCensus and once
// direct, by tags that are equal and each its own.
type limitCase struct {
	tags, direct []*Tag
	ms           []stats.Measurement
	views        []string
	set          *TagSet
	sets         []*Counts
	parts        [][]int // of each view: which of the tags
	limit        *RecordLimit
}

// newLimitCase draws the tags, the views, and which views are limited.
func newLimitCase(t *testing.T, r *rand.Rand) *limitCase {
	c := &limitCase{}
	for i := range 2 + r.IntN(3) {
		key, n, optional, closed := unique("limit"), 1+r.IntN(4), r.IntN(2) == 0, i == 0 || i > 2
		for _, tags := range []*[]*Tag{&c.tags, &c.direct} {
			if closed {
				*tags = append(*tags, oneClosed(key, n, ClosedTag{Optional: optional}))
				continue
			}
			*tags = append(*tags, oneOpen(key, OpenTag{MaxValues: 2 * n, Known: []string{"known"}}))
		}
	}
	name := unique("limited")
	measure := stats.Int64(name, "Limited.", "1")
	c.ms = []stats.Measurement{measure.M(1)}
	var limits []*SeriesLimit
	var limited []limitedSeries
	open := 0
	for i := range 1 + r.IntN(3) {
		c.add(t, r, fmt.Sprint(name, "/", i), measure, &limits, &limited, &open)
	}
	c.set = NewTagSet(c.tags, limits...)
	if open > 1 && len(limited) > 0 {
		c.limit = NewRecordLimit(c.direct, limited...)
	}
	return c
}

// add adds a view by some of the tags.
func (c *limitCase) add(t *testing.T, r *rand.Rand, name string, m stats.Measure, limits *[]*SeriesLimit, limited *[]limitedSeries, open *int) {
	info := SeriesInfo{Name: name, Keyed: true}
	v := &view.View{Name: name, Measure: m, Aggregation: view.Count()}
	var parts []int
	var tags []*Tag
	hasOpen := false
	for i, tg := range c.tags {
		if r.IntN(3) > 0 {
			parts = append(parts, i)
			tags = append(tags, tg)
			info.Tags = append(info.Tags, c.direct[i])
			v.TagKeys = append(v.TagKeys, tg.key)
			hasOpen = hasOpen || tg.open != nil
		}
	}
	if hasOpen {
		*open++
	}
	if max := 1 + r.IntN(8); hasOpen && r.IntN(4) > 0 {
		info.MaxSeries = max
		*limits = append(*limits, NewSeriesLimit(name, max, tags...))
	}
	registerView(t, v)
	set := started(NewCounts(info))
	if info.MaxSeries > 0 {
		*limited = append(*limited, set)
	}
	c.views, c.sets, c.parts = append(c.views, name), append(c.sets, set), append(c.parts, parts)
}

// record records one call in both ways.
func (c *limitCase) record(r *rand.Rand) {
	var values []TagValue
	var indices []uint64
	texts := []string{"", "known", "__other__", "a", "b", "c", "d", "e", "f", "g", "h", "i", "\n"}
	for i, tg := range c.tags {
		if tg.closed != nil {
			ordinal := uint8(r.IntN(6))
			values, indices = append(values, Closed(ordinal)), append(indices, c.direct[i].Index(uint32(ordinal)))
			continue
		}
		text := texts[r.IntN(len(texts))]
		values, indices = append(values, Open(text)), append(indices, c.direct[i].OpenIndex(text))
	}
	c.set.Record(context.Background(), slices.Clone(c.ms), values...)
	if c.limit != nil {
		c.limit.Keep(indices)
	}
	for i, set := range c.sets {
		index, stride := uint64(0), uint64(1)
		for _, part := range c.parts[i] {
			index += indices[part] * stride
			stride *= c.direct[part].indices()
		}
		set.Keyed(index).Inc()
	}
}

// TestLimitsAreThoseOfTagSets: the same calls give the same series, in each view.
func TestLimitsAreThoseOfTagSets(t *testing.T) {
	r, shared := rand.New(rand.NewPCG(13, 14)), 0
	for range 150 {
		c := newLimitCase(t, r)
		if c.limit != nil {
			shared++
		}
		for range 60 {
			c.record(r)
		}
		for i, set := range c.sets {
			want := map[string]any{}
			for tags, n := range countRows(t, c.views[i]) {
				want[tags] = n
			}
			if got := directRows(t, set, set.info.Tags); !reflect.DeepEqual(got, want) {
				t.Fatalf("view %d of %d, limit %d, shared %v:\ngot  %v\nwant %v", i+1, len(c.sets), set.info.MaxSeries, c.limit != nil, got, want)
			}
		}
	}
	if shared < 20 {
		t.Errorf("only %d recorders had a shared limit", shared)
	}
}

// TestLimitHoldsConcurrently: no more series than the limit and those that take
// the rest, and no record lost.
func TestLimitHoldsConcurrently(t *testing.T) {
	closed, tenant := oneClosed(unique("a"), 2, ClosedTag{}), oneOpen(unique("b"), OpenTag{MaxValues: 1000})
	tags := []*Tag{closed, tenant}
	info := SeriesInfo{Name: unique("one"), Tags: tags, Keyed: true, MaxSeries: 10}
	alone := started(NewCounts(info))
	info.Name = unique("two")
	first := started(NewCounts(info))
	second := started(NewCounts(SeriesInfo{Name: unique("three"), Tags: tags[1:], Keyed: true}))
	limit := NewRecordLimit(tags, first)
	const goroutines, times = 4, 4000
	var group sync.WaitGroup
	for g := range goroutines {
		wait.Go(&group, func() {
			for i := range times {
				indices := [2]uint64{uint64(i) & 1, tenant.OpenIndex(fmt.Sprint((i + g) % 100))}
				alone.Keyed(indices[0] + 3*indices[1]).Inc()
				limit.Keep(indices[:])
				first.Keyed(indices[0] + 3*indices[1]).Inc()
				second.Keyed(indices[1]).Inc()
			}
		})
	}
	group.Wait()
	for set, most := range map[*Counts]int{alone: 12, first: 12, second: 11} {
		m, n := set.read(time.Now()), int64(0)
		for _, row := range m.TimeSeries {
			n += row.Points[0].Value.(int64)
		}
		if n != goroutines*times || len(m.TimeSeries) > most {
			t.Errorf("%s: %d records in %d series, want %d in at most %d", set.name(), n, len(m.TimeSeries), goroutines*times, most)
		}
	}
}

func TestLimitAllocatesNothing(t *testing.T) {
	tags := []*Tag{oneOpen(unique("a"), OpenTag{MaxValues: 10}), oneOpen(unique("b"), OpenTag{MaxValues: 10})}
	one := started(NewCounts(SeriesInfo{Name: unique("one"), Tags: tags, Keyed: true, MaxSeries: 2}))
	two := started(NewCounts(SeriesInfo{Name: unique("two"), Tags: tags[:1], Keyed: true, MaxSeries: 2}))
	limit := NewRecordLimit(tags, one, two)
	for _, text := range []string{"x", "y", "z"} { // the last is over the limit
		index := tags[0].OpenIndex(text)
		n := testing.AllocsPerRun(100, func() {
			indices := [2]uint64{index, index}
			limit.Keep(indices[:])
			one.Keyed(indices[0] + 13*indices[1]).Inc()
			two.Keyed(indices[0]).Inc()
		})
		if n != 0 {
			t.Errorf("%s: a record allocates %v times", text, n)
		}
	}
}
