package series

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// directRows returns the values of a set as they are read now, by tags as
// tagText writes them.
func directRows(t testing.TB, set Set, tags []*record.Tag) map[string]any {
	t.Helper()
	rows := map[string]any{}
	m := set.read(time.Now(), nil)
	if m == nil {
		return rows
	}
	keys := slices.SortedFunc(slices.Values(tags), func(a, b *record.Tag) int { return cmp.Compare(a.Key(), b.Key()) })
	for _, row := range m.Series {
		var text []string
		for i, v := range row.LabelValues {
			if v.Present != (v.Value != "") {
				t.Errorf("label %s is %+v", keys[i].Key(), v)
			}
			if v.Present {
				text = append(text, keys[i].Key()+"="+v.Value)
			}
		}
		key := strings.Join(text, " ")
		if _, twice := rows[key]; twice {
			t.Errorf("series %q twice", key)
		}
		rows[key] = row.Point.Value
		if row.StartTime.IsZero() || !row.StartTime.Before(row.Point.Time) {
			t.Errorf("series %q from %s to %s", key, row.StartTime, row.Point.Time)
		}
	}
	return rows
}

func wantRows(t *testing.T, set Set, tags []*record.Tag, want map[string]any) {
	t.Helper()
	if got := directRows(t, set, tags); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// oneClosed returns a tag of the values v1, v2 and so on.
func oneClosed(key string, n int, o record.ClosedTag) *record.Tag {
	for i := range n {
		o.Values = append(o.Values, fmt.Sprint("v", i+1))
	}
	return record.NewClosedTag(key, o)
}

func oneOpen(key string, o record.OpenTag) *record.Tag { return record.NewOpenTag(key, o) }

func TestStartIsThatOfTheFirstRecord(t *testing.T) {
	info := SeriesInfo{Name: unique("start"), Tags: []*record.Tag{oneClosed("a", 3, record.ClosedTag{})}, Bounds: twelve}
	for name, set := range map[string]interface {
		Set
		record(index uint64, bound bool) func()
	}{
		"count":        countCase{started(NewCounts(info))},
		"int64 sum":    int64SumCase{started(NewInt64Sums(info))},
		"float64 sum":  float64SumCase{started(NewFloat64Sums(info))},
		"distribution": distributionCase{started(NewDistributions(info))},
	} {
		t.Run(name, func(t *testing.T) {
			for index, bound := range []bool{false, true} {
				record := set.record(uint64(index), bound) // which finds the series, for a bound one
				time.Sleep(2 * time.Millisecond)
				if rows := set.read(time.Now(), nil); rows != nil && len(rows.Series) != index {
					t.Fatalf("bound %v: %d series before the record", bound, len(rows.Series))
				}
				before := time.Now()
				record()
				after := time.Now()
				first := set.read(before, nil) // as if the clock stood
				record()
				second := set.read(time.Now(), nil)
				for _, m := range []*metric.Metric{first, second} {
					row := m.Series[index]
					if row.StartTime.Before(before.Round(0)) || row.StartTime.After(after.Round(0)) {
						t.Errorf("bound %v: start %s, want it in %s to %s", bound, row.StartTime, before, after)
					}
					if !row.StartTime.Before(row.Point.Time) {
						t.Errorf("bound %v: start %s, point %s", bound, row.StartTime, row.Point.Time)
					}
				}
				if !first.Series[index].StartTime.Equal(second.Series[index].StartTime) {
					t.Errorf("bound %v: the start changed", bound)
				}
			}
		})
	}
}

type countCase struct{ *Counts }

func (c countCase) record(i uint64, bound bool) func() {
	if bound {
		return c.Bind(i).Inc
	}
	return func() { c.At(i).Inc() }
}

type int64SumCase struct{ *Int64Sums }

func (c int64SumCase) record(i uint64, bound bool) func() {
	if s := c.Int64Sums; bound {
		b := s.Bind(i)
		return func() { b.Add(0) } // zero is a record too
	}
	return func() { c.At(i).Add(0) }
}

type float64SumCase struct{ *Float64Sums }

func (c float64SumCase) record(i uint64, bound bool) func() {
	if s := c.Float64Sums; bound {
		b := s.Bind(i)
		return func() { b.Add(0) }
	}
	return func() { c.At(i).Add(0) }
}

type distributionCase struct{ *Distributions }

func (c distributionCase) record(i uint64, bound bool) func() {
	if bound {
		b := c.Bind(i)
		return func() { b.Record(3) }
	}
	return func() { c.At(i).Record(3) }
}

func TestOnlyWhatIsRecordedWhileRegisteredCounts(t *testing.T) {
	tags := []*record.Tag{oneClosed("a", 2, record.ClosedTag{})}
	set := NewCounts(SeriesInfo{Name: unique("registered"), Tags: tags})
	early, stale := set.Bind(1), set.At(1)
	early.Inc()
	set.At(0).Inc()
	wantRows(t, set, tags, map[string]any{})
	for range 3 {
		started(set)
		wantRows(t, set, tags, map[string]any{})
		stale.Inc() // found before the registration: of no series, least of all the first one
		wantRows(t, set, tags, map[string]any{})
		late := set.Bind(1)
		early.Inc()
		set.At(1).Inc()
		late.Inc()
		wantRows(t, set, tags, map[string]any{"a=v2": int64(3)})
		set.stop()
		early.Inc()
		late.Inc()
		set.At(0).Inc()
		wantRows(t, set, tags, map[string]any{})
	}
}

// TestEarlyBoundSeriesAreTheirSetsOwn: a recorder bound in a package variable,
// before the registration, records as fast as one that is bound later.
func TestEarlyBoundSeriesAreTheirSetsOwn(t *testing.T) {
	set := NewDistributions(SeriesInfo{Name: unique("early"), Tags: []*record.Tag{oneClosed("a", 2, record.ClosedTag{})}, Bounds: twelve})
	early, same := set.Bind(1), set.Bind(1)
	started(set)
	early.Record(1)
	if early != same || set.At(1) != early || early.loadState() != stateFree {
		t.Errorf("bound before: %p and %p, in the set %p", early, same, set.At(1))
	}
}

// TestRecordersRunOverRegistrations ends sets under running recorders of all
// kinds. What they recorded before a registration began, or after it ended, must
// not be read.
func TestRecordersRunOverRegistrations(t *testing.T) {
	tags := []*record.Tag{oneClosed("a", 2, record.ClosedTag{})}
	info := SeriesInfo{Name: unique("running"), Tags: tags, Bounds: twelve}
	keyed := info
	keyed.Keyed = true
	counts, sums, ds, last := NewCounts(info), NewInt64Sums(keyed), NewDistributions(keyed), NewFloat64LastValues(info)
	sets := []Set{counts, sums, ds, last}
	var done atomic.Bool
	var group sync.WaitGroup
	for g := range uint64(4) {
		boundCount, boundDistribution := counts.Bind(g&1), ds.Bind(g&1)
		wait.Go(&group, func() {
			for !done.Load() {
				boundCount.Inc()
				counts.At(g & 1).Inc()
				sums.Keyed(g & 1).Add(1)
				boundDistribution.Record(7)
				ds.Keyed(g & 1).Record(7)
				last.At(g & 1).Set(7)
			}
		})
	}
	for range 50 {
		for _, s := range sets {
			started(s)
		}
		for range 3 {
			for _, s := range sets {
				checkMetric(t, s.read(time.Now(), nil))
			}
		}
		for _, s := range sets {
			s.stop()
			if m := s.read(time.Now(), nil); m != nil {
				t.Errorf("%s has series after it was stopped", s.name())
			}
		}
	}
	done.Store(true)
	group.Wait()
	for _, s := range sets {
		started(s)
		if m := s.read(time.Now(), nil); m != nil {
			t.Errorf("%s begins with %d series", s.name(), len(m.Series))
		}
	}
	counts.At(0).Inc()
	wantRows(t, counts, tags, map[string]any{"a=v1": int64(1)})
}

// checkMetric checks what every point must keep.
func checkMetric(t *testing.T, m *metric.Metric) {
	t.Helper()
	if m == nil {
		return
	}
	for _, row := range m.Series {
		d, ok := row.Point.Value.(*metric.Distribution)
		if !ok {
			continue
		}
		if n := sumOfBuckets(d); n != d.Count || len(d.Buckets) != len(d.Bounds)+1 {
			t.Errorf("%d buckets of %d bounds hold %d of %d", len(d.Buckets), len(d.Bounds), n, d.Count)
		}
	}
}

func sumOfBuckets(distribution any) (n int64) {
	for _, b := range distribution.(*metric.Distribution).Buckets {
		n += b.Count
	}
	return n
}

func TestZeroRows(t *testing.T) {
	build := oneClosed("build", 3, record.ClosedTag{From: record.FromProcess})
	build.Set(record.Closed(uint8(2)))
	tags := []*record.Tag{oneClosed("b", 2, record.ClosedTag{Optional: true}), build, oneClosed("a", 2, record.ClosedTag{CatchAll: "v2"})}
	set := NewCounts(SeriesInfo{Name: unique("zero"), Tags: tags, ZeroRows: true})
	at := time.Now().Add(-time.Second)
	set.start(metric.Descriptor{Name: set.name()}, at)
	set.At(4).Inc() // a=v2
	set.At(3).Inc() // b=__invalid__ a=v1
	wantRows(t, set, tags, map[string]any{
		"a=v1 build=v2":               int64(0),
		"a=v2 build=v2":               int64(1),
		"a=v1 b=v1 build=v2":          int64(0),
		"a=v2 b=v1 build=v2":          int64(0),
		"a=v1 b=v2 build=v2":          int64(0),
		"a=v2 b=v2 build=v2":          int64(0),
		"a=v1 b=__invalid__ build=v2": int64(1),
	})
}
