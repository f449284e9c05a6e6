package schema

import (
	"math"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
)

// A named is an element with an exported name.
type named struct {
	what, name string
	at         Place
	scope      *scope
}

func (c *checker) exportedNames() []named {
	var list []named
	for _, m := range c.schema.Measures {
		if m.Existing == nil && m.Name != "" {
			list = append(list, named{"measure", m.Name, c.ofMeasure(m).nameAt, c.ofMeasure(m).scope})
		}
	}
	c.eachView(func(v *View) {
		if v.Place != v.Measure.Place && v.Name != "" { // the short form was added with its measure
			list = append(list, named{"view", v.Name, c.ofView(v).nameAt, c.ofView(v).scope})
		}
		if r := v.RenamedFrom; r != nil {
			list = append(list, named{"former name", r.Name, r.Place, c.ofView(v).scope})
		}
	})
	return list
}

func checkNameCharset(c *checker) {
	list := c.exportedNames()
	for _, t := range c.schema.Tags {
		if t.Key != "" {
			list = append(list, named{"key", t.Key, c.ofTag(t).keyAt, c.ofTag(t).scope})
		}
	}
	for _, n := range list {
		switch {
		case len(n.name) > maxNameBytes:
			c.problem(n.scope, n.at, "the %s %s has %d bytes, and OpenCensus allows at most %d; write a shorter one", n.what, quote(n.name), len(n.name), maxNameBytes)
		case !isPrintableASCII(n.name):
			c.problem(n.scope, n.at, "the %s %q must be printable ASCII, because OpenCensus allows no other names", n.what, n.name)
		}
	}
}

// Cloud Monitoring allows more names than it documents, so this is a warning. A domain
// at the start of a name is allowed, since full names of metrics begin with one.
func checkNameStyle(c *checker) {
	c.eachView(func(v *View) {
		name := v.Name
		if name == "" || c.ofMeasure(v.Measure).unread.kind {
			return
		}
		if domain, rest, ok := strings.Cut(name, "/"); ok && strings.Contains(domain, ".") {
			name = rest
		}
		worse := len(v.Name) > maxNameBytes || !isPrintableASCII(v.Name)
		if v.Measure.Existing == nil && !cloudmonitoring.IsDocumentedName(name) && !worse {
			c.problem(c.ofView(v).scope, c.ofView(v).nameAt, "the name %q is outside what Cloud Monitoring documents; use at most 100 letters, digits, \"/\" and \"_\"", v.Name)
		}
	})
}

// checkNameCollision reports names that are distinct in the schema but equal in a
// backend. In Prometheus, such names make the whole scrape fail.
func checkNameCollision(c *checker) {
	prometheus, cloud, measures := map[string]export{}, map[string]export{}, map[string]*Measure{}
	c.eachExport(func(e export) {
		in := c.ofView(e.view).scope
		metricType := c.schema.Monitoring.MetricType(e.name)
		if first, taken := cloud[metricType]; taken {
			c.problem(in, e.at, "%s become the metric %s; give one of them another name", both(first, e), metricType)
			return
		}
		cloud[metricType] = e
		for _, name := range prometheusNames(e) {
			if first, taken := prometheus[name]; taken && first != e {
				c.problem(in, e.at, "%s get the name %s in Prometheus; %s", both(first, e), name, prometheusCure(first, e))
				return
			}
			prometheus[name] = e
		}
	})
	for _, m := range c.schema.Measures {
		if m.Name == "" {
			continue
		}
		if first := measures[m.Name]; first != nil {
			effect := "OpenCensus treats them as one measure"
			if c.schema.Generate.OpenTelemetry() {
				effect = "statistics of dropped values treat them as one measure"
			}
			c.problem(c.ofMeasure(m).scope, c.ofMeasure(m).nameAt, "the measures %q and %q both have the name %q, so %s; give one of them another name", first.ID, m.ID, m.Name, effect)
		}
		measures[m.Name] = m
	}
	c.eachView(c.checkLabelCollision)
}

// prometheusCure returns the cure for two exports with one name in Prometheus. A view
// whose names Prometheus writes alike needs no time of both names there.
func prometheusCure(first, second export) string {
	if first.view == second.view && sanitizePrometheus(first.name) == sanitizePrometheus(second.name) {
		return "rename the view without \"renamed_from\": Prometheus sees no change"
	}
	return "give one of them another name"
}

func (c *checker) checkLabelCollision(v *View) {
	if len(v.Tags) > maxTags {
		return // another rule reports it
	}
	cloud, prometheus := map[string]*Tag{}, map[string]*Tag{}
	for _, t := range v.Tags {
		if t.Key == "" {
			continue
		}
		label := cloudmonitoring.LabelKey(t.Key)
		key, first := label, cloud[label]
		if first == nil {
			key, first = sanitizePrometheus(t.Key), prometheus[sanitizePrometheus(t.Key)]
		}
		if first != nil {
			c.problem(c.ofView(v).scope, v.Place, "the tags %q and %q of the view %q both become the label %s; give one of them another key", first.ID, t.ID, v.ID, key)
		}
		cloud[label], prometheus[sanitizePrometheus(t.Key)] = t, t
	}
}

func checkReservedKeys(c *checker) {
	for _, t := range c.schema.Tags {
		reason := reserved(t.Key)
		if reason == "" && t.Key != "" && c.schema.Generate.OpenTelemetry() {
			reason = reservedByOtel(t.Key)
		}
		if reason != "" {
			c.problem(c.ofTag(t).scope, c.ofTag(t).keyAt, "the key %q is reserved: %s; set another with \"key:\"", t.Key, reason)
		}
	}
}

// reserved returns why an exporter reserves a key, or "".
func reserved(key string) string {
	switch cloudmonitoring.LabelKey(key) {
	case "le":
		return "Prometheus marks buckets with it"
	case cloudmonitoring.TaskLabel:
		return "the Cloud Monitoring exporter tells processes apart by it"
	}
	return ""
}

// The exporter does not add its default prefix to a name that contains one of Google's
// domains. The result is a metric type that projects must not write.
func checkForeignDomain(c *checker) {
	if cloudmonitoring.DomainIn(c.schema.Monitoring.MetricPrefix) != "" {
		return
	}
	c.eachExport(func(e export) {
		if domain := cloudmonitoring.DomainIn(e.name); domain != "" {
			c.problem(c.ofView(e.view).scope, e.at, "the name %q contains the domain %s, so the exporter treats it as one of Google's metrics; give the view another name", e.name, domain)
		}
	})
}

// maxTags is the maximum number of tags of a view: the exporter adds one label.
const maxTags = cloudmonitoring.MaxLabels - 1

func checkTooManyTags(c *checker) {
	c.eachView(func(v *View) {
		if len(v.Tags) > maxTags {
			c.problem(c.ofView(v).scope, v.Place, "the view %q has %d tags, and Cloud Monitoring allows %d beside the exporter's own label; list fewer under the view's \"tags\"", v.ID, len(v.Tags), maxTags)
		}
	})
}

func checkUnitInName(c *checker) {
	check := func(in *scope, unit, id string, at Place, name string, nameAt Place) {
		if unit == "" {
			return
		}
		said, ok := unitInName(id)
		if !ok || said == unit {
			id, at = name, nameAt
			said, ok = unitInName(id)
		}
		if ok && said != unit {
			c.problem(in, at, "the name %q says %s, but the unit is %s; change one of them", id, said, unit)
		}
	}
	for _, m := range c.schema.Measures {
		if m.Existing == nil && !c.ofMeasure(m).unread.kind {
			check(c.ofMeasure(m).scope, m.Unit, m.ID, m.Place, m.Name, c.ofMeasure(m).nameAt)
		}
	}
	c.eachView(func(v *View) {
		if v.Aggregation == unknownAggregation || c.ofMeasure(v.Measure).unread.kind {
			return
		}
		if v.Place != v.Measure.Place || v.Measure.Existing != nil { // the short form was added with its measure
			check(c.ofView(v).scope, v.Unit(), v.ID, v.Place, v.Name, c.ofView(v).nameAt)
		}
	})
}

func checkTimeScale(c *checker) {
	c.eachView(func(v *View) {
		length := v.Measure.Duration()
		if length == 0 || len(v.Bounds) == 0 {
			return
		}
		last := v.Bounds[len(v.Bounds)-1]
		switch seconds := last * length.Seconds(); {
		case seconds < 1e-6:
			c.problem(c.ofView(v).scope, c.ofView(v).boundsAt, "the largest bound of the view %q is %s, which is below a microsecond; check the unit, %s", owner(v.ID), formatQuantity(last, v.Unit()), v.Unit())
		case seconds > 7*day.Seconds():
			c.problem(c.ofView(v).scope, c.ofView(v).boundsAt, "the largest bound of the view %q is %s, which is above 7 days; check the unit, %s", owner(v.ID), formatQuantity(last, v.Unit()), v.Unit())
		}
	})
}

func checkUnusedTags(c *checker) {
	if c.tagsUnread || c.unread["measures"] {
		return // a misspelt reference may be to this tag
	}
	for _, t := range c.schema.Tags {
		if !c.ofTag(t).named {
			c.problem(c.ofTag(t).scope, t.Place, "the tag %q is not used by any measure; list it in a measure's \"tags\", or delete it", t.ID)
		}
	}
}

func checkUnusedMeasures(c *checker) {
	for _, m := range c.schema.Measures {
		if len(m.Views) > 0 || c.ofMeasure(m).unread.view || c.ofMeasure(m).unread.kind {
			continue
		}
		what := "that it records"
		if m.Observe {
			what = "that it observes"
		}
		c.problem(c.ofMeasure(m).scope, m.Place, "the measure %q has no view, so nothing %s is exported; give it a view, or delete it", m.ID, what)
	}
}

func checkUnusedBuckets(c *checker) {
	if c.setsUnread || c.unread["measures"] {
		return // a misspelt reference may be to this set
	}
	for _, set := range c.bucketSets {
		if !set.used {
			c.problem(nil, set.Place, "the set of buckets %q is not used by any view; delete it", set.ID)
		}
	}
}

func checkSeriesCount(c *checker) {
	c.eachView(func(v *View) {
		if len(v.Tags) > maxTags {
			return // another rule reports it
		}
		if c.ofView(v).unread.tags || c.ofView(v).unread.maxSeries || slices.ContainsFunc(v.Tags, func(t *Tag) bool { return !c.isCounted(t) }) {
			return
		}
		if v.Measure.Observe || c.ofMeasure(v.Measure).unread.kind {
			return // the program decides the number of observers
		}
		if n := v.Series(); n > cloudmonitoring.MaxActiveSeries {
			c.problem(c.ofView(v).scope, v.Place, "the view %q can have %s time series, and the limit of Cloud Monitoring is about %s; remove tags, or lower max_values or max_series", v.ID, Thousands(n), Thousands(cloudmonitoring.MaxActiveSeries))
		}
	})
}

// Bounds such as 5, 10, 25 … 10000 are almost always milliseconds. In seconds the last
// one would be 2 h 46 min.
func checkBareSeconds(c *checker) {
	c.eachView(func(v *View) {
		if v.Measure.Unit != "s" || !c.ofView(v).bare || len(v.Bounds) == 0 {
			return
		}
		last := v.Bounds[len(v.Bounds)-1]
		fraction := slices.ContainsFunc(v.Bounds, func(b float64) bool { return b != math.Trunc(b) })
		if fraction || last < 1000 || last > 7*day.Seconds() { // beyond that checkTimeScale warns
			return
		}
		c.problem(c.ofView(v).scope, c.ofView(v).boundsAt, "the bounds of the view %q are in seconds, but whole numbers up to %s look like milliseconds; write all bounds with a unit, such as %sms or %ss for the last, or set the measure's unit to ms", owner(v.ID), formatNumber(last), formatNumber(last), formatNumber(last))
	})
}
