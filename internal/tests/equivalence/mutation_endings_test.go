package equivalence_test

// endings is a schema whose series end. Its tags and views run full.
const endings = `ocgen: v1
prefix: endings/
tags:
  fleet: {description: Comes and goes., max_values: 3}
  shard: {description: Comes and goes too., max_values: 4}
  host: {description: Is observed., max_values: 2}
  kind: {description: Stays., values: [a, b]}
  tenant: {description: Is in ctx., from: context, max_values: 20}
measures:
  open:
    description: Open connections.
    type: int64
    unit: "1"
    tags: [fleet, kind]
    forget: true
    views:
      open: {aggregation: up_down}
      also_open: {aggregation: up_down, tags: [fleet, kind]}
      open_kind: {aggregation: up_down, tags: [kind]}
  waiting:
    description: Jobs that wait.
    type: int64
    unit: "1"
    tags: [fleet, tenant]
    forget: true
    aggregation: up_down
  busy:
    description: Workers that are busy.
    type: int64
    unit: "1"
    tags: [kind]
    forget: true
    aggregation: up_down
  alone:
    description: Without a tag.
    type: int64
    unit: "1"
    forget: true
    aggregation: up_down
  state:
    description: A last value.
    type: int64
    unit: "1"
    tags: [shard, kind]
    forget: true
    aggregation: last_value
    max_series: 3
  mode:
    description: A last value by closed tags.
    type: int64
    unit: "1"
    tags: [kind]
    forget: true
    aggregation: last_value
  seen:
    description: Observed.
    type: int64
    unit: "1"
    tags: [host, kind]
    observe: true
    views:
      seen: {aggregation: sum}
      seen_kind: {aggregation: sum, tags: [kind]}
      last_seen: {aggregation: last_value}
`

// endingMutations are of series that end. All recorders have their mistakes, so the model finds
// them.
var endingMutations = []mutation{
	{"nothing is forgotten", "series/forget.go",
		"for _, s := range f.sets", "f.sets", "f.sets[:0]", "does not live"},
	{"one view is not forgotten", "series/forget.go",
		"for _, s := range f.sets", "f.sets", "f.sets[min(1, len(f.sets)-1):]", "endings/open{"},
	{"all series of a view are forgotten", "series/forget.go",
		"wanted[i] != anyPart && wanted[i] != part", "wanted[i] != part", "wanted[i] == anyPart-1", "lives, but is not exported"},
	{"a value keeps its place", "record/ending.go",
		"func (t *Tag) Release(index uint64) {\n\tif !t.ends || index == 0", "index == 0", "true", "lives, but is not exported"},
	{"a series keeps its place", "series/forget.go",
		"if s.counts(o.index)", "s.counts(o.index)", "false", "endings/state{"},
	{"a bound recorder does not find the place that came free", "series/boundseries.go",
		"b.ends && f.endings != endings.n.Load()", "f.endings != endings.n.Load()", "false", "lives, but is not exported"},
	{"a bound recorder writes to the series that has ended", "series/lastvalue.go",
		"func (c *Int64LastValue) Set(v int64) {\n\tif c.loadState() == stateEnded", "c.loadState() == stateEnded", "false", "endings/mode{"},
	{"a series that begins anew has the old start", "series/state.go",
		"o.start.CompareAndSwap(0, at.UnixNano()", "at.UnixNano()", "first([2]any{o.set, o.index}, at.UnixNano())", "but it began in a call"},
	{"an observed series that begins anew has the old start", "series/observedview.go",
		"&observedRow[T]{index: held, start: now", "now", "first([2]any{v, held}, now)", "endings/seen"},
	{"an end subtracts from the new series", "series/begin.go",
		"atomic.AddInt64(&a.series.n", "&a.series.n",
		"func() *int64 { if c := a.series.set.lookup(a.series.index); c != nil { return &c.n }; return &a.series.n }()", "want int"},
	{"an observed series does not end", "series/observedview.go",
		"if r.active > 0", "r.active > 0", "true", "does not live"},
	{"a last value has those of several things", "series/seriesset.go",
		"return s.past != nil && s.places.pastLimit(index)", "s.places.pastLimit(index)", "false", "__other__"},
	{"an observed last value has those of several things", "series/observedview.go",
		"!v.info.Sum && v.places.pastLimit(held)", "v.places.pastLimit(held)", "false", "endings/last_seen{"},
	{"a function that observes does not find the place that came free", "series/observed.go",
		"if t.IsOpen() && ob.indices[i] != record.InvalidOrdinal", "ob.indices[i] != record.InvalidOrdinal", "false", "endings/last_seen{"},
	{"a delta without labels continues after the end", "otel/stream.go",
		"r.start.Equal(s.StartTime)", "r.start.Equal(s.StartTime)", "true", "endings/alone{}: a delta"},
}
