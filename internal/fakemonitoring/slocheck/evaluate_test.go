package slocheck

import (
	"math"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/distribution"
)

func TestCountIn(t *testing.T) {
	d := &distribution.Distribution{
		Count: 15,
		BucketOptions: &distribution.Distribution_BucketOptions{Options: &distribution.Distribution_BucketOptions_ExplicitBuckets{
			ExplicitBuckets: &distribution.Distribution_BucketOptions_Explicit{Bounds: []float64{0, 1, 2, 5}},
		}},
		BucketCounts: []int64{0, 1, 2, 4, 8}, // below 0, [0, 1), [1, 2), [2, 5), from 5 on
	}
	inf := math.Inf(1)
	for _, c := range []struct {
		low, high float64
		want      int64
	}{{0, 1, 1}, {0, 2, 3}, {1, 5, 6}, {-inf, inf, 15}, {0, inf, 15}, {2, inf, 12}, {-inf, 2, 3}, {-7, 1, 1}} {
		if got, err := countIn(d, c.low, c.high); got != c.want || err != nil {
			t.Errorf("[%v, %v): got %d, %v, want %d", c.low, c.high, got, err, c.want)
		}
	}
	for _, c := range []struct{ low, high float64 }{{0, 3}, {0.5, 2}, {0, 7}} {
		if _, err := countIn(d, c.low, c.high); err == nil || !strings.Contains(err.Error(), "cuts the bucket") {
			t.Errorf("[%v, %v): got error %v", c.low, c.high, err)
		}
	}
}
