package compare

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ocgen/ocgen/schema"
)

// An alert is an alert of an SLO, as far as people depend on it.
type alert struct {
	name  string // e.g. "page-1h", or "page-1h in Prometheus"
	fires string // e.g. "at 14.4 over 1h and 5m"
	tells []string
}

// alertsOf returns the alerts that are generated for an SLO: policies of Cloud Monitoring,
// and those of Prometheus.
func alertsOf(s *schema.Schema, id string) []alert {
	o := sloIn(s, id)
	return append(policiesOf(s, o), rulesOf(s, o)...)
}

func policiesOf(s *schema.Schema, o *schema.SLO) []alert {
	if s.Generate.Path("alerts") == "" && s.Generate.Path("terraform") == "" {
		return nil
	}
	var all []alert
	for _, t := range o.Watched() {
		all = append(all, alert{t.Severity + "-" + schema.BriefDuration(t.Over), fires(t, o.MinEvents()), s.Channels[t.Severity]})
	}
	if o.Absent() > 0 {
		all = append(all, alert{schema.Ticket + "-absent", firesWithout(o.Absent()), s.Channels[schema.Ticket]})
	}
	return all
}

// rulesOf returns the tiers that alerts of Prometheus have. Labels say who is told.
func rulesOf(s *schema.Schema, o *schema.SLO) []alert {
	if s.Generate.Path("prometheus") == "" || o.Alerts == nil || !o.Computable() {
		return nil
	}
	const in = " in Prometheus"
	events := o.Alerts.MinEvents
	if o.Counted() == nil {
		events = 0
	}
	var all []alert
	for _, t := range o.Alerts.Tiers {
		all = append(all, alert{t.Severity + "-" + schema.BriefDuration(t.Over) + in, fires(t, events), nil})
	}
	if o.Alerts.Absent > 0 {
		all = append(all, alert{schema.Ticket + "-absent" + in, firesWithout(o.Alerts.Absent), nil})
	}
	return all
}

// fires says when a tier fires, with a minimum of events, or 0.
func fires(t schema.Tier, events int) string {
	text := fmt.Sprintf("at %s over %s", t.Burn, schema.BriefDuration(t.Over))
	if t.Short < t.Over {
		text += " and " + schema.BriefDuration(t.Short)
	}
	if events > 0 {
		text += fmt.Sprintf(" with at least %d events", events)
	}
	return text
}

func firesWithout(data time.Duration) string {
	return "after " + schema.BriefDuration(data) + " without data"
}

// now returns the alert of the same name. A tier is named by its severity and its long
// look-back.
func (a alert) now(all []alert) (alert, bool) {
	i := slices.IndexFunc(all, func(is alert) bool { return is.name == a.name })
	if i < 0 {
		return alert{}, false
	}
	return all[i], true
}

func checkAlertRemoved(c *checker) {
	for _, p := range c.slos {
		s := ofSLO(p)
		s.gone = true
		c.inEach(s, writtenEnvironments(p.was.file, p.is.file), func(e environmentPair) (gone []string) {
			is := alertsOf(e.is, p.is.ID)
			for _, was := range alertsOf(e.was, p.was.ID) {
				if _, ok := was.now(is); !ok {
					gone = append(gone, fmt.Sprintf("the SLO %q had the alert %q, which fired %s; it is no longer generated: restore it under \"alerts\" or \"generate\", or write \"allow: [alert-removed]\"", p.is.ID, was.name, was.fires))
				}
			}
			return gone
		})
	}
}

func checkAlertChanged(c *checker) {
	for _, p := range c.slos {
		c.inEach(ofSLO(p), writtenEnvironments(p.was.file, p.is.file), func(e environmentPair) (changed []string) {
			unknown := e.name == "" && e.is.Environments != nil // only environments have channels
			now := alertsOf(e.is, p.is.ID)
			for _, was := range alertsOf(e.was, p.was.ID) {
				is, ok := was.now(now)
				if !ok {
					continue
				}
				if was.fires != is.fires {
					changed = append(changed, fmt.Sprintf("the alert %q of the SLO %q fired %s and fires %s", was.name, p.is.ID, was.fires, is.fires))
				}
				if !unknown && !slices.Equal(sortedTexts(was.tells), sortedTexts(is.tells)) {
					changed = append(changed, fmt.Sprintf("the alert %q of the SLO %q told %s and tells %s", was.name, p.is.ID, told(was.tells), told(is.tells)))
				}
			}
			return changed
		})
	}
}

func told(channels []string) string {
	if len(channels) == 0 {
		return "nobody"
	}
	return strings.Join(channels, ", ")
}
