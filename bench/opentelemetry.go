package main

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// startAttributes makes the attributes for each record, as most code does.
func startAttributes(w work) *subject {
	if w.bound || w.tags == manyTags || w.begins {
		return nil
	}
	meter, s := newMeter()
	ctx := context.Background()
	switch w.aggregation {
	case distribution:
		s.loop = attributeLoops[w.tags](ctx, must(meter.Float64Histogram("m", metric.WithExplicitBucketBoundaries(w.bounds...))))
	case count:
		c := must(meter.Int64Counter("m"))
		s.loop = func(s *sequence, n int) {
			for i := range n {
				c.Add(ctx, 1, metric.WithAttributes(
					attribute.String("method", s.methodName[i&mask]), attribute.String("outcome", s.outcomeName[i&mask]), attribute.String("route", s.routeName[i&mask])))
			}
		}
	case sum:
		c := must(meter.Int64Counter("m"))
		s.loop = func(s *sequence, n int) {
			for i := range n {
				c.Add(ctx, sizes[i&mask], metric.WithAttributes(
					attribute.String("method", s.methodName[i&mask]), attribute.String("outcome", s.outcomeName[i&mask]), attribute.String("route", s.routeName[i&mask])))
			}
		}
	case lastValue:
		g := must(meter.Float64Gauge("m"))
		s.loop = func(s *sequence, n int) {
			for i := range n {
				g.Record(ctx, ms(latencies[i&mask]), metric.WithAttributes(
					attribute.String("method", s.methodName[i&mask]), attribute.String("outcome", s.outcomeName[i&mask]), attribute.String("route", s.routeName[i&mask])))
			}
		}
	case upDown:
		c := must(meter.Int64UpDownCounter("m"))
		s.loop = func(s *sequence, n int) {
			for i := range n {
				c.Add(ctx, deltas[i&mask], metric.WithAttributes(
					attribute.String("method", s.methodName[i&mask]), attribute.String("outcome", s.outcomeName[i&mask]), attribute.String("route", s.routeName[i&mask])))
			}
		}
	}
	return s
}

var attributeLoops = map[tagging]func(ctx context.Context, h metric.Float64Histogram) loop{
	noTags: func(ctx context.Context, h metric.Float64Histogram) loop {
		return func(_ *sequence, n int) {
			for i := range n {
				h.Record(ctx, ms(latencies[i&mask]))
			}
		}
	},
	twoTags: func(ctx context.Context, h metric.Float64Histogram) loop {
		return func(s *sequence, n int) {
			for i := range n {
				h.Record(ctx, ms(latencies[i&mask]), metric.WithAttributes(
					attribute.String("method", s.methodName[i&mask]), attribute.String("route", s.routeName[i&mask])))
			}
		}
	},
	threeTags: func(ctx context.Context, h metric.Float64Histogram) loop {
		return func(s *sequence, n int) {
			for i := range n {
				h.Record(ctx, ms(latencies[i&mask]), metric.WithAttributes(
					attribute.String("method", s.methodName[i&mask]), attribute.String("outcome", s.outcomeName[i&mask]), attribute.String("route", s.routeName[i&mask])))
			}
		}
	},
	openTag: func(ctx context.Context, h metric.Float64Histogram) loop {
		return func(s *sequence, n int) {
			for i := range n {
				h.Record(ctx, ms(latencies[i&mask]), metric.WithAttributes(attribute.String("customer", s.customer[i&mask])))
			}
		}
	},
}

// startPrebuiltSet has a set of attributes for each series, in the slice of
// options that the call would make otherwise, which is OpenTelemetry's fastest
// way; the series is chosen by its number. Where others have a series in hand,
// all numbers are the same.
func startPrebuiltSet(w work) *subject {
	if w.tags == noTags {
		return nil
	}
	sets := attributeSets(w.tags)
	meter, s := newMeter()
	ctx := context.Background()
	switch w.aggregation {
	case distribution:
		h := must(meter.Float64Histogram("m", metric.WithExplicitBucketBoundaries(w.bounds...)))
		s.loop = setLoop(ctx, h, recordOptions(sets), w.tags)
	case count, sum:
		s.loop = counterSetLoop(ctx, w, must(meter.Int64Counter("m")), addOptions(sets))
	case upDown:
		s.loop = upDownSetLoop(ctx, w, must(meter.Int64UpDownCounter("m")), addOptions(sets))
	case lastValue:
		g := must(meter.Float64Gauge("m"))
		options := recordOptions(sets)
		s.loop = func(s *sequence, n int) {
			for i := range n {
				g.Record(ctx, ms(latencies[i&mask]), options[s.series[i&mask]]...)
			}
		}
	}
	return s
}

func setLoop(ctx context.Context, h metric.Float64Histogram, options [][]metric.RecordOption, tags tagging) loop {
	switch tags {
	case twoTags:
		return func(s *sequence, n int) {
			for i := range n {
				h.Record(ctx, ms(latencies[i&mask]), options[s.series[i&mask]]...)
			}
		}
	case openTag:
		return func(s *sequence, n int) {
			for i := range n {
				h.Record(ctx, ms(latencies[i&mask]), options[s.customerNo[i&mask]]...)
			}
		}
	case manyTags:
		return func(s *sequence, n int) {
			for i := range n {
				h.Record(ctx, ms(latencies[i&mask]), options[s.many.series[i&manyMask]]...)
			}
		}
	}
	return func(s *sequence, n int) {
		for i := range n {
			h.Record(ctx, ms(latencies[i&mask]), options[s.series[i&mask]]...)
		}
	}
}

func counterSetLoop(ctx context.Context, w work, c metric.Int64Counter, options [][]metric.AddOption) loop {
	switch {
	case w.tags == manyTags:
		return func(s *sequence, n int) {
			for i := range n {
				c.Add(ctx, 1, options[s.many.series[i&manyMask]]...)
			}
		}
	case w.aggregation == count:
		return func(s *sequence, n int) {
			for i := range n {
				c.Add(ctx, 1, options[s.series[i&mask]]...)
			}
		}
	}
	return func(s *sequence, n int) {
		for i := range n {
			c.Add(ctx, sizes[i&mask], options[s.series[i&mask]]...)
		}
	}
}

func upDownSetLoop(ctx context.Context, w work, c metric.Int64UpDownCounter, options [][]metric.AddOption) loop {
	if w.begins {
		return func(s *sequence, n int) {
			open := []metric.AddOption{} // nothing is open yet
			for i := range n {
				if i > 0 {
					c.Add(ctx, -1, open...)
				}
				open = options[s.series[i&mask]]
				c.Add(ctx, 1, open...)
			}
		}
	}
	return func(s *sequence, n int) {
		for i := range n {
			c.Add(ctx, deltas[i&mask], options[s.series[i&mask]]...)
		}
	}
}

func addOptions(sets []attribute.Set) [][]metric.AddOption {
	options := make([][]metric.AddOption, len(sets))
	for i, set := range sets {
		options[i] = []metric.AddOption{metric.WithAttributeSet(set)}
	}
	return options
}

func recordOptions(sets []attribute.Set) [][]metric.RecordOption {
	options := make([][]metric.RecordOption, len(sets))
	for i, set := range sets {
		options[i] = []metric.RecordOption{metric.WithAttributeSet(set)}
	}
	return options
}

func attributeSets(tags tagging) (sets []attribute.Set) {
	switch tags {
	case openTag:
		for _, c := range customers {
			sets = append(sets, attribute.NewSet(attribute.String("customer", c)))
		}
		return sets
	case manyTags:
		for i := range manySeriesCount {
			p, s, z := manySeries(i)
			sets = append(sets, attribute.NewSet(attribute.String("pod", pods[p]), attribute.String("shard", shards[s]), attribute.String("zone", zones[z])))
		}
		return sets
	}
	for i := range combinations {
		m, o, r := combination(i)
		attributes := []attribute.KeyValue{attribute.String("method", m), attribute.String("route", r)}
		if tags == threeTags {
			attributes = append(attributes, attribute.String("outcome", o))
		}
		sets = append(sets, attribute.NewSet(attributes...))
	}
	return sets
}

// newProvider returns the SDK at its best: without a limit on series, and without exemplars, which no
// other library has in these works. With its default filter the SDK has room for exemplars in each
// series, also if there is never a span.
func newProvider(reader sdk.Reader) *sdk.MeterProvider {
	return sdk.NewMeterProvider(sdk.WithReader(reader), sdk.WithCardinalityLimit(0), sdk.WithExemplarFilter(exemplar.AlwaysOffFilter))
}

// newMeter returns a meter that is read by hand: cumulative.
func newMeter() (metric.Meter, *subject) {
	reader := sdk.NewManualReader()
	provider := newProvider(reader)
	return provider.Meter("bench"), &subject{read: func() points { return collected(reader) }}
}

func collected(reader sdk.Reader) points {
	var read metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &read); err != nil {
		panic(err)
	}
	all := points{}
	for _, scope := range read.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					all[attributeValues(p.Attributes)] = point{count: p.Count, value: p.Sum, buckets: p.BucketCounts}
				}
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					all[attributeValues(p.Attributes)] = point{count: uint64(p.Value), value: float64(p.Value)}
				}
			case metricdata.Gauge[float64]:
				for _, p := range data.DataPoints {
					all[attributeValues(p.Attributes)] = point{value: p.Value}
				}
			}
		}
	}
	return all
}

func attributeValues(set attribute.Set) string {
	var values []string
	for _, kv := range set.ToSlice() { // sorted by key
		values = append(values, kv.Value.AsString())
	}
	return strings.Join(values, " ")
}
