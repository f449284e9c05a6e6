package schema

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

func (r *reader) readSLOs(f *fields) {
	// If the views of a measure could not be read, a view that is named may exist.
	r.viewsUnread = r.unread["measures"] || r.unread["views"] ||
		slices.ContainsFunc(r.schema.Measures, func(m *Measure) bool { return r.ofMeasure(m).unread.view })
	for _, e := range f.elements("slos", "slo") {
		slo := &SLO{Place: e.at, ID: e.id, ResourceID: strings.ReplaceAll(e.id, "_", "-")}
		r.readSLO(slo, e)
		r.schema.SLOs = append(r.schema.SLOs, slo)
	}
	if len(r.schema.SLOs) > 0 && !f.has("service") && !f.meant["service"] {
		r.report("missing-key", place(f.keys["slos"]), "SLOs need a service; add a line such as \"service: {id: shop, display_name: Shop}\"")
	}
}

func (r *reader) readSLO(slo *SLO, e element) {
	f := r.section("slo", e.value, e.at, "slo "+quote(e.id))
	r.ofSLO(slo).scope = r.readScope(f, r.scope)
	slo.Allows, slo.Experimental = r.ofSLO(slo).scope.ofBreaking(), f.experimental(false)
	switch {
	case !e.bad && !resourceID.MatchString(slo.ResourceID):
		r.report("bad-id", e.at, "the id %s has %d characters, and the Cloud Monitoring API allows 63; write a shorter id", quote(e.id), len(e.id))
	case slo.ResourceID == "service":
		r.report("bad-id", e.at, "an SLO cannot have the id \"service\", because service.json describes the service; choose another id")
	}
	goal := r.readFraction(f, "goal")
	r.ofSLO(slo).displayAt = f.place("display_name")
	slo.DisplayName = f.text("display_name")
	if r.environment != nil {
		goal = r.environment.setGoal(slo, goal)
	}
	if goal != nil {
		r.ofSLO(slo).budget = new(big.Rat).Sub(big.NewRat(1, 1), goal)
		slo.Goal, _ = goal.Float64()
		slo.GoalText = percent(goal)
	}
	r.readPeriod(f, slo)
	if !f.has("display_name") {
		slo.DisplayName = defaultDisplayName(slo)
	}
	failed := r.fails(func() {
		f.exactlyOne("form")
		slo.SLI = r.readSLI(f, slo)
	})
	r.ofSLO(slo).formUnread = failed || f.broken || f.strange
	slo.Labels = r.readUserLabels(f)
	slo.Owner = ownerIn(slo.Labels, r.inheritedOwner())
	f.fill(slo)
	r.ofSLO(slo).descriptionAt = f.place("description")
	r.readSLORunbook(f, slo)
	r.readSLOAlerts(f, slo)
}

// defaultDisplayName returns, for example, "Fast enough: 99%, rolling 28 days" for the
// id fast_enough.
func defaultDisplayName(slo *SLO) string {
	words := strings.ReplaceAll(slo.ID, "_", " ")
	if words != "" {
		words = strings.ToUpper(words[:1]) + words[1:]
	}
	switch {
	case slo.Calendar != "":
		return fmt.Sprintf("%s: %s, calendar %s", words, slo.GoalText, strings.ToLower(slo.Calendar))
	case slo.Days == 1:
		return fmt.Sprintf("%s: %s, rolling 1 day", words, slo.GoalText)
	}
	return fmt.Sprintf("%s: %s, rolling %d days", words, slo.GoalText, slo.Days)
}

func (r *reader) readFraction(f *fields, key string) *big.Rat {
	if !f.has(key) {
		return nil
	}
	return r.fraction(f.entries[key], key)
}

func (r *reader) fraction(n *yaml.Node, what string) *big.Rat {
	text, ok := r.scalar(n, what)
	if !ok {
		return nil
	}
	value, err := parseFraction(text)
	if err != nil {
		r.report("goal", place(n), "%s: %v", what, err)
		return nil
	}
	return value
}

func (r *reader) readPeriod(f *fields, slo *SLO) {
	f.exactlyOne("period")
	slo.Calendar = strings.ToUpper(f.word("calendar"))
	if !f.has("period") {
		return
	}
	text, ok := r.scalar(f.entries["period"], "period")
	if !ok {
		return
	}
	days, err := parseDays(text)
	if err != nil {
		r.report("period", f.place("period"), "period: %v", err)
	}
	slo.Days = days
}

// readSLI reads the form of an SLI. If there are several forms, it checks each.
func (r *reader) readSLI(f *fields, slo *SLO) SLI {
	var sli SLI
	if f.has("ratio") {
		sli.Ratio = r.readRatio(f.entries["ratio"], slo)
	}
	if f.has("distribution") {
		sli.Cut = r.readCut(f.entries["distribution"], slo)
	}
	if f.has("basic") {
		sli.Basic = r.readBasic(f.entries["basic"])
	}
	if f.has("windows") { // windows cannot contain windows
		sli.Windows = r.readWindows(f.entries["windows"], slo)
	}
	return sli
}
