package series

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime/record"
)

// TestLimitHoldsConcurrently: no more series than the limit and those that take
// the rest, and no record lost.
func TestLimitHoldsConcurrently(t *testing.T) {
	closed, tenant := oneClosed(unique("a"), 2, record.ClosedTag{}), oneOpen(unique("b"), record.OpenTag{MaxValues: 1000})
	tags := []*record.Tag{closed, tenant}
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
		m, n := set.read(time.Now(), nil), int64(0)
		for _, row := range m.Series {
			n += row.Point.Value.(int64)
		}
		if n != goroutines*times || len(m.Series) > most {
			t.Errorf("%s: %d records in %d series, want %d in at most %d", set.name(), n, len(m.Series), goroutines*times, most)
		}
	}
}

func TestLimitAllocatesNothing(t *testing.T) {
	tags := []*record.Tag{oneOpen(unique("a"), record.OpenTag{MaxValues: 10}), oneOpen(unique("b"), record.OpenTag{MaxValues: 10})}
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
