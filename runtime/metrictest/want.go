package metrictest

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ocgen/ocgen/runtime/console"
)

// Tags are values of tags by key, e.g. {"http.method": "GET"}. The empty text means that the
// tag is absent.
type Tags map[string]string

// Buckets are the numbers of values in the buckets of a distribution, by the lower bound of
// the bucket, which belongs to the bucket. The lower bound of the first bucket is 0. Buckets
// that are not mentioned have no values.
type Buckets map[float64]int64

// Series are the series of one metric that have the given values of some tags. Series that
// differ in other tags are added up. A Series has no data: each of its methods reads the
// metrics.
//
// The Want methods call t.Errorf, with the recorded values, if the metric does not have the
// wanted values. All methods call t.Errorf if no metric has the name, if the metric has no
// such tag, or if the metric has another kind of values.
type Series struct {
	m    *Metrics
	name string
	tags Tags
}

// With returns the series that also have the tags.
func (s Series) With(tags Tags) Series {
	all := Tags{}
	maps.Copy(all, s.tags)
	maps.Copy(all, tags)
	s.tags = all
	return s
}

// String returns e.g. shop/request_count{outcome="ok"}.
func (s Series) String() string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(s.tags)) {
		pairs = append(pairs, key+"="+strconv.Quote(s.tags[key]))
	}
	if len(pairs) == 0 {
		return s.name
	}
	return s.name + "{" + strings.Join(pairs, ", ") + "}"
}

// WantCount asserts the number of records since the start, of a count or a distribution.
func (s Series) WantCount(want int64) {
	s.m.t.Helper()
	f, ok := s.find(holdsCount, "count")
	if got := f.count(); ok && got != want {
		s.fail(f, fmt.Sprintf("count is %d, want %d", got, want))
	}
}

// WantSum asserts the sum of the values since the start, of a sum or a distribution, in the
// metric's unit. Of an up-down count it is the change since the start: 0 if everything that
// began has ended. For floating point numbers the tolerance is 1e-9 of the sum, and 1e-12 of
// the values that were summed up since the process began; for an up-down count of these it is at
// least 1e-9.
func (s Series) WantSum(want float64) {
	s.m.t.Helper()
	f, ok := s.find(holdsSum, "sum")
	if got := f.sum(); ok && !f.near(got, want) {
		s.fail(f, fmt.Sprintf("sum is %s, want %s", number(got), number(want)))
	}
}

// WantLast asserts the last value, or the number of an up-down count, which may have begun
// before the start, with a tolerance of at least 1e-9 for floating point numbers. Exactly one
// series must have the tags.
func (s Series) WantLast(want float64) {
	s.m.t.Helper()
	f, ok := s.find(holdsLast, "last value")
	if !ok {
		return
	}
	switch got, ok := f.last(); {
	case len(f.matching) > 1:
		s.fail(f, fmt.Sprintf("%d series have a last value: choose one by its tags", len(f.matching)))
	case !ok:
		s.fail(f, fmt.Sprintf("there is no last value, want %s", number(want)))
	case !f.nearLast(got, want):
		s.fail(f, fmt.Sprintf("last value is %s, want %s", number(got), number(want)))
	}
}

// WantBuckets asserts the number of values since the start in each bucket of a distribution.
func (s Series) WantBuckets(want Buckets) {
	s.m.t.Helper()
	f, ok := s.find(holdsBuckets, "distribution")
	if !ok {
		return
	}
	got := f.buckets()
	var differs []string
	for _, lower := range sortedBounds(want, got) {
		_, exists := got[lower]
		switch {
		case !exists && f.knowsBounds():
			differs = append(differs, fmt.Sprintf("no bucket begins at %s: they begin at %s", number(lower), f.boundText()))
		case got[lower] != want[lower]:
			differs = append(differs, fmt.Sprintf("the bucket from %s holds %d, want %d", number(lower), got[lower], want[lower]))
		}
	}
	if len(differs) > 0 {
		s.fail(f, strings.Join(differs, "; "))
	}
}

// WantNoChange asserts that nothing was recorded since the start. A last value that was set
// again to the same value does not count as a change.
func (s Series) WantNoChange() {
	s.m.t.Helper()
	f, ok := s.find(holdsCount|holdsSum|holdsLast|holdsBuckets, "metric to compare")
	if n := len(f.changed()); ok && n > 0 {
		s.fail(f, fmt.Sprintf("%d series changed, want none", n))
	}
}

// Count returns the number of records since the start, for conditions that WantCount cannot
// assert, such as a minimum, or to wait for a number.
func (s Series) Count() int64 {
	s.m.t.Helper()
	f, _ := s.find(holdsCount, "count")
	return f.count()
}

// Sum returns the sum of the values since the start, for conditions that WantSum cannot
// assert, such as a range of times.
func (s Series) Sum() float64 {
	s.m.t.Helper()
	f, _ := s.find(holdsSum, "sum")
	return f.sum()
}

// Last returns the last value. It returns false unless exactly one series has a last value.
func (s Series) Last() (float64, bool) {
	s.m.t.Helper()
	f, _ := s.find(holdsLast, "last value")
	return f.last()
}

// fail reports the failure and the records of the metric or, if there are none, the metrics
// that changed.
func (s Series) fail(f found, wrong string) {
	s.m.t.Helper()
	text := fmt.Sprintf("%v: %s\n", s, wrong)
	show := slices.DeleteFunc(slices.Clone(f.all), func(d series) bool {
		return !d.changed && !(gauge(d.descriptor.Type) && s.matches(d))
	})
	if len(show) > 0 {
		text += "recorded to it since the start:\n" + indented(console.Tables(tables(show)))
	} else {
		text += "nothing was recorded to it since the start; metrics that changed: " + f.others() + "\n"
	}
	s.m.t.Errorf("%s%s", text, s.m.dropped())
}

func indented(text string) string {
	return "  " + strings.TrimSuffix(strings.ReplaceAll(text, "\n", "\n  "), "  ")
}

// number returns the shortest text of a number that is read back as itself,
// without an exponent where that is readable.
func number(v float64) string {
	if size := math.Abs(v); size >= 1e-4 && size < 1e15 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// sortedBounds returns the lower bounds that either has.
func sortedBounds(a, b Buckets) []float64 {
	all := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(all)
	return slices.Compact(all)
}

// lowerBounds returns the lower bounds of the buckets between bounds.
func lowerBounds(bounds []float64) []float64 {
	first := 0.0
	if len(bounds) > 0 && bounds[0] <= 0 {
		first = math.Inf(-1)
	}
	return append([]float64{first}, bounds...)
}
