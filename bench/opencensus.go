package main

import (
	"context"
	"strings"

	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

var (
	methodKey   = tag.MustNewKey("method")
	outcomeKey  = tag.MustNewKey("outcome")
	routeKey    = tag.MustNewKey("route")
	customerKey = tag.MustNewKey("customer")
	podKey      = tag.MustNewKey("pod")
	shardKey    = tag.MustNewKey("shard")
	zoneKey     = tag.MustNewKey("zone")
)

var viewKeys = map[tagging][]tag.Key{
	noTags:    nil,
	twoTags:   {methodKey, routeKey},
	threeTags: {methodKey, outcomeKey, routeKey},
	openTag:   {customerKey},
	manyTags:  {podKey, shardKey, zoneKey},
}

// startRecordWithTags is OpenCensus as most code has it.
func startRecordWithTags(w work) *subject {
	if w.bound || w.tags == manyTags || w.begins {
		return nil
	}
	float, integer, s := newView("record_with_tags", w)
	if integer == nil {
		s.loop = withTagsLoops[w.tags](float)
		return s
	}
	s.loop = withTagsInts(integer, amounts(w))
	return s
}

var withTagsLoops = map[tagging]func(m *stats.Float64Measure) loop{
	noTags: func(m *stats.Float64Measure) loop {
		ctx := context.Background()
		return func(_ *sequence, n int) {
			for i := range n {
				_ = stats.RecordWithTags(ctx, nil, m.M(ms(latencies[i&mask])))
			}
		}
	},
	twoTags: func(m *stats.Float64Measure) loop {
		ctx := context.Background()
		return func(s *sequence, n int) {
			for i := range n {
				_ = stats.RecordWithTags(ctx, []tag.Mutator{
					tag.Upsert(methodKey, s.methodName[i&mask]), tag.Upsert(routeKey, s.routeName[i&mask]),
				}, m.M(ms(latencies[i&mask])))
			}
		}
	},
	threeTags: func(m *stats.Float64Measure) loop {
		ctx := context.Background()
		return func(s *sequence, n int) {
			for i := range n {
				_ = stats.RecordWithTags(ctx, []tag.Mutator{
					tag.Upsert(methodKey, s.methodName[i&mask]), tag.Upsert(outcomeKey, s.outcomeName[i&mask]), tag.Upsert(routeKey, s.routeName[i&mask]),
				}, m.M(ms(latencies[i&mask])))
			}
		}
	},
	openTag: func(m *stats.Float64Measure) loop {
		ctx := context.Background()
		return func(s *sequence, n int) {
			for i := range n {
				_ = stats.RecordWithTags(ctx, []tag.Mutator{tag.Upsert(customerKey, s.customer[i&mask])}, m.M(ms(latencies[i&mask])))
			}
		}
	},
}

func withTagsInts(m *stats.Int64Measure, values *[size]int64) loop {
	ctx := context.Background()
	return func(s *sequence, n int) {
		for i := range n {
			_ = stats.RecordWithTags(ctx, []tag.Mutator{
				tag.Upsert(methodKey, s.methodName[i&mask]), tag.Upsert(outcomeKey, s.outcomeName[i&mask]), tag.Upsert(routeKey, s.routeName[i&mask]),
			}, m.M(values[i&mask]))
		}
	}
}

// startTagNew makes a context for each record, as code does that records
// several times in it.
func startTagNew(w work) *subject {
	if w.bound || w.tags == noTags || w.tags == manyTags || w.begins {
		return nil
	}
	float, integer, s := newView("tag_new", w)
	if integer == nil {
		s.loop = tagNewLoops[w.tags](float)
		return s
	}
	s.loop = tagNewInts(integer, amounts(w))
	return s
}

var tagNewLoops = map[tagging]func(m *stats.Float64Measure) loop{
	twoTags: func(m *stats.Float64Measure) loop {
		ctx := context.Background()
		return func(s *sequence, n int) {
			for i := range n {
				tagged, _ := tag.New(ctx, tag.Upsert(methodKey, s.methodName[i&mask]), tag.Upsert(routeKey, s.routeName[i&mask]))
				stats.Record(tagged, m.M(ms(latencies[i&mask])))
			}
		}
	},
	threeTags: func(m *stats.Float64Measure) loop {
		ctx := context.Background()
		return func(s *sequence, n int) {
			for i := range n {
				tagged, _ := tag.New(ctx, tag.Upsert(methodKey, s.methodName[i&mask]), tag.Upsert(outcomeKey, s.outcomeName[i&mask]), tag.Upsert(routeKey, s.routeName[i&mask]))
				stats.Record(tagged, m.M(ms(latencies[i&mask])))
			}
		}
	},
	openTag: func(m *stats.Float64Measure) loop {
		ctx := context.Background()
		return func(s *sequence, n int) {
			for i := range n {
				tagged, _ := tag.New(ctx, tag.Upsert(customerKey, s.customer[i&mask]))
				stats.Record(tagged, m.M(ms(latencies[i&mask])))
			}
		}
	},
}

func tagNewInts(m *stats.Int64Measure, values *[size]int64) loop {
	ctx := context.Background()
	return func(s *sequence, n int) {
		for i := range n {
			tagged, _ := tag.New(ctx, tag.Upsert(methodKey, s.methodName[i&mask]), tag.Upsert(outcomeKey, s.outcomeName[i&mask]), tag.Upsert(routeKey, s.routeName[i&mask]))
			stats.Record(tagged, m.M(values[i&mask]))
		}
	}
}

// startPrebuiltContext has a context for each series, chosen by its number: the
// fastest that OpenCensus can be. Where others have a series in hand, all
// numbers are the same.
func startPrebuiltContext(w work) *subject {
	if w.tags == noTags {
		return nil // RecordWithTags without tags is that already
	}
	if w.begins {
		return nil // two records, each of which is at the work without begins
	}
	float, integer, s := newView("prebuilt", w)
	contexts := tagContexts(w.tags)
	switch {
	case w.tags == manyTags && integer != nil:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				stats.Record(contexts[s.many.series[i&manyMask]], integer.M(1))
			}
		}
	case w.tags == manyTags:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				stats.Record(contexts[s.many.series[i&manyMask]], float.M(ms(latencies[i&mask])))
			}
		}
	case integer != nil:
		values := amounts(w)
		s.loop = func(s *sequence, n int) {
			for i := range n {
				stats.Record(contexts[s.series[i&mask]], integer.M(values[i&mask]))
			}
		}
	case w.tags == openTag:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				stats.Record(contexts[s.customerNo[i&mask]], float.M(ms(latencies[i&mask])))
			}
		}
	default:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				stats.Record(contexts[s.series[i&mask]], float.M(ms(latencies[i&mask])))
			}
		}
	}
	return s
}

func tagContexts(tags tagging) (contexts []context.Context) {
	switch tags {
	case openTag:
		for _, c := range customers {
			contexts = append(contexts, must(tag.New(context.Background(), tag.Upsert(customerKey, c))))
		}
		return contexts
	case manyTags:
		for i := range manySeriesCount {
			p, s, z := manySeries(i)
			contexts = append(contexts, must(tag.New(context.Background(),
				tag.Upsert(podKey, pods[p]), tag.Upsert(shardKey, shards[s]), tag.Upsert(zoneKey, zones[z]))))
		}
		return contexts
	}
	for i := range combinations {
		m, o, r := combination(i)
		changes := []tag.Mutator{tag.Upsert(methodKey, m), tag.Upsert(routeKey, r)}
		if tags == threeTags {
			changes = append(changes, tag.Upsert(outcomeKey, o))
		}
		contexts = append(contexts, must(tag.New(context.Background(), changes...)))
	}
	return contexts
}

// amounts are what counts, sums and up-down counts record: a count is recorded as ones.
func amounts(w work) *[size]int64 {
	switch w.aggregation {
	case sum:
		return &sizes
	case upDown:
		return &deltas
	}
	return &ones
}

var ones = func() (all [size]int64) {
	for i := range all {
		all[i] = 1
	}
	return all
}()

// newView registers a view for the work: over a measure of int64 for a count, a sum or an
// up-down count, else of float64; the other one is nil.
func newView(style string, w work) (*stats.Float64Measure, *stats.Int64Measure, *subject) {
	name := "byhand/" + style + "/" + strings.NewReplacer(" ", "_", ",", "").Replace(w.name)
	var (
		float   *stats.Float64Measure
		integer *stats.Int64Measure
	)
	v := &view.View{Name: name, TagKeys: viewKeys[w.tags]}
	switch w.aggregation {
	case distribution:
		float = stats.Float64(name, "", stats.UnitMilliseconds)
		v.Measure, v.Aggregation = float, view.Distribution(w.bounds...)
	case lastValue:
		float = stats.Float64(name, "", stats.UnitMilliseconds)
		v.Measure, v.Aggregation = float, view.LastValue()
	case count:
		integer = stats.Int64(name, "", stats.UnitDimensionless)
		v.Measure, v.Aggregation = integer, view.Count()
	case sum:
		integer = stats.Int64(name, "", stats.UnitBytes)
		v.Measure, v.Aggregation = integer, view.Sum()
	case upDown: // OpenCensus has no such aggregation; this is how users write it by hand
		integer = stats.Int64(name, "", stats.UnitDimensionless)
		v.Measure, v.Aggregation = integer, view.Sum()
	}
	return float, integer, registered(v)
}
