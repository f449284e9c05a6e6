package importer

import (
	"fmt"
	"slices"

	"github.com/ocgen/ocgen/schema"
)

// settle writes the schema so that it has no errors. Whatever lint refuses, such as two
// names that Prometheus writes alike, becomes a comment with lint's reason. Each round
// takes something away or renames it, so there is an end.
func (d *drafter) settle() (string, error) {
	for range d.mostRounds() {
		d.draft.setNames()
		text, owners := d.draft.render()
		parsed, problems := schema.Parse([]byte(text), schema.Options{File: "schema"})
		if parsed != nil {
			return text, nil
		}
		if !d.repairAll(problems, owners) {
			return "", fmt.Errorf("ocgen bug: the schema has an error that cannot be left out: %s", problems[0])
		}
	}
	return "", fmt.Errorf("ocgen bug: the schema still has errors")
}

// repairAll repairs each element with a problem once, and one clash of Go names, since a
// clash is reported at both elements.
func (d *drafter) repairAll(problems schema.Problems, owners map[int]any) (repaired bool) {
	done := map[any]bool{}
	clash := false
	for _, p := range problems {
		owner := owners[p.Place.Line]
		isClash := p.Rule == "go-name-clash"
		if p.Severity != schema.Error || done[owner] || isClash && clash {
			continue
		}
		done[owner] = true
		clash = clash || isClash
		repaired = d.repair(p, owner) || repaired
	}
	return repaired
}

func (d *drafter) mostRounds() int {
	n := 2
	for _, m := range d.draft.measures {
		n += 3 + 2*len(m.views)
	}
	return n + tagSteps*len(d.draft.tags)
}

// repair changes the element of a problem. It reports whether it could.
func (d *drafter) repair(p schema.Problem, owner any) bool {
	switch e := owner.(type) {
	case *draftTag:
		return d.repairTag(e, p)
	case *draftMeasure:
		switch {
		case e.constant != "" && p.Rule == "bad-number":
			e.constant = ""
		case p.Rule == "go-name-clash" && e.goName == "":
			e.goName = longerName(e.id, "Metric")
		default:
			return d.leaveOut(e.active(), p)
		}
		return true
	case *draftView:
		m := d.measures[e.found.measure.name]
		switch {
		case m.constant != "" && p.Rule == "bad-number":
			m.constant = ""
		case p.Rule == "go-name-clash" && e.goName == "":
			e.goName = longerName(e.id, "Metric")
		default:
			return d.leaveOut([]*draftView{e}, p)
		}
		return true
	}
	return false
}

// tagSteps is the number of ways to repair a tag.
const tagSteps = 3

// repairTag opens a closed tag, then gives it another Go name, then leaves out the views
// that have it.
func (d *drafter) repairTag(t *draftTag, p schema.Problem) bool {
	t.steps++
	named := p.Rule == "go-name-clash"
	switch {
	case t.steps < tagSteps && len(t.values) > 0:
		t.open = append(t.open, reason{t.at, "its values cannot be constants: " + p.Message})
		t.known, t.values, t.optional = t.values, nil, false
		return true
	case t.steps < tagSteps && named && t.goName == "":
		t.goName = longerName(t.id, "Tag")
		return true
	case t.steps < tagSteps && len(t.known) > 0:
		t.known = nil
		return true
	}
	var views []*draftView
	for _, m := range d.draft.measures {
		for _, v := range m.active() {
			if slices.Contains(v.tags, t) {
				views = append(views, v)
			}
		}
	}
	d.draft.tags = slices.DeleteFunc(d.draft.tags, func(other *draftTag) bool { return other == t })
	d.leaveOut(views, p)
	for _, m := range d.draft.measures {
		for _, v := range m.views {
			v.tags = slices.DeleteFunc(v.tags, func(other *draftTag) bool { return other == t })
		}
	}
	return true
}

// leaveOut makes views comments.
func (d *drafter) leaveOut(views []*draftView, p schema.Problem) bool {
	for _, v := range views {
		v.todo = append(v.todo, todo{refused, reason{v.at, fmt.Sprintf("%s [%s]", p.Message, p.Rule)}})
	}
	return len(views) > 0
}

// longerName returns another Go name for an element whose own clashes.
func longerName(id, suffix string) string {
	return schema.GoName(id) + suffix
}
