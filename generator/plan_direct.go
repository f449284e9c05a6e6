package generator

import (
	"slices"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// A directPlanner plans one direct recorder, step by step.
type directPlanner struct {
	*planner
	recording
	views  []*schema.View  // in the order in which they are written
	tags   []roleTag       // of the views, without process tags
	places map[roleTag]int // in tags
	vars   []string        // for the index of each tag; "" if none is needed
	plan   templates.DirectRecorder
}

// planDirect plans a recorder that writes to the series of its views.
func (p *planner) planDirect(r recording) *templates.DirectRecorder {
	d := directPlanner{planner: p, recording: r, views: p.written(r.measures), places: map[roleTag]int{}}
	d.plan.Recorder, d.plan.OTel = r.Recorder, p.otel
	d.planTags()
	d.planRecordLimit()
	writes := d.planWrites()
	d.planIndices(writes)
	if r.For != "" {
		d.planBinding(writes)
	}
	d.planSteps(writes)
	d.planSpan(writes)
	d.checkTogether()
	return &d.plan
}

// planTags plans each tag that a view has.
func (d *directPlanner) planTags() {
	for i, t := range d.recording.tags {
		for _, ends := range []bool{false, true} {
			tag := roleTag{t.Tag, ends}
			inView := func(v *schema.View) bool { return slices.Contains(v.Tags, t.Tag) && role(v, t.Tag) == tag }
			if t.Tag.From == schema.FromProcess || !slices.ContainsFunc(d.views, inView) {
				continue
			}
			d.places[tag] = len(d.tags)
			d.tags = append(d.tags, tag)
			d.plan.Tags = append(d.plan.Tags, d.indexedTag(t, tag, d.args[i]))
		}
	}
	d.vars = make([]string, len(d.tags))
}

// indexedTag plans the source of a tag's value. arg is its parameter or constant, if it
// has one.
func (p *planner) indexedTag(t *schema.EventTag, tag roleTag, arg string) templates.IndexedTag {
	variable := p.tagVar(tag)
	switch {
	case t.Tag.From == schema.FromContext:
		return templates.IndexedTag{Var: variable, Context: true, Ends: tag.ends}
	case t.Param() && t.Tag.Closed():
		return templates.IndexedTag{Closed: arg, Param: true, Listed: len(t.Tag.Values), Optional: t.Tag.Optional}
	case t.Tag.Closed():
		return templates.IndexedTag{Closed: arg}
	case t.Text != nil:
		return templates.IndexedTag{Var: variable, Text: t.Text, Ends: tag.ends}
	case arg != "":
		return templates.IndexedTag{Var: variable, Open: arg, Ends: tag.ends}
	}
	return templates.IndexedTag{}
}

// planRecordLimit plans whether the limits of the views apply to the record as a whole.
// If one of several views with open tags has reached its limit, their open tags become
// "__other__" in all of them. A single view needs no common limit.
func (d *directPlanner) planRecordLimit() {
	open := 0
	limit := templates.RecordLimit{Var: d.names.limits.of(d.goName), Recorder: d.Name}
	for _, t := range d.tags {
		limit.Tags = append(limit.Tags, d.tagVar(t))
	}
	for _, v := range d.views {
		if v.HasOpen() {
			open++
		}
		if maxSeries(v) > 0 {
			limit.Sets = append(limit.Sets, d.names.series.of(v.GoName))
		}
	}
	if open > 1 && len(limit.Sets) > 0 {
		d.plan.Limit = &limit
	}
}

// planWrites plans the writes to each view's series.
func (d *directPlanner) planWrites() []templates.Write {
	var writes []templates.Write
	for _, v := range d.views {
		writes = append(writes, templates.Write{
			Set:      d.names.series.of(v.GoName),
			Kind:     aggregationName(v),
			ZeroRows: v.ZeroRows,
			Index:    d.planIndex(v),
			Value:    slices.Index(d.measures, v.Measure),
		})
	}
	return writes
}

// planIndex plans the computation of a series' number in a view. An absent tag adds
// nothing to it.
func (d *directPlanner) planIndex(v *schema.View) templates.Index {
	_, wide := combinations(v)
	index := templates.Index{Keyed: whyKeyed(v) != "", Wide: wide}
	stride := uint64(1)
	for _, t := range v.Tags {
		if t.From == schema.FromProcess {
			continue
		}
		tag := role(v, t)
		term := templates.Term{Tag: d.places[tag], Stride: stride}
		if wide {
			term.Stride = 1
		}
		if wide || !d.absent(term) {
			index.Terms = append(index.Terms, term)
		}
		stride *= tag.indices() // not used in a wide index
	}
	return index
}

// absent reports whether the tag of a term is never present in the recorder.
func (d *directPlanner) absent(t templates.Term) bool {
	return d.plan.Tags[t.Tag] == templates.IndexedTag{}
}

// planSpan plans a variable for the span of ctx if several views keep the span.
func (d *directPlanner) planSpan(writes []templates.Write) {
	kept := 0
	for _, w := range writes {
		if w.Kind == "Distribution" {
			kept++
		}
	}
	if d.Exemplars && kept > 1 {
		d.plan.Span = d.scope.local("span", "Span")
	}
}

// planIndices plans where the recorder keeps the indices of its tags.
func (d *directPlanner) planIndices(writes []templates.Write) {
	if d.plan.Limit != nil {
		d.plan.Indices = d.inArray()
		return
	}
	var terms []templates.Term
	for _, w := range writes {
		terms = append(terms, w.Index.Terms...)
	}
	d.plan.Indices = d.inVars(terms)
}

// checkTogether plans one condition that checks all closed tags of a record. Otherwise each tag
// has its own check, with a call for a value out of range. Around each call the compiler stores
// the indices that it has computed, and the atomic operation of the record waits for these stores.
//
// It does so only if several closed tags are parameters and no other tag needs a call. There must
// be no check of a number between the writes either: the tags of a refused number are not
// counted, so each write must compute its indices after the check.
func (d *directPlanner) checkTogether() {
	guarded := func(s templates.Step) bool { return s.Check != nil || s.Verdict != "" }
	if d.plan.Limit != nil || slices.ContainsFunc(d.plan.Steps, guarded) {
		return
	}
	var closed []int
	for i, t := range d.plan.Tags {
		switch {
		case t.Param:
			closed = append(closed, i)
		case t.Closed == "" && t != templates.IndexedTag{}:
			return
		}
	}
	if len(closed) < 2 {
		return
	}
	d.plan.Indices.Together = true
	for _, i := range closed {
		d.plan.Indices.Vars[i] = d.indexVar(i)
	}
}

// indexVar returns the name of the variable for the index of a tag.
func (d *directPlanner) indexVar(tag int) string {
	if d.vars[tag] == "" {
		d.vars[tag] = d.scope.index(d.tags[tag])
	}
	return d.vars[tag]
}

// inArray plans one array for all indices.
func (d *directPlanner) inArray() templates.Indices {
	return templates.Indices{Array: d.scope.local("tags", setSuffix)}
}

// inVars plans a variable for each index that is used several times. It has the same
// name in each function.
func (d *directPlanner) inVars(terms []templates.Term) templates.Indices {
	in := templates.Indices{Vars: make([]string, len(d.tags))}
	wanted := make([]int, len(d.tags))
	for _, t := range terms {
		if wanted[t.Tag]++; wanted[t.Tag] != 2 || d.absent(t) {
			continue
		}
		in.Vars[t.Tag] = d.indexVar(t.Tag)
	}
	return in
}
