package schema

import (
	"math/big"
	"slices"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
)

// maxBounds is the maximum number of bounds of a distribution: n bounds make n + 1
// buckets, and the exporter adds a bucket up to 0.
const maxBounds = cloudmonitoring.MaxBuckets - 2

// linearBounds returns count bounds: start, start + width, start + 2 × width, …
func linearBounds(start, width *big.Rat, count int) []*big.Rat {
	bounds := make([]*big.Rat, 0, count)
	for i := range int64(count) {
		step := new(big.Rat).Mul(width, new(big.Rat).SetInt64(i))
		bounds = append(bounds, step.Add(step, start))
	}
	return bounds
}

// exponentialBounds returns count bounds: start, start × growth, start × growth², …
func exponentialBounds(start, growth *big.Rat, count int) []*big.Rat {
	bounds := make([]*big.Rat, 0, count)
	bound := start
	for range count {
		bounds = append(bounds, bound)
		bound = shorten(new(big.Rat).Mul(bound, growth))
	}
	return bounds
}

// shorten limits the cost of repeated products. It rounds a fraction of more than 4096
// bits to 1024 bits, 19 times the bits of a float64. A growth of four digits does not
// reach 4096 bits in 198 steps.
func shorten(r *big.Rat) *big.Rat {
	if r.Num().BitLen()+r.Denom().BitLen() <= 4096 {
		return r
	}
	short, _ := new(big.Float).SetPrec(1024).SetRat(r).Rat(nil)
	return short
}

// decadeBounds returns from × step × 10^k for k = 0, 1, … up to and including to: from
// 1 to 10 with the steps 1, 2, 5 the bounds are 1, 2, 5, 10. It skips steps outside of
// [1, 10), which the caller reports. It stops two bounds after maxBounds, so the caller
// can see that there are too many.
func decadeBounds(from, to *big.Rat, steps []*big.Rat) []*big.Rat {
	ten := big.NewRat(10, 1)
	steps = slices.DeleteFunc(mergeBounds(steps, nil), func(step *big.Rat) bool {
		return step.Cmp(big.NewRat(1, 1)) < 0 || step.Cmp(ten) >= 0
	})
	if from.Sign() <= 0 || len(steps) == 0 {
		return nil
	}
	var bounds []*big.Rat
	for decade := from; ; decade = new(big.Rat).Mul(decade, ten) {
		for _, step := range steps { // ascending and below 10, so the bounds ascend too
			bound := new(big.Rat).Mul(decade, step)
			if bound.Cmp(to) > 0 || len(bounds) > maxBounds+1 {
				return bounds
			}
			bounds = append(bounds, bound)
		}
	}
}

// mergeBounds returns the sorted union of both lists, each bound once.
func mergeBounds(bounds []*big.Rat, extra []*big.Rat) []*big.Rat {
	all := slices.Concat(bounds, extra)
	slices.SortFunc(all, (*big.Rat).Cmp)
	return slices.CompactFunc(all, func(a, b *big.Rat) bool { return a.Cmp(b) == 0 })
}
