package census_test

import (
	"context"
	"fmt"
	"maps"
	"sync/atomic"
	"testing"

	"github.com/ocgen/ocgen/runtime/census"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

var uniqueNames atomic.Int64

// uniqueName returns names that no other test uses: OpenCensus and counters are global.
func uniqueName(name string) string { return fmt.Sprintf("%s-%d", name, uniqueNames.Add(1)) }

// noContext is that of a caller who has none.
var noContext context.Context

// A countView is one measure with a view that counts by all tags of a set.
type countView struct {
	name    string
	measure *stats.Int64Measure
	set     *census.TagSet
}

func newCountView(t testing.TB, tags ...*record.Tag) *countView {
	t.Helper()
	name := uniqueName("counted")
	c := &countView{name, stats.Int64(name, "Counted.", "1"), census.NewTagSet(tags)}
	registerViews(t, &view.View{Name: name, Measure: c.measure, Aggregation: view.Count(), TagKeys: keysOf(tags)})
	return c
}

func keysOf(tags []*record.Tag) []tag.Key {
	var keys []tag.Key
	for _, t := range tags {
		keys = append(keys, tag.MustNewKey(t.Key()))
	}
	return keys
}

// registerViews registers a package of these views until the test ends.
func registerViews(t testing.TB, views ...*view.View) {
	t.Helper()
	p := record.NewPackage(record.PackageInfo{
		Name:        uniqueName("package"),
		Parts:       []record.Part{census.Views(census.ViewsInfo{Views: func() []*view.View { return views }})},
		Descriptors: func() []metric.Descriptor { return nil },
	})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)
}

func (c *countView) one() []stats.Measurement { return []stats.Measurement{c.measure.M(1)} }

// record records once for each list of values.
func (c *countView) record(ctx context.Context, values ...[]record.TagValue) {
	for _, v := range values {
		c.set.Record(ctx, c.one(), v...)
	}
}

// rows returns the view's counts by "key=value key=value", in the order of keys.
func (c *countView) rows(t testing.TB) map[string]int64 { return rowsOf(t, c.name) }

func rowsOf(t testing.TB, name string) map[string]int64 {
	t.Helper()
	rows, err := view.RetrieveData(name)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int64{}
	for _, r := range rows {
		counts[textOf(r.Tags)] += r.Data.(*view.CountData).Value
	}
	return counts
}

func textOf(tags []tag.Tag) string {
	text := ""
	for _, tg := range tags {
		if text != "" {
			text += " "
		}
		text += tg.Key.Name() + "=" + tg.Value
	}
	return text
}

func (c *countView) want(t *testing.T, want map[string]int64) {
	t.Helper()
	if got := c.rows(t); !maps.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
}

// wantTagCount checks a count of [record.Stats].
func wantTagCount(t *testing.T, key string, r record.Reason, want uint64) {
	t.Helper()
	got := uint64(0)
	for _, s := range record.Stats() {
		if s.Tag == key && s.Reason == r {
			got = s.Count
		}
	}
	if got != want {
		t.Errorf("count of tag %q %s is %d, want %d", key, r, got, want)
	}
}
