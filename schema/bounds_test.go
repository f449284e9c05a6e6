package schema

import (
	"math/big"
	"slices"
	"strings"
	"testing"
)

func rats(t *testing.T, texts string) []*big.Rat {
	t.Helper()
	var all []*big.Rat
	for text := range strings.FieldsSeq(texts) {
		all = append(all, rat(t, text))
	}
	return all
}

func wantBounds(t *testing.T, form string, got []*big.Rat, want string) {
	t.Helper()
	if !slices.EqualFunc(got, rats(t, want), func(a, b *big.Rat) bool { return a.Cmp(b) == 0 }) {
		t.Errorf("%s = %v, want %s", form, got, want)
	}
}

func TestLinearBounds(t *testing.T) {
	wantBounds(t, "linear", linearBounds(rat(t, "0.1"), rat(t, "0.1"), 4), "0.1 0.2 0.3 0.4")
	wantBounds(t, "linear without bounds", linearBounds(rat(t, "1"), rat(t, "1"), 0), "")
}

func TestExponentialBounds(t *testing.T) {
	wantBounds(t, "exponential", exponentialBounds(rat(t, "1024"), rat(t, "4"), 4), "1024 4096 16384 65536")
	wantBounds(t, "exponential", exponentialBounds(rat(t, "0.1"), rat(t, "1.5"), 3), "0.1 0.15 0.225")
}

// A growth of few digits stays exact up to the last bound, and a shortened bound still
// rounds to the same float64.
func TestExponentialBoundsRoundAsTheExactOnes(t *testing.T) {
	for _, growth := range []string{"1.1", "1.25", "1.333", "1.0123456789", "1." + strings.Repeat("1", 390)} {
		g := rat(t, growth)
		exact := rat(t, "0.001")
		for i, bound := range exponentialBounds(exact, g, maxBounds) {
			if i >= 40 && len(growth) > 20 {
				break // the exact ones become slow
			}
			want, _ := exact.Float64()
			if got, err := ratFloat(bound); err != nil || got != want {
				t.Fatalf("growth %s: bound %d is %v, %v, want %v", clip(growth), i, got, err, want)
			}
			exact = new(big.Rat).Mul(exact, g)
		}
	}
}

func TestDecadeBounds(t *testing.T) {
	for _, row := range []struct{ from, to, steps, want string }{
		{"1", "10000", "1 2 5", "1 2 5 10 20 50 100 200 500 1000 2000 5000 10000"},
		{"0.25", "3", "1 2", "0.25 0.5 2.5"},
		{"0.1", "1", "5 1 1", "0.1 0.5 1"},
		{"1", "10", "2.5", "2.5"},
		{"5", "4", "1", ""},
		{"0", "10", "1", ""},
		{"1", "10", "", ""},
		{"1", "10", "0 -1 0.5 10 20", ""},
	} {
		wantBounds(t, "decades of "+row.from+" to "+row.to, decadeBounds(rat(t, row.from), rat(t, row.to), rats(t, row.steps)), row.want)
	}
	if got := len(decadeBounds(rat(t, "1e-400"), rat(t, "1e400"), rats(t, "1 2 5"))); got != maxBounds+2 {
		t.Errorf("800 decades gave %d bounds, want to stop at %d", got, maxBounds+2)
	}
}

func TestMergeBounds(t *testing.T) {
	given := rats(t, "10 1 5")
	wantBounds(t, "merged", mergeBounds(given, rats(t, "5 0.5 300")), "0.5 1 5 10 300")
	wantBounds(t, "the list given", given, "10 1 5")
}

func TestHostileBoundsAreNotBuilt(t *testing.T) {
	long := rat(t, "1."+strings.Repeat("3", 390)+"e-9")
	large := rat(t, "9e400")
	steps := make([]*big.Rat, 100_000)
	for i := range steps {
		steps[i] = big.NewRat(int64(i), 1)
	}
	for _, r := range []*big.Rat{long, large} {
		for name, bounds := range map[string]func(){
			"linear":              func() { linearBounds(r, long, maxBounds) },
			"exponential":         func() { exponentialBounds(r, r, maxBounds) },
			"exponential of long": func() { exponentialBounds(long, r, maxBounds) },
			"decades":             func() { decadeBounds(long, large, steps) },
		} {
			if n := Allocates(bounds); n > 128<<20 { // the 100,000 steps take 44 MB
				t.Errorf("%s: %d bytes allocated", name, n)
			}
		}
	}
}
