package series

import (
	"math"
	"testing"
	"unsafe"
)

// TestCountsAreCarried: a bucket's count goes on past what 32 bits hold.
func TestCountsAreCarried(t *testing.T) {
	set := started(NewDistributions(SeriesInfo{Name: unique("carried"), Bounds: []float64{10, 20}}))
	c := set.At(0)
	c.Record(15)
	c.counts[1] = math.MaxUint32 // as after so many records
	c.n = math.MaxUint32
	c.Record(15)
	c.Record(15)
	c.Record(1)
	spreadTally(t, c)
	stripe := &stripesOf(c)[0]
	stripe.tally.counts[0], stripe.tally.n = math.MaxUint32, math.MaxUint32
	if stripe.tally.add(0, 5) {
		stripe.tally.carry(0)
	}
	d := distributionNow(t, set)
	if got := d.Buckets[1].Count; got < math.MaxUint32+2 {
		t.Errorf("bucket 1 has %d, want at least %d", got, int64(math.MaxUint32+2))
	}
	if got := d.Buckets[0].Count; got < math.MaxUint32+1 {
		t.Errorf("bucket 0 has %d, want at least %d", got, int64(math.MaxUint32+1))
	}
	if sum := d.Buckets[0].Count + d.Buckets[1].Count + d.Buckets[2].Count; sum != d.Count {
		t.Errorf("count %d, buckets have %d", d.Count, sum)
	}
}

// TestSeriesHaveCacheLines: what two processors record at once shares none.
func TestSeriesHaveCacheLines(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("laid out for 64 bits")
	}
	for name, size := range map[string]uintptr{
		"Distribution": unsafe.Sizeof(Distribution{}), "stripe": unsafe.Sizeof(stripe{}), "Count": unsafe.Sizeof(Count{}),
		"Int64Sum": unsafe.Sizeof(Int64Sum{}), "Float64Sum": unsafe.Sizeof(Float64Sum{}),
		"Int64LastValue": unsafe.Sizeof(Int64LastValue{}), "Float64LastValue": unsafe.Sizeof(Float64LastValue{}),
	} {
		if size%cacheLine != 0 {
			t.Errorf("%s has %d bytes", name, size)
		}
	}
	if size := unsafe.Sizeof(Distribution{}); size != 2*cacheLine {
		t.Errorf("Distribution has %d bytes: counts of %d buckets are too many or too few", size, nearBuckets)
	}
}

// TestBothPathsCarry, in the series and in a stripe.
func TestBothPathsCarry(t *testing.T) {
	for name, record := range map[string]func(c *Distribution){
		"Record":         func(c *Distribution) { c.Record(15) },
		"RecordExemplar": func(c *Distribution) { c.RecordExemplar(sampled(), 15) },
	} {
		for _, spread := range []bool{false, true} {
			set := started(NewDistributions(SeriesInfo{Name: unique("carries"), Bounds: []float64{10, 20}}))
			c := set.At(0)
			c.Record(15)
			tallies := []*tally{&c.tally}
			if spread {
				spreadTally(t, c)
				tallies = nil
				for i := range stripesOf(c) {
					tallies = append(tallies, &stripesOf(c)[i].tally)
				}
			}
			for _, one := range tallies { // as after so many records
				one.counts[1], one.n = math.MaxUint32-1, math.MaxUint32-1
			}
			want := distributionNow(t, set).Buckets[1].Count + 3
			for range 3 {
				record(c)
			}
			if got := distributionNow(t, set).Buckets[1].Count; got != want {
				t.Errorf("%s, spread %v: %d, want %d", name, spread, got, want)
			}
		}
	}
}
