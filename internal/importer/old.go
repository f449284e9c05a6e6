package importer

import (
	"cmp"
	"slices"
)

// An Old is what the generated package replaces in a file.
type Old struct {
	File          string
	Views         []int // lines of the literals, or of the calls that make views
	Registrations []int // lines of the calls of view.Register that register no other view
	Mixed         []int // lines of the calls of view.Register that register others too, or may
}

// old lists what the schema replaces: the places of views that are whole, and the calls
// that register them. A place that also defines a view that is not whole stays.
func (d *drafter) old(ix *index) []Old {
	files := map[string]*Old{}
	of := func(file string) *Old {
		if files[file] == nil {
			files[file] = &Old{File: file}
		}
		return files[file]
	}
	needed, replaced := map[Place]bool{}, map[string]bool{}
	d.draft.eachView(func(v *draftView) {
		if v.whole() {
			replaced[v.name] = true
		} else {
			needed[v.at] = true
		}
	})
	d.draft.eachView(func(v *draftView) {
		for _, at := range append([]Place{v.at}, v.twins...) {
			if !needed[at] {
				of(at.File).Views = append(of(at.File).Views, at.Line)
			}
		}
	})
	for _, s := range ix.calls {
		if obj := callee(s.pkg.info, s.call()); !s.named() || obj == nil || !registers(fullName(obj)) {
			continue
		}
		at := d.prog.place(s.call().Pos())
		switch some, others := ix.registered(s, replaced); {
		case some && !others:
			of(at.File).Registrations = append(of(at.File).Registrations, at.Line)
		case some:
			of(at.File).Mixed = append(of(at.File).Mixed, at.Line)
		}
	}
	var list []Old
	for _, o := range files {
		for _, lines := range []*[]int{&o.Views, &o.Registrations, &o.Mixed} {
			slices.Sort(*lines)
			*lines = slices.Compact(*lines)
		}
		list = append(list, *o)
	}
	slices.SortFunc(list, func(a, b Old) int { return cmp.Compare(a.File, b.File) })
	return list
}

func registers(name string) bool {
	return name == viewPath+".Register" || name == viewPath+".Meter.Register"
}

// registered reports whether a call of view.Register registers some of the views that
// the schema replaces, and others. Views that are not followed may be both.
func (ix *index) registered(s site, replaced map[string]bool) (some, others bool) {
	all, complete := outcomes(ix, false, func(ev *evaluation) []string { return ev.registeredNames(s) })
	for _, names := range all {
		for _, name := range names {
			some = some || name == "" || replaced[name]
			others = others || !replaced[name]
		}
	}
	return some || !complete, others || !complete
}

// registeredNames returns the names of the views that a call registers, with "" for
// views that are not followed.
func (ev *evaluation) registeredNames(s site) []string {
	args, u := ev.args(s.call(), ev.frameAt(rootOf(s), s, 0))
	if u != nil {
		return []string{""}
	}
	var names []string
	for _, arg := range args {
		v := &foundView{}
		if literal, ok := arg.(structure); ok {
			ev.viewMeasure(v, literal)
			ev.viewTexts(v, literal)
		}
		names = append(names, v.name)
	}
	return names
}
