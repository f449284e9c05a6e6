// Package points reads what exporters get of a metric, whoever produces it, as
// text that tests compare.
package points

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

// Of returns the series of the named metric, sorted, e.g. "method=GET: 3". It
// is nil if there is no such metric.
func Of(t testing.TB, name string) []string {
	t.Helper()
	var all []string
	for _, m := range runtime.Gather(t.Context()) {
		if m.Descriptor.Name != name {
			continue
		}
		for _, ts := range m.Series {
			all = append(all, series(m.Descriptor, ts))
		}
	}
	slices.Sort(all)
	return all
}

// Expect compares the series of a metric with those wanted, in any order.
func Expect(t testing.TB, name string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := Of(t, name); !slices.Equal(got, want) {
		t.Errorf("series of %s:\n got %q\nwant %q", name, got, want)
	}
}

// ExpectBoth is Expect for a renamed metric: that of the former name has the same series
// and, but for the name, the same descriptor.
func ExpectBoth(t testing.TB, name, former string, want ...string) {
	t.Helper()
	Expect(t, name, want...)
	Expect(t, former, want...)
	all := map[string]metric.Descriptor{}
	for _, m := range runtime.Gather(t.Context()) {
		all[m.Descriptor.Name] = m.Descriptor
	}
	d, f := all[name], all[former]
	if d.Name = f.Name; !reflect.DeepEqual(d, f) {
		t.Errorf("%s is described by\n%+v\nand %s by\n%+v", name, d, former, f)
	}
}

// Exemplars returns what the buckets of the named distributions have as
// exemplars, in the order of the metrics' names.
func Exemplars(t testing.TB, names ...string) []*metric.Exemplar {
	t.Helper()
	var all []*metric.Exemplar
	for _, m := range runtime.Gather(t.Context()) {
		if !slices.Contains(names, m.Descriptor.Name) {
			continue
		}
		for _, ts := range m.Series {
			for _, b := range ts.Point.Value.(*metric.Distribution).Buckets {
				if b.Exemplar != nil {
					all = append(all, b.Exemplar)
				}
			}
		}
	}
	return all
}

func series(d metric.Descriptor, ts *metric.Series) string {
	var labels []string
	for i, v := range ts.LabelValues {
		if v.Present {
			labels = append(labels, d.LabelKeys[i].Key+"="+v.Value)
		}
	}
	return strings.TrimPrefix(strings.Join(labels, " ")+": ", ": ") + value(ts.Point.Value)
}

func value(v any) string {
	d, ok := v.(*metric.Distribution)
	if !ok {
		return fmt.Sprint(v)
	}
	var counts []int64
	for _, b := range d.Buckets {
		counts = append(counts, b.Count)
	}
	return fmt.Sprintf("count %d sum %v buckets %v", d.Count, d.Sum, counts)
}
