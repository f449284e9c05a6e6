package equivalence_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A maker writes a random schema that is valid.
type maker struct {
	*rand.Rand
	strings.Builder
	tight    bool // tags and views run full, and every tag is in a view
	own      bool // with features that OpenCensus's views do not have
	tags     []randomTag
	ending   []randomTag     // only of measures whose series end
	recorded []randomMeasure // for events
	views    int
	slo      string
}

type randomTag struct {
	id       string
	closed   bool
	optional bool
	from     string // "", "context" or "process"
	values   []string
}

type randomMeasure struct {
	id   string
	tags []randomTag
}

// randomSchema returns the schema of a seed without its recorder, and the recorders that can
// be generated from it: all three, unless it has existing measures or features that views do
// not have.
func randomSchema(seed uint64, tight bool) (src string, recorders []string) {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 0x736368656d61)), tight: tight}
	recorders = []string{"views", "direct", "otel"}
	existing := m.chance(4)
	m.own = !existing && m.chance(3)
	switch {
	case existing:
		recorders = []string{"views", "direct"}
	case m.own:
		recorders = []string{"direct", "otel"}
	}
	m.line("ocgen: v1\nprefix: trial%d/\nallow: [series-count, forget-shared-tag, time-scale, time-rounding, fractional-bounds]\nbuckets:\n  shared: {exponential: {start: 1, growth: 3, count: 12}}\ntags:", seed)
	for range 2 + m.IntN(6) {
		m.tags = append(m.tags, m.tag())
	}
	for range 1 + m.IntN(3) {
		m.ending = append(m.ending, m.tag())
	}
	if existing {
		m.line("  server_route: {existing: go.opencensus.io/plugin/ochttp.KeyServerRoute}")
	}
	m.line("measures:")
	for i := range 2 + m.IntN(4) {
		m.measure(fmt.Sprintf("m%d", i))
	}
	if m.chance(2) {
		m.observed()
	}
	if m.chance(2) {
		m.upDown("open", false)
	}
	if m.chance(2) {
		m.upDown("waiting", true)
	}
	if m.own && !m.chance(3) {
		m.state()
	}
	if existing {
		m.line(`  server_latency: {existing: go.opencensus.io/plugin/ochttp.ServerLatency, name: opencensus.io/http/server/latency, type: float64, unit: ms, tags: [server_route], views: {server_latency: {aggregation: distribution, buckets: [1, 10, 100]}, server_count: {aggregation: count}}}`)
	}
	m.events()
	if m.slo != "" {
		m.line("service: {id: trial}\nslos:\n  s: {goal: 99%%, period: 28d, ratio: {%s}}", m.slo)
	}
	return m.String(), recorders
}

func (m *maker) line(format string, args ...any) { fmt.Fprintf(m, format+"\n", args...) }

// chance is true once in n times.
func (m *maker) chance(n int) bool { return m.IntN(n) == 0 }

// word returns an id with the number. Ids are in no order.
func (m *maker) word(n int) string { return fmt.Sprintf("%c%d", 'a'+rune(m.IntN(26)), n) }

// subset returns some of all, in any order.
func subset[T any](m *maker, all []T) []T {
	some := slices.Clone(all)
	m.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	return some[:m.IntN(len(some)+1)]
}

// tag writes a tag of any kind.
func (m *maker) tag() randomTag {
	number := len(m.tags) + len(m.ending)
	t := randomTag{id: m.word(number), closed: m.chance(2), from: []string{"", "", "", "context", "process"}[m.IntN(5)]}
	var keys []string
	add := func(format string, args ...any) { keys = append(keys, fmt.Sprintf(format, args...)) }
	if t.closed {
		n := 1 + m.IntN(5)
		if m.chance(12) {
			n = 40
		}
		for i := range n {
			t.values = append(t.values, fmt.Sprintf("%s%d", []string{"v", "V w", "x/", "z="}[i%4], i))
		}
		add("values: [%s]", quoted(t.values))
		switch m.IntN(3) {
		case 0:
			add("catch_all: %q", t.values[m.IntN(len(t.values))])
		case 1:
			add("catch_all: rest")
		}
		if t.optional = m.chance(3); t.optional {
			add("optional: true")
		}
	} else {
		size := 100 + m.IntN(100) // more texts than there are in a trial, those of closed tags in a ctx included
		switch {
		case m.tight && m.chance(4):
			size = 3000 // too many for a table: views run full whose series are found by a hash
		case m.tight:
			size = 1 + m.IntN(6)
		case m.chance(4):
			size = 1_000_000
		}
		add("max_values: %d", size)
		for i := range m.IntN(3) {
			t.values = append(t.values, []string{"known", "text A"}[i])
		}
		if m.own && t.from != "context" && m.chance(2) {
			add("utf8: true")
		}
		if len(t.values) > 0 {
			add("known: [%s]", quoted(t.values))
		}
	}
	if t.from != "" {
		add("from: %s", t.from)
	}
	if t.from == "context" && m.chance(2) {
		add("propagate: true")
	}
	if m.chance(2) {
		add("key: %s.%d", m.word(m.IntN(10)), number)
	}
	m.line("  %s: {description: Tag %s., %s}", t.id, t.id, strings.Join(keys, ", "))
	return t
}

func quoted(texts []string) string {
	var all []string
	for _, t := range texts {
		all = append(all, fmt.Sprintf("%q", t))
	}
	return strings.Join(all, ", ")
}

func ids(tags []randomTag) string {
	var all []string
	for _, t := range tags {
		all = append(all, t.id)
	}
	return strings.Join(all, ", ")
}

// measure writes a measure with all of its views.
func (m *maker) measure(id string) {
	float, tags := m.chance(2), subset(m, m.tags)
	kind, unit := "int64", []string{"ns", "us", "ms", "s", "min", "h", "d", "1", "By", "{item}"}[m.IntN(10)]
	if float {
		kind = "float64"
	}
	m.line("  %s:\n    description: Measure %s.\n    type: %s\n    unit: %q\n    tags: [%s]", id, id, kind, unit, ids(tags))
	if m.chance(6) {
		m.line("    constant: %d", 1+m.IntN(3))
	}
	if m.chance(2) {
		m.line("    exemplars: true")
	}
	m.recorded = append(m.recorded, randomMeasure{id, tags})
	if m.chance(5) { // the short form
		m.line("    %s", m.aggregation(float))
		return
	}
	m.line("    views:")
	left := tags
	for i, n := 0, 1+m.IntN(4); i < n; i++ {
		in := subset(m, tags)
		if m.tight && i == n-1 { // every tag is in a view
			in = slices.DeleteFunc(in, func(t randomTag) bool { return hasTag(left, t) })
			in = append(in, left...)
		}
		left = slices.DeleteFunc(slices.Clone(left), func(t randomTag) bool { return hasTag(in, t) })
		m.view(in, float)
	}
	m.ratio(tags)
}

func hasTag(tags []randomTag, t randomTag) bool {
	return slices.ContainsFunc(tags, func(u randomTag) bool { return u.id == t.id })
}

// view writes a view.
func (m *maker) view(tags []randomTag, float bool) {
	keys, most := m.aggregation(float), mostZeroRows
	if m.tight && !m.chance(3) {
		most = 1 + m.IntN(12)
		keys += fmt.Sprintf("\n    max_series: %d", most)
	}
	if m.own && !strings.Contains(keys, "last_value") && zeroRows(tags) <= most {
		keys += "\n    zero_rows: true"
	}
	if m.views%3 == 1 {
		keys += fmt.Sprintf("\n    renamed_from: {name: former/%d, until: 2027-03-01}", m.views)
	}
	m.line("      w%d: {tags: [%s], %s}", m.views, ids(tags), strings.ReplaceAll(keys, "\n    ", ", "))
	m.views++
}

// mostZeroRows bounds the zero rows of a view, so that other series are compared too.
const mostZeroRows = 200

// zeroRows returns a number that is at least the number of zero rows at the registration of
// a view with the tags, or more than mostZeroRows if it cannot have any. It is 0 if only
// bound recorders make rows.
func zeroRows(tags []randomTag) int {
	n := 1
	for _, t := range tags {
		switch {
		case t.from == "process":
		case t.from == "context":
			return mostZeroRows + 1
		case t.closed:
			n *= len(t.values) + 2
		default:
			n *= len(t.values) // the known values
		}
	}
	return n
}

// ratio writes two counts of a measure for an SLO. The total comes last.
func (m *maker) ratio(tags []randomTag) {
	i := slices.IndexFunc(tags, func(t randomTag) bool { return t.closed && t.from == "" })
	if m.slo != "" || i < 0 || !m.chance(2) {
		return
	}
	m.line("      bad: {tags: [%s], aggregation: count}", tags[i].id)
	m.line("      total: {tags: [], aggregation: count}")
	m.slo = fmt.Sprintf("bad: {view: bad, where: {%s: %q}}, total: total", tags[i].id, tags[i].values[0])
}

// aggregation returns an aggregation's keys, one a line.
func (m *maker) aggregation(float bool) string {
	switch m.IntN(6) {
	case 0:
		return "aggregation: count"
	case 1:
		return "aggregation: sum"
	case 2:
		return "aggregation: last_value"
	}
	return "aggregation: distribution\n    buckets: " + m.buckets(float)
}

func (m *maker) buckets(float bool) string {
	switch m.IntN(7) {
	case 5:
		return "none"
	case 6:
		return []string{"[0.00001, 1.00001, 2.5, 1000.001]", "{linear: {start: 0.5, width: 0.25, count: 9}}"}[m.IntN(2)]
	case 0:
		return "shared"
	case 1:
		return "{linear: {start: 2, width: 5, count: 60}}"
	case 2:
		return "{decades: {from: 1, to: 1000, steps: [1, 2, 5]}}"
	}
	bound := 0
	var all []string
	for range 1 + m.IntN(8) {
		bound += 1 + m.IntN(1000)
		text := fmt.Sprint(bound)
		if float && m.chance(2) {
			text += fmt.Sprintf(".%d", 1+m.IntN(999))
		}
		all = append(all, text)
	}
	return "[" + strings.Join(all, ", ") + "]"
}
