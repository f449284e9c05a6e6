package equivalence_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

// endings writes a variable for each measure whose series end, and the field with all of them.
func (d *driver) endings(s *schema.Schema) {
	exact := exactEndings(s)
	var vars []string
	for _, m := range s.Measures {
		if ends(m) {
			vars = append(vars, endingVar(m))
			d.ending(m, slices.Contains(exact, m), inEvent(s, m))
		}
	}
	d.line("var endings = []*trial.Ending{%s}\n", strings.Join(vars, ", "))
}

// endingVar returns the variable of a measure whose series end, and nil for other ones.
func endingVar(m *schema.Measure) string {
	if !ends(m) {
		return "nil"
	}
	return "trial" + m.GoName
}

func (d *driver) ending(m *schema.Measure, exact, unknown bool) {
	forgets := m.Forgets()
	d.line("var %s = &trial.Ending{\nTags: []trial.EndingTag{", endingVar(m))
	for _, t := range m.Tags {
		if t.From != schema.FromProcess {
			d.endingTag(t)
		}
	}
	d.line("},\nViews: []trial.EndingView{")
	for _, v := range m.Views {
		names := []string{v.Name}
		if v.RenamedFrom != nil {
			names = append(names, v.RenamedFrom.Name)
		}
		d.line("{Names: []string{%s}, Keys: []string{%s}, Last: %t, Max: %d, Forgets: %t},", quoted(names), quoted(recordedKeys(v.Tags)),
			v.Aggregation == schema.LastValue, v.MaxSeries, slices.Contains(forgets, v))
	}
	whole := m.Recorded() && m.Type == schema.Int64 && m.Duration() == 0 && m.Constant == nil
	d.line("},\nWhole: %t,\nExact: %t,\nUnknown: %t,\n}\n", whole, exact, unknown)
}

func (d *driver) endingTag(t *schema.Tag) {
	d.line("{\nKey: %q,\nContext: %t,", t.Key, t.From == schema.FromContext)
	if !t.Closed() {
		d.line("Known: []string{%s},\nMax: %d,\nUTF8: %t,\n},", quoted(t.Known), t.MaxValues, t.UTF8)
		return
	}
	var texts []string
	for _, v := range t.Values {
		texts = append(texts, v.Text)
	}
	catchAll := ""
	if t.CatchAll != nil {
		catchAll = t.CatchAll.Text
	}
	d.line("Values: []string{%s},\nCatchAll: %q,\nOptional: %t,\n},", quoted(texts), catchAll, t.Optional)
}

// recordedKeys returns the keys of the tags that a record gives, by an argument or its ctx.
func recordedKeys(tags []*schema.Tag) []string {
	var keys []string
	for _, t := range tags {
		if t.From != schema.FromProcess {
			keys = append(keys, t.Key)
		}
	}
	return keys
}

// exactEndings returns the measures whose series end and of which a model knows the places: all
// measures that share their open tags are such measures too, and none is in an event.
func exactEndings(s *schema.Schema) []*schema.Measure {
	exact := slices.DeleteFunc(slices.Clone(s.Measures), func(m *schema.Measure) bool { return !ends(m) || inEvent(s, m) })
	for {
		left := slices.DeleteFunc(slices.Clone(exact), func(m *schema.Measure) bool {
			return slices.ContainsFunc(s.Measures, func(other *schema.Measure) bool { return !slices.Contains(exact, other) && shareOpen(m, other) })
		})
		if len(left) == len(exact) {
			return exact
		}
		exact = left
	}
}

func inEvent(s *schema.Schema, m *schema.Measure) bool {
	return slices.ContainsFunc(s.Events, func(e *schema.Event) bool { return slices.Contains(e.Measures, m) })
}

func shareOpen(m, other *schema.Measure) bool {
	return slices.ContainsFunc(m.Tags, func(t *schema.Tag) bool {
		return !t.Closed() && t.From != schema.FromProcess && slices.Contains(other.Tags, t)
	})
}

// forgets writes the calls that end series of a measure.
func (d *driver) forgets(m *schema.Measure, tags []string) {
	d.line("trial.Forgotten(%s, func(d *trial.Draw) { %s(%s) }),", endingVar(m), m.ForgetName(), strings.Join(tags, ", "))
}

// callValue returns the code that draws the value of a measure's tag in a call.
func callValue(m *schema.Measure, t *schema.Tag) string {
	if m.Forget && !t.Closed() {
		return fmt.Sprintf("%s(d.Mine(%s))", t.GoName, quoted(t.Known))
	}
	return value(t)
}

// ends reports whether the series of the measure end: it is observed, or a function ends them.
func ends(m *schema.Measure) bool { return m.Observe || m.Forget }
