package importer

import (
	"go/ast"
	"go/types"
	"slices"
)

// A tagFacts is what is known of the values of a tag.
type tagFacts struct {
	sites  int
	values []string // known ones, in source order
	empty  bool     // the empty text is one of them
	open   []leak   // reasons why there can be others
}

func (t *tagFacts) add(v string) {
	switch {
	case v == "":
		t.empty = true
	case !slices.Contains(t.values, v):
		t.values = append(t.values, v)
	}
}

// A valueSite is a call that gives a tag a value.
type valueSite struct {
	site
	key, value ast.Expr
}

// valueSites returns the calls of tag.Upsert, Insert and Update, and each call with a
// tag key that is followed by a text.
func (ix *index) valueSites() []valueSite {
	var all []valueSite
	for _, s := range ix.calls {
		if unvendored(s.pkg.ImportPath) == tagPath {
			continue // how OpenCensus does it
		}
		args := s.call().Args
		for i := 0; i+1 < len(args); i++ {
			t := s.pkg.info.TypeOf(args[i])
			if t != nil && isNamed(t, tagPath, "Key") && mayBeText(s.pkg.info.TypeOf(args[i+1])) {
				all = append(all, valueSite{s, args[i], args[i+1]})
			}
		}
	}
	return all
}

// mayBeText reports whether a type is a string, or is not known.
func mayBeText(t types.Type) bool {
	if t == nil {
		return true
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && (b.Info()&types.IsString != 0 || b.Kind() == types.Invalid)
}

// findValues collects the values of each tag, by the name of its key, and the reasons
// why every tag can have others.
func (ix *index) findValues() (facts map[string]*tagFacts, everyTag []leak) {
	f := &valueFinder{index: ix, facts: map[string]*tagFacts{}}
	for _, s := range ix.valueSites() {
		f.addSite(s)
	}
	f.addExportedKeys()
	f.addIgnoredFiles()
	return f.facts, f.everyTag
}

type valueFinder struct {
	*index
	facts    map[string]*tagFacts
	everyTag []leak // reasons that hold for all tags
}

// of returns the facts of the tag with that key.
func (f *valueFinder) of(key string) *tagFacts {
	t := f.facts[key]
	if t == nil {
		t = &tagFacts{}
		f.facts[key] = t
	}
	return t
}

// A valueOutcome is one evaluation of a value site.
type valueOutcome struct {
	key, value value
	outside    *leak
	ours       bool // the site, or a call that gives it its value, is in a main module
}

func (f *valueFinder) addSite(s valueSite) {
	all, complete := outcomes(f.index, true, func(ev *evaluation) valueOutcome {
		in := ev.frameAt(rootOf(s.site), s.site, 0)
		o := valueOutcome{key: ev.eval(s.key, in)}
		ev.outside = nil // the key's exports count by themselves
		o.value = ev.eval(s.value, in)
		o.outside = ev.outside
		o.ours = s.pkg.main || slices.ContainsFunc(ev.chain(in.id), func(c site) bool { return c.pkg.main })
		return o
	})
	counted := map[string]bool{}
	for _, o := range all {
		k, ok := o.key.(key)
		if !ok {
			f.unknownKey(s, o)
			continue
		}
		facts := f.of(k.name)
		if !counted[k.name] {
			counted[k.name] = true
			facts.sites++
		}
		f.addOutcome(facts, s, o)
		if !complete {
			facts.open = append(facts.open, leak{unknown: unknownf(s.call().Pos(), "there are more than %d combinations of call sites", len(all))})
		}
	}
}

func (f *valueFinder) addOutcome(facts *tagFacts, s valueSite, o valueOutcome) {
	if v, ok := asText(o.value); ok {
		facts.add(v)
	} else if u, ok := isUnknown(o.value); ok {
		facts.open = append(facts.open, leak{unknown: u})
	} else {
		facts.open = append(facts.open, leak{unknown: unknownf(s.value.Pos(), "%s is not followed", show(s.value))})
	}
	if o.outside != nil {
		facts.open = append(facts.open, *o.outside)
	}
	if !o.ours {
		facts.open = append(facts.open, leak{unknown: unknownf(s.call().Pos(), "another module sets it")})
	}
}

// unknownKey handles a site that can give a value to several tags. In another module it
// only gets keys of this one through calls that are sites themselves.
func (f *valueFinder) unknownKey(s valueSite, o valueOutcome) {
	if !o.ours {
		return
	}
	u, _ := isUnknown(o.key)
	why := leak{unknown: unknownf(s.call().Pos(), "%s can set any tag: %s", show(s.call()), u.why)}
	keys, known := f.passed(s.key, s.site, 0)
	if !known {
		f.everyTag = append(f.everyTag, why)
		return
	}
	for _, name := range keys {
		t := f.of(name)
		t.open = append(t.open, leak{unknown: unknownf(s.call().Pos(), "%s can set it to another value", show(s.call()))})
	}
}
