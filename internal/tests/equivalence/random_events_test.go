package equivalence_test

import (
	"fmt"
	"slices"
	"strings"
)

// observed writes an observed measure.
func (m *maker) observed() {
	tags := slices.DeleteFunc(m.endingTags(), func(t randomTag) bool { return t.from == "context" })
	m.line("  seen:\n    description: Observed.\n    type: %s\n    unit: \"1\"\n    observe: true\n    tags: [%s]", []string{"int64", "float64"}[m.IntN(2)], ids(tags))
	m.line("    views:\n      seen_sum: {aggregation: sum}\n      seen_last: {aggregation: last_value, tags: [%s]}", ids(subset(m, tags)))
}

// endingTags returns tags for a measure whose series end. Mostly no other measure has them: only
// then do their values give their places back, and the model knows them.
func (m *maker) endingTags() []randomTag {
	if m.chance(4) {
		return subset(m, m.tags)
	}
	tags := subset(m, m.ending)
	for _, t := range subset(m, m.tags) {
		if t.closed {
			tags = append(tags, t)
		}
	}
	return tags[:min(len(tags), 4)]
}

// upDown writes a measure that is counted up and down, and that may be forgotten.
func (m *maker) upDown(id string, forget bool) {
	tags := subset(m, m.tags)
	if forget {
		tags = m.endingTags()
	}
	m.line("  %s:\n    description: Counted up and down.\n    type: %s\n    unit: %q\n    tags: [%s]\n    forget: %t\n    views:",
		id, []string{"int64", "int64", "float64"}[m.IntN(3)], []string{"1", "{item}", "ms"}[m.IntN(3)], ids(tags), forget)
	for range m.IntN(3) {
		m.endingView("up_down", subset(m, tags), !forget)
	}
	m.endingView("up_down", tags, !forget) // every tag is in a view
}

// state writes a measure of last values that can be forgotten. It may be in events.
func (m *maker) state() {
	tags := m.endingTags()
	m.line("  state:\n    description: A last value that can be forgotten.\n    type: %s\n    unit: %q\n    tags: [%s]\n    forget: true\n    views:",
		[]string{"int64", "int64", "float64"}[m.IntN(3)], []string{"1", "By", "s"}[m.IntN(3)], ids(tags))
	for range m.IntN(3) {
		m.endingView("last_value", subset(m, tags), false)
	}
	m.endingView("last_value", tags, false)
	if m.chance(3) {
		m.recorded = append(m.recorded, randomMeasure{"state", tags})
	}
}

func (m *maker) endingView(aggregation string, tags []randomTag, mayHaveZeroRows bool) {
	keys, most := "aggregation: "+aggregation, mostZeroRows
	if m.tight && !m.chance(3) {
		most = 1 + m.IntN(12)
		keys += fmt.Sprintf(", max_series: %d", most)
	}
	if mayHaveZeroRows && m.chance(2) && zeroRows(tags) <= most {
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
