// Package number has the arithmetic that recorders share: sums that stay at the
// largest value of their type instead of wrapping round, and the range of floats that
// a series can add up.
package number

import "math"

// tooLarge is the magnitude from which float values are dropped. A distribution adds up
// squares of deviations. Below this magnitude each square is less than 4e300, and their
// average is at most 1e300. So only a row of 1.8e8 such values comes near the largest
// float64, 1.8e308, and its deviation then stays there (see [WithinFloat]). Sums and
// means stay far below: 2^63 such values add up to 1e169.
const tooLarge = 1e150

// Usable reports whether v may be recorded: it is false for NaN too.
func Usable(v float64) bool { return math.Abs(v) < tooLarge }

// WithinFloat returns squares, or the largest float64 instead of infinity, which backends refuse.
func WithinFloat(squares float64) float64 {
	if squares > math.MaxFloat64 {
		return math.MaxFloat64
	}
	return squares
}

// Plus adds two numbers that are not negative. The result is at most the largest int64.
func Plus[T int64 | float64](a, b T) T {
	sum := a + b
	if sum < 0 {
		return math.MaxInt64
	}
	return sum
}

// ToInt64 converts a whole number. Out of the range of int64 it returns the nearest int64.
func ToInt64(f float64) int64 {
	switch {
	case f >= 1<<63:
		return math.MaxInt64
	case f < -1<<63:
		return math.MinInt64
	}
	return int64(f)
}
