package sloz

import (
	"fmt"
	"strings"

	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// An alert is a tier of an SLO on its card.
type alert struct {
	Class       string // "bad" for a page that holds, "burning" for another tier that holds
	Severity    string // e.g. "Page"
	LookBacks   string // e.g. "1h and 5m"
	Note        string // e.g. "12 min so far"; "" if both look-backs are complete
	Above       string // the burn rate above which it holds
	Long, Short string // the burn rates; Short is "" if there is one look-back
	Rates       string // e.g. "20x over 1h, 31x over 5m"
	Holds       string // "yes", "no" or the reason why not
}

// newAlerts returns all tiers of an SLO, and those that hold.
func newAlerts(s evaluate.SLO) (all, holding []alert) {
	for _, t := range s.Tiers {
		a := newAlert(t)
		all = append(all, a)
		if t.Holds {
			holding = append(holding, a)
		}
	}
	return all, holding
}

func newAlert(t evaluate.Tier) alert {
	a := alert{
		Class: "none", Severity: capitalized(t.Severity), LookBacks: t.Over.Name, Above: burn(t.Burn),
		Long: burnOf(t.Over), Rates: burnOf(t.Over) + " over " + t.Over.Name, Holds: "no",
	}
	if t.Short.Length < t.Over.Length {
		a.LookBacks += " and " + t.Short.Name
		a.Short = burnOf(t.Short)
		a.Rates += ", " + a.Short + " over " + t.Short.Name
	}
	if !t.Over.Complete {
		a.Note = soFar(t.Over)
	}
	switch {
	case t.Holds:
		a.Holds, a.Class = "yes", "burning"
		if t.Severity == "page" {
			a.Class = "bad"
		}
	case t.Over.Total == 0 || t.Short.Total == 0:
		a.Holds = "no data"
	case !t.Enough:
		a.Holds = "too few events"
	}
	return a
}

func burnOf(w evaluate.Window) string {
	if w.BurnRate == nil {
		return "no data"
	}
	return burn(*w.BurnRate)
}

func capitalized(word string) string {
	if word == "" {
		return "Alert"
	}
	first, rest := []rune(word)[:1], []rune(word)[1:]
	return strings.ToUpper(string(first)) + string(rest)
}

// alertsSummary says how many tiers hold.
func alertsSummary(all, holding int) string {
	switch {
	case all == 1 && holding == 1:
		return "The alert holds"
	case all == 1:
		return "The alert does not hold"
	case holding == 0:
		return fmt.Sprintf("None of %d alerts holds", all)
	case holding == 1:
		return fmt.Sprintf("1 of %d alerts holds", all)
	default:
		return fmt.Sprintf("%d of %d alerts hold", holding, all)
	}
}
