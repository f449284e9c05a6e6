package schema

import "math/big"

// The model holds what a schema means. What only the reader and the rules need stands
// beside it, in marks: one for each element, under its pointer. They go with the reader
// when the schema is read.

type tagMarks struct {
	scope  *scope
	keyAt  Place // where the key is written
	utf8At Place // where utf8 is asked for
	named  bool  // by a view, event or SLO, be it in vain: it is not unused
	byText map[string]*Value
	sorted []string // what a closed tag may be recorded with
	unread tagUnread
}

type measureMarks struct {
	scope  *scope
	nameAt Place          // where the name is written
	listed map[*Tag]bool  // the measure's tags
	tagAt  map[*Tag]Place // where each is listed
	unread measureUnread
}

type viewMarks struct {
	scope     *scope
	nameAt    Place      // where the name is written
	zeroAt    Place      // where the zero rows are asked for
	boundsAt  Place      // where the bounds are written
	boundsKey string     // the key before them: "buckets", or a shared set's id
	none      bool       // "buckets: none": a distribution of count and sum alone
	exact     []*big.Rat // Bounds before rounding
	include   bool       // thresholds of SLOs are merged into Bounds
	bare      bool       // the bounds are written without units
	inherited bool       // the description is the measure's
	unread    viewUnread
}

type sloMarks struct {
	scope     *scope
	displayAt Place // where the display name is written
}

type cutMarks struct {
	minAt, maxAt       Place
	exactMin, exactMax *big.Rat // nil for an infinity and for a default
}

// marks are the marks of all elements of one type.
type marks[Element, Marks any] map[*Element]*Marks

// of returns an element's marks, which are empty at first.
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
