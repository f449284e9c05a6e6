package schema_test

import (
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// alertsOf returns an SLO whose tiers are those of the workbook.
func alertsOf(t *testing.T, goal, period, windows string) *schema.SLO {
	t.Helper()
	form := "ratio: {bad: m, total: m}"
	if windows != "" {
		form = "windows: {length: " + windows + ", threshold: 95%, " + form + "}"
	}
	src := fmt.Sprintf(`
ocgen: v1
package: p
measures:
  m: {description: d, type: int64, unit: "1", constant: 1, aggregation: count}
service: {id: s}
slos:
  a: {goal: %s, %s, %s}
`, goal, period, form)
	s, problems := schema.Parse([]byte(src), schema.Options{File: "x.yaml"})
	if s == nil {
		t.Fatal(problems)
	}
	return s.SLOs[0]
}

// periods are all periods that an SLO can have.
func periods() []string {
	list := []string{"calendar: day", "calendar: week", "calendar: fortnight", "calendar: month"}
	for days := 1; days <= 30; days++ {
		list = append(list, fmt.Sprintf("period: %dd", days))
	}
	return list
}

// TestTiersHold checks the tiers of many SLOs: each can fire, none fires while the budget
// would last, a later one is slower, and its short look-back is no longer than the other.
func TestTiersHold(t *testing.T) {
	goals := []string{"1%", "12.5%", "19.9%", "20%", "20.1%", "33.333%", "50%", "66.7%", "75%", "80%", "90%", "94.4%", "94.5%", "95%", "99%", "99.5%", "99.9%", "99.95%", "99.99%"}
	for percent := 2; percent < 99; percent += 7 {
		goals = append(goals, fmt.Sprintf("%d%%", percent))
	}
	kept := 0
	for _, period := range periods() {
		for _, goal := range goals {
			for _, windows := range []string{"", "5m", "1h", "1d"} {
				slo := alertsOf(t, goal, period, windows)
				checkTiers(t, slo, goal)
				kept += len(slo.Alerts.Tiers)
			}
		}
	}
	if kept < 1000 {
		t.Errorf("only %d tiers are kept", kept)
	}
}

func checkTiers(t *testing.T, slo *schema.SLO, goal string) {
	t.Helper()
	part, _ := new(big.Rat).SetString(strings.TrimSuffix(goal, "%"))
	budget := new(big.Rat).Sub(big.NewRat(1, 1), part.Quo(part, big.NewRat(100, 1)))
	last := schema.Burn(1 << 62)
	for _, tier := range slo.Alerts.Tiers {
		threshold := new(big.Rat).Mul(big.NewRat(int64(tier.Burn), 1000), budget)
		if threshold.Cmp(big.NewRat(1, 1)) >= 0 || tier.Burn < 1000 || tier.Burn >= last || tier.Short > tier.Over {
			t.Errorf("goal %s, %d days: tier %+v after %s", goal, slo.PeriodDays(), tier, last)
		}
		last = tier.Burn
	}
	if n := len(slo.Alerts.Tiers) + len(slo.Alerts.Dropped); n != 4 {
		t.Errorf("goal %s, %d days: %d tiers", goal, slo.PeriodDays(), n)
	}
}

// TestTiersOfTheTable compares the tiers of some SLOs with a table for people.
func TestTiersOfTheTable(t *testing.T) {
	const golden = "testdata/tiers.want"
	var b strings.Builder
	for _, goal := range []string{"12.5%", "50%", "90%", "99%", "99.9%", "99.99%"} {
		for _, days := range []int{1, 2, 3, 5, 7, 14, 28, 30} {
			slo := alertsOf(t, goal, fmt.Sprintf("period: %dd", days), "")
			fmt.Fprintf(&b, "%s over %dd: %s\n", goal, days, slo.AlertsText(true))
		}
	}
	for _, period := range periods()[:4] {
		fmt.Fprintf(&b, "99.9%%, %s: %s\n", period, alertsOf(t, "99.9%", period, "").AlertsText(true))
	}
	for _, windows := range []string{"5m", "30m", "1h", "4h", "1d"} {
		fmt.Fprintf(&b, "99.9%% over 28d, windows of %s: %s\n", windows, alertsOf(t, "99.9%", "period: 28d", windows).AlertsText(true))
	}
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(read(t, golden)); b.String() != want {
		t.Error(difference(want, b.String()))
	}
}

// TestChosenTiers checks the tiers that a schema chooses: their burn rates are not fitted
// to the SLO.
func TestChosenTiers(t *testing.T) {
	const src = `
ocgen: v1
package: p
alerts:
  min_events: 10
  burn: [{severity: page, over: 1h, rate: 14.4}, {severity: ticket, over: 7h, budget: 5%, short: 7h}, {severity: ticket, over: 30m, rate: 0.125}]
measures:
  m: {description: d, type: int64, unit: "1", constant: 1, aggregation: count}
service: {id: s}
slos:
  a: {goal: 50%, period: 28d, ratio: {bad: m, total: m}}
  b: {goal: 50%, period: 28d, windows: {length: 1h, threshold: 95%, ratio: {bad: m, total: m}}, alerts: {absent: 1h}}
  c: {goal: 50%, period: 28d, ratio: {bad: m, total: m}, alerts: {burn: [{severity: page, over: 1d, budget: 100%}]}}
  d: {goal: 50%, period: 28d, ratio: {bad: m, total: m}, alerts: none}
`
	s, problems := schema.Parse([]byte(src), schema.Options{File: "x.yaml"})
	if s == nil {
		t.Fatal(problems)
	}
	for i, want := range []string{
		"page 1h/5m at 14.4 (2.1%), ticket 7h at 4.8 (5%), ticket 30m/2m at 0.125 (0.009%); 8 conditions",
		"page 1h at 14.4 (2.1%), ticket 7h at 4.8 (5%); dropped: ticket 30m (a window of the SLO is longer); ticket after 1h without data; 5 conditions",
		"page 1d/2h at 28 (100%); 3 conditions",
		"none",
	} {
		if got := s.SLOs[i].AlertsText(true); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", s.SLOs[i].ID, got, want)
		}
	}
}

func TestBurnText(t *testing.T) {
	for burn, want := range map[schema.Burn]string{14400: "14.4", 1000: "1", 833: "0.833", 1005: "1.005", 10: "0.01", 12_050: "12.05"} {
		if got := burn.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
