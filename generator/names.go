package generator

import (
	"go/token"
	"go/types"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

// Every identifier of the generated file that a schema can influence is made
// here or in schema/names.go. Go knows four scopes, and a name must not be taken
// from the one that needs it by another:
//
//   - Exported names are made in schema/names.go. A clash among them is a
//     problem of the schema, reported there.
//   - Unexported package-level names are the Go name with a small first word and
//     one of the suffixes below. No two suffixes end alike, so names of different
//     kinds never meet, and none ends like "generated" or "generatedFormat". Within a kind two Go
//     names can meet, since HTTPMethod and HttpMethod both begin with httpMethod:
//     then only the first letter is made small, which keeps them apart. That form
//     (hTTPMethod) is made in no other way.
//   - Import names give way to all that the package declares, to what Go
//     predeclares and to the locals of our functions: see imports.go.
//   - Parameters give way to keywords, predeclared names, import names, locals,
//     and the package-level names that their function uses with either recorder:
//     both have the same signatures. They get the suffix Value or TagValue then,
//     once more for as long as the name is taken; a number would say less. Local
//     variables that are named after a tag or a measure give way to the parameters
//     in the same manner.
const (
	tagSuffix      = "Tag"      // a tag
	setSuffix      = "Tags"     // the tags of a recorder
	checkSuffix    = "Values"   // the check of a measure's values
	seriesSuffix   = "Series"   // the series of a view or, with the views recorder, their limit
	limitSuffix    = "Limit"    // the limit of a recorder's views together
	boundSuffix    = "Bound"    // the type of the series that a bound recorder finds
	observedSuffix = "Observed" // an observed measure
)

// indexSuffix is that of a local variable for a tag's index, and of a bound
// recorder's field for that of a view. Neither is at package level.
const indexSuffix = "Index"

// locals are the names that emitted functions declare, parameters of fixed name
// included. Those that only one kind of function has are made in its scope.
var locals = []string{"b", "ctx", "ms", "ok", "s", "start", "t", "v"}

// fixed are the unexported package-level names that every generated package has.
var fixed = []string{"generated", "generatedFormat"}

// unexported makes the names of one kind.
type unexported struct {
	suffix  string
	goNames []string       // of the elements
	met     map[string]int // how many of them have this form with a small first word
}

func newUnexported(suffix string, goNames []string) unexported {
	met := map[string]int{}
	for _, n := range goNames {
		met[schema.LowerCamel(n)]++
	}
	return unexported{suffix, goNames, met}
}

// of returns the variable for a Go name, e.g. "methodTag".
func (u unexported) of(goName string) string {
	name := schema.LowerCamel(goName)
	if u.met[name] > 1 {
		name = strings.ToLower(goName[:1]) + goName[1:]
	}
	return name + u.suffix
}

// names are the names of one generated file.
type names struct {
	tags, sets, checks, series, limits, bound, observed unexported

	indices unexported        // fields of bound recorders
	imports map[string]string // import path to name
	taken   map[string]bool   // what no parameter may be called
}

func newNames(s *schema.Schema) *names {
	var tags, recorders, measures, views []string
	for _, t := range s.Tags {
		tags = append(tags, t.GoName)
	}
	for _, m := range s.Measures {
		measures = append(measures, m.GoName)
		recorders = append(recorders, m.GoName)
		for _, v := range m.Views {
			views = append(views, v.GoName)
		}
	}
	for _, e := range s.Events {
		recorders = append(recorders, e.GoName)
	}
	n := &names{
		tags:     newUnexported(tagSuffix, tags),
		sets:     newUnexported(setSuffix, recorders),
		checks:   newUnexported(checkSuffix, measures),
		series:   newUnexported(seriesSuffix, views),
		limits:   newUnexported(limitSuffix, recorders),
		bound:    newUnexported(boundSuffix, recorders),
		observed: newUnexported(observedSuffix, measures),
		indices:  newUnexported(indexSuffix, views),
		taken:    map[string]bool{},
	}
	n.imports = importNames(references(s), n.packageLevel(s))
	for _, name := range ownImports {
		n.taken[name] = true
	}
	for _, name := range n.imports {
		n.taken[name] = true
	}
	for _, name := range locals {
		n.taken[name] = true
	}
	return n
}

// packageLevel returns every package-level name that the generated package may
// have; some of them are not needed.
func (n *names) packageLevel(s *schema.Schema) map[string]bool {
	set := map[string]bool{}
	for _, name := range fixed {
		set[name] = true
	}
	for _, name := range s.Names() {
		set[name.Go] = true
	}
	for _, kind := range []unexported{n.tags, n.sets, n.checks, n.series, n.limits, n.bound, n.observed} {
		for _, goName := range kind.goNames {
			set[kind.of(goName)] = true
		}
	}
	return set
}

// A scope hands out the parameter names of one function.
type scope struct {
	names *names
	taken map[string]bool // names in use, and package-level names that the function uses
}

func (n *names) scope(uses ...string) *scope {
	s := &scope{names: n, taken: map[string]bool{}}
	for _, name := range uses {
		s.taken[name] = true
	}
	return s
}

// value names the parameter of a measure's value.
func (s *scope) value(m *schema.Measure) string { return s.param(m.GoName, "Value") }

// tag names the parameter of a tag.
func (s *scope) tag(t *schema.Tag) string { return s.param(t.GoName, "TagValue") }

func (s *scope) param(goName, suffix string) string {
	return s.local(schema.LowerCamel(goName), suffix)
}

// index names the variable for a tag's index.
func (s *scope) index(t *schema.Tag) string {
	return s.local(schema.LowerCamel(t.GoName)+indexSuffix, indexSuffix)
}

// local returns the name, with the suffix as often as it takes to be free.
func (s *scope) local(name, suffix string) string {
	for meansMore(name) || s.names.taken[name] || s.taken[name] {
		name += suffix
	}
	s.taken[name] = true
	return name
}

// meansMore reports whether Go gives name a meaning that a declaration of ours
// must not hide.
func meansMore(name string) bool {
	return token.IsKeyword(name) || types.Universe.Lookup(name) != nil
}
