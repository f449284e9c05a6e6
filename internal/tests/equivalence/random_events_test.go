package equivalence_test

import (
	"fmt"
	"slices"
	"strings"
)

// observed writes an observed measure.
func (m *maker) observed() {
	var tags []randomTag
	for _, t := range subset(m, m.tags) {
		if t.from != "context" {
			tags = append(tags, t)
		}
	}
	m.line("  seen:\n    description: Observed.\n    type: %s\n    unit: \"1\"\n    observe: true\n    tags: [%s]", []string{"int64", "float64"}[m.IntN(2)], ids(tags))
	m.line("    views:\n      seen_sum: {aggregation: sum}\n      seen_last: {aggregation: last_value, tags: [%s]}", ids(subset(m, tags)))
}

// upDown writes a measure that is counted up and down.
func (m *maker) upDown() {
	tags := subset(m, m.tags)
	m.line("  open:\n    description: Counted up and down.\n    type: %s\n    unit: %q\n    tags: [%s]\n    views:",
		[]string{"int64", "int64", "float64"}[m.IntN(3)], []string{"1", "{item}", "ms"}[m.IntN(3)], ids(tags))
	for range m.IntN(3) {
		m.upDownView(subset(m, tags))
	}
	m.upDownView(tags) // every tag is in a view
}

func (m *maker) upDownView(tags []randomTag) {
	keys, most := "aggregation: up_down", mostZeroRows
	if m.tight && !m.chance(3) {
		most = 1 + m.IntN(12)
		keys += fmt.Sprintf(", max_series: %d", most)
	}
	if m.chance(2) && zeroRows(tags) <= most {
		keys += ", zero_rows: true"
	}
	if m.views%3 == 1 {
		keys += fmt.Sprintf(", renamed_from: {name: former/%d, until: 2027-03-01}", m.views)
	}
	m.line("      w%d: {tags: [%s], %s}", m.views, ids(tags), keys)
	m.views++
}

// events writes up to two events.
func (m *maker) events() {
	n := m.IntN(3)
	if n == 0 {
		return
	}
	m.line("events:")
	for i := range n {
		of := slices.Clone(m.recorded)
		m.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
		of = of[:2+m.IntN(len(of)-1)]
		var measures []string
		var tags []randomTag
		for _, r := range of {
			measures = append(measures, r.id)
			for _, t := range r.tags {
				if !hasTag(tags, t) {
					tags = append(tags, t)
				}
			}
		}
		m.line("  e%d:\n    measures: [%s]", i, strings.Join(measures, ", "))
		m.eventTags(tags)
	}
}

// eventTags fixes some tags of an event, or leaves some out.
func (m *maker) eventTags(tags []randomTag) {
	var set []string
	var kept []randomTag
	left := false
	for _, t := range tags {
		if t.from != "" {
			continue
		}
		switch {
		case m.chance(5):
			value := "fixed"
			if t.closed {
				value = t.values[m.IntN(len(t.values))]
			}
			set = append(set, fmt.Sprintf("%s: %q", t.id, value))
		case m.chance(5) && (t.optional || !t.closed):
			left = true
		default:
			kept = append(kept, t)
		}
	}
	if len(set) > 0 {
		m.line("    set: {%s}", strings.Join(set, ", "))
	}
	if left {
		m.line("    tags: [%s]", ids(kept))
	}
}
