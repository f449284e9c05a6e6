package schema

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"gopkg.in/yaml.v3"
)

// An alertPlan holds the keys of alerts: of the schema, or of an SLO over them.
type alertPlan struct {
	tiers     []plannedTier // nil: those of the workbook
	minEvents int
	absent    time.Duration
	unread    bool // some keys could not be read
}

// A plannedTier is a tier of alerts.burn. Its burn rate may depend on the period of an
// SLO, so it is either the rate or the part of the budget.
type plannedTier struct {
	Tier
	rate, budget *big.Rat
}

// readAlerts reads the alerts of the schema. The SLOs are read later.
func (r *reader) readAlerts(f *fields) {
	r.alerts.unread = f.hides("alerts")
	if !f.has("alerts") {
		return
	}
	r.alertsAt = place(f.keys["alerts"])
	r.alerts.unread = r.fails(func() {
		af := r.section("alerts", f.entries["alerts"], r.alertsAt, "alerts")
		r.readAlertKeys(af, &r.alerts)
		if af.has("channels") {
			r.readAlertChannels(af)
		}
	})
}

// readAlertChannels reads the names of channels. They are resolved when the channels have
// been read.
func (r *reader) readAlertChannels(af *fields) {
	cf := r.section("alert_channels", af.entries["channels"], af.place("channels"), "channels")
	r.channelNames = map[string][]*yaml.Node{}
	for _, severity := range cf.section.names {
		if cf.has(severity) {
			r.channelNames[severity] = r.texts(cf.entries[severity], severity)
		}
	}
}

// readAlertKeys reads the keys that are present over those of the plan.
func (r *reader) readAlertKeys(f *fields, plan *alertPlan) {
	if f.has("burn") {
		plan.tiers = r.readTiers(f)
	}
	if f.has("min_events") {
		plan.minEvents = f.integer("min_events")
	}
	if f.has("absent") {
		plan.absent = r.readAbsent(f)
	}
}

// Limits of the API for the duration of a condition that data is absent.
const (
	minAbsent = 2 * time.Minute
	maxAbsent = 23*time.Hour + 30*time.Minute
)

func (r *reader) readAbsent(f *fields) time.Duration {
	d := r.readMinutes(f, "absent", "bad-number")
	if d != 0 && (d < minAbsent || d > maxAbsent) {
		r.report("bad-number", f.place("absent"), "absent is %s, and the Cloud Monitoring API allows 2m to 23h30m; write a duration such as 30m", f.written("absent"))
	}
	return d
}

// readMinutes reads a duration of whole minutes. It returns 0 after a problem.
func (r *reader) readMinutes(f *fields, key, rule string) time.Duration {
	if !f.has(key) {
		return 0
	}
	text, ok := r.scalar(f.entries[key], key)
	if !ok {
		return 0
	}
	d, err := parseLength(text)
	if err == nil && d%time.Minute != 0 {
		err = fmt.Errorf("%s must be whole minutes; write a duration such as 5m or 1h", quote(text))
	}
	if err != nil {
		r.report(rule, f.place(key), "%s: %v", key, err)
		return 0
	}
	return d
}

func (r *reader) readTiers(f *fields) []plannedTier {
	items := r.list(f.entries["burn"], "burn")
	if f.entries["burn"].Kind == yaml.SequenceNode && len(items) == 0 {
		r.report("tier", f.place("burn"), "burn has no tier; list one, or write \"alerts: none\" on the SLOs")
	}
	tiers := []plannedTier{}
	for _, item := range items {
		t := r.readTier(item)
		if slices.ContainsFunc(tiers, func(other plannedTier) bool {
			return t.Over != 0 && other.Over == t.Over && other.Severity == t.Severity
		}) {
			r.report("tier", t.Place, "there are two tiers of severity %s over %s; keep one", t.Severity, BriefDuration(t.Over))
			continue
		}
		tiers = append(tiers, t)
	}
	return tiers
}

func (r *reader) readTier(n *yaml.Node) plannedTier {
	f := r.section("tier", n, place(n), "a tier")
	t := plannedTier{Tier: Tier{Place: place(n), Severity: f.word("severity"), Over: r.readMinutes(f, "over", "tier")}}
	t.Short = (t.Over / shortPart).Truncate(time.Minute)
	if f.has("short") {
		t.Short = r.readMinutes(f, "short", "tier")
	}
	switch {
	case t.Over == 0 || f.has("short") && t.Short == 0:
	case t.Short > t.Over:
		r.report("tier", f.place("short"), "short is %s and must be at most over, %s; write a shorter one", f.written("short"), BriefDuration(t.Over))
	case t.Short == 0:
		r.report("tier", f.place("over"), "a twelfth of %s is less than a minute; give the tier a \"short\" of at least 1m", BriefDuration(t.Over))
	}
	f.exactlyOne("burn")
	if f.has("rate") {
		t.rate = r.readRate(f)
	}
	if f.has("budget") {
		t.budget = r.readBudget(f)
	}
	return t
}

// maxRate is the burn rate of a complete outage with the highest goal.
var maxRate = big.NewRat(10_000, 1)

func (r *reader) readRate(f *fields) *big.Rat {
	rate := r.factor(f.entries["rate"], "rate")
	if rate == nil {
		return nil
	}
	thousandths := new(big.Rat).Mul(rate, big.NewRat(int64(steady), 1))
	if rate.Sign() <= 0 || rate.Cmp(maxRate) > 0 || !thousandths.IsInt() {
		r.report("bad-number", f.place("rate"), "rate is %s and must be above 0 and at most 10000, with at most three decimals; write one such as 14.4", f.written("rate"))
		return nil
	}
	return rate
}

func (r *reader) readBudget(f *fields) *big.Rat {
	text, ok := r.scalar(f.entries["budget"], "budget")
	if !ok {
		return nil
	}
	part, err := parsePart(text)
	if err != nil {
		r.report("bad-number", f.place("budget"), "budget: %v", err)
		return nil
	}
	return part
}

// readSLOAlerts makes the alerts of an SLO: its own keys over those of the schema.
func (r *reader) readSLOAlerts(f *fields, slo *SLO) {
	plan, marks := r.alerts, r.ofSLO(slo)
	marks.alertsAt = slo.Place
	if n := f.entries["alerts"]; n != nil {
		marks.alertsAt = place(n)
		switch {
		case n.Kind == yaml.ScalarNode && !isNull(n) && n.Value == noAlerts:
			return
		case n.Kind == yaml.ScalarNode && !isNull(n):
			r.report("bad-value", place(n), "alerts is %s and must be \"none\" or a mapping, such as {min_events: 100}", quote(n.Value))
			plan.unread = true
		case r.fails(func() { r.readAlertKeys(r.section("slo_alerts", n, place(n), "alerts"), &plan) }):
			plan.unread = true
		}
	}
	if e := r.environment; e != nil && e.silent {
		return
	}
	slo.Alerts = &Alerts{MinEvents: plan.minEvents, Absent: plan.absent}
	marks.tiersUnread = plan.unread || f.hides("alerts") || marks.budget == nil || slo.PeriodDays() == 0 ||
		f.hides("windows") || slo.SLI.Windows != nil && slo.window() == 0
	if !marks.tiersUnread {
		r.makeTiers(slo, plan.tiers)
	}
}

// makeTiers makes the tiers of the workbook or the plan fit the SLO.
func (r *reader) makeTiers(slo *SLO, planned []plannedTier) {
	if planned == nil {
		slo.workbookTiers(r.ofSLO(slo).budget)
		return
	}
	for _, p := range planned {
		t := p.Tier
		if p.rate != nil {
			t.Burn = cut(p.rate)
		} else {
			t.Burn = cut(new(big.Rat).Mul(p.budget, slo.periods(t.Over)))
		}
		if t.Burn == 0 {
			r.report("tier", t.Place, "the budget of the tier %s is a burn rate below 0.001 for the SLO %q; write a larger budget, such as 5%%", t, slo.ID)
			r.ofSLO(slo).tiersUnread = true
			continue
		}
		if t.Over > time.Duration(slo.PeriodDays())*day {
			r.report("tier", t.Place, "a tier looks back over %s, and the period of the SLO %q is %dd; give the SLO \"alerts\" with shorter tiers", BriefDuration(t.Over), slo.ID, slo.PeriodDays())
			r.ofSLO(slo).tiersUnread = true
			continue
		}
		slo.addTier(t, false)
	}
}

// resolveChannels finds the channels that the alerts name. Each unknown one is reported
// once; if monitoring has none, only the first.
func (r *reader) resolveChannels() {
	if r.isBase() || r.environment != nil && r.environment.silent {
		return
	}
	channels := map[string]string{}
	var names []string
	for _, c := range r.schema.Monitoring.Channels {
		channels[c.Key] = c.Value
		names = append(names, c.Key)
	}
	r.schema.Channels = map[string][]string{}
	unknown := map[string]bool{}
	for _, severity := range []string{Page, Ticket} {
		for _, n := range r.channelNames[severity] {
			full, known := channels[n.Value]
			switch {
			case known:
				r.schema.Channels[severity] = append(r.schema.Channels[severity], full)
			case !unknown[n.Value] && !r.monitoringUnread && (names != nil || len(unknown) == 0):
				unknown[n.Value] = true
				r.report("channel-unknown", place(n), "%s has no channel %s%s", r.channelsOf(), quote(n.Value), r.channelHint(n.Value, names))
			}
		}
	}
}

func (r *reader) channelHint(name string, names []string) string {
	if _, hint := r.guess(name, names); hint != "" {
		return hint
	}
	return "; add a line such as \"channels: {pager: projects/shop/notificationChannels/1}\" to " + r.channelsOf()
}

// channelsOf names the section that has the channels.
func (r *reader) channelsOf() string {
	if r.environment != nil {
		return "the environment"
	}
	return "monitoring"
}
