package generator

import (
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

func TestUnexportedNamesStayApart(t *testing.T) {
	goNames := []string{"HTTPMethod", "HttpMethod", "ID", "Id", "Route", "A1", "A_1"}
	u := newUnexported(tagSuffix, goNames)
	var got []string
	for _, n := range goNames {
		got = append(got, u.of(n))
	}
	want := []string{"hTTPMethodTag", "httpMethodTag", "iDTag", "idTag", "routeTag", "a1Tag", "a_1Tag"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSuffixesEndDifferently(t *testing.T) {
	suffixes := []string{tagSuffix, setSuffix, checkSuffix, seriesSuffix, limitSuffix, boundSuffix, observedSuffix, formerSuffix, endingSuffix, forgetSuffix}
	all := append(slices.Clone(suffixes), fixed...)
	for i, a := range all {
		for j, b := range suffixes {
			if i != j && strings.HasSuffix(a, b) {
				t.Errorf("%s ends like %s", a, b)
			}
		}
	}
}

func TestParameterNames(t *testing.T) {
	n := &names{taken: map[string]bool{"stats": true, "ms": true}}
	measure := func(goName string) *schema.Measure { return &schema.Measure{GoName: goName} }
	tag := func(goName string) *schema.Tag { return &schema.Tag{GoName: goName} }
	s := n.scope("costValues")
	for _, c := range []struct{ got, want string }{
		{s.value(measure("RequestLatency")), "requestLatency"},
		{s.value(measure("Type")), "typeValue"},
		{s.value(measure("Len")), "lenValue"},
		{s.value(measure("Any")), "anyValue"},
		{s.value(measure("Stats")), "statsValue"},
		{s.value(measure("MS")), "msValue"},
		{s.value(measure("CostValues")), "costValuesValue"},
		{s.tag(tag("RequestLatency")), "requestLatencyTagValue"},
		{s.tag(tag("Range")), "rangeTagValue"},
		{s.tag(tag("HTTPID")), "httpid"},
		{s.tag(tag("Httpid")), "httpidTagValue"},
		{s.tag(tag("HTtpid")), "hTtpid"},
		{s.tag(tag("HttpidTagValue")), "httpidTagValueTagValue"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

// TestSameParameters checks that both kinds of recorders have the same parameters, even
// if a tag is named like a variable that only one kind refers to.
func TestSameParameters(t *testing.T) {
	const src = `
ocgen: v1
tags:
  time: {}
  ok: {}
  type: {values: [a]}
  cost_tags: {}
  cost_series: {}
  cost_limit: {}
  cost_bound: {}
  cost_values: {}
  time_tag: {from: context}
measures:
  cost: {description: Cost., type: int64, unit: "1", aggregation: sum,
    tags: [time, ok, type, cost_tags, cost_series, cost_limit, cost_bound, cost_values, time_tag]}
  more: {description: More., type: int64, unit: "1", tags: [time], aggregation: sum}
  seen: {description: Seen., type: int64, unit: "1", tags: [time, type], observe: true, aggregation: sum}
events:
  both: {measures: [cost, more]}
`
	views, direct, otel := parse(t, src), parse(t, src), parse(t, src)
	direct.Generate.Recorder, otel.Generate.Recorder = "direct", "otel"
	of := func(s *schema.Schema) []templates.Param {
		plan := planGo(s)
		all := plan.measures[0].recorder.common().Params
		all = append(all, plan.events[0].common().Params...)
		return append(all, plan.measures[2].observed.Params...)
	}
	got := of(views)
	for _, s := range []*schema.Schema{direct, otel} {
		if other := of(s); !slices.Equal(got, other) {
			t.Errorf("views: %v\n%s: %v", got, s.Generate.Recorder, other)
		}
	}
	var names []string
	for _, p := range got[:8] {
		names = append(names, p.Name)
	}
	want := []string{"timeTagValue", "okTagValue", "typeTagValue", "costTagsTagValue",
		"costSeriesTagValue", "costLimitTagValue", "costBoundTagValue", "costValuesTagValue"}
	if !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
}

func TestImportNames(t *testing.T) {
	paths := []string{
		"a.com/go-foo", "a.com/x/metrics", "a.com/y/metrics", "a.com/stats", "a.com/type", "a.com/err", "a.com/v2/thing/v3",
		"a.com/Route", "a.com/v", "go.opencensus.io/stats", "gopkg.in/yaml.v3", "plain", "v2", "123/456",
	}
	slices.Sort(paths)
	n := &names{imports: importNames(paths, map[string]bool{"Route": true})}
	var s schema.Schema
	for _, p := range paths {
		s.Tags = append(s.Tags, &schema.Tag{Existing: &schema.Reference{Path: p}})
	}
	got := map[string]templates.Import{}
	for _, i := range n.fileImports(&s)[len(ownPaths):] {
		got[i.Path] = i
	}
	for path, want := range map[string]templates.Import{
		"a.com/go-foo":      {Name: "gofoo", Alias: true},
		"a.com/x/metrics":   {Name: "xmetrics", Alias: true},
		"a.com/y/metrics":   {Name: "ymetrics", Alias: true},
		"a.com/stats":       {Name: "acomstats", Alias: true},
		"a.com/type":        {Name: "acomtype", Alias: true},
		"a.com/err":         {Name: "acomerr", Alias: true},
		"a.com/v2/thing/v3": {Name: "thing", Alias: true},
		"a.com/Route":       {Name: "acomRoute", Alias: true},
		"a.com/v":           {Name: "acomv", Alias: true},
		"gopkg.in/yaml.v3":  {Name: "yaml", Alias: true},
		"plain":             {Name: "plain"},
		"v2":                {Name: "v2"},
		"123/456":           {Name: "pkg", Alias: true},
	} {
		want.Path = path
		if got[path] != want {
			t.Errorf("got %+v, want %+v", got[path], want)
		}
	}
	if _, ok := got["go.opencensus.io/stats"]; ok {
		t.Error("one of our own imports is imported twice")
	}
}

// TestHostileNames compiles schemas whose names clash wherever they can.
func TestHostileNames(t *testing.T) {
	for name, src := range map[string]string{
		"imports": `
ocgen: v1
tags:
  a: {existing: example.com/routetag.Key, key: a}
  b: {existing: example.com/x/routetag.Key, key: b}
  c: {existing: example.com/runtime.Key, key: c}
  d: {existing: example.com/routeTag.Key, key: d}
  e: {existing: example.com/string.Key, key: e}
  f: {existing: example.com/generated.Key, key: f}
  g: {existing: example.com/v2.Key, key: g}
  h: {existing: example.com/Views.Key, key: h}
  route: {}
  runtime: {}
  generated: {}
measures:
  size: {description: Size., type: int64, unit: By, tags: [a, b, c, d, e, f, g, h, route, runtime, generated], aggregation: count}
`,
		"parameters": `
ocgen: v1
tags:
  ctx: {}
  ms: {}
  start: {}
  append: {}
  make: {}
  float64: {}
  context: {}
  http_value: {go: HTTPValue}
  http_value_2: {go: HttpValue, key: other}
  cost_tags: {key: third}
  cost: {key: cost}
  cost_tag: {key: fourth}
measures:
  cost:
    description: Cost.
    type: float64
    unit: s
    tags: [ctx, ms, start, append, make, float64, context, http_value, http_value_2, cost_tags, cost, cost_tag]
    aggregation: sum
  runtime: {description: Run time., type: float64, unit: "1", aggregation: sum}
  runtime_values: {description: Values., type: float64, unit: "1", tags: [cost], aggregation: sum}
  len: {description: Length., type: int64, unit: "1", aggregation: sum}
events:
  cost_event: {measures: [runtime, runtime_values, cost, len]}
`,
		"locals": `
ocgen: v1
tags:
  b: {values: [x]}
  i: {values: [x]}
  tags: {}
  value: {values: [x], optional: true}
  value_index: {values: [x]}
  wait_value: {values: [x]}
  wait_ok: {values: [x]}
  bound: {from: context}
  index: {from: context, values: [x]}
  observe: {}
  stop: {}
  record: {}
  wait_series: {}
measures:
  wait:
    description: Wait.
    type: float64
    unit: s
    tags: &tags [b, i, tags, value, value_index, wait_value, wait_ok, bound, index, observe, stop, record, wait_series]
    views:
      wait: {aggregation: sum}
      waits: {aggregation: count}
      wait_dist: {aggregation: distribution, buckets: [1], tags: [b, i, value, value_index, wait_value, wait_ok, index]}
  other:
    description: Other.
    type: float64
    unit: s
    tags: [b, i, value, value_index, wait_value, wait_ok, index]
    views:
      wait_total: {aggregation: count}
      other: {aggregation: sum}
      others: {aggregation: distribution, buckets: [1]}
  seen: {description: Seen., type: int64, unit: s, observe: true, tags: [observe, stop, b, value], aggregation: sum}
events:
  all: {measures: [wait, other]}
  most: {measures: [other, wait], set: {b: x, observe: x}}
service: {id: x}
slos:
  first: {goal: 99%, period: 1d, ratio: {bad: waits, total: wait_total}}
`,
		"a tag of another package that no recorder takes": `
ocgen: v1
tags:
  outcome: {existing: example.com/a.Outcome, key: outcome, values: [ok], from: context}
  other: {go: OutcomeOK}
  with_outcome: {}
measures:
  there: {existing: example.com/a.There, name: there, type: float64, unit: ms, tags: [outcome], aggregation: count}
  size: {description: Size., type: int64, unit: By, tags: [other, with_outcome], aggregation: sum}
`,
		"timers": `
ocgen: v1
tags:
  t: {values: [x]}
  timer: {}
  elapsed: {}
  ok: {values: [x], catch_all: z}
measures:
  t: {description: T., type: int64, unit: ms, tags: &tags [t, timer, elapsed, ok], aggregation: sum}
  timer: {description: Timer., type: int64, unit: By, tags: *tags, aggregation: sum}
  ok: {description: OK., type: float64, unit: "1", tags: *tags, aggregation: sum}
  time: {description: Time., type: float64, unit: s, tags: *tags, aggregation: sum}
events:
  elapsed: {measures: [ok, t, timer]}
  start: {measures: [time, ok]}
`,
	} {
		t.Run(name, func(t *testing.T) {
			s := parse(t, src)
			if !checkAll(t, s) {
				t.Error("its references contradict each other")
			}
		})
	}
}
