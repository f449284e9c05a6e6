package evaluate

import (
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/slo"
)

// A selection has the sum of the counts of all series of a metric that meet the conditions,
// including series that are no longer exported.
type selection struct {
	metric  *followedMetric
	where   []slo.Condition
	labels  []int   // of each condition, its index into the metric's keys
	unknown string  // the key of a condition that is not a label of the metric
	value   float64 // of a counter
	counts  []int64 // of a distribution: by bucket
	cuts    []*cut  // of a distribution
}

// resolve finds the conditions' labels.
func (s *selection) resolve(keys []string) {
	s.labels, s.unknown = nil, ""
	for _, c := range s.where {
		i := slices.Index(keys, c.Key)
		if i < 0 && s.unknown == "" {
			s.unknown = c.Key
		}
		s.labels = append(s.labels, i)
	}
}

// matches reports whether a series with the labels belongs to the selection.
func (s *selection) matches(labels []string) bool {
	for i, c := range s.where {
		at := s.labels[i]
		if at < 0 || !meets(c, labels[at]) {
			return false
		}
	}
	return true
}

func meets(c slo.Condition, value string) bool {
	listed := slices.Contains(c.Values, value) ||
		slices.ContainsFunc(c.Prefixes, func(prefix string) bool { return strings.HasPrefix(value, prefix) })
	return listed != (c.Op == slo.Not)
}

// add adds the growth of a series.
func (s *selection) add(known *series) {
	if known.counts == nil {
		s.value += known.total()
		return
	}
	for i := range s.counts {
		s.counts[i] += known.bucket(i)
	}
}

// fold saves the counts of buckets that no longer exist.
func (s *selection) fold() {
	for _, c := range s.cuts {
		good, total := c.events()
		c.keptGood, c.keptTotal = good, total
	}
}

// rebucket begins to count in the metric's current buckets.
func (s *selection) rebucket() {
	s.counts = make([]int64, len(s.metric.bounds)+1)
	for _, c := range s.cuts {
		c.resolve()
	}
}

func sameCondition(a, b slo.Condition) bool {
	return a.Key == b.Key && a.Op == b.Op && slices.Equal(a.Values, b.Values) && slices.Equal(a.Prefixes, b.Prefixes)
}

// text returns the selection for messages, e.g.
// shop/request_count{outcome=ok|redirected, code!=404|5…}.
func text(sel *slo.Selection) string {
	if len(sel.Where) == 0 {
		return sel.Metric
	}
	var terms []string
	for _, c := range sel.Where {
		words := slices.Clone(c.Values)
		for _, p := range c.Prefixes {
			words = append(words, p+"…")
		}
		op := "="
		if c.Op == slo.Not {
			op = "!="
		}
		terms = append(terms, c.Key+op+strings.Join(words, "|"))
	}
	return sel.Metric + "{" + strings.Join(terms, ", ") + "}"
}
