package compare

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// A maker makes random specs and edits.
type maker struct {
	*rand.Rand
	next int // number of the next id
}

func (m *maker) id(word string) string {
	m.next++
	return fmt.Sprintf("%s%d", word, m.next)
}

func (m *maker) chance(one int) bool { return m.IntN(one) == 0 }

func pick[T any](m *maker, list []T) T { return list[m.IntN(len(list))] }

func subset[T any](m *maker, list []T) []T {
	some := slices.DeleteFunc(slices.Clone(list), func(T) bool { return m.chance(2) })
	m.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	return some
}

func (m *maker) spec() *spec {
	s := &spec{recorder: pick(m, []string{"views", "direct", "otel"}), prefix: "custom.googleapis.com/opencensus", service: "shop"}
	for range 2 + m.IntN(4) {
		s.tags = append(s.tags, m.tag())
	}
	for range 2 + m.IntN(3) {
		s.measures = append(s.measures, m.measure(s))
	}
	if m.chance(2) {
		s.events = append(s.events, &eventSpec{m.id("event"), subset2(m, s.measures)})
	}
	for _, v := range s.views() {
		if o := m.slo(v); o != nil && m.chance(2) {
			s.slos = append(s.slos, o)
		}
	}
	return s
}

// subset2 returns at least two elements.
func subset2[T any](m *maker, list []T) []T {
	for {
		if some := subset(m, list); len(some) >= 2 {
			return some
		}
	}
}

func (m *maker) tag() *tagSpec {
	t := &tagSpec{id: m.id("tag"), experimental: m.chance(4)}
	t.key = t.id
	if m.chance(2) {
		t.maxValues = 10 + m.IntN(50)
		for range m.IntN(3) {
			t.known = append(t.known, m.id("known"))
		}
		return t
	}
	for range 1 + m.IntN(4) {
		t.values = append(t.values, m.id("val"))
	}
	switch m.IntN(4) {
	case 0:
		t.catchAll = pick(m, t.values)
	case 1:
		t.catchAll = m.id("other")
	}
	return t
}

func (m *maker) measure(s *spec) *measureSpec {
	e := &measureSpec{
		id: m.id("measure"), typ: pick(m, []string{"int64", "float64"}), unit: pick(m, []string{"By", "ms"}),
		constant: m.chance(4), tags: subset(m, s.tags), description: m.id("About "), experimental: m.chance(4),
	}
	for range 1 + m.IntN(3) {
		e.views = append(e.views, m.view(e))
	}
	return e
}

func (m *maker) view(e *measureSpec) *viewSpec {
	v := &viewSpec{id: m.id("view"), aggregation: pick(m, []string{"count", "sum", "last_value", "distribution"}), tags: subset(m, e.tags), maxSeries: 1000 + m.IntN(9000)}
	v.name = "shop/" + v.id
	if v.aggregation == "distribution" {
		v.bounds = m.bounds()
	}
	return v
}

func (m *maker) bounds() []int {
	bounds := []int{10}
	for range 3 + m.IntN(3) {
		bounds = append(bounds, bounds[len(bounds)-1]+10+m.IntN(50))
	}
	return bounds
}

// slo returns an SLO on the view, or nil if the view cannot have one.
func (m *maker) slo(v *viewSpec) *sloSpec {
	o := &sloSpec{id: m.id("slo"), goal: 900 + m.IntN(90), days: 1 + m.IntN(30), view: v, experimental: m.chance(4)}
	if v.aggregation == "distribution" {
		o.max = v.bounds[1+m.IntN(len(v.bounds)-2)]
		return o
	}
	closed := slices.DeleteFunc(slices.Clone(v.tags), func(t *tagSpec) bool { return !t.closed() })
	if v.aggregation != "count" || len(closed) == 0 {
		return nil
	}
	o.tag = pick(m, closed)
	o.value = pick(m, o.tag.values)
	return o
}
