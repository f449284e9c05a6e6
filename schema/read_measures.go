package schema

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

const (
	defaultMaxSeries = 10_000
	mostMaxSeries    = 100_000_000
)

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
	start := r.errors
	f := r.fields(e.value, e.at, "measure "+quote(e.id),
		"description", "type", "unit", "tags", "constant", "exemplars", "views",
		"aggregation", "buckets", "max_series", "name", "existing", "go", "deprecated", "allow")
	m.scope = r.readScope(f, r.schema.scope)
	m.GoName = r.readGoName(f, goName(m.ID))
	m.Description = f.description("description")
	m.Deprecated = f.description("deprecated")
	m.Name, m.nameAt = r.readName(f, e)
	f.require("type", "unit")
	word := f.choice("type", "int64", "float64")
	if word != "int64" {
		m.Type = Float64 // also when it is not known: every number fits
	}
	r.readUnit(f, m)
	if m.Existing = r.readReference(f); f.has("existing") || f.meant["existing"] {
		r.readExisting(f, m, word)
	} else {
		f.require("description")
	}
	m.Exemplars = f.boolean("exemplars")
	r.readConstant(f, m)
	before := r.errors
	m.Tags = r.readTagList(f, nil)
	m.listed = map[*Tag]bool{}
	for _, t := range m.Tags {
		m.listed[t] = true
	}
	m.tagsUnread = r.errors > before || f.broken || f.meant["tags"]
	m.broken = e.bad || r.errors > start
	before = r.errors
	r.readViews(f, m)
	if len(m.Views) == 0 && r.errors > before {
		m.broken = true // a mistake in its only view leaves it without one
	}
}

// readName reads an element's exported name, which the prefix does not touch.
func (r *reader) readName(f *fields, e element) (string, Place) {
	if f.has("name") {
		return f.text("name"), f.place("name")
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
		m.Unit = ""
	}
}

// readExisting holds what the schema says of another package's measure against
// what is known of it.
func (r *reader) readExisting(f *fields, m *Measure, valueType string) {
	const reason = "is for measures that this package records; delete it, or delete \"existing\""
	f.notWith(reason, "constant", "exemplars")
	if m.Existing == nil {
		return
	}
	known, ok := knownMeasure(m.Existing.Path, m.Existing.Name)
	if !ok {
		if !f.has("name") && !f.meant["name"] {
			r.report("missing-key", f.at, "%s needs the key \"name\": the name under which %s was made", f.what, m.Existing.Name)
		}
		return
	}
	check := func(key, said, actual string) {
		if f.has(key) && said != "" && said != actual {
			r.report("existing-mismatch", f.place(key), "the %s of %s.%s is %q, not %q", key, m.Existing.Path, m.Existing.Name, actual, said)
		}
	}
	check("name", m.Name, known.name)
	check("type", valueType, known.valueType.String())
	check("unit", m.Unit, known.unit)
	m.Name = known.name
	if m.Description == "" {
		m.Description = known.description
	}
}

// readConstant reads the value that a recorder without a value parameter records.
func (r *reader) readConstant(f *fields, m *Measure) {
	n := f.entries["constant"]
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
	m.Constant = &Constant{}
	if m.Type == Int64 {
		if !value.IsInt() || !value.Num().IsInt64() {
			r.report("bad-number", place(n), "constant is %s, which an int64 measure does not hold; write a whole number within ±9.2e18", clip(text))
			return
		}
		m.Constant.Int64 = value.Num().Int64()
		return
	}
	if m.Constant.Float64, err = ratFloat(value); err != nil {
		r.report("bad-number", place(n), "constant: %v", err)
	}
}

// readTagList reads the tags of a measure, or of one of its views: then they are
// among the measure's, which hold without the key.
func (r *reader) readTagList(f *fields, of *Measure) []*Tag {
	if !f.has("tags") {
		if of == nil {
			return nil
		}
		return of.Tags
	}
	var tags []*Tag
	listed := map[*Tag]bool{}
	for _, item := range r.texts(f.entries["tags"], "tags") {
		t := r.tags[item.Value]
		if t != nil {
			t.named = true
		}
		switch {
		case t == nil:
			r.unknown(place(item), "tag", item.Value, "tags", r.tagIDs)
		case listed[t]:
			r.report("bad-value", place(item), "the tag %q is listed twice", t.ID)
		case of != nil && !of.tagsUnread && !of.listed[t]:
			r.report("unknown-reference", place(item), "the measure %q has no tag %q%s", of.ID, t.ID, r.tagHint(t.ID, of.Tags))
		default:
			listed[t] = true
			tags = append(tags, t)
		}
	}
	return tags
}

func ids(tags []*Tag) []string {
	var list []string
	for _, t := range tags {
		list = append(list, t.ID)
	}
	return list
}

// readViews reads the long form, views, or the short form, one aggregation.
func (r *reader) readViews(f *fields, m *Measure) {
	switch f.exactlyOne("aggregation", "views") {
	case "aggregation":
		before := r.errors
		v := &View{Place: m.Place, ID: m.ID, GoName: m.GoName, Name: m.Name, nameAt: m.nameAt, Measure: m, Tags: m.Tags}
		v.scope = m.scope
		r.readAggregation(f, v)
		v.broken = v.broken || r.errors > before
		r.addView(v)
	case "views":
		const reason = `stands in the view, beside its "aggregation"`
		f.notWith(reason, "buckets", "max_series")
		for _, e := range f.elements("views", "view") {
			before := r.errors
			v := &View{Place: e.at, ID: e.id, Measure: m}
			r.readView(v, e)
			v.broken = v.broken || e.bad || r.errors > before
			r.addView(v)
		}
	}
}

func (r *reader) addView(v *View) {
	if first := r.views[v.ID]; first != nil {
		first.broken = true // which of the two is meant is not known
		if first.Place == v.Place {
			r.report("duplicate-id", v.Place, "an alias gives the view %q to the measures %q and %q; a view's id is unique in the file", v.ID, first.Measure.ID, v.Measure.ID)
			return
		}
		r.report("duplicate-id", v.Place, "the view %q is declared at line %d too; a view's id is unique in the file", v.ID, first.Place.Line)
		return
	}
	r.views[v.ID] = v
	r.viewIDs = append(r.viewIDs, v.ID)
	v.Measure.Views = append(v.Measure.Views, v)
}

func (r *reader) readView(v *View, e element) {
	f := r.fields(e.value, e.at, "view "+quote(e.id),
		"description", "aggregation", "buckets", "tags", "max_series", "name", "go", "deprecated", "allow")
	v.scope = r.readScope(f, v.Measure.scope)
	v.GoName = r.readGoName(f, goName(v.ID))
	v.Name, v.nameAt = r.readName(f, e)
	v.Description = f.description("description")
	v.Deprecated = f.description("deprecated")
	v.Tags = r.readTagList(f, v.Measure)
	f.require("aggregation")
	r.readAggregation(f, v)
}

// readAggregation reads what the long and the short form of a view share.
func (r *reader) readAggregation(f *fields, v *View) {
	if v.Description == "" {
		v.Description = v.Measure.Description
	}
	v.MaxSeries = f.integer("max_series", 1, mostMaxSeries, defaultMaxSeries)
	word := f.choice("aggregation", aggregations...)
	v.Aggregation = Aggregation(max(0, slices.Index(aggregations, word)))
	switch {
	case word == "":
	case v.Aggregation != Distribution:
		f.notWith(fmt.Sprintf("is for distributions; this is a %s", strings.ReplaceAll(word, "_", " ")), "buckets")
	default:
		f.require("buckets")
		if f.has("buckets") && v.Measure.Unit != "" {
			r.readBuckets(v, f.entries["buckets"])
		}
	}
	if c := v.Measure.Constant; v.Aggregation == Sum && c != nil && (c.Int64 < 0 || c.Float64 < 0) {
		r.report("bad-number", f.place("aggregation"), "a sum drops negative values, and the measure's constant is one: nothing would ever be recorded; write one above 0")
	}
}

// A bucketSet is a shared set of bounds, evaluated in the unit of each view
// that names it.
type bucketSet struct {
	Place Place
	ID    string
	node  *yaml.Node
	used  bool
}

func (r *reader) readBucketSets(f *fields) {
	for _, e := range f.elements("buckets", "set of buckets") {
		set := &bucketSet{Place: e.at, ID: e.id, node: e.value}
		if e.value.Kind == yaml.ScalarNode {
			r.report("wrong-kind", place(e.value), "a set of buckets is a list of bounds, or a mapping with linear, exponential or decades, not %s", kindOf(e.value))
			set.node = nil
		}
		r.buckets[set.ID] = set
		r.bucketIDs = append(r.bucketIDs, set.ID)
		r.schema.bucketSets = append(r.schema.bucketSets, set)
	}
}

// readBuckets reads the bounds of a distribution: a form, or a shared set's name.
func (r *reader) readBuckets(v *View, n *yaml.Node) {
	v.boundsAt, v.boundsKey = place(n), "buckets"
	if n.Kind == yaml.ScalarNode {
		if isNull(n) && n.Value == "" || !isQuoted(n) && (n.Tag == "!!int" || n.Tag == "!!float") {
			r.report("wrong-kind", place(n), "buckets is a list of bounds, a mapping with linear, exponential or decades, or the name of a shared set, not %s", kindOf(n))
			v.broken = true
			return
		}
		if !r.isLine(n, "buckets") {
			return
		}
		set := r.buckets[n.Value]
		if set == nil {
			r.unknown(place(n), "set of buckets", n.Value, "buckets", r.bucketIDs)
			v.broken = true
			return
		}
		set.used = true
		if n = set.node; n == nil {
			v.broken = true
			return
		}
		v.boundsAt, v.boundsKey = place(n), set.ID
	}
	bounds := r.readBounds(v, n)
	if bounds == nil {
		v.broken = true
		return
	}
	v.exact = bounds
}

// readBounds reads one of the forms; nil after a problem.
func (r *reader) readBounds(v *View, n *yaml.Node) []*big.Rat {
	if n.Kind == yaml.SequenceNode {
		return r.readBoundList(v, n)
	}
	f := r.fields(n, place(n), "buckets", "bounds", "linear", "exponential", "decades", "include")
	v.include = f.choice("include", "slo_thresholds") != ""
	form := f.exactlyOne("bounds", "linear", "exponential", "decades")
	if form == "" {
		return nil
	}
	body := f.entries[form]
	if form == "bounds" {
		return r.readBoundList(v, body)
	}
	return r.readSeriesForm(v, form, body)
}

func (r *reader) readBoundList(v *View, n *yaml.Node) []*big.Rat {
	items := r.list(n, "buckets")
	if n.Kind == yaml.SequenceNode && len(items) == 0 {
		r.report("bounds", place(n), "a distribution needs at least one bound; Cloud Monitoring refuses it otherwise")
		return nil
	}
	var bounds []*big.Rat
	whole := true
	for i, item := range items {
		b := r.quantity(item, "a bucket bound", v.Measure.Unit)
		if b == nil {
			whole = false
			continue
		}
		if i > 0 && whole && b.Cmp(bounds[i-1]) <= 0 {
			r.report("bounds", place(item), "the bound %s is not above the one before it; bounds go up strictly", clip(item.Value))
			whole = false
		}
		bounds = append(bounds, b)
	}
	if !whole || !r.checkBounds(v, n, bounds) {
		return nil
	}
	return bounds
}

// readSeriesForm reads linear, exponential or decades.
func (r *reader) readSeriesForm(v *View, form string, n *yaml.Node) []*big.Rat {
	before := r.errors
	unit := v.Measure.Unit
	number := func(f *fields, key, unit string) *big.Rat {
		if !f.has(key) {
			return nil
		}
		return r.quantity(f.entries[key], key, unit)
	}
	var bounds []*big.Rat
	switch form {
	case "linear":
		f := r.fields(n, place(n), form, "start", "width", "count")
		f.require("start", "width", "count")
		start, width, count := number(f, "start", unit), number(f, "width", unit), f.integer("count", 1, maxBounds, 0)
		if r.errors == before && r.isPositive(f, "width", width) {
			bounds = linearBounds(start, width, count)
		}
	case "exponential":
		f := r.fields(n, place(n), form, "start", "growth", "count")
		f.require("start", "growth", "count")
		start, growth, count := number(f, "start", unit), number(f, "growth", ""), f.integer("count", 1, maxBounds, 0)
		if r.errors == before && growth.Cmp(big.NewRat(1, 1)) <= 0 {
			r.report("bounds", f.place("growth"), "growth is %s; it must be above 1, so that bounds go up", f.written("growth"))
		} else if r.errors == before && r.isPositive(f, "start", start) {
			bounds = exponentialBounds(start, growth, count)
		}
	case "decades":
		bounds = r.readDecades(r.fields(n, place(n), form, "from", "to", "steps"), number, unit)
	}
	if r.errors > before || !r.checkBounds(v, n, bounds) {
		return nil
	}
	return bounds
}

func (r *reader) readDecades(f *fields, number func(*fields, string, string) *big.Rat, unit string) []*big.Rat {
	before := r.errors
	f.require("from", "to", "steps")
	from, to := number(f, "from", unit), number(f, "to", unit)
	var steps []*big.Rat
	if f.has("steps") {
		for _, item := range r.list(f.entries["steps"], "steps") {
			step := r.quantity(item, "a step", "")
			if step == nil {
				continue
			}
			if step.Cmp(big.NewRat(1, 1)) < 0 || step.Cmp(big.NewRat(10, 1)) >= 0 {
				r.report("bounds", place(item), "the step %s is not in [1, 10)", clip(item.Value))
			}
			if len(steps) > 0 && step.Cmp(steps[len(steps)-1]) <= 0 {
				r.report("bounds", place(item), "the step %s is not above the one before it", clip(item.Value))
			}
			steps = append(steps, step)
		}
	}
	if r.errors > before || from == nil || to == nil || !f.has("steps") || !r.isPositive(f, "from", from) {
		return nil
	}
	switch {
	case to.Cmp(from) <= 0:
		r.report("bounds", f.place("to"), "to is %s, which is not above from, %s", f.written("to"), f.written("from"))
		return nil
	case len(steps) == 0:
		r.report("bounds", f.place("steps"), "steps is empty; write the bounds of one decade, such as [1, 2, 5]")
		return nil
	}
	return decadeBounds(from, to, steps)
}

// written is a number as the schema has it.
func (f *fields) written(key string) string { return clip(f.entries[key].Value) }

func (r *reader) isPositive(f *fields, key string, value *big.Rat) bool {
	if value.Sign() > 0 {
		return true
	}
	r.report("bounds", f.place(key), "%s is %s; it must be above 0", key, f.written(key))
	return false
}

// checkBounds keeps what OpenCensus and Cloud Monitoring ask of bounds: 1 to
// 198, positive, strictly increasing also once rounded to float64, and whole
// for a measure that holds only integers.
func (r *reader) checkBounds(v *View, n *yaml.Node, bounds []*big.Rat) bool {
	switch {
	case len(bounds) == 0:
		r.report("bounds", place(n), "a distribution needs at least one bound; Cloud Monitoring refuses it otherwise")
		return false
	case len(bounds) > maxBounds:
		r.report("bounds", place(n), "more than %d bounds, which is what Cloud Monitoring takes; leave some out", maxBounds)
		return false
	case bounds[0].Sign() <= 0:
		r.report("bounds", place(n), "the first bound is %s; bounds are above 0 (OpenCensus drops 0 and refuses less)", decimal(bounds[0]))
		return false
	}
	for _, b := range bounds {
		if v.Measure.Type == Int64 && !b.IsInt() {
			r.report("bounds", place(n), "the bound %s is not whole, and the measure %q holds integers", decimal(b), v.Measure.ID)
			return false
		}
	}
	rounded, err := roundBounds(bounds)
	if err != nil {
		r.report("bounds", place(n), "%v", err)
		return false
	}
	v.Bounds = rounded
	return true
}

// roundBounds rounds each bound once; two that fall together are an error.
func roundBounds(bounds []*big.Rat) ([]float64, error) {
	rounded := make([]float64, len(bounds))
	for i, b := range bounds {
		f, err := ratFloat(b)
		if err != nil {
			return nil, err
		}
		if i > 0 && f <= rounded[i-1] {
			return nil, fmt.Errorf("two bounds are both %s once rounded to float64", formatNumber(f))
		}
		rounded[i] = f
	}
	return rounded, nil
}
