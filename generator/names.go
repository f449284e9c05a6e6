package generator

import (
	"go/token"
	"go/types"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

// Every identifier of the generated file that depends on the schema is made here or in
// schema/names.go. There are four kinds of names, and each must stay free for its user:
//
//   - Exported names are made in schema/names.go. A clash between them is a problem of
//     the schema and is reported there.
//   - Unexported package-level names are the Go name with a first word in lower case and
//     one of the suffixes below. No suffix is the end of another, so names of different
//     kinds never clash, and no name ends like "generated" or "generatedFormat". Names
//     of one kind can clash, since HTTPMethod and HttpMethod both begin with httpMethod.
//     Then only the first letter becomes lower case, which keeps them distinct
//     (hTTPMethod). No other name has this form.
//   - Imports get names that differ from all package-level names, from predeclared names
//     and from local names of generated functions: see imports.go.
//   - Parameters get names that differ from keywords, predeclared names, import names,
//     local names, and the package-level names that their function uses with either
//     recorder, because all recorders have the same signatures. A parameter whose name
//     is in use gets the suffix Value or TagValue, repeated until the name is free; a
//     number would tell less. Local variables that are named after a tag or measure are
//     made distinct from the parameters in the same way.
const (
	tagSuffix      = "Tag"        // a tag
	setSuffix      = "Tags"       // the tags of a recorder
	checkSuffix    = "Values"     // the value check of a measure
	seriesSuffix   = "Series"     // the series of a view or, with the views recorder, their limit
	limitSuffix    = "Limit"      // the common limit of a recorder's views
	boundSuffix    = "Bound"      // the type of the series that a bound recorder finds
	observedSuffix = "Observed"   // an observed measure
	formerSuffix   = "Former"     // the OpenCensus view with the former name of a view
	endingSuffix   = "Ending"     // a tag of series that end
	forgetSuffix   = "Forgetting" // the end of a measure's series
)

// indexSuffix is the suffix of a local variable for a tag's index, and of a bound
// recorder's field for a view's index. Both are not at package level.
const indexSuffix = "Index"

// locals are the names that emitted functions declare, including parameters with a
// fixed name. Names that only one kind of function declares are added in its scope.
var locals = []string{"b", "ctx", "ms", "ok", "s", "start", "t", "v"}

// fixed are the unexported package-level names that every generated package has.
var fixed = []string{"generated", "generatedFormat"}

// unexported makes the names of one kind.
type unexported struct {
	suffix  string
	goNames []string       // of the elements
	met     map[string]int // how many of them have this form with a first word in lower case
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
	tags, sets, checks, series, limits, bound, observed, former, ending, forgetting unexported

	indices unexported        // fields of bound recorders
	imports map[string]string // import path to name
	taken   map[string]bool   // names that parameters must not have
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
		tags:       newUnexported(tagSuffix, tags),
		sets:       newUnexported(setSuffix, recorders),
		checks:     newUnexported(checkSuffix, measures),
		series:     newUnexported(seriesSuffix, views),
		limits:     newUnexported(limitSuffix, recorders),
		bound:      newUnexported(boundSuffix, recorders),
		observed:   newUnexported(observedSuffix, measures),
		former:     newUnexported(formerSuffix, views),
		ending:     newUnexported(endingSuffix, tags),
		forgetting: newUnexported(forgetSuffix, measures),
		indices:    newUnexported(indexSuffix, views),
		taken:      map[string]bool{},
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

// packageLevel returns all package-level names that the generated package can have. It
// does not need all of them.
func (n *names) packageLevel(s *schema.Schema) map[string]bool {
	set := map[string]bool{}
	for _, name := range fixed {
		set[name] = true
	}
	for _, name := range s.Names() {
		set[name.Go] = true
	}
	for _, kind := range []unexported{n.tags, n.sets, n.checks, n.series, n.limits, n.bound, n.observed, n.former, n.ending, n.forgetting} {
		for _, goName := range kind.goNames {
			set[kind.of(goName)] = true
		}
	}
	return set
}

// A scope chooses the parameter names of one function.
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

// value returns the name of the parameter for a measure's value.
func (s *scope) value(m *schema.Measure) string { return s.param(m.GoName, "Value") }

// tag returns the name of the parameter for a tag.
func (s *scope) tag(t *schema.Tag) string { return s.param(t.GoName, "TagValue") }

func (s *scope) param(goName, suffix string) string {
	return s.local(schema.LowerCamel(goName), suffix)
}

// index returns the name of the variable for a tag's index, of series that end or stay.
func (s *scope) index(t roleTag) string {
	name := schema.LowerCamel(t.GoName)
	if t.ends {
		name += endingSuffix
	}
	return s.local(name+indexSuffix, indexSuffix)
}

// local returns the name, with the suffix repeated until the name is free.
func (s *scope) local(name, suffix string) string {
	for meansMore(name) || s.names.taken[name] || s.taken[name] {
		name += suffix
	}
	s.taken[name] = true
	return name
}

// meansMore reports whether name has a meaning in Go that a declaration must not hide.
func meansMore(name string) bool {
	return token.IsKeyword(name) || types.Universe.Lookup(name) != nil
}
