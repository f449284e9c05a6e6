package series

import (
	"math/rand/v2"
	goruntime "runtime"
	"testing"
	"unsafe"
)

// TestFarCountsLieBehindTheOverflow: a record finds the count of a bucket at a constant
// offset, which is that of the slice that readers use.
func TestFarCountsLieBehindTheOverflow(t *testing.T) {
	for far := 1; far <= 242; far++ {
		o := newOverflow(far)
		if len(o.far) != far {
			t.Fatalf("%d counts, want %d", len(o.far), far)
		}
		if got := uintptr(unsafe.Pointer(&o.far[0])) - uintptr(unsafe.Pointer(o)); got != farOffset {
			t.Fatalf("%d counts are at the offset %d, want %d", far, got, farOffset)
		}
		tl := tally{more: o}
		for i := range o.far {
			if tl.counter(nearBuckets+i) != &o.far[i] {
				t.Fatalf("of %d counts, that of bucket %d is elsewhere", far, nearBuckets+i)
			}
		}
	}
	if o := newOverflow(0); o != nil {
		t.Errorf("%+v of no far counts", o)
	}
}

// TestFarBucketsAreThoseOfAPlainHistogram, before and after the series is spread, with
// the garbage collector at work.
func TestFarBucketsAreThoseOfAPlainHistogram(t *testing.T) {
	for _, n := range []int{nearBuckets - 1, nearBuckets, 15, 30, 60, 120, 198} {
		bounds := even(n)
		sets := make([]*Distributions, 50) // side by side in memory
		want := make([][]int64, len(sets))
		for i := range sets {
			sets[i] = started(NewDistributions(SeriesInfo{Name: unique("far"), Bounds: bounds}))
			want[i] = make([]int64, n+1)
			sets[i].At(0)
		}
		r := rand.New(rand.NewPCG(uint64(n), 15))
		recordAll := func() {
			for range 20000 {
				i, v := r.IntN(len(sets)), bounds[r.IntN(n)]+r.NormFloat64()
				sets[i].At(0).Record(v)
				want[i][linearBucket(bounds, v)]++
			}
		}
		recordAll()
		goruntime.GC()
		for i, set := range sets {
			if i%2 == 0 {
				set.At(0).Record(1)
				spreadTally(t, set.At(0))
				want[i][linearBucket(bounds, 1)]++
			}
		}
		recordAll()
		goruntime.GC()
		recordAll()
		for i, set := range sets {
			d, total := distributionNow(t, set), int64(0)
			for bucket, w := range want[i] {
				total += w
				if got := d.Buckets[bucket].Count; got != w {
					t.Fatalf("%d bounds, set %d, bucket %d: %d values, want %d", n, i, bucket, got, w)
				}
			}
			if d.Count != total {
				t.Errorf("%d bounds: count %d, want %d", n, d.Count, total)
			}
		}
	}
}
