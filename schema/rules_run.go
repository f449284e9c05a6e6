package schema

import (
	"fmt"
	"slices"
	"strings"
)

// checkMetricTwice reports a metric that another schema exports too, with another
// definition. Cloud Monitoring and Prometheus have one metric of a name, whatever
// program it comes from. In one process OpenCensus would keep the first of two views and
// say nothing. Equal definitions are a note. Descriptions may differ: no point is
// refused for them.
func checkMetricTwice(c *runChecker) {
	name := func(_ *Schema, e export) string { return e.name }
	eachNamesake(c, (*Schema).exports, name, func(one declared[export], others []declared[export]) {
		i := slices.IndexFunc(others, func(other declared[export]) bool { return len(unlike(one.is.view, other.is.view)) > 0 })
		if i < 0 {
			c.note(one.in, one.is.at, "the metric %s is also in %s, with an equal definition", quote(one.is.name), others[0].in.at(others[0].is.at))
			return
		}
		other := others[i]
		c.problem(one.in, one.is.at, "the metric %s is also in %s, with another definition: %s; schemas that export one name must define it alike: make them equal, or rename one of the views",
			quote(one.is.name), other.in.at(other.is.at), strings.Join(unlike(one.is.view, other.is.view), ", "))
	})
}

// exports returns the names under which views are exported, with the places that the
// rules across schemas report.
func (s *Schema) exports() []export {
	var all []export
	for _, v := range s.Views() {
		all = append(all, export{v, v.Name, v.Place, false})
		if r := v.RenamedFrom; r != nil {
			all = append(all, export{v, r.Name, r.Place, true})
		}
	}
	return all
}

// unlike returns the differences between two views for which a backend, or OpenCensus,
// would mix up their data.
func unlike(here, there *View) []string {
	var all []string
	differ := func(what, a, b string) {
		if a != b {
			all = append(all, fmt.Sprintf("%s %s here and %s there", what, a, b))
		}
	}
	differ("measure", quote(here.Measure.Name), quote(there.Measure.Name))
	differ("type", here.Measure.Type.String(), there.Measure.Type.String())
	differ("unit", quote(here.Measure.Unit), quote(there.Measure.Unit))
	differ("aggregation", here.Aggregation.String(), there.Aggregation.String())
	differ("tag keys", keyList(here), keyList(there))
	if here.Aggregation == there.Aggregation && !slices.Equal(here.Bounds, there.Bounds) {
		all = append(all, unlikeBounds(here.Bounds, there.Bounds))
	}
	return all
}

// keyList returns the tag keys of a view, sorted, e.g. `["code" "method"]`.
func keyList(v *View) string {
	var keys []string
	for _, t := range v.Tags {
		keys = append(keys, quote(t.Key))
	}
	slices.Sort(keys)
	return "[" + strings.Join(keys, " ") + "]"
}

// unlikeBounds names the first bound that differs.
func unlikeBounds(here, there []float64) string {
	text := func(bounds []float64, i int) string {
		if i < len(bounds) {
			return formatNumber(bounds[i])
		}
		return "none"
	}
	i := 0
	for i < len(here) && i < len(there) && here[i] == there[i] {
		i++
	}
	return fmt.Sprintf("bound %d is %s here and %s there", i+1, text(here, i), text(there, i))
}

// checkSLOTwice reports an SLO that another schema declares too. Whichever is applied
// last replaces the other, even if they are equal now.
func checkSLOTwice(c *runChecker) {
	type id struct{ service, slo string }
	slos := func(s *Schema) []*SLO { return s.SLOs }
	name := func(s *Schema, slo *SLO) id { return id{s.Service.ID, slo.ResourceID} }
	eachNamesake(c, slos, name, func(one declared[*SLO], others []declared[*SLO]) {
		other := others[0]
		c.problem(one.in, one.is.Place, "slo %s of the service %s is also in %s; Cloud Monitoring has one SLO of an id in a service, and the last that is applied replaces the other: delete one, or give it another id",
			quote(one.is.ID), quote(one.in.Service.ID), other.in.at(other.is.Place))
	})
}

// checkKeyDiffers warns of a tag whose key has other values in another schema, so that
// one filter or one dashboard cannot serve both.
func checkKeyDiffers(c *runChecker) {
	tags := func(s *Schema) []*Tag { return s.Tags }
	name := func(_ *Schema, t *Tag) string { return t.Key }
	eachNamesake(c, tags, name, func(one declared[*Tag], others []declared[*Tag]) {
		if one.is.MayDiffer {
			return
		}
		for _, other := range others {
			if why := unlikeValues(one.is, other.is); why != "" {
				c.problem(one.in, one.is.Place, "the key %s of the tag %s is also in %s, %s; make the tags alike, or set another key with \"key:\"",
					quote(one.is.Key), quote(one.is.ID), other.in.at(other.is.Place), why)
				return
			}
		}
	})
}

// unlikeValues says how the values of two tags differ, or returns "".
func unlikeValues(here, there *Tag) string {
	switch {
	case !here.Closed() && !there.Closed():
		return ""
	case !here.Closed():
		return "where it is closed, and here it is open"
	case !there.Closed():
		return "where it is open, and here it is closed"
	}
	var sides []string
	if only := without(here.Texts(), there.Texts()); only != "" {
		sides = append(sides, "only here "+only)
	}
	if only := without(there.Texts(), here.Texts()); only != "" {
		sides = append(sides, "only there "+only)
	}
	if len(sides) == 0 {
		return ""
	}
	return "with other values: " + strings.Join(sides, ", and ")
}

// without returns the texts that are not among others, in their order, or "". It names
// the first few.
func without(texts, others []string) string {
	const most = 4
	among := map[string]bool{}
	for _, text := range others {
		among[text] = true
	}
	only := slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return among[text] })
	words := quoted(only[:min(len(only), most)])
	if more := len(only) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(words, ", "), more)
	}
	return strings.Join(words, ", ")
}
