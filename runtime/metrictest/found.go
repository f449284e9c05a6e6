package metrictest

import (
	"math"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/metric"
)

// found has the series that an assertion about a metric needs.
type found struct {
	Shape
	everything []series // of all metrics
	all        []series // of the metric, whatever their tags
	matching   []series // with the tags
}

// find reads the metrics. If the metric does not have the wanted kind of values, whose name
// is noun, it reports that to t and returns false.
func (s Series) find(wanted holds, noun string) (found, bool) {
	s.m.t.Helper()
	f := found{everything: s.m.since()}
	var ok bool
	if f.Shape, ok = s.m.shape(s.name, f.everything); !ok {
		s.m.t.Errorf("%v: %s", s, s.m.scope.Unknown)
		return found{}, false
	}
	for key := range s.tags {
		if !slices.Contains(f.Tags, key) {
			s.m.t.Errorf("%v: it has no tag %q; it has: %s", s, key, listed(f.Tags))
			return found{}, false
		}
	}
	if kind := kinds[f.Kind]; kind.holds&wanted == 0 {
		s.m.t.Errorf("%v: it has no %s, because it is %s", s, noun, kind.what)
		return found{}, false
	}
	for _, d := range f.everything {
		if d.descriptor.Name == s.name {
			f.all = append(f.all, d)
			if s.matches(d) {
				f.matching = append(f.matching, d)
			}
		}
	}
	return f, true
}

func (s Series) matches(d series) bool {
	for key, value := range s.tags {
		if d.label(key) != value {
			return false
		}
	}
	return true
}

func (f found) count() int64 {
	var n int64
	for _, d := range f.matching {
		n += d.count()
	}
	return n
}

// sum adds up integers exactly, if the sum fits a float64.
func (f found) sum() float64 {
	var whole int64
	var sum float64
	for _, d := range f.matching {
		if n, ok := d.value.(int64); ok {
			whole += n
			continue
		}
		sum += d.sum()
	}
	return sum + float64(whole)
}

// tolerance is the allowed relative difference from a wanted sum, whose values may have been
// added up in another order. For an up-down count of floating point numbers it is absolute
// too: amounts that cancelled leave an error that is not relative to the total.
const tolerance = 1e-9

func (f found) near(got, want float64) bool {
	size, least, integers := 0.0, 0.0, true
	for _, d := range f.matching {
		_, integer := d.value.(int64)
		integers = integers && integer
		size += d.size
		if d.descriptor.UpDown {
			least = tolerance
		}
	}
	return got == want || !integers && math.Abs(got-want) <= max(least, tolerance*math.Abs(want)+precision*size)
}

// nearLast is near for last values. These are exact, unless amounts were added up.
func (f found) nearLast(got, want float64) bool {
	return got == want || len(f.matching) == 1 && f.matching[0].descriptor.UpDown && f.near(got, want)
}

func (f found) last() (float64, bool) {
	if len(f.matching) != 1 {
		return 0, false
	}
	return f.matching[0].last(), true
}

func (f found) changed() []series {
	return slices.DeleteFunc(slices.Clone(f.matching), func(d series) bool { return !d.changed })
}

// buckets returns the counts of all known buckets, including empty ones.
func (f found) buckets() Buckets {
	counts := Buckets{}
	for _, lower := range f.lowers() {
		counts[lower] = 0
	}
	for _, d := range f.matching {
		v, ok := d.value.(*metric.Distribution)
		if !ok {
			continue
		}
		lowers := lowerBounds(v.Bounds)
		for i, b := range v.Buckets {
			if i < len(lowers) {
				counts[lowers[i]] += b.Count
			}
		}
	}
	return counts
}

// lowers returns the lower bounds of the metric's buckets. It returns none if they are known
// neither from a view nor from data.
func (f found) lowers() []float64 {
	if f.Bounds != nil {
		return lowerBounds(f.Bounds)
	}
	for _, d := range f.all {
		if v, ok := d.value.(*metric.Distribution); ok {
			return lowerBounds(v.Bounds)
		}
	}
	return nil
}

func (f found) knowsBounds() bool { return len(f.lowers()) > 0 }

func (f found) boundText() string {
	var texts []string
	for _, lower := range f.lowers() {
		texts = append(texts, number(lower))
	}
	return listed(texts)
}

// others returns the names of the metrics that changed.
func (f found) others() string {
	var names []string
	for _, d := range f.everything {
		if d.changed {
			names = append(names, d.descriptor.Name)
		}
	}
	return listed(slices.Compact(names))
}

// listed returns the texts with commas between them.
func listed(texts []string) string {
	if len(texts) == 0 {
		return "none"
	}
	return strings.Join(texts, ", ")
}
