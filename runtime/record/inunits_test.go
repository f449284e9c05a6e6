package record

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"
)

var units = []time.Duration{time.Microsecond, time.Millisecond, time.Second, time.Minute, time.Hour, 24 * time.Hour}

func TestInUnits(t *testing.T) {
	for _, c := range []struct {
		d, unit time.Duration
		want    int64
	}{
		{900 * time.Microsecond, time.Millisecond, 1},
		{499_999, time.Millisecond, 0}, {500_000, time.Millisecond, 1}, {1_499_999, time.Millisecond, 1}, {1_500_000, time.Millisecond, 2},
		{-499_999, time.Millisecond, 0}, {-500_000, time.Millisecond, -1}, {-1_500_000, time.Millisecond, -2},
		{12 * time.Hour, 24 * time.Hour, 1}, {12*time.Hour - 1, 24 * time.Hour, 0},
		{math.MaxInt64, time.Microsecond, 9223372036854776}, {math.MinInt64, time.Microsecond, -9223372036854776},
		{math.MaxInt64, time.Hour, 2562048}, {math.MinInt64, time.Hour, -2562048},
	} {
		if got := InUnits(c.d, c.unit); got != c.want {
			t.Errorf("%d ns in %v: %d, want %d", c.d, c.unit, got, c.want)
		}
	}
}

// TestInUnitsIsExact compares with fractions, and with time.Duration.Round where that
// does not stop at the longest duration.
func TestInUnitsIsExact(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	half := big.NewRat(1, 2)
	for range 20000 {
		d := time.Duration(random.Uint64()) >> random.IntN(63)
		unit := units[random.IntN(len(units))]
		if random.IntN(4) == 0 {
			d = d/unit*unit + unit/2
		}
		exact := big.NewRat(int64(d), int64(unit))
		rounded := new(big.Rat).Add(new(big.Rat).Abs(exact), half)
		want := new(big.Int).Quo(rounded.Num(), rounded.Denom()).Int64() * int64(exact.Sign())
		if got := InUnits(d, unit); got != want {
			t.Errorf("%d ns in %v: %d, want %d", d, unit, got, want)
		}
		if r := d.Round(unit); r != math.MaxInt64 && r != math.MinInt64 && int64(r/unit) != want {
			t.Errorf("%d ns in %v: Round gives %d", d, unit, int64(r/unit))
		}
	}
}
