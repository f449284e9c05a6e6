package number

import (
	"math"
	"testing"
)

func TestUsable(t *testing.T) {
	for v, want := range map[float64]bool{
		0: true, -1: true, math.Nextafter(1e150, 0): true, math.Nextafter(-1e150, 0): true, math.SmallestNonzeroFloat64: true,
		1e150: false, -1e150: false, math.MaxFloat64: false, math.Inf(1): false, math.Inf(-1): false, math.NaN(): false,
	} {
		if got := Usable(v); got != want {
			t.Errorf("Usable(%g) is %t", v, got)
		}
	}
}

func TestPlus(t *testing.T) {
	for _, c := range [][3]int64{
		{1, 2, 3}, {0, math.MaxInt64, math.MaxInt64}, {1, math.MaxInt64, math.MaxInt64}, {math.MaxInt64, math.MaxInt64, math.MaxInt64},
		{math.MaxInt64 - 5, 5, math.MaxInt64}, {math.MaxInt64 - 5, 4, math.MaxInt64 - 1},
	} {
		if got := Plus(c[0], c[1]); got != c[2] {
			t.Errorf("%d + %d is %d, want %d", c[0], c[1], got, c[2])
		}
	}
	if got := Plus(0.5, 1e100); got != 1e100 {
		t.Errorf("floats: %v", got)
	}
}

func TestToInt64(t *testing.T) {
	for f, want := range map[float64]int64{
		0: 0, -3: -3, 1 << 62: 1 << 62, 1 << 63: math.MaxInt64, 1e300: math.MaxInt64, math.Inf(1): math.MaxInt64,
		math.Nextafter(1<<63, 0): 1<<63 - 1024, -1 << 63: math.MinInt64, -1e300: math.MinInt64, math.Inf(-1): math.MinInt64,
	} {
		if got := ToInt64(f); got != want {
			t.Errorf("%g is %d, want %d", f, got, want)
		}
	}
}

// TestWithinFloat: a backend refuses infinity.
func TestWithinFloat(t *testing.T) {
	for squares, want := range map[float64]float64{0: 0, 5: 5, math.MaxFloat64: math.MaxFloat64, math.Inf(1): math.MaxFloat64} {
		if got := WithinFloat(squares); got != want {
			t.Errorf("%g is %g, want %g", squares, got, want)
		}
	}
}
