package generator

import (
	"slices"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// A directPlanner settles one direct recorder, step by step.
type directPlanner struct {
	*planner
	recording
	views  []*schema.View      // in the order in which they are written
	tags   []*schema.Tag       // of the views, but those of the process
	places map[*schema.Tag]int // in tags
	vars   []string            // for the index of each tag; "" as long as none is needed
	plan   templates.DirectRecorder
}

// planDirect settles a recorder that writes to the series of its views.
func (p *planner) planDirect(r recording) *templates.DirectRecorder {
	d := directPlanner{planner: p, recording: r, views: p.written(r.measures), places: map[*schema.Tag]int{}}
	d.plan.Recorder = r.Recorder
	d.planTags()
	d.planRecordLimit()
	writes := d.planWrites()
	d.planIndices(writes)
	if r.For != "" {
		d.planBinding(writes)
	}
	d.planSteps(writes)
	d.planSpan(writes)
	return &d.plan
}

// planTags settles what is known of each tag that a view has.
func (d *directPlanner) planTags() {
	for i, t := range d.recording.tags {
		inView := func(v *schema.View) bool { return slices.Contains(v.Tags, t.Tag) }
		if t.Tag.From == schema.FromProcess || !slices.ContainsFunc(d.views, inView) {
			continue
		}
		d.places[t.Tag] = len(d.tags)
		d.tags = append(d.tags, t.Tag)
		d.plan.Tags = append(d.plan.Tags, d.indexedTag(t, d.args[i]))
	}
	d.vars = make([]string, len(d.tags))
}

// indexedTag settles where the value of a tag comes from; arg is its parameter
// or constant, if it has one.
func (p *planner) indexedTag(t *schema.EventTag, arg string) templates.IndexedTag {
	variable := p.names.tags.of(t.Tag.GoName)
	switch {
	case t.Tag.From == schema.FromContext:
		return templates.IndexedTag{Var: variable, Context: true}
	case t.Tag.Closed():
		return templates.IndexedTag{Closed: arg}
	case t.Text != nil:
		return templates.IndexedTag{Var: variable, Text: t.Text}
	case arg != "":
		return templates.IndexedTag{Var: variable, Open: arg}
	}
	return templates.IndexedTag{}
}

// planRecordLimit settles whether the views' limits hold for the record as a
// whole: if one of several views with open tags is past its limit, their open
// tags become "__other__" in all of them. A view alone sees to it itself.
func (d *directPlanner) planRecordLimit() {
	open := 0
	limit := templates.RecordLimit{Var: d.names.limits.of(d.goName), Recorder: d.Name, Tags: d.tagVars(d.tags)}
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

// planWrites settles what is written to each view's series.
func (d *directPlanner) planWrites() []templates.Write {
	var writes []templates.Write
	for _, v := range d.views {
		writes = append(writes, templates.Write{
			Set:   d.names.series.of(v.GoName),
			Kind:  aggregationName(v),
			Index: d.planIndex(v),
			Value: slices.Index(d.measures, v.Measure),
		})
	}
	return writes
}

// planIndex settles how the number of a view's series is made. What is absent
// adds nothing to it.
func (d *directPlanner) planIndex(v *schema.View) templates.Index {
	_, wide := v.Combinations()
	index := templates.Index{Keyed: whyKeyed(v) != "", Wide: wide}
	stride := uint64(1)
	for _, t := range v.Tags {
		if t.From == schema.FromProcess {
			continue
		}
		term := templates.Term{Tag: d.places[t], Stride: stride}
		if wide {
			term.Stride = 1
		}
		if wide || !d.absent(term) {
			index.Terms = append(index.Terms, term)
		}
		stride *= t.Cardinality() // of no use once it is wide
	}
	return index
}

// absent reports whether the recorder never has the tag of a term.
func (d *directPlanner) absent(t templates.Term) bool {
	return d.plan.Tags[t.Tag] == templates.IndexedTag{}
}

// planSpan gives a variable to the span of ctx if several views keep it.
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

// planIndices settles where the recorder has the indices of its tags.
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

// inArray puts all indices into one array.
func (d *directPlanner) inArray() templates.Indices {
	return templates.Indices{Array: d.scope.local("tags", setSuffix)}
}

// inVars puts each index that is wanted several times into a variable, which has
// the same name in each function.
func (d *directPlanner) inVars(terms []templates.Term) templates.Indices {
	in := templates.Indices{Vars: make([]string, len(d.tags))}
	wanted := make([]int, len(d.tags))
	for _, t := range terms {
		if wanted[t.Tag]++; wanted[t.Tag] != 2 || d.absent(t) {
			continue
		}
		if d.vars[t.Tag] == "" {
			d.vars[t.Tag] = d.scope.index(d.tags[t.Tag])
		}
		in.Vars[t.Tag] = d.vars[t.Tag]
	}
	return in
}
