package census_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/ocgen/ocgen/runtime/census"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
)

// A limitCase is a recorder with several views, once through OpenCensus and once
// direct, by tags that are equal and each its own.
type limitCase struct {
	tags, direct []*record.Tag
	ms           []stats.Measurement
	views        []limitView
	set          *census.TagSet
	limit        *series.RecordLimit
}

// A limitView is one of the views.
type limitView struct {
	name   string
	parts  []int // which of the tags
	open   bool  // one of them is
	max    int   // series; 0: no limit
	counts *series.Counts
	pkg    *record.Package // of the counts
}

// newLimitCase draws the tags, the views, and which views are limited.
func newLimitCase(t *testing.T, r *rand.Rand) *limitCase {
	c := &limitCase{}
	for i := range 2 + r.IntN(3) {
		key, n, optional, closed := uniqueName("limit"), 1+r.IntN(4), r.IntN(2) == 0, i == 0 || i > 2
		for _, tags := range []*[]*record.Tag{&c.tags, &c.direct} {
			if closed {
				values := []string{"v1", "v2", "v3", "v4"}[:n]
				*tags = append(*tags, record.NewClosedTag(key, record.ClosedTag{Values: values, Optional: optional}))
				continue
			}
			*tags = append(*tags, record.NewOpenTag(key, record.OpenTag{MaxValues: 2 * n, Known: []string{"known"}}))
		}
	}
	for range 1 + r.IntN(3) {
		c.views = append(c.views, c.draw(r))
	}
	c.registerViews(t)
	c.registerCounts(t)
	return c
}

// draw draws a view by some of the tags.
func (c *limitCase) draw(r *rand.Rand) limitView {
	v := limitView{name: uniqueName("limited")}
	for i, tg := range c.tags {
		if r.IntN(3) > 0 {
			v.parts = append(v.parts, i)
			v.open = v.open || tg.IsOpen()
		}
	}
	if most := 1 + r.IntN(8); v.open && r.IntN(4) > 0 {
		v.max = most
	}
	return v
}

// of returns those of the tags that the view has.
func (v *limitView) of(tags []*record.Tag) []*record.Tag {
	var some []*record.Tag
	for _, i := range v.parts {
		some = append(some, tags[i])
	}
	return some
}

func (c *limitCase) registerViews(t *testing.T) {
	measure := stats.Int64(uniqueName("limited"), "Limited.", "1")
	c.ms = []stats.Measurement{measure.M(1)}
	var views []*view.View
	var limits []*census.SeriesLimit
	for _, v := range c.views {
		tags := v.of(c.tags)
		views = append(views, &view.View{Name: v.name, Measure: measure, Aggregation: view.Count(), TagKeys: keysOf(tags)})
		if v.max > 0 {
			limits = append(limits, census.NewSeriesLimit(v.name, v.max, tags...))
		}
	}
	registerViews(t, views...)
	c.set = census.NewTagSet(c.tags, limits...)
}

func (c *limitCase) registerCounts(t *testing.T) {
	var limited []*series.Counts
	open := 0
	for i := range c.views {
		v := &c.views[i]
		info := series.SeriesInfo{Name: v.name + "/direct", Tags: v.of(c.direct), Size: 1, Keyed: true, MaxSeries: v.max}
		for _, tg := range info.Tags {
			info.Size *= tg.Indices()
		}
		v.counts = series.NewCounts(info)
		v.pkg = registerSets(t, v.counts, metric.Descriptor{Name: info.Name, Type: metric.TypeCumulativeInt64})
		if v.max > 0 {
			limited = append(limited, v.counts)
		}
		if v.open {
			open++
		}
	}
	if open < 2 { // the set keeps the limit alone
		return
	}
	switch len(limited) {
	case 1:
		c.limit = series.NewRecordLimit(c.direct, limited[0])
	case 2:
		c.limit = series.NewRecordLimit(c.direct, limited[0], limited[1])
	case 3:
		c.limit = series.NewRecordLimit(c.direct, limited[0], limited[1], limited[2])
	}
}

// record records one call in both ways.
func (c *limitCase) record(t *testing.T, r *rand.Rand) {
	var values []record.TagValue
	var indices []uint64
	texts := []string{"", "known", "__other__", "a", "b", "c", "d", "e", "f", "g", "h", "i", "\n"}
	for i, tg := range c.tags {
		if !tg.IsOpen() {
			ordinal := uint8(r.IntN(6))
			values, indices = append(values, record.Closed(ordinal)), append(indices, c.direct[i].Index(uint32(ordinal)))
			continue
		}
		text := texts[r.IntN(len(texts))]
		values, indices = append(values, record.Open(text)), append(indices, c.direct[i].OpenIndex(text))
	}
	c.set.Record(t.Context(), slices.Clone(c.ms), values...)
	if c.limit != nil {
		c.limit.Keep(indices)
	}
	for _, v := range c.views {
		index, stride := uint64(0), uint64(1)
		for _, part := range v.parts {
			index += indices[part] * stride
			stride *= c.direct[part].Indices()
		}
		v.counts.Keyed(index).Inc()
	}
}

// directRows returns the direct counts as rowsOf returns those of the view.
func (v *limitView) directRows(tags []*record.Tag) map[string]int64 {
	rows := map[string]int64{}
	keys := make([]string, len(v.parts))
	for i, tg := range v.of(tags) {
		keys[i] = tg.Key()
	}
	slices.Sort(keys)
	for _, m := range v.pkg.Read(nil) {
		for _, s := range m.Series {
			text := ""
			for i, l := range s.LabelValues {
				if l.Present {
					text += fmt.Sprintf("%s=%s ", keys[i], l.Value)
				}
			}
			rows[text[:max(len(text)-1, 0)]] += s.Point.Value.(int64)
		}
	}
	return rows
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
			c.record(t, r)
		}
		for i, v := range c.views {
			if got, want := v.directRows(c.direct), rowsOf(t, v.name); !reflect.DeepEqual(got, want) {
				t.Fatalf("view %d of %d, limit %d, shared %v:\ngot  %v\nwant %v", i+1, len(c.views), v.max, c.limit != nil, got, want)
			}
		}
	}
	if shared < 20 {
		t.Errorf("only %d recorders had a shared limit", shared)
	}
}
