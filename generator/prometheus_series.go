package generator

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// The series of the unit tests are made from the selections of an SLO: for a ratio, one
// series that counts good events, and one that counts bad events. Each label has a value
// that the conditions of one selection accept, and, where the other must not have the
// series, one label has a value that the other rejects.

// A phase is a time with the same traffic in each minute.
type phase struct {
	minutes   int
	good, bad int64 // events in a minute; of a gauge: whether it has a good or a bad value
}

// traffic is what happens from minute 0 on, in which all series have their first sample.
type traffic []phase

// A member is a series that a scenario has, of all buckets if its view is a distribution.
type member struct {
	view   *schema.View
	labels []schema.Label
}

// then returns the traffic with one more phase.
func (t traffic) then(p phase) traffic { return append(slices.Clone(t), p) }

// A counter is the series of a counter.
type counter struct {
	series string
	member member
	growth func(phase) int64 // in each minute
	always bool              // exported before it counts anything
}

// A feed makes the series of an SLO.
type feed struct {
	unit      int64 // how many events each event of a phase makes
	counters  []counter
	gauge     string // the series of a gauge, or ""
	good, bad float64
	members   []member
}

func goodOf(p phase) int64 { return p.good }
func badOf(p phase) int64  { return p.bad }
func allOf(p phase) int64  { return p.good + p.bad }

// input returns the series with their samples.
func (f feed) input(t traffic) []templates.InputSeries {
	if f.gauge != "" {
		return []templates.InputSeries{{Series: f.gauge, Values: f.gaugeValues(t)}}
	}
	var all []templates.InputSeries
	for _, c := range f.counters {
		counts := func(p phase) bool { return c.growth(p) > 0 }
		if c.always || slices.ContainsFunc(t, counts) {
			all = append(all, templates.InputSeries{Series: c.series, Values: c.values(t)})
		}
	}
	return all
}

// values returns the samples of the counter, e.g. "0+60x60 3600x359": 0, 60 growths by 60,
// and 360 equal samples.
func (c counter) values(t traffic) string {
	var parts []string
	count := func(n int64) string { return strconv.FormatInt(n, 10) }
	last := int64(0)
	for i, p := range t {
		growth, steps, first := c.growth(p), p.minutes, last
		if i > 0 { // the sample of minute 0 belongs to the first phase
			first, steps = last+growth, steps-1
		}
		text := count(first)
		if growth > 0 {
			text += "+" + count(growth)
		}
		parts = append(parts, text+"x"+strconv.Itoa(steps))
		last += growth * int64(p.minutes)
	}
	return strings.Join(parts, " ")
}

func (f feed) gaugeValues(t traffic) string {
	var parts []string
	for i, p := range t {
		samples := p.minutes
		if i == 0 {
			samples++
		}
		switch {
		case p.good+p.bad == 0:
			parts = append(parts, "_x"+strconv.Itoa(samples))
		case p.bad > 0:
			parts = append(parts, gaugeValue(f.bad)+"x"+strconv.Itoa(samples-1))
		default:
			parts = append(parts, gaugeValue(f.good)+"x"+strconv.Itoa(samples-1))
		}
	}
	return strings.Join(parts, " ")
}

// gaugeValue returns a number without an exponent.
func gaugeValue(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// A feeder makes feeds with the names and the common matchers of the rules.
type feeder struct {
	prometheus schema.Prometheus
	promql     promqlWriter
}

// feed returns the series of an indicator. Without any, it returns the reason.
func (w feeder) feed(i schema.SLI) (feed, string) {
	if windows := i.Windows; windows != nil {
		switch {
		case windows.Mean != nil:
			return w.gauge(windows.Mean)
		case windows.Sum != nil:
			return w.gauge(windows.Sum)
		}
		i = windows.SLI
	}
	if i.Cut != nil {
		return w.cut(i.Cut)
	}
	return w.ratio(i.Ratio)
}

// ratio returns the series of good and of bad events. If both counts of a ratio are views
// of their own, each has one series.
func (w feeder) ratio(r *schema.Ratio) (feed, string) {
	var first, second counter
	var ok, also bool
	switch {
	case r.Total == nil:
		first, ok = w.counter(goodOf, r.Good, nil, r.Bad)
		second, also = w.counter(badOf, r.Bad, nil, r.Good)
	case r.Bad != nil && r.Bad.View == r.Total.View:
		first, ok = w.counter(goodOf, r.Total, nil, r.Bad)
		second, also = w.counter(badOf, r.Bad, r.Total, nil)
	case r.Bad != nil:
		first, ok = w.counter(allOf, r.Total, nil, nil)
		second, also = w.counter(badOf, r.Bad, nil, nil)
	case r.Good.View == r.Total.View:
		first, ok = w.counter(goodOf, r.Good, r.Total, nil)
		second, also = w.counter(badOf, r.Total, nil, r.Good)
	default:
		first, ok = w.counter(allOf, r.Total, nil, nil)
		second, also = w.counter(goodOf, r.Good, nil, nil)
	}
	switch {
	case !ok:
		return feed{}, "no series of good events follows from its selections"
	case !also:
		return feed{}, "no series of bad events follows from its selections"
	}
	return feed{unit: 1, counters: []counter{first, second}, members: []member{first.member, second.member}}, ""
}

// counter returns a series that two selections have, and another has not. The second and
// the other may be nil.
func (w feeder) counter(growth func(phase) int64, in, also, out *schema.Selection) (counter, bool) {
	where := in.Where
	if also != nil {
		where = slices.Concat(where, also.Where)
	}
	var not []schema.Condition
	if out != nil && out.View == in.View {
		if not = out.Where; len(not) == 0 {
			return counter{}, false
		}
	}
	labels, ok := w.labels(in.View, where, not)
	return counter{series: w.series(in.View, "", labels), member: member{in.View, labels}, growth: growth}, ok
}

// cut returns the buckets of a cut's bounds and the count. Good events are just inside the
// cut, and bad ones just outside, at both ends if the cut has both.
func (w feeder) cut(c *schema.Cut) (feed, string) { return w.cutWith(c, thresholds(c), plainBound) }

// thresholds returns the bounds of a cut.
func thresholds(c *schema.Cut) []float64 {
	var list []float64
	if c.Min > 0 {
		list = append(list, c.Min)
	}
	if !math.IsInf(c.Max, 1) {
		list = append(list, c.Max)
	}
	return list
}

func (w feeder) cutWith(c *schema.Cut, bounds []float64, spell func(float64) string) (feed, string) {
	labels, ok := w.labels(c.Selection.View, c.Selection.Where, nil)
	if !ok {
		return feed{}, "no series follows from its selection"
	}
	var good, bad []float64
	if c.Min > 0 {
		good, bad = append(good, c.Min), append(bad, boundBelow(c, c.Min))
	}
	if !math.IsInf(c.Max, 1) {
		good, bad = append(good, boundBelow(c, c.Max)), append(bad, c.Max)
	}
	below := func(values []float64, bound float64) (n int64) {
		for _, v := range values {
			if v < bound {
				n++
			}
		}
		return n
	}
	f := feed{unit: int64(len(good)), members: []member{{c.Selection.View, labels}}}
	add := func(suffix, le string, bound float64) {
		perGood, perBad := below(good, bound), below(bad, bound)
		f.counters = append(f.counters, counter{
			series: w.series(c.Selection.View, suffix, labels, bucketOf(le)...),
			growth: func(p phase) int64 { return p.good*perGood + p.bad*perBad },
			always: true,
		})
	}
	for _, b := range bounds {
		add("_bucket", spell(b), b)
	}
	add("_bucket", "+Inf", math.Inf(1))
	add("_count", "", math.Inf(1))
	return f, ""
}

// plainBound returns a bound as Prometheus 2 spells it in the label le, and pointBound as
// version 3 does.
func plainBound(b float64) string { return strconv.FormatFloat(b, 'g', -1, 64) }
func pointBound(b float64) string {
	text := plainBound(b)
	if strings.ContainsAny(text, ".e") {
		return text
	}
	return text + ".0"
}

// boundBelow returns the value of events in the bucket that ends at a bound: its lower end.
func boundBelow(c *schema.Cut, bound float64) float64 {
	i := slices.Index(c.Selection.View.Bounds, bound)
	if i <= 0 {
		return math.Inf(-1)
	}
	return c.Selection.View.Bounds[i-1]
}

// neighbours returns the bounds of a cut, and those beside them.
func neighbours(c *schema.Cut) []float64 {
	all := c.Selection.View.Bounds
	var near []float64
	for _, b := range thresholds(c) {
		i := slices.Index(all, b)
		near = append(near, all[max(i-1, 0):min(i+2, len(all))]...)
	}
	slices.Sort(near)
	return slices.Compact(near)
}

// largest is the magnitude up to which values of gauges are whole numbers in a float64.
const largest = 1 << 53

// gauge returns the series of a gauge, with values far inside and far outside the range.
func (w feeder) gauge(r *schema.MetricRange) (feed, string) {
	labels, ok := w.labels(r.Selection.View, r.Selection.Where, nil)
	if !ok {
		return feed{}, "no series follows from its selection"
	}
	f := feed{unit: 1, gauge: w.series(r.Selection.View, "", labels), members: []member{{r.Selection.View, labels}}}
	noMin, noMax := math.IsInf(r.Min, -1), math.IsInf(r.Max, 1)
	switch {
	case noMax:
		step := 1 + math.Abs(r.Min)
		f.good, f.bad = r.Min+step, r.Min-step
	case noMin:
		step := 1 + math.Abs(r.Max)
		f.good, f.bad = min(0, r.Max-1), r.Max+step
	default:
		f.good, f.bad = r.Min+(r.Max-r.Min)/2, r.Max+1+(r.Max-r.Min)
	}
	if max(math.Abs(f.good), math.Abs(f.bad)) > largest {
		return feed{}, "its range has very large numbers"
	}
	return f, ""
}

// bucketOf returns the label of a bucket, or none.
func bucketOf(le string) []string {
	if le == "" {
		return nil
	}
	return []string{bucketLabel, le}
}

// bucketLabel is the label of a bucket's bound.
const bucketLabel = "le"

// series returns a series as PromQL writes it. More are keys and values.
func (w feeder) series(v *schema.View, suffix string, labels []schema.Label, more ...string) string {
	var texts []string
	for _, l := range labels {
		if l.Value != "" { // an empty label is no label
			texts = append(texts, l.Key+"="+strconv.Quote(l.Value))
		}
	}
	for i := 0; i < len(more); i += 2 {
		texts = append(texts, more[i]+"="+strconv.Quote(more[i+1]))
	}
	return w.promql.name(v) + suffix + "{" + strings.Join(texts, ",") + "}"
}

// labels returns labels of one series of a view that meet all conditions of in and, if out
// is not empty, not all of out.
func (w feeder) labels(v *schema.View, in, out []schema.Condition) ([]schema.Label, bool) {
	if len(out) == 0 {
		return w.choose(v, in, nil, slices.Concat(in, out))
	}
	for i := range out {
		if labels, ok := w.choose(v, in, &out[i], slices.Concat(in, out)); ok {
			return labels, true
		}
	}
	return nil, false
}

// choose returns the labels of one series: the first of the common matchers, and for each tag the first
// value that meets the conditions, but not the broken one.
func (w feeder) choose(v *schema.View, met []schema.Condition, broken *schema.Condition, named []schema.Condition) ([]schema.Label, bool) {
	common := map[string][]string{}
	var labels []schema.Label
	for _, m := range w.prometheus.Matchers {
		if m.Key == bucketLabel {
			return nil, false // no bucket would have the label
		}
		common[m.Key] = m.Values
	}
	isTag := map[string]bool{}
	for _, t := range v.Tags {
		isTag[w.promql.label(t)] = true
	}
	for _, m := range w.prometheus.Matchers {
		if !isTag[m.Key] {
			labels = append(labels, schema.Label{Key: m.Key, Value: m.Values[0]})
		}
	}
	for _, t := range v.Tags {
		matched := common[w.promql.label(t)]
		accepts := func(value string) bool {
			if matched != nil && !slices.Contains(matched, value) {
				return false
			}
			for _, c := range met {
				if c.Tag == t && !meets(c, value) {
					return false
				}
			}
			return broken == nil || broken.Tag != t || !meets(*broken, value)
		}
		i := slices.IndexFunc(candidates(t, named, matched), accepts)
		if i < 0 {
			return nil, false
		}
		labels = append(labels, schema.Label{Key: w.promql.label(t), Value: candidates(t, named, matched)[i]})
	}
	return labels, true
}

// meets reports whether a value meets a condition. An absent value is "".
func meets(c schema.Condition, value string) bool {
	starts := func(prefix string) bool { return strings.HasPrefix(value, prefix) }
	return (slices.Contains(c.Values, value) || slices.ContainsFunc(c.Prefixes, starts)) == (c.Op == schema.AnyOf)
}

// candidates returns the values that a tag may have in a test, the best first: of a closed
// tag the listed values, and of an open one those that the schema names. Absence is the
// last.
func candidates(t *schema.Tag, named []schema.Condition, matched []string) []string {
	if t.Closed() {
		list := t.Texts()
		if t.CatchAll == nil {
			list = append(list, schema.InvalidValue)
		}
		if t.Optional || t.From == schema.FromContext {
			list = append(list, "")
		}
		return list
	}
	var values, prefixes []string
	for _, c := range named {
		if c.Tag == t {
			values, prefixes = append(values, c.Values...), append(prefixes, c.Prefixes...)
		}
	}
	return append(slices.Concat(values, t.Known, prefixes, matched), schema.OtherValue, "")
}
