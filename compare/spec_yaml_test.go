package compare

import (
	"fmt"
	"strings"
)

// yaml returns the spec as a schema.
func (s *spec) yaml() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("ocgen: v1\npackage: shop\ntags:")
	for _, t := range s.tags {
		line("  %s: {key: %s%s, %s}", t.id, t.key, stability(t.experimental), t.kind())
	}
	line("measures:")
	for _, m := range s.measures {
		line("  %s:\n    description: %s\n    type: %s\n    unit: %s\n    tags: [%s]", m.id, m.description, m.typ, m.unit, tagIDs(m.tags))
		if m.constant {
			line("    constant: 1")
		}
		if m.goName != "" {
			line("    go: %s", m.goName)
		}
		if m.alias != "" {
			line("    go_aliases: [%s]", m.alias)
		}
		if m.experimental {
			line("    stability: experimental")
		}
		line("    views:")
		for _, v := range m.views {
			line("      %s: {name: %s, aggregation: %s, tags: [%s], max_series: %d%s%s}", v.id, v.name, v.aggregation, tagIDs(v.tags), v.maxSeries, v.buckets(), v.renamedFrom())
		}
	}
	s.writeRest(line)
	return b.String()
}

func (s *spec) writeRest(line func(string, ...any)) {
	if len(s.events) > 0 {
		line("events:")
		for _, e := range s.events {
			var ids []string
			for _, m := range e.measures {
				ids = append(ids, m.id)
			}
			line("  %s: {measures: [%s]}", e.id, strings.Join(ids, ", "))
		}
	}
	line("service: {id: %s}\nmonitoring: {metric_prefix: %s}\ngenerate: {recorder: %s}\nslos:", s.service, s.prefix, s.recorder)
	if len(s.slos) == 0 {
		line("  {}")
	}
	for _, o := range s.slos {
		line("  %s: {goal: %d.%d%%, period: %dd%s, %s}", o.id, o.goal/10, o.goal%10, o.days, stability(o.experimental), o.form())
	}
	line("removed:\n  metrics:\n    none: Never was.")
	for _, name := range s.removed {
		line("    %s: Not needed.", name)
	}
	line("  slos:\n    none: Never was.")
	for _, id := range s.gone {
		line("    %s: Not needed.", id)
	}
}

func stability(experimental bool) string {
	if experimental {
		return ", stability: experimental"
	}
	return ""
}

func (t *tagSpec) kind() string {
	if !t.closed() {
		return fmt.Sprintf("max_values: %d, known: [%s]", t.maxValues, strings.Join(t.known, ", "))
	}
	text := "values: [" + strings.Join(t.values, ", ") + "]"
	if t.catchAll != "" {
		text += ", catch_all: " + t.catchAll
	}
	return text
}

func (v *viewSpec) buckets() string {
	if v.aggregation != "distribution" {
		return ""
	}
	return ", buckets: " + strings.ReplaceAll(fmt.Sprint(v.bounds), " ", ", ")
}

func (o *sloSpec) form() string {
	if o.tag == nil {
		return fmt.Sprintf("distribution: {view: %s, max: %d}", o.view.id, o.max)
	}
	return fmt.Sprintf("ratio: {good: {view: %[1]s, where: {%[2]s: %[3]s}}, total: %[1]s}", o.view.id, o.tag.id, o.value)
}

func tagIDs(tags []*tagSpec) string {
	var ids []string
	for _, t := range tags {
		ids = append(ids, t.id)
	}
	return strings.Join(ids, ", ")
}

func (v *viewSpec) renamedFrom() string {
	if v.former == "" {
		return ""
	}
	return fmt.Sprintf(", renamed_from: {name: %s, until: 2027-03-01}", v.former)
}
