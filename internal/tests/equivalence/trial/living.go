package trial

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/metric"
)

// check returns the differences between the exported series and those that live. Before that,
// functions that observe without a series look for one, as at each reading.
func (m *model) check(metrics []*metric.Metric) []string {
	for _, o := range m.observers {
		m.find(o)
	}
	var problems []string
	named := byName(metrics)
	for _, v := range slices.SortedFunc(maps.Keys(m.views), func(a, b *EndingView) int { return strings.Compare(a.Names[0], b.Names[0]) }) {
		exported := map[string]*metric.Series{}
		if one := named[v.Names[0]]; one != nil {
			for _, s := range one.Series {
				label := v.label(textsOf(one.Descriptor, s))
				if exported[label] != nil {
					problems = append(problems, fmt.Sprintf("%s{%s} is exported twice", v.Names[0], label))
				}
				exported[label] = s
			}
		}
		problems = append(problems, m.compare(v, exported)...)
	}
	return problems
}

// textsOf returns the labels of a series by their keys.
func textsOf(d metric.Descriptor, s *metric.Series) map[string]string {
	texts := map[string]string{}
	for i, l := range s.LabelValues {
		texts[d.LabelKeys[i].Key] = l.Value
	}
	return texts
}

// compare compares the series of a view with those that live.
func (m *model) compare(v *EndingView, exported map[string]*metric.Series) (problems []string) {
	e, alive := m.of[v], map[string]*living{}
	for label, s := range m.views[v] {
		if s.recorded {
			alive[label] = s
		}
	}
	for _, label := range union(exported, alive) {
		got, want := exported[label], alive[label]
		switch {
		case want == nil && (e.Exact || !strings.Contains(label, otherText)):
			problems = append(problems, fmt.Sprintf("%s{%s} = %s is exported, but does not live", v.Names[0], label, text(got.Point.Value)))
		case got == nil && e.Exact:
			problems = append(problems, fmt.Sprintf("%s{%s} lives, but is not exported", v.Names[0], label))
		case got == nil || want == nil || !e.Exact:
		default:
			m.Compared++
			problems = append(problems, m.compareSeries(v, label, got, want)...)
		}
	}
	return problems
}

func (m *model) compareSeries(v *EndingView, label string, got *metric.Series, want *living) (problems []string) {
	if value, ok := got.Point.Value.(int64); m.of[v].Whole && (!ok || value != want.value) {
		problems = append(problems, fmt.Sprintf("%s{%s} = %s, want int %d", v.Names[0], label, text(got.Point.Value), want.value))
	}
	if v.Last { // a gauge has no start
		return problems
	}
	if c := m.calls[want.since]; got.StartTime.Before(c.before) || got.StartTime.After(c.after) {
		problems = append(problems, fmt.Sprintf("%s{%s} starts at %v, but it began in a call from %v to %v", v.Names[0], label, got.StartTime, c.before, c.after))
	}
	return problems
}
