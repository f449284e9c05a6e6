package schema

import (
	"math"
	"slices"

	"gopkg.in/yaml.v3"
)

// tooLarge is the magnitude from which recorders drop a float64. runtime/record has the
// same limit.
const tooLarge = 1e150

func (r *reader) readMeasures(f *fields) {
	for _, e := range f.elements("measures", "measure") {
		m := &Measure{Place: e.at, ID: e.id}
		r.readMeasure(m, e)
		r.measures[m.ID] = m
		r.measureIDs = append(r.measureIDs, m.ID)
		r.schema.Measures = append(r.schema.Measures, m)
	}
}

func (r *reader) readMeasure(m *Measure, e element) {
	marks := r.ofMeasure(m)
	f := r.section("measure", e.value, e.at, "measure "+quote(e.id))
	marks.scope = r.readScope(f, r.scope)
	m.Allows, m.Experimental = marks.scope.ofBreaking(), f.experimental(false)
	m.GoName = r.readGoName(f, e.goName())
	m.GoAliases = r.readGoAliases(f, m.GoName)
	f.fill(m)
	m.Owner = r.readOwner(f, r.schema.Owner)
	m.Name, marks.nameAt = r.readName(f, e)
	word := f.word("type")
	if word != "int64" {
		m.Type = Float64 // also if the type is not known, since every number is valid then
	}
	r.readUnit(f, m)
	if m.Existing = r.readReference(f); f.has("existing") || f.meant["existing"] {
		r.readExisting(f, m, word)
	} else {
		f.require("description")
	}
	r.readObserve(f, m)
	r.readConstant(f, m)
	var complete bool
	m.Tags, complete = r.readTagList(f, nil)
	marks.listed, marks.tagAt = map[*Tag]bool{}, f.tagPlaces(r)
	for _, t := range m.Tags {
		marks.listed[t] = true
	}
	marks.unread.tags = !complete || f.hides("tags")
	r.tagsUnread = r.tagsUnread || f.hides("tags")
	r.checkObservedTags(f, m)
	r.readGoMoved(f, m)
	r.readViews(f, m)
	r.checkUpDown(f, m)
	r.readForget(f, m)
	r.checkConstantTime(f, m)
}

// readName reads an element's exported name, to which the prefix is not added. It
// returns "" if the name is not known.
func (r *reader) readName(f *fields, e element) (string, Place) {
	switch {
	case f.has("name"):
		return f.text("name"), f.place("name")
	case e.bad || f.hides("name"):
		return "", e.at
	}
	return r.schema.Prefix + e.id, e.at
}

func (r *reader) readUnit(f *fields, m *Measure) {
	m.Unit = f.text("unit")
	if m.Unit == "" {
		return
	}
	if err := checkUnit(m.Unit); err != nil {
		r.report("unit", f.place("unit"), "%v", err)
		m.Unit = repairUnit(m.Unit)
	}
}

// readExisting compares the schema's facts about another package's measure with the
// known ones.
func (r *reader) readExisting(f *fields, m *Measure, valueType string) {
	const reason = "is only for measures that this package records; delete it, or delete \"existing\""
	f.notWith(reason, "constant", "exemplars")
	if !f.has("name") {
		m.Name = "" // the id is not the name of a measure of another package
	}
	if m.Existing == nil {
		return
	}
	known, ok := knownMeasure(m.Existing.Path, m.Existing.Name)
	if !ok {
		if !f.has("name") && !f.meant["name"] {
			r.report("missing-key", f.at, "%s needs the key \"name\": the name with which %s was created", f.what, m.Existing.Name)
		}
		return
	}
	check := func(key, said, actual string) {
		if f.has(key) && said != "" && said != actual {
			r.report("existing-mismatch", f.place(key), "%s is %q, but %s.%s has the %s %q; write the same %s", key, said, m.Existing.Path, m.Existing.Name, key, actual, key)
		}
	}
	check("name", m.Name, known.name)
	check("type", valueType, known.valueType.String())
	check("unit", m.Unit, known.unit)
	m.Name = known.name
	if m.Unit == "" {
		m.Unit = known.unit
	}
	if m.Description == "" {
		m.Description = known.description
	}
}

// readObserve reads whether functions return the measure's values at export. Such a
// measure has no records, so the keys for records are not allowed.
func (r *reader) readObserve(f *fields, m *Measure) {
	observe := false
	r.ofMeasure(m).unread.kind = f.hides("observe") || f.hides("existing") || f.has("existing") && m.Existing == nil ||
		r.fails(func() { observe = f.boolean("observe") })
	if f.has("existing") {
		f.notWith(`is only for measures of this package; delete it, or delete "existing"`, "observe")
		return // the rules of neither are checked, since either may be wrong
	}
	if m.Observe = observe; observe {
		f.notWith(`is only for measures that are recorded; delete it, or delete "observe"`, "constant", "exemplars")
	}
}

// checkObservedTags reports tags of an observed measure that come from a context, since
// there is none at export.
func (r *reader) checkObservedTags(f *fields, m *Measure) {
	if !m.Observe || len(m.Tags) == 0 {
		return
	}
	said := map[*Tag]bool{}
	for _, n := range f.entries["tags"].Content {
		t := r.tags[deref(n).Value]
		if t != nil && r.ofMeasure(m).listed[t] && t.From == FromContext && !said[t] {
			said[t] = true
			r.report("bad-value", place(deref(n)), "the tag %q comes from a context, and an observed measure is read without a context; delete the tag here, or delete \"observe\"", t.ID)
		}
	}
}

// readConstant reads the value of every record of a recorder without a value parameter.
func (r *reader) readConstant(f *fields, m *Measure) {
	n := f.entries["constant"]
	if n == nil && !f.hides("constant") {
		return
	}
	m.Constant = &Constant{}
	if n == nil {
		return
	}
	text, ok := r.scalar(n, "constant")
	if !ok {
		return
	}
	value, err := parseNumber(text)
	if err != nil {
		r.report("bad-number", place(n), "constant: %v", err)
		return
	}
	if m.Type == Int64 {
		if !value.IsInt() || !value.Num().IsInt64() {
			r.report("bad-number", place(n), "constant is %s, which an int64 cannot hold; write a whole number within ±9.2e18", clip(text))
			return
		}
		m.Constant.Int64 = value.Num().Int64()
		return
	}
	m.Constant.Float64, err = ratFloat(value)
	switch {
	case err != nil:
		r.report("bad-number", place(n), "constant: %v", err)
	case math.Abs(m.Constant.Float64) >= tooLarge:
		r.report("bad-number", place(n), "constant is %s, but values of 1e150 and more, or -1e150 and less, are dropped, because a distribution cannot hold their squares; write one closer to 0", clip(text))
	}
}

// checkConstantTime reports a constant that would always be dropped. For views that are
// sums, another check reports it.
func (r *reader) checkConstantTime(f *fields, m *Measure) {
	c := m.Constant
	if c == nil || c.Int64 >= 0 && c.Float64 >= 0 || r.ofMeasure(m).unread.kind || r.ofMeasure(m).unread.view || !m.Recorded() {
		return
	}
	said := func(v *View) bool { return v.Aggregation == Sum || v.Aggregation == unknownAggregation }
	if m.NonNegative() && !slices.ContainsFunc(m.Views, said) {
		r.report("bad-number", f.place("constant"), "constant is %s, but times below 0 are dropped, so nothing would be recorded; write 0 or more", f.written("constant"))
	}
}

// checkUpDown reports what an up-down count cannot have: keys for values that are recorded,
// and other aggregations.
func (r *reader) checkUpDown(f *fields, m *Measure) {
	if !m.UpDown {
		return
	}
	if !m.Observe && !f.has("existing") { // with these the aggregation is wrong
		f.notWith("is not for an up_down, to which each call adds an amount of its own; delete it, and pass the amount", "constant")
		f.notWith("is only for distributions, whose buckets have them, and this is an up_down; delete it", "exemplars")
	}
	for _, v := range m.Views {
		if v.Aggregation != UpDown && v.Aggregation != unknownAggregation {
			r.report("conflicting-keys", r.ofView(v).aggregationAt, "the view %q is %s, but the measure %q is counted up and down, so all of its views are; write up_down, or move the view to a measure of its own",
				owner(v.ID), v.Aggregation.inWords(), m.ID)
		}
	}
}

// readForget reads whether a function ends the series of the measure, and reports views whose
// series do not end.
func (r *reader) readForget(f *fields, m *Measure) {
	marks, forget := r.ofMeasure(m), false
	marks.unread.forget = f.hides("forget") || r.fails(func() { forget = f.boolean("forget") })
	if !forget {
		return
	}
	marks.forgetAt = f.place("forget")
	switch {
	case f.has("existing"):
		f.notWith("is only for measures that this package records; delete it, or delete \"existing\"", "forget")
		return
	case m.Observe:
		f.notWith("is for recorded measures: the series of an observed one end when \"stop\" is called; delete it", "forget")
		return
	case marks.unread.kind:
		return
	}
	m.Forget = true
	for _, v := range m.Views {
		switch {
		case v.Aggregation == unknownAggregation:
		case v.Aggregation != LastValue && v.Aggregation != UpDown:
			r.report("conflicting-keys", r.ofView(v).aggregationAt, "the view %q is %s, whose series never end, but the measure %q has \"forget\"; write last_value or up_down, move the view to a measure of its own, or delete \"forget\"",
				owner(v.ID), v.Aggregation.inWords(), m.ID)
		case v.ZeroRows:
			r.report("conflicting-keys", r.ofView(v).zeroAt, "the view %q has \"zero_rows\", with which series exist before their first record, but the measure %q has \"forget\", which ends them; delete one of the two",
				owner(v.ID), m.ID)
		}
	}
	if len(m.Views) > 0 && len(m.Forgets()) == 0 && !marks.unread.view && !marks.unread.tags {
		r.report("conflicting-keys", marks.forgetAt, "no view of the measure %q has all tags that a call gives, so \"forget\" would end nothing; add a view with all of them, or delete \"forget\"", owner(m.ID))
	}
}

// readTagList reads the tags of a measure or of a view. The tags of a view must be tags
// of its measure, and are all of them if the key is missing. It reports whether all
// tags are known.
func (r *reader) readTagList(f *fields, of *Measure) (tags []*Tag, complete bool) {
	if !f.has("tags") {
		if of == nil || f.hides("tags") {
			return nil, !f.hides("tags")
		}
		return of.Tags, !r.ofMeasure(of).unread.tags
	}
	var items []*yaml.Node
	complete = !r.fails(func() { items = r.texts(f.entries["tags"], "tags") })
	r.tagsUnread = r.tagsUnread || !complete
	listed := map[*Tag]bool{}
	for _, item := range items {
		t := r.tags[item.Value]
		if t != nil {
			r.ofTag(t).named = true
		}
		switch {
		case t == nil:
			if t = r.unknownTag(item); t == nil {
				complete = false
			} else if !listed[t] {
				listed[t] = true
				tags = append(tags, t)
			}
		case listed[t]:
			r.report("bad-value", place(item), "the tag %q is listed twice; delete one", t.ID)
		case of != nil && !r.ofMeasure(of).unread.tags && !r.ofMeasure(of).listed[t]:
			complete = false
			r.report("unknown-reference", place(item), "the measure %q has no tag %q%s", owner(of.ID), t.ID, r.tagHint(t.ID, of.Tags))
		default:
			listed[t] = true
			tags = append(tags, t)
		}
	}
	return tags, complete
}

// tagPlaces returns the first place of each declared tag in a list.
func (f *fields) tagPlaces(r *reader) map[*Tag]Place {
	at := map[*Tag]Place{}
	if !f.has("tags") {
		return at
	}
	for _, n := range slices.Backward(f.entries["tags"].Content) {
		if t := r.tags[deref(n).Value]; t != nil {
			at[t] = place(deref(n))
		}
	}
	return at
}

// unknownTag reports a tag that is not declared, and returns the tag that is probably
// meant. It returns nil if that is not known, so any tag may be meant.
func (r *reader) unknownTag(n *yaml.Node) *Tag {
	t := r.tags[r.unknown(place(n), "tag", n.Value, "tags", r.tagIDs)]
	if t == nil {
		r.tagsUnread = true
		return nil
	}
	r.ofTag(t).named = true
	return t
}

func ids(tags []*Tag) []string {
	var list []string
	for _, t := range tags {
		list = append(list, t.ID)
	}
	return list
}
