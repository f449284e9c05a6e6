package compare

import (
	"path"
	"slices"

	"github.com/ocgen/ocgen/schema"
)

// Compare returns what now breaks of base. No schema of either side is nil. An error is a
// bug of ocgen.
func Compare(base, now []*File) (Result, error) {
	// 1. Find which elements of both sides are the same.
	c := newComparison(base, now)
	var err error
	if c.apis, err = compareAPIs(c.partner, now); err != nil {
		return Result{}, err
	}
	// 2. Apply every rule.
	for _, row := range rules() {
		row.check(&checker{c, row.BreakingRule})
	}
	// 3. Order the findings.
	var names []string
	for _, f := range slices.Concat(now, base) {
		names = append(names, f.Name)
	}
	return Result{sorted(c.found, names), c.series()}, nil
}

// A comparison knows which elements of both sides are the same.
type comparison struct {
	base, now []*File
	partner   map[*File]*File // from each side to the other; a file without a partner is gone or new
	was, is   index           // the metrics of each side
	metrics   []metricPair
	tags      []tagPair
	slos      []sloPair
	slosByID  map[string][]slo // of now
	apis      []*apiChange     // of the Go packages

	found []Finding
	used  map[usedAllowance]bool
}

// A usedAllowance is an entry of "allow" that silenced a finding.
type usedAllowance struct {
	file *File
	at   schema.Place
}

func newComparison(base, now []*File) *comparison {
	c := &comparison{base: base, now: now, slosByID: map[string][]slo{}, used: map[usedAllowance]bool{}}
	c.partner = partners(base, now)
	c.was, c.is = indexOf(base), indexOf(now)
	c.metrics = c.pairMetrics()
	c.tags = pairTags(c.metrics)
	for _, o := range slosOf(now) {
		c.slosByID[o.ResourceID] = append(c.slosByID[o.ResourceID], o)
	}
	c.slos = c.pairSLOs()
	return c
}

// partners finds the same file on the other side: the file with the same path, otherwise
// the one with its Go package in the same folder, otherwise one that exports one of its
// metrics.
func partners(base, now []*File) map[*File]*File {
	partner := map[*File]*File{}
	for _, same := range []func(was, is *File) bool{samePath, sameFolder, sharesMetric} {
		for _, was := range base {
			if partner[was] != nil {
				continue
			}
			i := slices.IndexFunc(now, func(is *File) bool { return partner[is] == nil && same(was, is) })
			if i >= 0 {
				partner[was], partner[now[i]] = now[i], was
			}
		}
	}
	return partner
}

func samePath(was, is *File) bool { return was.Path == is.Path }

func sameFolder(was, is *File) bool { return was.goFolder() == is.goFolder() }

func sharesMetric(was, is *File) bool {
	return slices.ContainsFunc(was.Schema.Views(), func(v *schema.View) bool {
		return slices.ContainsFunc(is.Schema.Views(), func(other *schema.View) bool { return sharesName(v, other) })
	})
}

// sharesName reports whether two views are exported under the same name.
func sharesName(v, other *schema.View) bool {
	return slices.ContainsFunc(v.Exports(), func(name string) bool { return slices.Contains(other.Exports(), name) })
}

// goFolder is the folder of the Go package.
func (f *File) goFolder() string { return path.Dir(path.Join(path.Dir(f.Path), f.Schema.Generate.Go)) }

// A metric is one of the names under which a view is exported, with the view's file.
type metric struct {
	file *File
	view *schema.View
	name string // e.g. the former one
}

// An index finds the metrics of one side by their exported names. Several schemas may
// export a metric of one name.
type index struct {
	all    []metric
	byName map[string][]metric
}

func indexOf(files []*File) index {
	x := index{byName: map[string][]metric{}}
	for _, f := range files {
		for _, v := range f.Schema.Views() {
			for _, name := range v.Exports() {
				x.add(metric{f, v, name})
			}
		}
	}
	return x
}

func (x *index) add(m metric) {
	x.all = append(x.all, m)
	x.byName[m.name] = append(x.byName[m.name], m)
}

// exports returns the metric of a name, if possible of the given file.
func (x *index) exports(name string, in *File) (metric, bool) {
	all := x.byName[name]
	if len(all) == 0 {
		return metric{}, false
	}
	if i := slices.IndexFunc(all, func(m metric) bool { return m.file == in }); i >= 0 {
		return all[i], true
	}
	return all[0], true
}

// A metricPair is a metric that both sides export.
type metricPair struct{ was, is metric }

// pairMetrics pairs views that have two names on both sides once.
func (c *comparison) pairMetrics() []metricPair {
	var pairs []metricPair
	seen := map[[2]*schema.View]bool{}
	for _, was := range c.was.all {
		is, ok := c.is.exports(was.name, c.partner[was.file])
		if views := [2]*schema.View{was.view, is.view}; ok && !seen[views] {
			seen[views] = true
			pairs = append(pairs, metricPair{was, is})
		}
	}
	return pairs
}

// A tagPair is a label of a metric that both sides export: its tags have the same key, or
// only the same id.
type tagPair struct {
	was, is     *schema.Tag
	wasIn, isIn *File
}

// pairTags returns each pair once, though several metrics have it.
func pairTags(metrics []metricPair) []tagPair {
	var pairs []tagPair
	for _, m := range metrics {
		for _, was := range m.was.view.Tags {
			if is := m.sameTag(was); is != nil {
				pairs = append(pairs, tagPair{was, is, m.was.file, m.is.file})
			}
		}
	}
	return unique(pairs)
}

// unique returns the list without repetitions, in its order.
func unique[T comparable](list []T) []T {
	seen := map[T]bool{}
	return slices.DeleteFunc(list, func(e T) bool {
		again := seen[e]
		seen[e] = true
		return again
	})
}

// sameTag returns the tag of now that has the key of a tag of the base. If there is none,
// it is the tag with the same id, unless that has the key of another tag of the base.
func (p metricPair) sameTag(was *schema.Tag) *schema.Tag {
	if t := tagWithKey(p.is.view, was.Key); t != nil {
		return t
	}
	i := slices.IndexFunc(p.is.view.Tags, func(t *schema.Tag) bool { return t.ID == was.ID })
	if i < 0 || tagWithKey(p.was.view, p.is.view.Tags[i].Key) != nil {
		return nil
	}
	return p.is.view.Tags[i]
}

func tagWithKey(v *schema.View, key string) *schema.Tag {
	if i := slices.IndexFunc(v.Tags, func(t *schema.Tag) bool { return t.Key == key }); i >= 0 {
		return v.Tags[i]
	}
	return nil
}

// An slo is an SLO with its file.
type slo struct {
	file *File
	*schema.SLO
}

// An sloPair is an SLO that both sides have.
type sloPair struct{ was, is slo }

// slosOf returns the SLOs of one side.
func slosOf(files []*File) []slo {
	var all []slo
	for _, f := range files {
		for _, o := range f.Schema.SLOs {
			all = append(all, slo{f, o})
		}
	}
	return all
}

func (c *comparison) pairSLOs() []sloPair {
	var pairs []sloPair
	for _, was := range slosOf(c.base) {
		if is, ok := c.sameSLO(was); ok {
			pairs = append(pairs, sloPair{was, is})
		}
	}
	return pairs
}

// sameSLO returns the SLO of now with the id of one of the base: in the same file, or
// else of the same service.
func (c *comparison) sameSLO(was slo) (slo, bool) {
	now := c.slosByID[was.ResourceID]
	for _, same := range []func(is slo) bool{
		func(is slo) bool { return is.file == c.partner[was.file] },
		func(is slo) bool { return is.file.Schema.Service.ID == was.file.Schema.Service.ID },
	} {
		i := slices.IndexFunc(now, func(is slo) bool { return same(is) })
		if i >= 0 {
			return now[i], true
		}
	}
	return slo{}, false
}

// series returns how many more series a process can have.
func (c *comparison) series() int64 {
	const most = 1e18 // more than any process can have
	return int64(max(-most, min(most, c.is.series()-c.was.series())))
}

// series adds up the series of the metrics, each name once. It is a float64, since the
// numbers of some schemas exceed an int64.
func (x index) series() float64 {
	sum, seen := 0.0, map[string]bool{}
	for _, m := range x.all {
		if !seen[m.name] {
			seen[m.name] = true
			sum += float64(m.view.Series())
		}
	}
	return sum
}
