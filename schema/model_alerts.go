package schema

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Severities of alerts.
const (
	Page   = "page"
	Ticket = "ticket"
)

// Alerts are the conditions of an SLO that people are told of.
type Alerts struct {
	Tiers     []Tier        // by falling burn rate, if they are the workbook's; otherwise in source order
	Dropped   []DroppedTier // in the order of the tiers
	MinEvents int           // a tier does not fire with fewer events; 0 if there is no minimum
	Absent    time.Duration // alert when there is no data for so long; 0: never
}

// A Tier fires when an SLO burns its error budget faster than Burn over both look-backs.
type Tier struct {
	Place    Place  // in the schema; zero for a tier of the workbook
	Severity string // [Page] or [Ticket]
	Over     time.Duration
	Short    time.Duration // equal to Over if one look-back is enough
	Burn     Burn
}

// A DroppedTier is a tier that the SLO cannot use.
type DroppedTier struct {
	Tier   Tier
	Reason string // e.g. "at 0.833 the budget lasts"
}

// EventsNeeded returns the minimum of events below which no generated alert of the SLO
// fires, or 0. Rules of Prometheus can have one where Cloud Monitoring cannot.
func (s *Schema) EventsNeeded(slo *SLO) int {
	if slo.Alerts != nil && s.generatesRules() {
		return slo.Alerts.MinEvents
	}
	return slo.MinEvents()
}

// Burn is a burn rate in thousandths. At 1000 the error budget lasts exactly for the
// period.
type Burn int64

// steady is the burn rate at which the error budget lasts exactly for the period.
const steady Burn = 1000

// String returns the decimal, e.g. "14.4".
func (b Burn) String() string {
	text := strconv.FormatInt(int64(b/steady), 10)
	if rest := b % steady; rest != 0 {
		text += "." + strings.TrimRight(strconv.FormatInt(int64(steady+rest), 10)[1:], "0")
	}
	return text
}

// Float returns the burn rate as the nearest float64.
func (b Burn) Float() float64 { return float64(b) / float64(steady) }

// longestSelector is the longest look-back of Cloud Monitoring's selector for burn rates.
const longestSelector = 24 * time.Hour

// Selectable reports whether Cloud Monitoring's selector for burn rates can look back
// over the whole tier.
func (t Tier) Selectable() bool { return t.Over <= longestSelector }

// countsEvents reports whether the ratio of bad events over any time can be computed from
// counters: the SLO is a ratio, or a cut at bounds of its view.
func (slo *SLO) countsEvents() bool {
	return slo.SLI.Ratio != nil || slo.SLI.Cut != nil && slo.SLI.Cut.atBounds()
}

// atBounds reports whether buckets count the good values exactly.
func (cut *Cut) atBounds() bool {
	isBound := func(v float64) bool { return slices.Contains(cut.Selection.View.Bounds, v) }
	lowest, highest := cut.Min <= 0, math.IsInf(cut.Max, 1)
	return (lowest || isBound(cut.Min)) && (highest || isBound(cut.Max)) && !(lowest && highest)
}

// Computable reports whether Prometheus can compute the SLO from the metrics of the
// schema: it is not computed from Google's own metrics, and a cut is at bounds.
func (slo *SLO) Computable() bool {
	i := slo.SLI.ofEvents()
	return i.Basic == nil && (i.Cut == nil || i.Cut.atBounds())
}

// watches reports whether the tier has an alert policy in Cloud Monitoring.
func (slo *SLO) watches(t Tier) bool { return t.Selectable() || slo.countsEvents() }

// Watched returns the tiers that have an alert policy in Cloud Monitoring.
func (slo *SLO) Watched() []Tier {
	var watched []Tier
	if slo.Alerts == nil {
		return nil
	}
	for _, t := range slo.Alerts.Tiers {
		if slo.watches(t) {
			watched = append(watched, t)
		}
	}
	return watched
}

// Events returns the selections that together count all events, or the gauge of windows.
// There are none for Google's own metrics.
func (slo *SLO) Events() []*Selection {
	switch r := slo.Ratio(); {
	case r == nil:
	case r.Total != nil:
		return []*Selection{r.Total}
	case r.Good != nil && r.Bad != nil && r.Good.View == r.Bad.View:
		// One condition on the view. With two, a side that never had a point would
		// keep them from holding together.
		return []*Selection{{View: r.Good.View}}
	}
	return slo.Selections()
}

// Counted returns the indicator whose events can be counted, which may be inside windows,
// or nil.
func (slo *SLO) Counted() *SLI {
	i := slo.SLI.ofEvents()
	if i.Ratio == nil && i.Cut == nil {
		return nil
	}
	return &i
}

// MinEvents returns the minimum of events of the SLO's alert policies, or 0. A condition
// of Cloud Monitoring can only compare one sum, so there is none without a total.
func (slo *SLO) MinEvents() int {
	if r := slo.Ratio(); slo.Alerts == nil || r == nil || r.Total == nil {
		return 0
	}
	return slo.Alerts.MinEvents
}

// Absent returns after which time without data the SLO's alert policy fires, or 0.
func (slo *SLO) Absent() time.Duration {
	if slo.Alerts == nil || len(slo.Events()) == 0 {
		return 0
	}
	return slo.Alerts.Absent
}

// AlertConditions returns the number of conditions in all alert policies of the SLO.
// Google bills each.
func (slo *SLO) AlertConditions() int {
	n := 0
	for _, t := range slo.Watched() {
		n++
		if t.Selectable() && t.Short < t.Over {
			n++
		}
		if t.Selectable() && slo.MinEvents() > 0 {
			n++
		}
	}
	if slo.Absent() > 0 {
		n += len(slo.Events())
	}
	return n
}

// AlertsText describes the alerts of the SLO in one line, e.g. "page 1h/5m at 14.4 (2%),
// ticket 1d/2h at 3 (10%); 4 conditions". The percentage is the part of the error budget
// that is gone when the tier fires. The policies of Cloud Monitoring have the conditions,
// and only with policies are tiers without one told.
func (slo *SLO) AlertsText(policies bool) string {
	if slo.Alerts == nil {
		return "none"
	}
	var tiers, dropped []string
	for _, t := range slo.Alerts.Tiers {
		over := BriefDuration(t.Over)
		if t.Short < t.Over {
			over += "/" + BriefDuration(t.Short)
		}
		text := fmt.Sprintf("%s %s at %s (%s)", t.Severity, over, t.Burn, slo.Spent(t))
		if policies && !slo.watches(t) {
			text += " without a policy"
		}
		tiers = append(tiers, text)
	}
	for _, d := range slo.Alerts.Dropped {
		dropped = append(dropped, fmt.Sprintf("%s %s (%s)", d.Tier.Severity, BriefDuration(d.Tier.Over), d.Reason))
	}
	var parts []string
	if tiers != nil {
		parts = append(parts, strings.Join(tiers, ", "))
	}
	if dropped != nil {
		parts = append(parts, "dropped: "+strings.Join(dropped, ", "))
	}
	if slo.Absent() > 0 {
		parts = append(parts, "ticket after "+BriefDuration(slo.Absent())+" without data")
	}
	if policies {
		parts = append(parts, conditionCount(slo.AlertConditions()))
	}
	return strings.Join(parts, "; ")
}

func conditionCount(n int) string {
	if n == 1 {
		return "1 condition"
	}
	return fmt.Sprintf("%d conditions", n)
}
