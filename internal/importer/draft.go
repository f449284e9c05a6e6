package importer

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/ocgen/ocgen/schema"
)

// A draft is the schema before it is written.
type draft struct {
	pkg      string
	prefix   string
	tags     []*draftTag
	measures []*draftMeasure
	unplaced []*draftView    // views of unknown measures, which are only comments
	viewless []*draftMeasure // measures without views, which are only comments
}

// A draftTag is a tag of the schema.
type draftTag struct {
	at       Place
	key, id  string
	existing string   // a variable of a plugin, or ""
	values   []string // closed
	known    []string // open
	optional bool
	context  bool     // nothing gives it a value but a context
	open     []reason // why it is not closed
	goName   string
	steps    int // of repairs
}

// A reason is why a fact is not known.
type reason struct {
	at  Place
	why string
}

// A draftMeasure is a measure of the schema.
type draftMeasure struct {
	at          Place
	name, id    string
	description string
	float       bool
	unit        string
	unitTodo    string
	constant    string // "" if the recorder has a parameter
	existing    string // a variable of another package, or ""
	views       []*draftView
	goName      string
	source      measure
}

// A draftView is a view of the schema.
type draftView struct {
	at          Place
	name, id    string
	description string
	aggregation string
	bounds      []float64
	tags        []*draftTag
	notes       []string // comments, such as bounds that are left out
	todo        []todo   // why it is only a comment; nil for a view that is whole
	goName      string
	twins       []Place // other definitions of the name, which are left out
	found       *foundView
}

// A todo is a fact that people have to fill in.
type todo struct {
	fact string
	reason
}

func (v *draftView) whole() bool { return len(v.todo) == 0 }

// active returns the views that are whole.
func (m *draftMeasure) active() []*draftView {
	return slices.DeleteFunc(slices.Clone(m.views), func(v *draftView) bool { return !v.whole() })
}

// A drafter makes the draft from what was found.
type drafter struct {
	prog     *program
	opts     Options
	draft    *draft
	facts    map[string]*tagFacts
	everyTag []leak
	records  records
	tags     map[string]*draftTag     // by key
	measures map[string]*draftMeasure // by name
	findings []Finding
}

// addViews adds the views in source order. Of several with one name it takes the first
// that is whole.
func (d *drafter) addViews(found []*foundView) {
	byName := map[string][]*foundView{}
	for _, v := range found {
		if !v.lacks("name") {
			byName[v.name] = append(byName[v.name], v)
		}
	}
	places := placesOf(d.prog, found)
	done := map[string]bool{}
	for _, v := range found {
		if v.lacks("name") {
			d.addView(v, places)
			continue
		}
		if done[v.name] {
			continue
		}
		done[v.name] = true
		all := byName[v.name]
		best := all[max(0, slices.IndexFunc(all, func(v *foundView) bool { return len(v.gaps) == 0 }))]
		d.addTwins(d.addView(best, places), best, all, places)
	}
}

// placesOf returns where people find each view: at the innermost of its places that no
// view of another name has. For a function that makes views it is the call.
func placesOf(prog *program, found []*foundView) map[*foundView]Place {
	owners := map[Place]map[string]bool{}
	for _, v := range found {
		for _, pos := range v.places {
			at := prog.place(pos)
			if owners[at] == nil {
				owners[at] = map[string]bool{}
			}
			owners[at][v.name] = true
		}
	}
	result := map[*foundView]Place{}
	for _, v := range found {
		result[v] = prog.place(v.places[0])
		for _, pos := range v.places {
			if at := prog.place(pos); len(owners[at]) == 1 {
				result[v] = at
				break
			}
		}
	}
	return result
}

func (d *drafter) addView(v *foundView, places map[*foundView]Place) *draftView {
	view := &draftView{at: places[v], name: v.name, description: v.description, aggregation: v.aggregation.kind, found: v}
	for _, g := range v.distinct() {
		why := g.why
		if at := d.prog.place(g.at); at.String() != view.at.String() {
			why = fmt.Sprintf("%s (%s)", why, at)
		}
		view.todo = append(view.todo, todo{g.fact, reason{view.at, why}})
	}
	for _, k := range v.keys {
		if t := d.tag(k); !slices.Contains(view.tags, t) {
			view.tags = append(view.tags, t)
		}
	}
	d.setBounds(view, v)
	if v.measure == nil {
		d.draft.unplaced = append(d.draft.unplaced, view)
		return view
	}
	m := d.measure(v.measure)
	if m.float != v.measure.float {
		view.todo = append(view.todo, todo{"measure", reason{d.prog.place(v.measure.at), "a measure of this name has the other type"}})
	}
	m.views = append(m.views, view)
	return view
}

// addTwins reports other definitions of a view's name.
func (d *drafter) addTwins(view *draftView, best *foundView, all []*foundView, places map[*foundView]Place) {
	for _, other := range all {
		if at := places[other]; other != best && at != view.at && !slices.Contains(view.twins, at) && !sameView(best, other) {
			view.twins = append(view.twins, at)
			d.find(at, "view-twice", "the view %q is defined here and at %s with other facts; OpenCensus keeps the one that is registered first; the schema has the one of %s", view.name, view.at, view.at)
		}
	}
}

// sameView reports whether two views export the same.
func sameView(a, b *foundView) bool {
	if a.measure == nil || b.measure == nil {
		return len(a.gaps) > 0 && len(b.gaps) > 0
	}
	return a.measure.name == b.measure.name && a.measure.float == b.measure.float &&
		a.description == b.description && a.aggregation.kind == b.aggregation.kind &&
		slices.Equal(a.aggregation.bounds, b.aggregation.bounds) && slices.Equal(keyNames(a), keyNames(b)) && len(a.gaps) == len(b.gaps)
}

// keyNames returns the names of a view's keys. OpenCensus sorts them.
func keyNames(v *foundView) []string {
	var names []string
	for _, k := range v.keys {
		names = append(names, k.name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// measure returns the measure of the name. The first definition counts, as in
// OpenCensus.
func (d *drafter) measure(m *measure) *draftMeasure {
	if known := d.measures[m.name]; known != nil {
		return known
	}
	unit, unitTodo := unitOf(m.unit)
	draft := &draftMeasure{
		at: d.prog.place(declaredAt(m.declared, m.at)), name: m.name, description: m.description, float: m.float,
		unit: unit, unitTodo: unitTodo, existing: d.existingMeasure(m), source: *m,
	}
	if c := d.records.constant(m); c != nil && draft.existing == "" {
		draft.constant = constantOf(c, m.float)
	}
	d.measures[m.name] = draft
	d.draft.measures = append(d.draft.measures, draft)
	return draft
}

// declaredAt returns the place of the variable that holds a measure or key, if there is
// one: the call may stand in a function that makes all of them.
func declaredAt(v *types.Var, at token.Pos) token.Pos {
	if v != nil {
		return v.Pos()
	}
	return at
}

// existingMeasure returns the variable of a measure that another module declares, if
// generated code can use it.
func (d *drafter) existingMeasure(m *measure) string {
	v := m.declared
	if v == nil || v.Pkg() == nil || !v.Exported() {
		return ""
	}
	p := d.prog.byPath[v.Pkg().Path()]
	if p == nil || p.main || !p.importable() {
		return ""
	}
	return unvendored(p.ImportPath) + "." + v.Name()
}

// tag returns the tag of a key.
func (d *drafter) tag(k key) *draftTag {
	t := d.tags[k.name]
	if t == nil {
		t = &draftTag{at: d.prog.place(declaredAt(k.declared, k.at)), key: k.name}
		d.tags[k.name] = t
		d.draft.tags = append(d.draft.tags, t)
	}
	if plugin := pluginKey(k.declared); plugin != "" {
		t.existing = plugin
	}
	return t
}

// pluginKey returns the variable of a key of OpenCensus's own plugins, or "".
func pluginKey(v *types.Var) string {
	if v == nil || v.Pkg() == nil {
		return ""
	}
	path := unvendored(v.Pkg().Path())
	if _, ok := schema.PluginKey(path, v.Name()); !ok {
		return ""
	}
	return path + "." + v.Name()
}

// constantOf returns a constant as the schema writes it, or "" if it cannot.
func constantOf(c constant.Value, float bool) string {
	if float {
		f, _ := constant.Float64Val(constant.ToFloat(c))
		return number(f)
	}
	if whole := constant.ToInt(c); whole.Kind() == constant.Int {
		return whole.ExactString()
	}
	return ""
}
