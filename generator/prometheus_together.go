package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// "promtool test rules" evaluates the rules of all SLOs in each test. With a test for each
// scenario of each SLO, its time would grow with the square of the number of SLOs. So SLOs
// that do not see each other's series share a test.

// A scenario is some traffic of one SLO, and the expectations about its rules.
type scenario struct {
	slo     *schema.SLO
	of      []member // the series of the SLO
	selects func(member) bool
	what    string
	series  []templates.InputSeries
	queries []templates.QueryTest
	alerts  []templates.AlertTest
}

// A joint is scenarios of different SLOs that are one test.
type joint []scenario

// together returns the scenarios as tests. Scenarios that have the same name, of SLOs that
// do not select each other's series, are one test.
func together(all []scenario) []joint {
	var tests []joint
	byName := map[string][]int{}
	for _, s := range all {
		fits := func(i int) bool { return !slices.ContainsFunc(tests[i], s.meets) }
		same := byName[s.what]
		if i := slices.IndexFunc(same, fits); i >= 0 {
			tests[same[i]] = append(tests[same[i]], s)
			continue
		}
		byName[s.what] = append(same, len(tests))
		tests = append(tests, joint{s})
	}
	return tests
}

// meets reports whether one of two SLOs selects a series of the other.
func (s scenario) meets(other scenario) bool {
	if len(s.series) == 0 && len(other.series) == 0 {
		return s.slo == other.slo
	}
	return slices.ContainsFunc(s.of, other.selects) || slices.ContainsFunc(other.of, s.selects)
}

// selector returns a function that reports whether a query of the SLO finds a series.
func (w *testWriter) selector() func(member) bool {
	selections := w.slo.Selections()
	return func(m member) bool {
		return slices.ContainsFunc(selections, func(s *schema.Selection) bool {
			return s.View == m.view && !slices.ContainsFunc(s.Where, func(c schema.Condition) bool {
				return !meets(c, m.value(w.promql.label(c.Tag)))
			})
		})
	}
}

// value returns the value of a label, and "" without it.
func (m member) value(key string) string {
	i := slices.IndexFunc(m.labels, func(l schema.Label) bool { return l.Key == key })
	if i < 0 {
		return ""
	}
	return m.labels[i].Value
}

// mostNamed is how many SLOs the name of a test lists at most.
const mostNamed = 4

// test returns the test. Its name is, for example, "only good events: availability,
// fast-enough".
func (j joint) test() templates.RuleTest {
	var names []string
	t := templates.RuleTest{}
	for _, s := range j {
		names = append(names, s.slo.ResourceID)
		t.Series = append(t.Series, s.series...)
		t.Queries = append(t.Queries, s.queries...)
		t.Alerts = append(t.Alerts, s.alerts...)
	}
	more := ""
	if len(names) > mostNamed {
		const some = mostNamed - 1
		names, more = names[:some], fmt.Sprintf(" and %d more", len(names)-some)
	}
	t.Name = j[0].what + ": " + strings.Join(names, ", ") + more
	return t
}
