package schema

import (
	"fmt"
	"math/big"
	"strings"
	"time"
)

// The tiers are those of Google's SRE workbook, chapter "Alerting on SLOs". They are made
// for 30 days and a goal of 99.9%. For other SLOs the burn rate of a tier is lowered:
//
//   - to ½·period/over, so that the tier fires when half of the budget is gone at the
//     latest;
//   - to 0.8/(1-goal), so that an outage of 80% is enough. At a goal of 90%, a burn rate of
//     14.4 would need 144% errors.
//
// All numbers are exact decimals, cut to three places.

// workbook are the tiers of a schema without alerts.burn, by falling burn rate.
var workbook = []Tier{
	{Severity: Page, Over: time.Hour, Short: 5 * time.Minute, Burn: 14400},
	{Severity: Page, Over: 6 * time.Hour, Short: 30 * time.Minute, Burn: 6000},
	{Severity: Ticket, Over: day, Short: 2 * time.Hour, Burn: 3000},
	{Severity: Ticket, Over: 3 * day, Short: 6 * time.Hour, Burn: 1000},
}

// shortPart is the part of a tier's look-back that its short look-back has.
const shortPart = 12

// calendarDays are the lengths of the periods of the calendar. Months differ; 30 days are
// used.
var calendarDays = map[string]int{"DAY": 1, "WEEK": 7, "FORTNIGHT": 14, "MONTH": 30}

// PeriodDays returns the length of the SLO's period in days.
func (slo *SLO) PeriodDays() int {
	if slo.Calendar != "" {
		return calendarDays[slo.Calendar]
	}
	return slo.Days
}

// window returns the length of the SLO's windows, or 0.
func (slo *SLO) window() time.Duration {
	if w := slo.SLI.Windows; w != nil {
		return w.Length
	}
	return 0
}

// periods returns how many times the period is as long as d.
func (slo *SLO) periods(d time.Duration) *big.Rat {
	return big.NewRat(int64(slo.PeriodDays())*int64(day), int64(d))
}

// workbookTiers adds the tiers of the workbook to the alerts of an SLO whose part of bad
// events may be at most budget.
func (slo *SLO) workbookTiers(budget *big.Rat) {
	reachable := new(big.Rat).Quo(big.NewRat(8, 10), budget)
	for _, t := range workbook {
		half := slo.periods(2 * t.Over)
		t.Burn = min(t.Burn, cut(half), cut(reachable))
		slo.addTier(t, true)
	}
}

// addTier adds a tier to the alerts of the SLO, or the reason why it is dropped. Tiers
// that the schema chooses itself are only dropped if they cannot work.
func (slo *SLO) addTier(t Tier, chosen bool) {
	a := slo.Alerts
	t.Short = max(t.Short, slo.window())
	reason := ""
	switch {
	case t.Over < slo.window():
		reason = "a window of the SLO is longer"
	case !chosen:
	case t.Burn < steady:
		reason = fmt.Sprintf("at %s the budget lasts", t.Burn)
	case len(a.Tiers) > 0 && t.Burn >= a.Tiers[len(a.Tiers)-1].Burn:
		reason = fmt.Sprintf("at %s an earlier tier fires first", t.Burn)
	}
	if reason != "" {
		a.Dropped = append(a.Dropped, DroppedTier{t, reason})
		return
	}
	a.Tiers = append(a.Tiers, t)
}

// cut returns a burn rate without the digits after the third place.
func cut(r *big.Rat) Burn {
	n := new(big.Int).Mul(r.Num(), big.NewInt(int64(steady)))
	return Burn(n.Quo(n, r.Denom()).Int64())
}

// rat returns the burn rate as a fraction.
func (b Burn) rat() *big.Rat { return big.NewRat(int64(b), int64(steady)) }

// Spent returns the part of the error budget that is gone when the tier fires, e.g.
// "2.1%", with two digits or more.
func (slo *SLO) Spent(t Tier) string {
	part := new(big.Rat).Quo(t.Burn.rat(), slo.periods(t.Over))
	part.Mul(part, big.NewRat(100, 1))
	places := 3
	for limit := big.NewRat(1, 10); places > 0 && part.Cmp(limit) >= 0; limit.Mul(limit, big.NewRat(10, 1)) {
		places--
	}
	return trimZeros(part.FloatString(places)) + "%"
}

// Exhausted returns after which time an unspent error budget is gone at the tier's burn
// rate, e.g. "46.7 hours" or "4.7 days".
func (slo *SLO) Exhausted(t Tier) string {
	days := new(big.Rat).Quo(big.NewRat(int64(slo.PeriodDays()), 1), t.Burn.rat())
	switch {
	case days.Cmp(big.NewRat(2, 24)) < 0:
		return trimZeros(days.Mul(days, big.NewRat(24*60, 1)).FloatString(1)) + " minutes"
	case days.Cmp(big.NewRat(2, 1)) < 0:
		return trimZeros(days.Mul(days, big.NewRat(24, 1)).FloatString(1)) + " hours"
	}
	return trimZeros(days.FloatString(1)) + " days"
}

func trimZeros(decimal string) string {
	if strings.Contains(decimal, ".") {
		return strings.TrimRight(strings.TrimRight(decimal, "0"), ".")
	}
	return decimal
}

// BriefDuration returns a duration of whole seconds in its largest unit, e.g. "3d", "6h" or "90m".
func BriefDuration(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		letter string
	}{{day, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if d%unit.length == 0 {
			return fmt.Sprintf("%d%s", d/unit.length, unit.letter)
		}
	}
	return fmt.Sprintf("%ds", d/time.Second)
}
