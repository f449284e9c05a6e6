package generator

import (
	"time"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// planSLOs plans the SLOs that the package returns as values.
func planSLOs(s *schema.Schema) []templates.GoSLO {
	var all []templates.GoSLO
	for _, o := range s.SLOs {
		all = append(all, templates.GoSLO{
			ID:          o.ID,
			DisplayName: o.DisplayName,
			Goal:        o.Goal,
			Days:        o.Days,
			Calendar:    o.Calendar,
			SLI:         goSLI(o.SLI),
			Alerts:      goAlerts(s, o),
		})
	}
	return all
}

// goAlerts returns nil for an SLO whose alerts are not written, so that a schema without
// alerts needs no newer runtime.
func goAlerts(s *schema.Schema, o *schema.SLO) *templates.GoAlerts {
	if !s.GeneratesAlerts() || o.Alerts == nil || len(o.Alerts.Tiers) == 0 {
		return nil
	}
	a := &templates.GoAlerts{MinEvents: s.EventsNeeded(o)}
	for _, t := range o.Alerts.Tiers {
		a.Tiers = append(a.Tiers, templates.GoTier{Severity: t.Severity, Over: goLength(t.Over), Short: goLength(t.Short), Burn: t.Burn.Float()})
	}
	return a
}

func goLength(d time.Duration) templates.GoLength {
	unit, units := duration(d)
	return templates.GoLength{Unit: unit, Units: units}
}

func goSLI(i schema.SLI) templates.GoSLI {
	return templates.GoSLI{Ratio: goRatio(i.Ratio), Cut: goCut(i.Cut), Windows: goWindows(i.Windows), Basic: goBasic(i.Basic)}
}

func goRatio(r *schema.Ratio) *templates.GoRatio {
	if r == nil {
		return nil
	}
	part := func(sel *schema.Selection) *templates.GoSelection {
		if sel == nil {
			return nil
		}
		g := goSelection(*sel)
		return &g
	}
	return &templates.GoRatio{Good: part(r.Good), Bad: part(r.Bad), Total: part(r.Total)}
}

func goSelection(sel schema.Selection) templates.GoSelection {
	g := templates.GoSelection{Metric: sel.View.SLOName(), Unit: sel.View.Unit()}
	for _, c := range sel.Where {
		g.Where = append(g.Where, templates.GoCondition{
			Key:      c.Tag.Key,
			Op:       [...]string{schema.AnyOf: "AnyOf", schema.Not: "Not"}[c.Op],
			Values:   c.Values,
			Prefixes: c.Prefixes,
		})
	}
	return g
}

func goCut(c *schema.Cut) *templates.GoCut {
	if c == nil {
		return nil
	}
	return &templates.GoCut{Selection: goSelection(c.Selection), Min: c.Min, Max: c.Max}
}

func goRange(r *schema.MetricRange) *templates.GoCut {
	if r == nil {
		return nil
	}
	return &templates.GoCut{Selection: goSelection(r.Selection), Min: r.Min, Max: r.Max}
}

func goWindows(w *schema.Windows) *templates.GoWindows {
	if w == nil {
		return nil
	}
	g := &templates.GoWindows{
		Threshold: w.Threshold,
		SLI:       goSLI(w.SLI),
		Mean:      goRange(w.Mean),
		Sum:       goRange(w.Sum),
	}
	g.Unit, g.Units = duration(w.Length)
	return g
}

func goBasic(b *schema.Basic) *templates.GoBasic {
	if b == nil {
		return nil
	}
	g := &templates.GoBasic{Availability: b.Availability, Methods: b.Methods, Locations: b.Locations, Versions: b.Versions}
	g.Unit, g.Units = duration(b.Latency)
	return g
}

// duration returns a duration as a multiple of a constant of package time. The constant
// is "" for a nanosecond.
func duration(d time.Duration) (unit string, units int) {
	unit, units = timeUnit(d)
	if unit == "" {
		units = int(d)
	}
	return unit, units
}
