//go:build !race

package prometheus

import (
	"fmt"
	goruntime "runtime"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	directseries "github.com/ocgen/ocgen/runtime/series"
)

// The package's documentation says how many bytes are kept for a series.
func TestKeptMemory(t *testing.T) {
	const number = 5_000
	bounds := []float64{5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000}
	tags := []*record.Tag{
		record.NewClosedTag("method", record.ClosedTag{Values: []string{"GET", "POST"}}),
		record.NewClosedTag("outcome", record.ClosedTag{Values: []string{"ok", "failed"}}),
		record.NewOpenTag("customer", record.OpenTag{MaxValues: number}),
	}
	size := tags[0].Indices() * tags[1].Indices() * tags[2].Indices()
	info := directseries.SeriesInfo{Name: "kept", Tags: tags, Size: size, Bounds: bounds}
	place := func(i int) uint64 {
		return tags[0].Indices() * tags[1].Indices() * tags[2].OpenIndex(fmt.Sprint("customer ", i))
	}
	sums, spread := directseries.NewInt64Sums(info), directseries.NewDistributions(info)
	for _, c := range []struct {
		typ    metric.Type
		set    directseries.Set
		record func(i int)
		most   float64
	}{
		{metric.TypeCumulativeInt64, sums, func(i int) { sums.At(place(i)).Add(1000) }, 950},
		{metric.TypeCumulativeDistribution, spread, func(i int) { spread.At(place(i)).Record(7) }, 2700},
	} {
		t.Run(c.typ.String(), func(t *testing.T) {
			registerParts(t, "kept", []metric.Descriptor{newMetric("kept", c.typ, []string{"customer", "method", "outcome"}).Descriptor}, directseries.Sets(c.set))
			for i := range number {
				c.record(i)
			}
			h, log := newHandler(t, Options{})
			before := heap()
			for range 3 {
				get(t, h, "")
			}
			kept := float64(heap()-before) / number
			t.Logf("%.0f bytes a series", kept)
			if kept > c.most || kept < 0.7*c.most {
				t.Errorf("%.0f bytes are kept for a series, want at most %.0f", kept, c.most)
			}
			h.reader.release()
			if released := float64(heap()-before) / number; released > kept*0.7 {
				t.Errorf("%.0f bytes of %.0f stay", released, kept)
			}
			wantReports(t, log, nil)
			goruntime.KeepAlive(h)
		})
	}
}

func heap() int64 {
	goruntime.GC()
	goruntime.GC()
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
