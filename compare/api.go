package compare

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/schema"
)

// A call site breaks in one of three ways: a name is gone, its type differs, or, which is
// worst, it still compiles and records something else. Changes of one element are one
// finding, since a measure alone has up to ten declarations.

// compareAPIs generates the Go file of both sides of each package, and compares the
// declarations. The changes are by element, in the order of the base.
func compareAPIs(partner map[*File]*File, now []*File) ([]*apiChange, error) {
	var all []*apiChange
	for _, is := range now {
		was := partner[is]
		if was == nil {
			continue
		}
		before, err := apiOf(was)
		if err != nil {
			return nil, err
		}
		after, err := apiOf(is)
		if err != nil {
			return nil, err
		}
		all = append(all, packageChanges(was, is, before, after)...)
	}
	return all, nil
}

func apiOf(f *File) (api, error) {
	files, err := generator.Generate(f.Schema)
	if err != nil {
		return api{}, err
	}
	a, err := parseAPI(files[0].Data)
	if err != nil {
		return api{}, fmt.Errorf("%s: ocgen bug: %w", f.Schema.File, err)
	}
	return a, nil
}

// A change is a difference between the declarations of one name.
type change struct {
	name    string
	was, is decl
}

// String says how the declaration differs.
func (c change) String() string {
	switch {
	case c.was.is != "func" || c.is.is != "func":
		return fmt.Sprintf("%s was %s and is %s", c.name, c.was, c.is)
	case c.was.typ != c.is.typ:
		return fmt.Sprintf("%s was func%s%s and is func%s%s", c.name, c.was.signature(), c.was.typ, c.is.signature(), c.is.typ)
	}
	return fmt.Sprintf("%s took %s and takes %s", c.name, c.was.signature(), c.is.signature())
}

// An apiChange is all changes of one element, or of the package itself.
type apiChange struct {
	subject
	is      *File
	with    string // the cause, e.g. `from the tag "route"`
	removed []string
	changed []change
	silent  []change
}

func packageChanges(was, is *File, before, after api) []*apiChange {
	changes := newChanges(was, is)
	for _, name := range before.names {
		written := before.decls[name]
		old := after.current(written)
		now, ok := after.decls[name]
		of := func() *apiChange { return changes.of(name, ok) }
		switch {
		case !ok && before.hasType(name) && !after.hasType(name):
			// The type is reported, and its method with it.
		case !ok:
			of().removed = append(of().removed, name)
		case sameConstants(before, after, written, now) && (moved(old, now) || changes.otherMeasures(name, written, now)):
			of().silent = append(of().silent, change{name, written, now})
		case old.String() != now.String():
			of().changed = append(of().changed, change{name, written, now})
		}
	}
	return changes.all
}

// hasType reports whether the name is a method of a type that is declared.
func (a api) hasType(name string) bool {
	typ, _, isMethod := strings.Cut(name, ".")
	_, ok := a.decls[typ]
	return isMethod && ok
}

// changes collects the changes of a package by element.
type changes struct {
	was, is  *File
	elements map[string]schema.Name // of the base, by Go name
	now      map[any]schema.Name    // by element key
	goNames  map[string]schema.Name // of now, by Go name
	other    map[string]bool        // Go names that only another recorder declares
	by       map[any]*apiChange
	all      []*apiChange
}

func newChanges(was, is *File) *changes {
	c := &changes{
		was: was, is: is, by: map[any]*apiChange{},
		elements: map[string]schema.Name{}, now: map[any]schema.Name{}, goNames: map[string]schema.Name{}, other: map[string]bool{},
	}
	for _, n := range was.Schema.Names() {
		if n.Declared {
			c.elements[n.Go] = n
		}
	}
	for _, n := range is.Schema.Names() {
		if n.Element != nil && c.now[keyOf(n.Element)].Go == "" {
			c.now[keyOf(n.Element)] = n
		}
		c.goNames[n.Go] = n
		if !n.Declared {
			c.other[n.Go] = true
		}
	}
	return c
}

// An elementKey is the same for an element of both sides.
type elementKey struct{ section, kind, id string }

func keyOf(element any) elementKey {
	switch e := element.(type) {
	case *schema.Tag:
		return elementKey{"tags", "tag", e.ID}
	case *schema.Measure:
		return elementKey{"measures", "measure", e.ID}
	case *schema.View:
		return elementKey{"measures", "view", e.ID}
	case *schema.Event:
		return elementKey{"events", "event", e.ID}
	}
	return elementKey{}
}

// generatorKey is the element of names that are gone because of another recorder.
var generatorKey = elementKey{section: "generate", kind: "recorder"}

// of returns the changes of the element that a Go name of the base belongs to.
func (c *changes) of(goName string, exists bool) *apiChange {
	typ, _, _ := strings.Cut(goName, ".")
	n := c.elements[typ]
	if v, ok := n.Element.(*schema.View); ok && c.now[keyOf(v.Measure)].Go == "" {
		n.Element = v.Measure // the view is gone with its measure
	}
	key := keyOf(n.Element)
	recorder := !exists && c.other[typ] && c.was.Schema.Generate.Recorder != c.is.Schema.Generate.Recorder
	if recorder {
		key, n = generatorKey, schema.Name{}
	}
	if c.by[key] == nil {
		c.by[key] = c.newChange(key, n)
		c.all = append(c.all, c.by[key])
	}
	return c.by[key]
}

func (c *changes) newChange(key elementKey, n schema.Name) *apiChange {
	a := &apiChange{subject: ofSection(c.was, c.is, key.section), is: c.is}
	switch {
	case key == generatorKey:
		a.with = "with the recorder " + c.was.Schema.Generate.Recorder
		return a
	case n.Element == nil:
		a.with = "from the package"
		return a
	}
	a.wasAt, a.experimental, _ = facts(n.Element)
	now, ok := c.now[key]
	if !ok {
		a.with = fmt.Sprintf("with the %s %q", key.kind, key.id)
		return a
	}
	a.with = fmt.Sprintf("from the %s %q", key.kind, key.id)
	var above [][]schema.Allowance
	a.place, _, above = facts(now.Element)
	a.allows = append(above, a.allows...)
	return a
}

// facts returns the place of an element, whether it is experimental, and the rules that
// it and its measure silence.
func facts(element any) (at schema.Place, experimental bool, allows [][]schema.Allowance) {
	switch e := element.(type) {
	case *schema.Tag:
		return e.Place, e.Experimental, [][]schema.Allowance{e.Allows}
	case *schema.Measure:
		return e.Place, e.Experimental, [][]schema.Allowance{e.Allows}
	case *schema.View:
		return e.Place, e.Experimental, [][]schema.Allowance{e.Allows, e.Measure.Allows}
	case *schema.Event:
		return e.Place, false, [][]schema.Allowance{e.Allows}
	}
	panic(fmt.Sprintf("ocgen bug: %T is no element with a Go name", element))
}

// Parameters that changed places are silent if a call with constants still compiles.

// sameConstants reports whether each parameter takes a constant of the same kind as before.
func sameConstants(before, after api, was, is decl) bool {
	return slices.EqualFunc(was.params, is.params, func(p, q param) bool {
		return before.constant(p.typ) == after.constant(q.typ)
	})
}

// moved reports whether a parameter of a function stands in another place.
func moved(was, is decl) bool {
	if was.is != "func" || is.is != "func" || was.typ != is.typ {
		return false
	}
	for i, p := range was.params {
		if !p.records(is.params[i]) && slices.ContainsFunc(is.params, p.records) {
			return true
		}
	}
	return false
}

// records reports whether two parameters are recorded as the same. A tag has a type of its
// own, whatever the parameter's name.
func (p param) records(other param) bool {
	return p.typ == other.typ && (p.name == other.name || ast.IsExported(p.typ))
}

// The values of an event are measures, and many of them have one Go type. So a value may
// be recorded as another measure although no parameter moved.

// otherMeasures reports whether a parameter of an event's function is recorded as another
// measure than before. A measure that has another name is the same.
func (c *changes) otherMeasures(goName string, was, is decl) bool {
	typ, _, _ := strings.Cut(goName, ".")
	before, wasEvent := c.elements[typ].Element.(*schema.Event)
	after, isEvent := c.goNames[typ].Element.(*schema.Event)
	if !wasEvent || !isEvent || len(was.params) != len(is.params) {
		return false
	}
	for i, p := range was.params {
		old, now := measureOf(before, p), measureOf(after, is.params[i])
		if old != nil && now != nil && c.differ(old, now) {
			return true
		}
	}
	return false
}

// measureOf returns the measure that a parameter of an event's function is the value of,
// or nil.
func measureOf(e *schema.Event, p param) *schema.Measure {
	if ast.IsExported(p.typ) { // a tag
		return nil
	}
	for name, ok := p.name, true; ok; name, ok = strings.CutSuffix(name, "Value") {
		i := slices.IndexFunc(e.Measures, func(m *schema.Measure) bool { return schema.LowerCamel(m.GoName) == name })
		if i >= 0 {
			return e.Measures[i]
		}
	}
	return nil
}

// differ reports whether a measure of the base is another one than a measure of now, since
// one of them is in both versions under its own name.
func (c *changes) differ(was, is *schema.Measure) bool {
	return !sameMeasure(was, is) &&
		(slices.ContainsFunc(c.is.Schema.Measures, func(m *schema.Measure) bool { return sameMeasure(was, m) }) ||
			slices.ContainsFunc(c.was.Schema.Measures, func(m *schema.Measure) bool { return sameMeasure(m, is) }))
}

// sameMeasure reports whether two measures have the same id, or views with the same
// exported name.
func sameMeasure(was, is *schema.Measure) bool {
	return was.ID == is.ID || slices.ContainsFunc(was.Views, func(v *schema.View) bool {
		return slices.ContainsFunc(is.Views, func(other *schema.View) bool { return sharesName(v, other) })
	})
}

// constant returns the kind of the untyped constants that a parameter takes, or else its
// type.
func (a api) constant(typ string) string {
	if d, ok := a.decls[typ]; ok {
		typ = d.typ
	}
	switch typ {
	case "integer", "int64", "float64", "time.Duration":
		return "number"
	}
	return typ
}
