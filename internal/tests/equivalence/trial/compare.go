package trial

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// A Pair is one schema's packages.
type Pair struct {
	Views, Direct *Target
}

// An Outcome is what came of a comparison.
type Outcome struct {
	Differences []string
	Series      int                      // that were compared
	Reasons     map[record.Reason]uint64 // why views replaced or dropped something
}

// Compare runs a plan with both packages and returns what differs in what they
// export, but for the differences that docs/recorders.md lists.
func (p Pair) Compare(plan Plan) (Outcome, error) {
	views, err := Run(p.Views, plan)
	if err != nil {
		return Outcome{}, err
	}
	direct, err := Run(p.Direct, plan)
	if err != nil {
		return Outcome{}, err
	}
	c := comparison{tight: plan.Tight, process: p.Views.Process, Outcome: Outcome{Reasons: map[record.Reason]uint64{}}}
	for i := range views { // a plan has as many readings with every target
		c.where = "after " + views[i].After
		c.readings(&views[i], &direct[i])
	}
	return c.Outcome, nil
}

// A comparison collects differences.
type comparison struct {
	Outcome
	tight   bool
	process []string
	where   string
}

// maxFound bounds what a report lists: one mistake makes many differences.
const maxFound = 20

func (c *comparison) differ(format string, args ...any) {
	if len(c.Differences) < maxFound {
		c.Differences = append(c.Differences, c.where+": "+fmt.Sprintf(format, args...))
	}
}

func (c *comparison) readings(views, direct *Reading) {
	a, b := byName(views.Metrics), byName(direct.Metrics)
	for _, name := range union(a, b) {
		switch {
		case a[name] == nil:
			c.differ("only direct has the metric %s", name)
		case b[name] == nil:
			c.differ("only views have the metric %s", name)
		default:
			if !reflect.DeepEqual(a[name].Descriptor, b[name].Descriptor) {
				c.differ("descriptors: views %+v, direct %+v", a[name].Descriptor, b[name].Descriptor)
			}
			c.metric(name, rows(a[name]), rows(b[name]), views, direct)
		}
	}
	for i := range views.Exports {
		if views.Exports[i] != direct.Exports[i] && len(views.calls) > 0 {
			c.differ("exports: %s", firstDifference(views.Exports[i], direct.Exports[i]))
		}
	}
	c.stats(views.Stats, direct.Stats)
}

func byName(metrics []*metric.Metric) map[string]*metric.Metric {
	named := map[string]*metric.Metric{}
	for _, m := range metrics {
		named[m.Descriptor.Name] = m
	}
	return named
}

// union returns the keys of two maps, sorted.
func union[V any](a, b map[string]V) []string {
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

func (c *comparison) metric(name string, a, b map[string]*metric.Series, views, direct *Reading) {
	for _, labels := range union(a, b) {
		where := name + "{" + labels + "}"
		switch {
		case a[labels] == nil:
			c.differ("only direct has %s = %s", where, text(b[labels].Point.Value))
		case b[labels] == nil:
			c.differ("only views have %s = %s", where, text(a[labels].Point.Value))
		default:
			c.Series++
			c.series(where, a[labels], b[labels], views, direct)
		}
	}
}

func (c *comparison) series(where string, a, b *metric.Series, views, direct *Reading) {
	c.start(where, a.StartTime, b.StartTime, views, direct)
	if at := b.Point.Time; !at.After(b.StartTime) || at.After(time.Now()) {
		c.differ("%s: direct's point is of %v, its start of %v", where, at, b.StartTime)
	}
	x, y := a.Point.Value, b.Point.Value
	if len(views.calls) == 0 { // goroutines added in another order
		if !near(x, y) {
			c.differ("%s: views %s, direct %s", where, text(x), text(y))
		}
		return
	}
	if text(x) != text(y) {
		c.differ("%s: views %s, direct %s", where, text(x), text(y))
		return
	}
	dx, ok := x.(*metric.Distribution)
	if dy, isOne := y.(*metric.Distribution); ok && isOne {
		c.exemplars(where, dx, dy, views, direct)
	}
}

// start compares when a series began. If one goroutine made the calls it is
// during the same call: the first that recorded into it.
func (c *comparison) start(where string, a, b time.Time, views, direct *Reading) {
	if a.IsZero() != b.IsZero() {
		c.differ("%s: views start at %v, direct at %v", where, a, b)
		return
	}
	if b.IsZero() || a.Before(views.since) && b.Before(direct.since) { // the latter: observed since a registration before
		return
	}
	if len(views.calls) == 0 {
		if b.Before(direct.since) || b.After(direct.until) {
			c.differ("%s: direct starts at %v, the calls were from %v to %v", where, b, direct.since, direct.until)
		}
		return
	}
	i, j := during(views.calls, a), during(direct.calls, b)
	if i < 0 || i != j {
		c.differ("%s: views start in call %d, direct in call %d", where, i, j)
	}
}

// during returns which call was being made at a time; -1: none.
func during(calls []call, t time.Time) int {
	i, _ := slices.BinarySearchFunc(calls, t, func(c call, t time.Time) int { return c.after.Compare(t) })
	if i == len(calls) || t.Before(calls[i].before) {
		return -1
	}
	return i
}

// exemplars compares all but the exact times of exemplars, which are of the same
// call.
func (c *comparison) exemplars(where string, a, b *metric.Distribution, views, direct *Reading) {
	for i := range a.Buckets {
		x, y := a.Buckets[i].Exemplar, b.Buckets[i].Exemplar
		if x == nil || y == nil {
			if x != y {
				c.differ("%s: the exemplar of bucket %d is %v of views, %v of direct", where, i, x, y)
			}
			continue
		}
		if x.Value != y.Value || x.Span != y.Span || !reflect.DeepEqual(x.Attachments, y.Attachments) || during(views.calls, x.Timestamp) != during(direct.calls, y.Timestamp) {
			c.differ("%s: the exemplar of bucket %d is %+v of views, %+v of direct", where, i, *x, *y)
		}
	}
}

// stats compares what was replaced and dropped. Direct looks at a tag only where
// a view has it, which is everywhere in a tight schema, and at those of the
// process only once. Bound recorders meet a view's maximum now or later.
func (c *comparison) stats(a, b map[record.Stat]uint64) {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.SortFunc(keys, func(x, y record.Stat) int { return strings.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
	for _, key := range slices.Compact(keys) {
		c.Reasons[key.Reason] += a[key]
		same := a[key] == b[key]
		switch {
		case key.Reason == record.ReasonLate:
		case key.Reason == record.ReasonSeries:
			same = b[key] == 0 || a[key] > 0
		case key.Tag != "" && (!c.tight || slices.Contains(c.process, key.Tag)):
			same = true
		}
		if !same {
			c.differ("Stats of %s%s, %s: views %d, direct %d", key.Tag, key.Measure, key.Reason, a[key], b[key])
		}
	}
}
