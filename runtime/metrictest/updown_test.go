package metrictest_test

import (
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/metrictest"
	"github.com/ocgen/ocgen/runtime/metrictest/internal/faketb"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
)

// TestUpDown: the sum of an up-down count is the change since the start, and its last value
// the number now.
func TestUpDown(t *testing.T) {
	open := series.NewInt64UpDowns(series.SeriesInfo{Name: "updown/open", Tags: []*record.Tag{shelfTag}, Size: 4})
	load := series.NewFloat64UpDowns(series.SeriesInfo{Name: "updown/load", Size: 1})
	p := record.NewPackage(record.PackageInfo{
		Name:  "updowns",
		Parts: []record.Part{series.Sets(open, load)},
		Descriptors: func() []metric.Descriptor {
			return []metric.Descriptor{
				{Name: "updown/open", Unit: "1", Type: metric.TypeGaugeInt64, UpDown: true, LabelKeys: []metric.LabelKey{{Key: "shelf"}}},
				{Name: "updown/load", Unit: "1", Type: metric.TypeGaugeFloat64, UpDown: true},
			}
		},
	})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)
	a, b := open.At(shelfTag.Index(onA)), open.At(shelfTag.Index(onB))
	a.Add(5)
	load.At(0).Add(0.5)

	m := metrictest.Start(t)
	all := m.Metric("updown/open")
	all.WantNoChange()
	end := series.Begin(a)
	b.Add(-3)
	load.At(0).Add(-1)
	all.WantSum(-2)
	all.With(metrictest.Tags{"shelf": "a"}).WantSum(1)
	all.With(metrictest.Tags{"shelf": "a"}).WantLast(6)
	all.With(metrictest.Tags{"shelf": "b"}).WantLast(-3)
	m.Metric("updown/load").WantSum(-1)
	m.Metric("updown/load").WantLast(-0.5)
	for _, amount := range []float64{0.5, 0.1, 0.2} { // in float64, 0.1 + 0.2 - 0.3 is not 0
		load.At(0).Add(amount)
	}
	m.Metric("updown/load").WantLast(0.3)
	load.At(0).Add(-0.3)
	m.Metric("updown/load").WantLast(0)
	m.Metric("updown/load").WantSum(-0.5)
	end()
	all.With(metrictest.Tags{"shelf": "a"}).WantSum(0)
	all.With(metrictest.Tags{"shelf": "a"}).WantNoChange()

	f := faketb.New(t, t.Name())
	failed := f.Run(func() { metrictest.Start(f).Metric("updown/open").WantCount(1) })
	if !strings.Contains(failed, "it has no count, because it is an up-down count") {
		t.Errorf("%q", failed)
	}

	p.Unregister() // the number begins again at 0
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	a.Add(7)
	all.With(metrictest.Tags{"shelf": "a"}).WantSum(7)
}
