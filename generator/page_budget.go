package generator

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/ocgen/ocgen/schema"
)

// The error budget of an SLO is the part that may be bad: minutes of the period if whole
// windows are good or bad, otherwise a number of events.

const minutesOfDay = 24 * 60

// budgetText returns, for example, "1,000 of a million events may be bad", or "100.8
// minutes in 7 days may be bad: 20 whole windows".
func budgetText(o *schema.SLO) string {
	bad := new(big.Rat).Sub(big.NewRat(1, 1), fraction(o.Goal))
	if o.SLI.Windows == nil {
		return decimal(bad.Mul(bad, big.NewRat(1_000_000, 1))) + " of a million " + counted(o.SLI) + " may be bad"
	}
	days := o.PeriodDays()
	minutes := new(big.Rat).Mul(bad, big.NewRat(int64(days)*minutesOfDay, 1))
	windows := new(big.Rat).Quo(minutes, big.NewRat(int64(o.SLI.Windows.Length), int64(time.Minute)))
	whole := new(big.Int).Quo(windows.Num(), windows.Denom())
	return decimal(minutes) + " minutes in " + count(days, "day") + " may be bad: " + count(int(whole.Int64()), "whole window")
}

// counted returns the noun for what an indicator counts.
func counted(i schema.SLI) string {
	switch {
	case i.Cut != nil:
		return "values"
	case i.Basic != nil:
		return "requests"
	}
	return "events"
}

// fraction returns the decimal that a number was written as: 0.999 is not a binary
// fraction.
func fraction(f float64) *big.Rat {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	if !ok {
		panic("ocgen bug: no number " + strconv.FormatFloat(f, 'g', -1, 64))
	}
	return r
}

// percent returns a fraction as a percentage, e.g. "99.9%".
func percent(f float64) string {
	return decimal(new(big.Rat).Mul(fraction(f), big.NewRat(100, 1))) + "%"
}

// decimal returns a number with commas and at most 6 decimals, e.g. "1,234.5".
func decimal(r *big.Rat) string {
	whole, rest, _ := strings.Cut(r.FloatString(6), ".")
	if rest = strings.TrimRight(rest, "0"); rest != "" {
		rest = "." + rest
	}
	return schema.ThousandsOf(whole) + rest
}
