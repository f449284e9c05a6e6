package schema

import (
	"fmt"
	"slices"
	"strings"
)

// A Note is information about a schema that is neither an error nor a warning.
type Note struct {
	Place Place
	Text  string // one line
}

// Notes returns the schema's notes in source order.
func (s *Schema) Notes() []Note {
	var notes []Note
	for _, slo := range s.SLOs {
		if r := slo.Ratio(); r != nil && r.Bad != nil && r.Total != nil {
			notes = append(notes, forgottenOutcomes(slo, r)...)
		}
	}
	return notes
}

// forgottenOutcomes notes each tag whose zero value counts as good. A recorder that is
// called without a value records "__invalid__", which is in the total and which "bad"
// does not select. It is no warning, because the schema of ocgen init has such a ratio,
// and most programs always pass the value.
func forgottenOutcomes(slo *SLO, r *Ratio) []Note {
	var notes []Note
	for _, c := range r.Bad.Where {
		t := c.Tag
		required := t.Closed() && !t.Optional && t.From == FromCall && t.CatchAll == nil
		if !required || r.Bad.View.Measure.Existing != nil || c.meets(invalidValue) || !selects(r.Total, t, invalidValue) {
			continue
		}
		notes = append(notes, Note{c.Place, fmt.Sprintf(
			"slo %q: a record without a listed value of %q gets the value %s; \"bad\" does not select it, so the record counts as good; give the tag a \"catch_all\" that counts as bad, or write \"good\" instead of \"bad\"%s",
			slo.ID, t.ID, invalidValue, notCure(c))})
	}
	return notes
}

// selects reports whether time series with that value of the tag are selected, for some
// values of the other tags.
func selects(s *Selection, t *Tag, value string) bool {
	return !slices.ContainsFunc(s.Where, func(c Condition) bool { return c.Tag == t && !c.meets(value) })
}

// meets reports whether a value meets the condition.
func (c Condition) meets(value string) bool {
	return slices.ContainsFunc(c.ranges(), func(r textRange) bool {
		return r.from <= value && (r.to == "" || value < r.to)
	})
}

// notCure returns the condition that selects the good values, if it is short.
func notCure(c Condition) string {
	const most = 4
	var good []string
	for _, value := range slices.DeleteFunc(c.Tag.Texts(), c.meets) {
		if !idPattern.MatchString(value) || slices.Contains(wordsToQuote, strings.ToLower(value)) {
			value = quote(value)
		}
		good = append(good, value)
	}
	switch {
	case len(good) == 0 || len(good) > most:
		return ""
	case len(good) == 1:
		return fmt.Sprintf(", or %s: {not: %s}", c.Tag.ID, good[0])
	}
	return fmt.Sprintf(", or %s: {not: [%s]}", c.Tag.ID, strings.Join(good, ", "))
}
