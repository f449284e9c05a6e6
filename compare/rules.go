package compare

import (
	"fmt"
	"slices"

	"github.com/ocgen/ocgen/schema"
)

// A rule is a row of [schema.BreakingRules] with its check.
type rule struct {
	schema.BreakingRule
	check func(*checker)
}

// checks has the check of each row, by id.
var checks = map[string]func(*checker){
	"metric-removed":      checkMetricRemoved,
	"metric-type":         checkMetricType,
	"overlap-type":        checkOverlapType,
	"metric-meaning":      checkMetricMeaning,
	"metric-unit":         checkMetricUnit,
	"label-removed":       checkLabelRemoved,
	"label-renamed":       checkLabelRenamed,
	"label-added":         checkLabelAdded,
	"value-removed":       checkValueRemoved,
	"tag-closed":          checkTagClosed,
	"tag-opened":          checkTagOpened,
	"catch-all-changed":   checkCatchAll,
	"bound-lowered":       checkBoundLowered,
	"buckets-changed":     checkBuckets,
	"resource-changed":    checkResource,
	"environment-removed": checkEnvironmentRemoved,
	"recorder-direct":     checkRecorder,
	"slo-removed":         checkSLORemoved,
	"slo-service":         checkService,
	"slo-period":          checkPeriod,
	"slo-indicator":       checkIndicator,
	"slo-goal":            checkGoal,
	"alert-removed":       checkAlertRemoved,
	"alert-changed":       checkAlertChanged,
	"api-removed":         checkAPIRemoved,
	"api-changed":         checkAPIChanged,
	"api-silent":          checkAPISilent,
	"api-package":         checkPackage,
	"metric-added":        checkMetricAdded,
	"value-added":         checkValueAdded,
	"slo-added":           checkSLOAdded,
	"metric-moved":        checkMetricMoved,
	"description-changed": checkDescription,
	"series-growth":       checkSeriesGrowth,
	"idle-allow":          checkIdleAllows,
}

// rules returns the rows in their order. The row that looks for idle allowances is the
// last, since the others use them.
func rules() []rule {
	var all []rule
	for _, row := range schema.BreakingRules() {
		all = append(all, rule{row, checks[row.ID]})
	}
	return all
}

// neverLess are the rules whose findings the stability of an element does not change:
// points are refused for good, or wrong data is recorded.
var neverLess = []string{"metric-type", "overlap-type", "api-silent"}

// A checker applies one rule.
type checker struct {
	*comparison
	row schema.BreakingRule
}

// A subject is an element that a finding is about.
type subject struct {
	file         *File        // where the finding stands; a file of the base if it is gone
	place        schema.Place // in file
	was          *File        // the file of the element in the base; nil if it is new
	wasAt        schema.Place // in was
	gone         bool         // the message says where the element was
	allows       [][]schema.Allowance
	experimental bool // in the base, whose users relied on it
	metric, slo  string
}

// problem reports a finding with the severity of the row.
func (c *checker) problem(s subject, format string, args ...any) {
	c.report(c.row.Severity, s, format, args...)
}

// report reports a finding, unless "allow" silences it. The change of an experimental
// element is a note.
func (c *checker) report(severity schema.Severity, s subject, format string, args ...any) {
	if c.row.Allowable && c.allowed(s) {
		return
	}
	if s.experimental && !slices.Contains(neverLess, c.row.ID) {
		severity = schema.Info
	}
	f := Finding{
		File: s.file.Name, Place: s.place, Severity: severity, Rule: c.row.ID, Class: c.row.Class,
		Message: fmt.Sprintf(format, args...), Metric: s.metric, SLO: s.slo,
	}
	if s.was != nil {
		f.Base = &Position{s.was.Path, s.wasAt}
	}
	if s.gone {
		f.Message += fmt.Sprintf(" (was %s:%d)", s.was.Schema.File, s.wasAt.Line)
	}
	c.found = append(c.found, f)
}

// allowed reports whether the element, or one around it, silences the rule.
func (c *checker) allowed(s subject) bool {
	for _, list := range s.allows {
		for _, a := range list {
			if a.Rule == c.row.ID {
				c.used[usedAllowance{s.file, a.Place}] = true
				return true
			}
		}
	}
	return false
}

// ofMetric is the subject of a metric that both sides have.
func ofMetric(p metricPair) subject {
	v := p.is.view
	return subject{
		file: p.is.file, place: v.Place, was: p.was.file, wasAt: p.was.view.Place,
		allows:       [][]schema.Allowance{v.Allows, v.Measure.Allows, p.is.file.Schema.Allows},
		experimental: p.was.view.Experimental, metric: p.is.name,
	}
}

// ofTag is the subject of a tag that both sides have.
func ofTag(p tagPair) subject {
	return subject{
		file: p.isIn, place: p.is.Place, was: p.wasIn, wasAt: p.was.Place,
		allows:       [][]schema.Allowance{p.is.Allows, p.isIn.Schema.Allows},
		experimental: p.was.Experimental,
	}
}

// ofSLO is the subject of an SLO that both sides have.
func ofSLO(p sloPair) subject {
	return subject{
		file: p.is.file, place: p.is.Place, was: p.was.file, wasAt: p.was.Place,
		allows:       [][]schema.Allowance{p.is.Allows, p.is.file.Schema.Allows},
		experimental: p.was.Experimental, slo: p.is.ID,
	}
}

// ofSection is the subject of a top-level section of two files.
func ofSection(was, is *File, section string) subject {
	return subject{
		file: is, place: is.section(section), was: was, wasAt: was.section(section),
		allows: [][]schema.Allowance{is.Schema.Allows},
	}
}

// ofGone is the subject of an element that now has no more. Its place is its section in
// the file of now, or if the file is gone too, its place in the base.
func (c *comparison) ofGone(was *File, at schema.Place, section string) subject {
	is := c.partner[was]
	if is == nil {
		return subject{file: was, place: at, was: was, wasAt: at, gone: true}
	}
	s := ofSection(was, is, section)
	s.wasAt, s.gone = at, true
	return s
}

// section returns the place of a top-level section, or the start of the file.
func (f *File) section(name string) schema.Place {
	if at, ok := f.Schema.Sections[name]; ok {
		return at
	}
	return schema.Place{Line: 1, Col: 1}
}

// checkIdleAllows notes entries of "allow" that silenced nothing.
func checkIdleAllows(c *checker) {
	for _, f := range c.now {
		for _, a := range allowances(f.Schema) {
			if !c.used[usedAllowance{f, a.Place}] {
				c.problem(subject{file: f, place: a.Place}, "\"allow: %s\" silences nothing in this comparison", a.Rule)
			}
		}
	}
}

// allowances returns the entries of all elements.
func allowances(s *schema.Schema) []schema.Allowance {
	all := slices.Clone(s.Allows)
	for _, t := range s.Tags {
		all = append(all, t.Allows...)
	}
	for _, m := range s.Measures {
		all = append(all, m.Allows...)
		for _, v := range m.Views {
			all = append(all, v.Allows...)
		}
	}
	for _, e := range s.Events {
		all = append(all, e.Allows...)
	}
	for _, o := range s.SLOs {
		all = append(all, o.Allows...)
	}
	return all
}
