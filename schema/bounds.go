package schema

import (
	"math/big"
	"slices"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
)

// maxBounds is the most bounds that a distribution may have: n bounds make n + 1
// buckets, and the exporter adds a bucket up to 0.
const maxBounds = cloudmonitoring.MaxBuckets - 2

// linearBounds returns start, start + width, start + 2 × width, …: count bounds.
func linearBounds(start, width *big.Rat, count int) []*big.Rat {
	bounds := make([]*big.Rat, 0, count)
	for i := range int64(count) {
		step := new(big.Rat).Mul(width, new(big.Rat).SetInt64(i))
		bounds = append(bounds, step.Add(step, start))
	}
	return bounds
}

// exponentialBounds returns start, start × growth, start × growth², …: count
// bounds.
func exponentialBounds(start, growth *big.Rat, count int) []*big.Rat {
	bounds := make([]*big.Rat, 0, count)
	bound := start
	for range count {
		bounds = append(bounds, bound)
		bound = shorten(new(big.Rat).Mul(bound, growth))
	}
	return bounds
}

// shorten keeps the cost of repeated products in bounds: a fraction of more
// than 4096 bits, which a growth of four digits does not reach in 198 steps, is
// cut to 1024 bits, 19 times what a float64 holds.
func shorten(r *big.Rat) *big.Rat {
	if r.Num().BitLen()+r.Denom().BitLen() <= 4096 {
		return r
	}
	short, _ := new(big.Float).SetPrec(1024).SetRat(r).Rat(nil)
	return short
}

// decadeBounds returns from × step × 10^k for k = 0, 1, … as far as to, both
// included: from 1 to 10 with the steps 1, 2, 5 it is 1, 2, 5, 10. Steps outside
// of [1, 10), which the caller refuses, are left out. It stops at the second
// bound more than maxBounds: enough to see that there are too many.
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
		for _, step := range steps { // ascending and within a decade: so are the bounds
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
