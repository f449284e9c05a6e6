package trial

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// Packages are the generated packages of one schema.
type Packages struct {
	Direct *Target
	Views  *Target // nil if the schema has something that views do not have, such as zero_rows
	Otel   *Target // nil if the schema has existing measures or tags
}

// An Outcome is the result of a comparison.
type Outcome struct {
	Differences []string
	Series      int                      // number of comparisons of a series
	Points      int                      // number of comparisons of a point of OpenTelemetry's SDK
	Lives       lives                    // what the model saw
	Reasons     map[record.Reason]uint64 // for which direct replaced or dropped something
}

// Compare runs a plan with all packages. It returns the differences between the metrics of
// "direct" and those of each other recorder, except the differences that docs/recorders.md
// lists.
func (p Packages) Compare(plan Plan) (Outcome, error) {
	plan.Exact = p.Views == nil
	direct, err := Run(p.Direct, plan)
	if err != nil {
		return Outcome{}, err
	}
	outcome := Outcome{Reasons: map[record.Reason]uint64{}}
	outcome.living(p.Direct.Name, direct)
	for _, reading := range direct {
		for stat, n := range reading.Stats {
			outcome.Reasons[stat.Reason] += n
		}
	}
	for _, other := range []*Target{p.Views, p.Otel} {
		if other == nil {
			continue
		}
		readings, err := Run(other, plan)
		if err != nil {
			return Outcome{}, err
		}
		outcome.living(other.Name, readings)
		c := comparison{Outcome: &outcome, tight: plan.Tight, process: p.Direct.Process, strict: other == p.Otel, a: other.Name, b: p.Direct.Name}
		for i := range readings { // a plan has the same number of readings with every target
			c.where = "after " + readings[i].After
			c.readings(&readings[i], &direct[i])
		}
	}
	return outcome, nil
}

// living adds the differences between the metrics of a target and the model.
func (o *Outcome) living(name string, readings []Reading) {
	o.Lives.add(readings[len(readings)-1].lives)
	for _, r := range readings {
		for _, p := range r.Living {
			o.Differences = append(o.Differences, fmt.Sprintf("%s and the model, %s", name, p))
		}
	}
}

// A comparison collects the differences between a recorder and "direct".
type comparison struct {
	*Outcome
	a, b    string // names of the packages
	strict  bool   // every bit and every count must be equal
	tight   bool
	process []string // keys of process tags
	where   string
	found   int
}

// maxDifferences bounds the report of a comparison: one mistake makes many differences.
const maxDifferences = 20

func (c *comparison) differ(format string, args ...any) {
	if c.found++; c.found <= maxDifferences {
		c.Differences = append(c.Differences, fmt.Sprintf("%s and %s, %s: ", c.a, c.b, c.where)+fmt.Sprintf(format, args...))
	}
}

func (c *comparison) readings(x, y *Reading) {
	a, b := byName(x.Metrics), byName(y.Metrics)
	for _, name := range union(a, b) {
		switch {
		case a[name] == nil:
			c.differ("only %s has the metric %s", c.b, name)
		case b[name] == nil:
			c.differ("only %s has the metric %s", c.a, name)
		default:
			if !reflect.DeepEqual(a[name].Descriptor, b[name].Descriptor) {
				c.differ("descriptors: %s %+v, %s %+v", c.a, a[name].Descriptor, c.b, b[name].Descriptor)
			}
			c.metric(name, rows(a[name]), rows(b[name]), x, y)
		}
	}
	for i := range x.Exports {
		if x.Exports[i] != y.Exports[i] && len(x.calls) > 0 {
			c.differ("exports: %s", c.firstDifference(x.Exports[i], y.Exports[i]))
		}
	}
	for _, difference := range x.SDK {
		c.differ("OpenTelemetry's SDK: %s", difference)
	}
	c.Points += x.points
	c.stats(x.Stats, y.Stats)
}

func byName(metrics []*metric.Metric) map[string]*metric.Metric {
	named := map[string]*metric.Metric{}
	for _, m := range metrics {
		named[m.Descriptor.Name] = m
	}
	return named
}

// union returns the keys of two maps, sorted.
func union[V, W any](a map[string]V, b map[string]W) []string {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(keys)
	return slices.Compact(keys)
}

// rows returns a metric's series by their labels.
func rows(m *metric.Metric) map[string]*metric.Series {
	byLabels := map[string]*metric.Series{}
	for _, ts := range m.Series {
		var labels []string
		for _, v := range ts.LabelValues {
			labels = append(labels, fmt.Sprintf("%q %t", v.Value, v.Present))
		}
		key := strings.Join(labels, ", ")
		if byLabels[key] != nil {
			key += " twice"
		}
		byLabels[key] = ts
	}
	return byLabels
}

func (c *comparison) metric(name string, a, b map[string]*metric.Series, x, y *Reading) {
	for _, labels := range union(a, b) {
		where := name + "{" + labels + "}"
		switch {
		case a[labels] == nil:
			c.differ("only %s has %s = %s", c.b, where, text(b[labels].Point.Value))
		case b[labels] == nil:
			c.differ("only %s has %s = %s", c.a, where, text(a[labels].Point.Value))
		default:
			c.Series++
			c.series(where, a[labels], b[labels], x, y)
		}
	}
}

// stats compares the counts of replaced and dropped values. Between "views" and "direct":
//
//   - "direct" looks at a tag only if a view has it. In a tight schema every tag is in a view.
//   - "direct" looks at a process tag once, and "views" at each record.
//   - A bound recorder uses its place in a view sooner or later.
func (c *comparison) stats(a, b map[record.Stat]uint64) {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.SortFunc(keys, func(x, y record.Stat) int { return strings.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
	for _, key := range slices.Compact(keys) {
		same := a[key] == b[key]
		switch {
		case c.strict:
		case key.Reason == record.ReasonLate:
		case key.Reason == record.ReasonSeries:
			same = b[key] == 0 || a[key] > 0
		case key.Tag != "" && (!c.tight || slices.Contains(c.process, key.Tag)):
			same = true
		}
		if !same {
			c.differ("Stats of %s%s, %s: %s %d, %s %d", key.Tag, key.Measure, key.Reason, c.a, a[key], c.b, b[key])
		}
	}
}
