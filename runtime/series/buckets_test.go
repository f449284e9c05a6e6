package series

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// linearBucket is the rule of OpenCensus (stats/view/aggregation_data.go,
// addToBucket): a value is in the first bucket whose bound it is below.
func linearBucket(bounds []float64, v float64) int {
	for i, b := range bounds {
		if v < b {
			return i
		}
	}
	return len(bounds)
}

// checkBuckets compares at all bounds and at each side of them, at the ends of
// the range and at the given values.
func checkBuckets(t *testing.T, bounds []float64, values ...float64) {
	t.Helper()
	values = append(values, 0, math.Copysign(0, -1), -1, -math.MaxFloat64, -math.SmallestNonzeroFloat64,
		math.SmallestNonzeroFloat64, math.MaxFloat64, math.Inf(1), math.Inf(-1))
	for _, b := range bounds {
		values = append(values, b, math.Nextafter(b, 0), math.Nextafter(b, math.Inf(1)), -b)
	}
	b := newBuckets(bounds)
	if len(b.slots) > maxSlots {
		t.Errorf("%d slots of %d bounds", len(b.slots), len(bounds))
	}
	for _, v := range values {
		if got, want := b.find(v), linearBucket(bounds, v); got != want {
			t.Fatalf("%g (%#x) is in bucket %d, want %d, of %d bounds %g; shift %d", v, math.Float64bits(v), got, want, len(bounds), bounds, b.shift)
		}
	}
}

func TestBucketsAreThoseOfOpenCensus(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	linear := func(from, step float64) func(int) float64 {
		return func(i int) float64 { return from + step*float64(i) }
	}
	exponential := func(from, factor float64) func(int) float64 {
		return func(i int) float64 { return from * math.Pow(factor, float64(i)) }
	}
	nextTo := func(from float64) func(int) float64 {
		return func(i int) float64 { return math.Float64frombits(math.Float64bits(from) + uint64(i)) }
	}
	for name, bound := range map[string]func(i int) float64{
		"linear":       linear(1, 1),
		"far linear":   linear(1e6, 1),
		"fractions":    linear(0.001, 0.001),
		"octaves":      exponential(1, 2),
		"decades":      exponential(1e-90, 10),
		"close":        exponential(1, 1.0001),
		"neighbours":   nextTo(3),
		"subnormal":    nextTo(math.SmallestNonzeroFloat64),
		"across":       nextTo(math.Nextafter(0x1p-1022, 0)),
		"largest":      nextTo(math.Float64frombits(math.Float64bits(math.MaxFloat64) - 200)),
		"whole range":  func(i int) float64 { return math.Float64frombits(1 + uint64(i)*0x28_0000_0000_0000) },
		"one far away": func(i int) float64 { return []float64{1 + float64(i)*1e-15, 1e300}[i/197] },
	} {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{1, 2, 3, 12, 60, 197, 198} {
				var bounds, between []float64
				for i := range n {
					if b := bound(i); len(bounds) == 0 || b > bounds[len(bounds)-1] && !math.IsInf(b, 1) {
						bounds = append(bounds, b)
					}
				}
				for range 2000 {
					i := r.IntN(len(bounds))
					between = append(between, bounds[i]*(0.99+r.Float64()*0.02), bounds[i]*r.ExpFloat64())
				}
				checkBuckets(t, bounds, between...)
			}
		})
	}
}

// TestRandomBuckets draws bounds from the bits of all positive floats, from some
// octaves of them, and from narrow ranges.
func TestRandomBuckets(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		low := r.Uint64N(math.Float64bits(math.MaxFloat64))
		width := uint64(1) << r.IntN(63)
		draw := func() float64 {
			return math.Float64frombits(min(max(1, low+r.Uint64N(width)), math.Float64bits(math.MaxFloat64)))
		}
		bounds := make([]float64, 1+r.IntN(198))
		for i := range bounds {
			bounds[i] = draw()
		}
		slices.Sort(bounds)
		bounds = slices.Compact(bounds)
		values := make([]float64, 200)
		for i := range values {
			values[i] = draw()
		}
		checkBuckets(t, bounds, values...)
	}
}

func TestNoBounds(t *testing.T) {
	checkBuckets(t, nil, 1, 1e300)
}

// TestOrdinaryBucketsTakeNoBranch holds what makes finding fast: of bounds that
// people write, no slot has two.
func TestOrdinaryBucketsTakeNoBranch(t *testing.T) {
	ordinary := map[string][]float64{"twelve": twelve}
	for i := range 60 {
		ordinary["sixty"] = append(ordinary["sixty"], 5*float64(i+1))
	}
	for i := range 198 {
		ordinary["most"] = append(ordinary["most"], float64(i+1))
	}
	for name, bounds := range ordinary {
		if b := newBuckets(bounds); b.close {
			t.Errorf("%s: a slot has two bounds; %d slots", name, len(b.slots))
		}
	}
}

func FuzzBuckets(f *testing.F) {
	bytesOf := func(values ...float64) (all []byte) {
		for _, v := range values {
			all = binary.LittleEndian.AppendUint64(all, math.Float64bits(v))
		}
		return all
	}
	f.Add(bytesOf(twelve...), 7.0)
	f.Add(bytesOf(math.SmallestNonzeroFloat64, 1, math.MaxFloat64), -0.5)
	f.Add(bytesOf(1, math.Nextafter(1, 2), 1e300), 1.0)
	f.Fuzz(func(t *testing.T, data []byte, v float64) {
		if math.IsNaN(v) {
			return // is never recorded
		}
		var bounds []float64
		for ; len(data) >= 8 && len(bounds) < 198; data = data[8:] {
			if b := math.Abs(math.Float64frombits(binary.LittleEndian.Uint64(data))); b > 0 && !math.IsInf(b, 1) {
				bounds = append(bounds, b)
			}
		}
		slices.Sort(bounds)
		checkBuckets(t, slices.Compact(bounds), v)
	})
}
