package census

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// unique returns names that no other test uses: OpenCensus and the counters
// are global.
var uniqueCount atomic.Int64

func unique(name string) string { return fmt.Sprintf("%s%d", name, uniqueCount.Add(1)) }

// keyOf returns the OpenCensus key of a tag.
func keyOf(t *record.Tag) tag.Key { return tag.MustNewKey(t.Key()) }

// contextTag returns an open tag whose value ctx carries.
func contextTag(key string, max int) *record.Tag {
	return record.NewOpenTag(key, record.OpenTag{MaxValues: max, From: record.FromContext, Carrier: Carried(tag.MustNewKey(key))})
}

// nilContext is what a caller passes who has none: recorders take it as
// context.Background.
var nilContext context.Context

// A fixture is one measure with a count view by all tags of a set.
type fixture struct {
	measure *stats.Int64Measure
	view    *view.View
	set     *TagSet
}

func newFixture(t testing.TB, tags []*record.Tag, limits ...*SeriesLimit) *fixture {
	t.Helper()
	name := unique("fixture/")
	f := &fixture{measure: stats.Int64(name, "Fixture.", "1"), set: NewTagSet(tags, limits...)}
	f.view = &view.View{Name: name, Measure: f.measure, Aggregation: view.Count()}
	for _, tg := range tags {
		f.view.TagKeys = append(f.view.TagKeys, keyOf(tg))
	}
	registerView(t, f.view)
	return f
}

func registerView(t testing.TB, v *view.View) {
	t.Helper()
	if err := view.Register(v); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		reading.Lock()
		defer reading.Unlock()
		view.Unregister(v)
	})
}

func (f *fixture) one() []stats.Measurement { return []stats.Measurement{f.measure.M(1)} }

// rows returns the view's counts by "key=value key=value", in the order of keys.
func (f *fixture) rows(t testing.TB) map[string]int64 { return countRows(t, f.view.Name) }

func countRows(t testing.TB, name string) map[string]int64 {
	t.Helper()
	rows, err := view.RetrieveData(name)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int64{}
	for _, r := range rows {
		counts[tagText(r.Tags)] += r.Data.(*view.CountData).Value
	}
	return counts
}

func tagText(tags []tag.Tag) string {
	text := ""
	for _, tg := range tags {
		if text != "" {
			text += " "
		}
		text += tg.Key.Name() + "=" + tg.Value
	}
	return text
}

// count returns a count of Stats.
func count(tagName, measure string, r record.Reason) uint64 {
	for _, s := range record.Stats() {
		if s.Tag == tagName && s.Measure == measure && s.Reason == r {
			return s.Count
		}
	}
	return 0
}

func wantCount(t *testing.T, tagName, measure string, r record.Reason, want uint64) {
	t.Helper()
	if got := count(tagName, measure, r); got != want {
		t.Errorf("count of tag %q measure %q %s is %d, want %d", tagName, measure, r, got, want)
	}
}

// one returns a measurement of 1.
func one(m *stats.Float64Measure) []stats.Measurement { return []stats.Measurement{m.M(1)} }
