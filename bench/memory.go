package main

import (
	"context"
	"fmt"
	"io"
	"runtime"

	"github.com/VictoriaMetrics/metrics"
	"github.com/ocgen/ocgen/bench/directmetrics"
	"github.com/ocgen/ocgen/bench/otelmetrics"
	"github.com/ocgen/ocgen/bench/viewsmetrics"
	"github.com/prometheus/client_golang/prometheus"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// The tags of 10,000 series: three closed ones, or an open one.
var (
	pods     = numbered("p%02d", 20)
	shards   = numbered("s%02d", 25)
	zones    = numbered("z%02d", 20)
	accounts = numbered("account-%05d", manySeriesCount)
)

const manySeriesCount = 20 * 25 * 20

// manySeries is where the three tags of the i-th of 10,000 series stand in
// their lists.
func manySeries(i int) (pod, shard, zone int) { return i % 20, i / 20 % 25, i / 500 }

// recordsEach is how many values a series is given before it is weighed: in
// some libraries a histogram grows with what it has seen.
const recordsEach = 10

// A filler makes series.
type filler struct {
	library string
	start   func(open bool) *filling
	// beforehand are the bytes a series that exist before anything is measured.
	beforehand func(open bool, series int) float64
}

// A filling has the series of a library.
type filling struct {
	record func(i, value int) // into the i-th series
	read   func()             // as an exporter reads, with nothing kept
	stop   func()
}

func fillers() []filler {
	return []filler{
		{openCensus, fillOpenCensus, nil},
		{ocgenViews, fillViews, nil},
		{openTelemetry, fillOpenTelemetry, nil},
		{prometheusName, fillPrometheus, nil},
		{victoria, fillVictoria, nil},
		{ocgenDirect, fillDirect, directTable},
		{ocgenOTel, fillOTel, directTable},
	}
}

// weigh returns the bytes of heap a series takes.
func weigh(f filler, open bool, series int) float64 {
	before := heap()
	filled := f.start(open)
	filled.fill(series)
	bytes := float64(heap()) - float64(before)
	filled.stop() // and what record keeps is alive until here
	return f.perSeries(bytes, open, series)
}

// perSeries divides the growth of the heap, and adds what was there before.
func (f filler) perSeries(bytes float64, open bool, series int) float64 {
	each := bytes / float64(series)
	if f.beforehand != nil {
		each += f.beforehand(open, series)
	}
	return each
}

func (f *filling) fill(series int) {
	for value := range recordsEach {
		for i := range series {
			f.record(i, value)
		}
	}
	drain()
}

// heap returns the bytes that are in use, once what is not has gone: finalizers
// and pools need two collections.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// sample is the latency that a series is given as its value-th.
func sample(i, value int) int { return (i*7 + value*513) & mask }

func fillOpenCensus(open bool) *filling {
	accountKey := tag.MustNewKey("account")
	keys := []tag.Key{podKey, shardKey, zoneKey}
	if open {
		keys = []tag.Key{accountKey}
	}
	m := stats.Float64("byhand/many", "", stats.UnitMilliseconds)
	v := &view.View{Name: "byhand/many", Measure: m, TagKeys: keys, Aggregation: view.Distribution(twelveBounds...)}
	s := registered(v)
	ctx := context.Background()
	return &filling{record: func(i, value int) {
		changes := []tag.Mutator{tag.Upsert(accountKey, accounts[i])}
		if !open {
			pod, shard, zone := manySeries(i)
			changes = []tag.Mutator{tag.Upsert(podKey, pods[pod]), tag.Upsert(shardKey, shards[shard]), tag.Upsert(zoneKey, zones[zone])}
		}
		_ = stats.RecordWithTags(ctx, changes, m.M(ms(latencies[sample(i, value)])))
	}, read: func() { readAll() }, stop: s.stop}
}

func fillViews(open bool) *filling {
	succeed(viewsmetrics.RegisterViews())
	ctx := context.Background()
	return &filling{record: func(i, value int) {
		if open {
			viewsmetrics.RecordAccountLatency(ctx, latencies[sample(i, value)], viewsmetrics.Account(accounts[i]))
			return
		}
		pod, shard, zone := manySeries(i)
		viewsmetrics.RecordPodLatency(ctx, latencies[sample(i, value)], viewsmetrics.Pod(pod+1), viewsmetrics.Shard(shard+1), viewsmetrics.Zone(zone+1))
	}, read: func() { readAll() }, stop: viewsmetrics.UnregisterViews}
}

func fillDirect(open bool) *filling {
	succeed(directmetrics.RegisterViews())
	ctx := context.Background()
	return &filling{record: func(i, value int) {
		if open {
			directmetrics.RecordAccountLatency(ctx, latencies[sample(i, value)], directmetrics.Account(accounts[i]))
			return
		}
		pod, shard, zone := manySeries(i)
		directmetrics.RecordPodLatency(ctx, latencies[sample(i, value)], directmetrics.Pod(pod+1), directmetrics.Shard(shard+1), directmetrics.Zone(zone+1))
	}, read: func() { seriesOf("directmetrics")() }, stop: directmetrics.UnregisterViews}
}

func fillOTel(open bool) *filling {
	succeed(otelmetrics.RegisterViews())
	ctx := context.Background()
	return &filling{record: func(i, value int) {
		if open {
			otelmetrics.RecordAccountLatency(ctx, latencies[sample(i, value)], otelmetrics.Account(accounts[i]))
			return
		}
		pod, shard, zone := manySeries(i)
		otelmetrics.RecordPodLatency(ctx, latencies[sample(i, value)], otelmetrics.Pod(pod+1), otelmetrics.Shard(shard+1), otelmetrics.Zone(zone+1))
	}, read: func() { seriesOf("otelmetrics")() }, stop: otelmetrics.UnregisterViews}
}

// directTable is the table of a view with closed tags, which is there when the
// program starts: a pointer for each combination, of listed values or not.
func directTable(open bool, series int) float64 {
	if open {
		return 0
	}
	return 8 * float64((len(pods)+1)*(len(shards)+1)*(len(zones)+1)) / float64(series)
}

func fillPrometheus(open bool) *filling {
	labels := []string{"pod", "shard", "zone"}
	if open {
		labels = []string{"account"}
	}
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "m", Buckets: twelveBounds}, labels)
	registry := prometheus.NewRegistry()
	registry.MustRegister(h)
	return &filling{record: func(i, value int) {
		if open {
			h.WithLabelValues(accounts[i]).Observe(ms(latencies[sample(i, value)]))
			return
		}
		pod, shard, zone := manySeries(i)
		h.WithLabelValues(pods[pod], shards[shard], zones[zone]).Observe(ms(latencies[sample(i, value)]))
	}, read: func() { must(registry.Gather()) }, stop: func() { runtime.KeepAlive(registry) }}
}

func fillOpenTelemetry(open bool) *filling {
	reader := sdk.NewManualReader()
	provider := newProvider(reader)
	h := must(provider.Meter("bench").Float64Histogram("m", metric.WithExplicitBucketBoundaries(twelveBounds...)))
	ctx := context.Background()
	return &filling{record: func(i, value int) {
		attributes := []attribute.KeyValue{attribute.String("account", accounts[i])}
		if !open {
			pod, shard, zone := manySeries(i)
			attributes = []attribute.KeyValue{attribute.String("pod", pods[pod]), attribute.String("shard", shards[shard]), attribute.String("zone", zones[zone])}
		}
		h.Record(ctx, ms(latencies[sample(i, value)]), metric.WithAttributes(attributes...))
	}, read: func() {
		var into metricdata.ResourceMetrics
		succeed(reader.Collect(ctx, &into))
	}, stop: func() { runtime.KeepAlive(provider) }}
}

func fillVictoria(open bool) *filling {
	set := metrics.NewSet()
	return &filling{record: func(i, value int) {
		name := fmt.Sprintf(`m{account=%q}`, accounts[i])
		if !open {
			pod, shard, zone := manySeries(i)
			name = fmt.Sprintf(`m{pod=%q,shard=%q,zone=%q}`, pods[pod], shards[shard], zones[zone])
		}
		set.GetOrCreateHistogram(name).Update(ms(latencies[sample(i, value)]))
	}, read: func() { set.WritePrometheus(io.Discard) }, stop: func() { runtime.KeepAlive(set) }}
}

// A weight is what a library's series take, in bytes a series.
type weight struct {
	Library      string
	Closed, Open float64
	Contended    float64 // by closed tags, after busy goroutines recorded
	AtRest       float64 // after two more reads
}

func weighAll(s scale) (weights []weight) {
	for _, f := range fillers() {
		before := heap() // views keeps some contexts from its first series on
		w := weight{Library: f.library, Closed: weigh(f, false, s.series)}
		w.Contended, w.AtRest = weighContended(f, before, s)
		w.Open = weigh(f, true, s.series)
		weights = append(weights, w)
	}
	return weights
}
