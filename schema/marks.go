package schema

import "math/big"

// The model holds the meaning of a schema. Facts that only the reader and the rules
// need are in marks: one for each element, by its pointer. They are dropped with the
// reader.

type tagMarks struct {
	scope  *scope
	keyAt  Place // where the key is written
	utf8At Place // where utf8 is written
	named  bool  // a view, event or SLO names the tag, even wrongly, so it is not unused
	byText map[string]*Value
	sorted []string // the texts that can be recorded for a closed tag
	unread tagUnread
}

type measureMarks struct {
	scope    *scope
	nameAt   Place          // where the name is written
	forgetAt Place          // where forget is written
	listed   map[*Tag]bool  // the measure's tags
	tagAt    map[*Tag]Place // where each is listed
	unread   measureUnread
}

type viewMarks struct {
	scope         *scope
	nameAt        Place      // where the name is written
	untilAt       Place      // where the end of renamed_from is written
	zeroAt        Place      // where zero_rows is written
	boundsAt      Place      // where the bounds are written
	aggregationAt Place      // where the aggregation is written
	boundsKey     string     // the key before them: "buckets", or a shared set's id
	none          bool       // "buckets: none": a distribution of only count and sum
	exact         []*big.Rat // Bounds before rounding
	include       bool       // thresholds of SLOs are merged into Bounds
	bare          bool       // the bounds are written without units
	inherited     bool       // the description is the measure's
	unread        viewUnread
}

type sloMarks struct {
	scope         *scope
	displayAt     Place // where the display name is written
	descriptionAt Place // where the description is written
	alertsAt      Place // where the SLO's own alerts are written, or the SLO

	budget      *big.Rat // the part of events that may be bad; nil if it is not known
	tiersUnread bool     // the tiers are not known
	formUnread  bool     // the indicator is not known
}

type cutMarks struct {
	minAt, maxAt       Place
	exactMin, exactMax *big.Rat // nil for an infinity and for a default
}

// marks are the marks of all elements of one type.
type marks[Element, Marks any] map[*Element]*Marks

// of returns the marks of an element. A new element has empty marks.
func (all marks[Element, Marks]) of(e *Element) *Marks {
	if all[e] == nil {
		all[e] = new(Marks)
	}
	return all[e]
}

func (r *reader) ofTag(t *Tag) *tagMarks             { return r.tagMarks.of(t) }
func (r *reader) ofMeasure(m *Measure) *measureMarks { return r.measureMarks.of(m) }
func (r *reader) ofView(v *View) *viewMarks          { return r.viewMarks.of(v) }
func (r *reader) ofSLO(slo *SLO) *sloMarks           { return r.sloMarks.of(slo) }
func (r *reader) ofCut(c *Cut) *cutMarks             { return r.cutMarks.of(c) }
