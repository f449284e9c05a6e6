package evaluate

import (
	"cmp"
	"slices"

	"github.com/ocgen/ocgen/runtime/slo"
)

// detail returns the SLO by combinations of the labels of all its metrics, except labels that
// distinguish good from bad: with them every combination would be all good or all bad.
func (f *follower) detail() Detail {
	d := Detail{SLO: f.report(), Keys: []string{}, Combinations: []Combination{}, Rest: Combination{Values: []string{}}}
	if !d.SLO.Computable {
		return d
	}
	d.Keys = f.indicator.detailKeys()
	all := f.indicator.combinations(d.Keys)
	slices.SortFunc(all, func(a, b Combination) int {
		return cmp.Or(cmp.Compare(b.Bad, a.Bad), cmp.Compare(b.Total, a.Total), compareValues(b.Value, a.Value),
			slices.Compare(a.Values, b.Values))
	})
	d.Combinations = append(d.Combinations, all[:min(len(all), MaxCombinations)]...)
	d.RestCount = len(all) - len(d.Combinations)
	if f.indicator.gauge == nil {
		good, total := f.indicator.events()
		for _, c := range d.Combinations {
			good -= c.Good
			total -= c.Total
		}
		d.Rest.Total = max(rounded(total), 0)
		d.Rest.Good = min(max(rounded(good), 0), d.Rest.Total)
		d.Rest.Bad = d.Rest.Total - d.Rest.Good
	}
	return d
}

func compareValues(a, b *float64) int {
	if a == nil || b == nil {
		return 0
	}
	return cmp.Compare(*a, *b)
}

// detailKeys returns the labels of a detail. If all labels distinguish good from bad, it
// returns all of them.
func (i *indicator) detailKeys() []string {
	common := i.commonKeys()
	keys := slices.DeleteFunc(slices.Clone(common), func(key string) bool { return i.decides(key) || i.onlyOfBad(key) })
	if len(keys) == 0 {
		return common
	}
	return keys
}

// decides reports whether conditions on the label distinguish the two parts of a ratio.
func (i *indicator) decides(key string) bool {
	var parts [][]slo.Condition
	for _, sel := range []*selection{i.good, i.bad, i.total} {
		if sel != nil {
			parts = append(parts, slices.DeleteFunc(slices.Clone(sel.where), func(c slo.Condition) bool { return c.Key != key }))
		}
	}
	return len(parts) == 2 && !slices.EqualFunc(parts[0], parts[1], sameCondition)
}

// onlyOfBad reports whether all bad events have the label, such as the class of an error, and
// no good events have it.
func (i *indicator) onlyOfBad(key string) bool {
	if i.cut != nil || i.gauge != nil {
		return false
	}
	good, bad := 0.0, 0.0
	for _, c := range i.combinations([]string{key}) {
		if c.Values[0] == "" && c.Bad > 0 || c.Values[0] != "" && c.Good > 0 {
			return false
		}
		good += c.Good
		bad += c.Bad
	}
	return good > 0 && bad > 0
}

// commonKeys returns the labels that all metrics have, in the order of the first metric with a
// reading.
func (i *indicator) commonKeys() []string {
	keys := []string{}
	first := slices.IndexFunc(i.metrics, func(m *followedMetric) bool { return m.read > 0 })
	if first < 0 {
		return keys
	}
	for _, key := range i.metrics[first].keys {
		if !slices.ContainsFunc(i.metrics, func(m *followedMetric) bool { return m.read > 0 && !slices.Contains(m.keys, key) }) {
			keys = append(keys, key)
		}
	}
	return keys
}

// combinations returns the sums of the series by the values of the labels.
func (i *indicator) combinations(keys []string) []Combination {
	var all []*Combination
	byKey := map[string]*Combination{}
	each := func(sel *selection, count func(*Combination, *series)) {
		if sel == nil {
			return
		}
		for _, s := range sel.metric.order {
			if !slices.Contains(s.selections, sel) || sel == i.gauge && s.read != sel.metric.read {
				continue // a gauge that has ended has no value
			}
			values := s.values(sel.metric.keys, keys)
			key := string(appendTexts(nil, values))
			c := byKey[key]
			if c == nil {
				c = &Combination{Values: values}
				byKey[key] = c
				all = append(all, c)
			}
			count(c, s)
		}
	}
	each(i.good, func(c *Combination, s *series) { c.Good += s.total() })
	each(i.bad, func(c *Combination, s *series) { c.Bad += s.total() })
	each(i.total, func(c *Combination, s *series) { c.Total += s.total() })
	if i.cut != nil {
		each(i.cut.selection, i.cut.countSeries)
	}
	each(i.gauge, func(c *Combination, s *series) {
		value := s.last
		c.Value = &value
	})
	return i.completed(all)
}

// completed computes the one of good, bad and total that the indicator does not count.
func (i *indicator) completed(all []*Combination) []Combination {
	completed := make([]Combination, 0, len(all))
	for _, c := range all {
		switch {
		case i.gauge != nil:
		case i.good == nil && i.cut == nil:
			c.Good = max(c.Total-c.Bad, 0)
		case i.total == nil && i.cut == nil:
			c.Total = c.Good + c.Bad
		default:
			c.Good = min(c.Good, c.Total)
			c.Bad = c.Total - c.Good
		}
		completed = append(completed, *c)
	}
	return completed
}

func (c *cut) countSeries(to *Combination, s *series) {
	to.Total += s.total()
	for b := c.goodFrom; b < c.goodTo; b++ {
		to.Good += float64(s.bucket(b))
	}
}

// values returns the series' values of some of the metric's keys.
func (s *series) values(metricKeys, keys []string) []string {
	values := make([]string, len(keys))
	for i, key := range keys {
		values[i] = s.labels[slices.Index(metricKeys, key)]
	}
	return values
}
