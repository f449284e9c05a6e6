package series

import (
	"fmt"
	"testing"

	"github.com/ocgen/ocgen/runtime/record"
)

// TestDroppedLastValuesAreCounted: a last value past a limit is counted once: by its tag, if
// that has its maximum of values, or by the view, if that has its maximum of series.
func TestDroppedLastValuesAreCounted(t *testing.T) {
	tag := record.NewOpenTag(unique("tag"), record.OpenTag{MaxValues: 2})
	set := started(NewInt64LastValues(SeriesInfo{Name: unique("last"), Tags: []*record.Tag{tag}, Size: tag.Indices()}))
	for i := range 7 {
		set.At(tag.OpenIndex(fmt.Sprint(i))).Set(1)
	}
	wantCount(t, tag.Key(), "", record.ReasonOverflow, 5)
	wantCount(t, "", set.name(), record.ReasonSeries, 0)
	bound := set.Bind(tag.OpenIndex("never"))
	bound.Set(1)
	bound.Set(1)
	wantCount(t, tag.Key(), "", record.ReasonOverflow, 6)
	wantCount(t, "", set.name(), record.ReasonSeries, 0)

	tag = record.NewOpenTag(unique("tag"), record.OpenTag{MaxValues: 100})
	set = started(NewInt64LastValues(SeriesInfo{Name: unique("last"), Tags: []*record.Tag{tag}, Size: tag.Indices(), MaxSeries: 2}))
	for i := range 7 {
		set.At(tag.OpenIndex(fmt.Sprint(i))).Set(1)
	}
	wantCount(t, tag.Key(), "", record.ReasonOverflow, 0)
	wantCount(t, "", set.name(), record.ReasonSeries, 5)

	tags := wideTags()
	info := SeriesInfo{Name: unique("last"), Tags: tags, Keyed: true, MaxSeries: 2}
	alone := started(NewInt64LastValues(info))
	info.Name = unique("last")
	shared := started(NewInt64LastValues(info))
	beside := started(NewInt64LastValues(SeriesInfo{Name: unique("last"), Tags: tags[:1], Keyed: true}))
	limit := NewRecordLimit(tags, shared)
	indices := make([]uint64, len(tags))
	for i := range 7 {
		drawWide(tags, indices, i)
		alone.Keyed(alone.Wide(append([]uint64(nil), indices...)...)).Set(1)
		limit.Keep(indices)
		shared.Keyed(shared.Wide(indices...)).Set(1)
		beside.Keyed(indices[0]).Set(1)
	}
	wantCount(t, "", alone.name(), record.ReasonSeries, 5)
	wantCount(t, "", shared.name(), record.ReasonSeries, 5)
	wantCount(t, "", beside.name(), record.ReasonSeries, 0)
}
