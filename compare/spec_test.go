package compare

import "slices"

// A spec is a random schema that edits can change. It is written as YAML, so that pairs go
// through the parser.
type spec struct {
	recorder string
	prefix   string // of the metric types
	service  string
	tags     []*tagSpec
	measures []*measureSpec
	events   []*eventSpec
	slos     []*sloSpec
	removed  []string // exported names
	gone     []string // ids of SLOs
}

type tagSpec struct {
	id, key      string
	values       []string // of a closed tag
	catchAll     string
	maxValues    int
	known        []string
	experimental bool
}

type measureSpec struct {
	id, goName   string // the Go name is that of the id if it is ""
	alias        string // a former Go name
	description  string
	typ, unit    string
	constant     bool
	tags         []*tagSpec
	views        []*viewSpec
	experimental bool
}

type viewSpec struct {
	id, name    string
	former      string // a former name, under which it is exported too
	aggregation string
	bounds      []int
	tags        []*tagSpec
	maxSeries   int
}

type eventSpec struct {
	id       string
	measures []*measureSpec
}

// An sloSpec is a ratio of a count with a condition on a tag, or a cut of a distribution.
type sloSpec struct {
	id           string
	goal         int // tenths of a percent
	days         int
	view         *viewSpec
	tag          *tagSpec
	value        string
	max          int
	experimental bool
}

func (m *measureSpec) isTime() bool { return m.unit == "ms" || m.unit == "s" }

func (t *tagSpec) closed() bool { return len(t.values) > 0 }

func (s *spec) views() (all []*viewSpec) {
	for _, m := range s.measures {
		all = append(all, m.views...)
	}
	return all
}

// labels reports whether the tag is a label of some metric.
func (s *spec) labels(t *tagSpec) bool {
	return slices.ContainsFunc(s.views(), func(v *viewSpec) bool { return slices.Contains(v.tags, t) })
}

// selects reports whether an SLO has a condition on the tag.
func (s *spec) selects(t *tagSpec) bool {
	return slices.ContainsFunc(s.slos, func(o *sloSpec) bool { return o.tag == t })
}

// measured reports whether an SLO uses the view.
func (s *spec) measured(v *viewSpec) bool {
	return slices.ContainsFunc(s.slos, func(o *sloSpec) bool { return o.view == v })
}

// recorded reports whether an event records the measure.
func (s *spec) recorded(m *measureSpec) bool {
	return slices.ContainsFunc(s.events, func(e *eventSpec) bool { return slices.Contains(e.measures, m) })
}

// clone returns a copy that shares nothing, and the copy of each element.
func (s *spec) clone() (*spec, twins) {
	c := *s
	w := twins{map[*tagSpec]*tagSpec{}, map[*measureSpec]*measureSpec{}, map[*viewSpec]*viewSpec{}}
	c.tags, c.measures, c.events, c.slos = nil, nil, nil, nil
	for _, t := range s.tags {
		twin := *t
		twin.values, twin.known = slices.Clone(t.values), slices.Clone(t.known)
		w.tags[t] = &twin
		c.tags = append(c.tags, &twin)
	}
	for _, m := range s.measures {
		twin := *m
		twin.tags, twin.views = w.ofTags(m.tags), nil
		for _, v := range m.views {
			vtwin := *v
			vtwin.tags, vtwin.bounds = w.ofTags(v.tags), slices.Clone(v.bounds)
			w.views[v] = &vtwin
			twin.views = append(twin.views, &vtwin)
		}
		w.measures[m] = &twin
		c.measures = append(c.measures, &twin)
	}
	for _, e := range s.events {
		twin := eventSpec{id: e.id}
		for _, m := range e.measures {
			twin.measures = append(twin.measures, w.measures[m])
		}
		c.events = append(c.events, &twin)
	}
	for _, o := range s.slos {
		twin := *o
		twin.view, twin.tag = w.views[o.view], w.tags[o.tag]
		c.slos = append(c.slos, &twin)
	}
	return &c, w
}

// twins are the copies of the elements of a spec.
type twins struct {
	tags     map[*tagSpec]*tagSpec
	measures map[*measureSpec]*measureSpec
	views    map[*viewSpec]*viewSpec
}

func (w twins) ofTags(tags []*tagSpec) (all []*tagSpec) {
	for _, t := range tags {
		all = append(all, w.tags[t])
	}
	return all
}

// shuffle changes the order of everything whose order means nothing.
func (s *spec) shuffle(m *maker) {
	m.Shuffle(len(s.tags), func(i, j int) { s.tags[i], s.tags[j] = s.tags[j], s.tags[i] })
	m.Shuffle(len(s.measures), func(i, j int) { s.measures[i], s.measures[j] = s.measures[j], s.measures[i] })
	m.Shuffle(len(s.slos), func(i, j int) { s.slos[i], s.slos[j] = s.slos[j], s.slos[i] })
	for _, t := range s.tags {
		m.Shuffle(len(t.values), func(i, j int) { t.values[i], t.values[j] = t.values[j], t.values[i] })
	}
	for _, v := range s.views() {
		m.Shuffle(len(v.tags), func(i, j int) { v.tags[i], v.tags[j] = v.tags[j], v.tags[i] })
	}
}
