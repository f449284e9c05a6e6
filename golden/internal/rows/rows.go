// Package rows reads what OpenCensus has collected for a view, as text that
// tests compare.
package rows

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.opencensus.io/stats/view"
)

// Of returns the rows of a view, sorted, e.g. "method=GET outcome=ok: count 3".
// Everything recorded before the call is in them: the query waits in the same
// queue.
func Of(t *testing.T, v *view.View) []string {
	t.Helper()
	data, err := view.RetrieveData(v.Name)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, r := range data {
		all = append(all, row(r))
	}
	slices.Sort(all)
	return all
}

// Expect compares the rows of a view with those wanted, which must be sorted.
func Expect(t *testing.T, v *view.View, want ...string) {
	t.Helper()
	if got := Of(t, v); !slices.Equal(got, want) {
		t.Errorf("rows of %s:\n got %q\nwant %q", v.Name, got, want)
	}
}

// Register registers the views of a generated package for the time of the test.
func Register(t *testing.T, register func() error, unregister func()) {
	t.Helper()
	if err := register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unregister)
}

func row(r *view.Row) string {
	var tags []string
	for _, tag := range r.Tags {
		tags = append(tags, tag.Key.Name()+"="+tag.Value)
	}
	slices.Sort(tags)
	return strings.TrimPrefix(strings.Join(tags, " ")+": ", ": ") + data(r.Data)
}

func data(d view.AggregationData) string {
	switch d := d.(type) {
	case *view.CountData:
		return fmt.Sprintf("count %d", d.Value)
	case *view.SumData:
		return fmt.Sprintf("sum %v", d.Value)
	case *view.LastValueData:
		return fmt.Sprintf("last %v", d.Value)
	case *view.DistributionData:
		return fmt.Sprintf("count %d mean %v buckets %v", d.Count, d.Mean, d.CountPerBucket)
	}
	return fmt.Sprintf("%T", d)
}
