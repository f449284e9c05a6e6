package series

import (
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// observing is a registered package of one observed float64 measure, a sum and a
// last value by the same tags.
type observing struct {
	*Float64Observed
	sum, last string
	p         *record.Package
}

func newObserving(t testing.TB, tags ...*record.Tag) *observing {
	t.Helper()
	o := &observing{sum: unique("sum"), last: unique("last")}
	o.Float64Observed = NewFloat64Observed(tags,
		ObservedInfo{Name: o.sum, Tags: tags, Sum: true}, ObservedInfo{Name: o.last, Tags: tags})
	o.p = registerObserved(t, o, sumAndLast(o.sum, o.last))
	return o
}

func sumAndLast(sum, last string) []metric.Descriptor {
	return []metric.Descriptor{
		{Name: last, Unit: "s", Type: metric.TypeGaugeFloat64},
		{Name: sum, Unit: "s", Type: metric.TypeCumulativeFloat64},
	}
}

func registerObserved(t testing.TB, o Observer, descriptors []metric.Descriptor) *record.Package {
	t.Helper()
	return register(t, descriptors, Observers(o))
}

// values returns a metric's values by its labels, as exporters have them; absent
// labels are "-".
func values(t testing.TB, name string) map[string]any {
	t.Helper()
	m := gathered(t, name)
	if m == nil {
		return map[string]any{}
	}
	all := map[string]any{}
	for _, ts := range m.Series {
		var labels []string
		for _, l := range ts.LabelValues {
			if l.Present {
				labels = append(labels, l.Value)
			} else {
				labels = append(labels, "-"+l.Value)
			}
		}
		if m.Descriptor.Type == metric.TypeCumulativeFloat64 && !ts.StartTime.Before(ts.Point.Time) {
			t.Errorf("%s: from %v to %v", name, ts.StartTime, ts.Point.Time)
		}
		all[strings.Join(labels, ",")] = ts.Point.Value
	}
	return all
}

func wantValues(t testing.TB, name string, want map[string]any) {
	t.Helper()
	if got := values(t, name); !maps.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}

func constant(v float64) func() float64 { return func() float64 { return v } }

func TestObservedNewestOfEqualTagsCounts(t *testing.T) {
	o := newObserving(t, letters())
	wantValues(t, o.last, map[string]any{})
	stopOld := o.Observe(constant(1), record.Closed(uint8(1)))
	stopNew := o.Observe(constant(-2), record.Closed(uint8(1)))
	defer o.Observe(constant(3), record.Closed(uint8(2)))()
	wantValues(t, o.last, map[string]any{"a": -2.0, "b": 3.0})
	stopNew()
	stopNew()
	wantValues(t, o.last, map[string]any{"a": 1.0, "b": 3.0})
	stopOld()
	wantValues(t, o.last, map[string]any{"b": 3.0})
	defer o.Observe(constant(4), record.Closed(uint8(1)))()
	wantValues(t, o.last, map[string]any{"a": 4.0, "b": 3.0})
}

func TestObservedTotalsAddUp(t *testing.T) {
	o := newObserving(t, letters())
	total := 10.0
	stop := o.Observe(func() float64 { total++; return total }, record.Closed(uint8(1)))
	before := time.Now()
	wantValues(t, o.sum, map[string]any{"a": 11.0})
	defer o.Observe(constant(100), record.Closed(uint8(1)))()
	wantValues(t, o.sum, map[string]any{"a": 112.0})
	stop()
	wantValues(t, o.sum, map[string]any{"a": 112.0})
	wantValues(t, o.last, map[string]any{"a": 100.0})
	defer o.Observe(constant(0.5), record.Closed(uint8(1)))()
	wantValues(t, o.sum, map[string]any{"a": 112.5})
	if start := gathered(t, o.sum).Series[0].StartTime; start.After(before) || start.IsZero() {
		t.Errorf("the sum starts at %v, not when it was first observed, before %v", start, before)
	}
}

// TestObservedTotalsEnd: the last stop ends a sum, and the next one begins anew.
func TestObservedTotalsEnd(t *testing.T) {
	o := newObserving(t, letters())
	stop := o.Observe(constant(7), record.Closed(uint8(1)))
	wantValues(t, o.sum, map[string]any{"a": 7.0})
	stop()
	wantValues(t, o.sum, map[string]any{})
	after := time.Now()
	defer o.Observe(constant(2), record.Closed(uint8(1)))()
	wantValues(t, o.sum, map[string]any{"a": 2.0})
	if start := gathered(t, o.sum).Series[0].StartTime; start.Before(after) {
		t.Errorf("the sum starts at %v, before %v, when the one before had ended", start, after)
	}
}

// TestObservedTotalsOutliveUnregister: Unregister does not make a sum fall, because the
// totals are the functions'.
func TestObservedTotalsOutliveUnregister(t *testing.T) {
	o := newObserving(t)
	calls := 0
	stop := o.Observe(func() float64 { calls++; return float64(calls) })
	defer o.Observe(constant(0))()
	wantValues(t, o.sum, map[string]any{"": 1.0})
	start := gathered(t, o.sum).Series[0].StartTime
	o.p.Unregister()
	wantValues(t, o.sum, map[string]any{})
	stop()
	if calls != 2 {
		t.Errorf("called %d times, want only at each reading", calls)
	}
	if err := o.p.Register(); err != nil {
		t.Fatal(err)
	}
	wantValues(t, o.sum, map[string]any{"": 2.0})
	if again := gathered(t, o.sum).Series[0].StartTime; !again.Equal(start) {
		t.Errorf("starts at %v, then at %v", start, again)
	}
}

func TestObservedBadValues(t *testing.T) {
	for _, c := range []struct {
		reason   record.Reason
		bad      func() float64
		ofLasts  uint64 // how often it is counted for the view of last values
		lastGood bool   // the view of last values has a value all the same
	}{
		{record.ReasonNotFinite, math.NaN, 1, false},
		{record.ReasonNotFinite, constant(math.Inf(1)), 1, false},
		{record.ReasonNegative, constant(-1), 0, true},
		{record.ReasonNegative, constant(4), 0, true}, // it has fallen
		{record.ReasonPanicked, func() float64 { panic("observing") }, 1, false},
		{record.ReasonPanicked, nil, 1, false},
	} {
		o := newObserving(t, letters())
		good := true
		read := func() float64 {
			if good {
				return 5
			}
			return c.bad()
		}
		defer o.Observe(read, record.Closed(uint8(1)))()
		defer o.Observe(constant(6), record.Closed(uint8(2)))()
		defer o.Observe(constant(7), record.Closed(uint8(1)))()
		defer o.Observe(read, record.Closed(uint8(1)))()
		wantValues(t, o.sum, map[string]any{"a": 17.0, "b": 6.0})
		good = false
		var sums, lasts map[string]any
		for _, m := range o.p.Read(nil) { // one reading, of both
			row := map[string]any{}
			for _, ts := range m.Series {
				row[ts.LabelValues[0].Value] = ts.Point.Value
			}
			if m.Descriptor.Name == o.sum {
				sums = row
			} else {
				lasts = row
			}
		}
		if want := map[string]any{"a": 17.0, "b": 6.0}; !maps.Equal(sums, want) {
			t.Errorf("%s: sums %v, want %v", c.reason, sums, want)
		}
		if _, has := lasts["a"]; has != c.lastGood || lasts["b"] != 6.0 {
			t.Errorf("%s: last values %v", c.reason, lasts)
		}
		wantCount(t, "", o.sum, c.reason, 2)
		wantCount(t, "", o.last, c.reason, 2*c.ofLasts)
	}
}

// A function whose first value is bad adds nothing, and has no series.
func TestObservedWithoutAGoodValue(t *testing.T) {
	o := newObserving(t)
	stop := o.Observe(math.NaN)
	wantValues(t, o.sum, map[string]any{})
	stop()
	wantValues(t, o.sum, map[string]any{})
	wantValues(t, o.last, map[string]any{})
	defer o.Observe(constant(0))()
	wantValues(t, o.sum, map[string]any{"": 0.0})
}

// The order of additions, and so the rounding, changes when a part ends.
func TestObservedSumDoesNotFallByRounding(t *testing.T) {
	o := newObserving(t)
	o.Observe(constant(0.1))
	stop2 := o.Observe(constant(0.2))
	stop3 := o.Observe(constant(0.3))
	before := values(t, o.sum)[""].(float64) // 0.6000000000000001
	stop3()
	stop2() // (0.3 + 0.2) + 0.1 is 0.6
	if after := values(t, o.sum)[""].(float64); after < before {
		t.Errorf("fell from %v to %v", before, after)
	}
}

func TestObservedTags(t *testing.T) {
	closed := record.NewClosedTag(unique("key_a"), record.ClosedTag{Values: []string{"x", "y"}})
	rest := record.NewClosedTag(unique("key_b"), record.ClosedTag{Values: []string{"x", "rest"}, CatchAll: "rest"})
	optional := record.NewClosedTag(unique("key_c"), record.ClosedTag{Values: []string{"x"}, Optional: true})
	open := record.NewOpenTag(unique("key_d"), record.OpenTag{MaxValues: 1})
	build := record.NewOpenTag(unique("key_e"), record.OpenTag{MaxValues: 1, From: record.FromProcess})
	tags := []*record.Tag{build, open, rest, optional, closed} // labels come in the order of their keys
	all, some := unique("all"), unique("some")
	o := NewInt64Observed(tags, ObservedInfo{Name: all, Tags: tags}, ObservedInfo{Name: some, Tags: []*record.Tag{rest, build}, Sum: true})
	for i, v := range [][]record.TagValue{
		{record.Open("cart"), record.Closed(uint8(1)), record.Closed(uint8(1)), record.Closed(uint8(2))},
		{record.Open("pay"), record.Closed(uint8(9)), record.Closed(uint8(0)), record.Closed(uint8(9))},
		{record.Open("\n"), record.Closed(uint8(2)), record.Closed(uint8(9)), record.Closed(uint8(0))},
		{record.Absent, record.Absent, record.Absent, record.Absent},
		{},
	} {
		defer o.Observe(func() int64 { return int64(1) << (20 + i) }, v...)()
	}
	build.Set(record.Open("v1")) // before the registration
	registerObserved(t, o, []metric.Descriptor{
		{Name: all, Type: metric.TypeGaugeInt64}, {Name: some, Type: metric.TypeCumulativeInt64}})
	wantValues(t, all, map[string]any{
		"y,x,x,cart,v1": int64(1) << 20,
		"__invalid__,rest,__invalid__,__invalid__,v1": int64(1) << 22,
		"__invalid__,rest,-,-,v1":                     int64(1) << 24, // the newer of two
	})
	wantValues(t, some, map[string]any{"x,v1": int64(1) << 20, "rest,v1": int64(0b1111) << 21})
	wantCount(t, rest.Key(), "", record.ReasonUnknown, 3) // 9, and twice none
	wantCount(t, closed.Key(), "", record.ReasonUnknown, 4)
	wantCount(t, open.Key(), "", record.ReasonOverflow, 3) // by Observe and by two readings
	wantCount(t, open.Key(), "", record.ReasonInvalid, 1)
}

// Large whole numbers are exact.
func TestObservedInt64IsExact(t *testing.T) {
	name := unique("large")
	o := NewInt64Observed(nil, ObservedInfo{Name: name, Sum: true})
	registerObserved(t, o, []metric.Descriptor{{Name: name, Type: metric.TypeCumulativeInt64}})
	o.Observe(func() int64 { return 1<<60 + 1 })
	o.Observe(func() int64 { return 1 })
	wantValues(t, name, map[string]any{"": int64(1<<60 + 2)})
}
