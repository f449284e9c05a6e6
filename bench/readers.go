package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/VictoriaMetrics/metrics"
	"github.com/ocgen/ocgen/bench/directread"
	"github.com/ocgen/ocgen/bench/directtwin"
	"github.com/ocgen/ocgen/bench/otelread"
	"github.com/ocgen/ocgen/runtime/otel"
	"github.com/prometheus/client_golang/prometheus"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

var (
	subscribers   = numbered("subscriber-%05d", 25_000)
	subscriberKey = tag.MustNewKey("subscriber")
)

// readSeries is the i-th of 100,000 series: of four closed values, and as many
// open ones as it takes.
func readSeries(i int) (method, subscriber string) { return methods[i%4], subscribers[i/4] }

// A reader has series that are read as an exporter reads them.
type reader struct {
	record func(i int) // into the i-th series
	read   func() (series int)
	stop   func()
}

// A readable is a library that can be read.
type readable struct {
	library string
	start   func() *reader
	// twin starts one like it, that shares nothing with it but the machine; nil
	// where there is none.
	twin func() *reader
}

func readables() []readable {
	return []readable{
		{openCensus, readerOpenCensus, readerMeter},
		{openTelemetry, readerOpenTelemetry, readerOpenTelemetry},
		{prometheusName, readerPrometheus, readerPrometheus},
		{victoria, readerVictoria, readerVictoria},
		{ocgenDirect, readerDirect, readerDirectTwin},
		{ocgenOTel, readerProducer, nil},
	}
}

// defaultProducers are OpenCensus's that are there when a program starts.
var defaultProducers = theirProducers()

// addedBy returns the producers that start adds.
func addedBy(start func()) []metricproducer.Producer {
	before := theirProducers()
	start()
	return slices.DeleteFunc(theirProducers(), func(p metricproducer.Producer) bool {
		return slices.Contains(before, p)
	})
}

func readProducers(producers []metricproducer.Producer) (series int) {
	for _, p := range producers {
		for _, m := range p.Read() {
			series += len(m.TimeSeries)
		}
	}
	return series
}

func subscriberView(name string) (*stats.Float64Measure, *view.View) {
	m := stats.Float64(name, "", stats.UnitMilliseconds)
	return m, &view.View{Name: name, Measure: m, TagKeys: []tag.Key{methodKey, subscriberKey}, Aggregation: view.Distribution(twelveBounds...)}
}

func readerOpenCensus() *reader {
	m, v := subscriberView("byhand/read")
	s := registered(v)
	ctx := context.Background()
	return &reader{func(i int) {
		method, subscriber := readSeries(i)
		_ = stats.RecordWithTags(ctx, []tag.Mutator{tag.Upsert(methodKey, method), tag.Upsert(subscriberKey, subscriber)}, m.M(ms(latencies[i&mask])))
	}, func() int { return readProducers(defaultProducers) }, s.stop}
}

// readerMeter has a worker and a queue of its own.
func readerMeter() *reader {
	m, v := subscriberView("byhand/twin")
	meter := view.NewMeter()
	producers := addedBy(meter.Start)
	succeed(meter.Register(v))
	ctx := context.Background()
	return &reader{func(i int) {
		method, subscriber := readSeries(i)
		_ = stats.RecordWithOptions(ctx, stats.WithRecorder(meter), stats.WithMeasurements(m.M(ms(latencies[i&mask]))),
			stats.WithTags(tag.Upsert(methodKey, method), tag.Upsert(subscriberKey, subscriber)))
	}, func() int {
		meter.Find("") // as drain
		return readProducers(producers)
	}, meter.Stop}
}

func readerDirect() *reader {
	succeed(directread.RegisterViews())
	return &reader{recordDirectRead, seriesOf("directread"), directread.UnregisterViews}
}

func readerDirectTwin() *reader {
	succeed(directtwin.RegisterViews())
	ctx := context.Background()
	return &reader{func(i int) {
		_, subscriber := readSeries(i)
		directtwin.RecordLatency(ctx, latencies[i&mask], directtwin.Method(i%4+1), directtwin.Subscriber(subscriber))
	}, seriesOf("directtwin"), directtwin.UnregisterViews}
}

func readerPrometheus() *reader {
	registry := prometheus.NewRegistry()
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "m", Buckets: twelveBounds}, []string{"method", "subscriber"})
	registry.MustRegister(h)
	return &reader{func(i int) {
		method, subscriber := readSeries(i)
		h.WithLabelValues(method, subscriber).Observe(ms(latencies[i&mask]))
	}, func() (series int) {
		for _, family := range must(registry.Gather()) {
			series += len(family.Metric)
		}
		return series
	}, func() {}}
}

// readerProducer reads with a Reader of OpenTelemetry's SDK. It has no twin: a Producer reads
// all packages with the recorder. Without a Producer they are read as those of direct are.
func readerProducer() *reader {
	succeed(otelread.RegisterViews())
	manual := sdk.NewManualReader(sdk.WithProducer(otel.NewProducer()))
	sdk.NewMeterProvider(sdk.WithReader(manual))
	ctx := context.Background()
	var into metricdata.ResourceMetrics
	return &reader{func(i int) {
		_, subscriber := readSeries(i)
		otelread.RecordLatency(ctx, latencies[i&mask], otelread.Method(i%4+1), otelread.Subscriber(subscriber))
	}, func() int {
		succeed(manual.Collect(ctx, &into))
		return len(into.ScopeMetrics[0].Metrics[0].Data.(metricdata.Histogram[float64]).DataPoints)
	}, otelread.UnregisterViews}
}

func readerOpenTelemetry() *reader {
	manual := sdk.NewManualReader()
	provider := newProvider(manual)
	h := must(provider.Meter("bench").Float64Histogram("m", metric.WithExplicitBucketBoundaries(twelveBounds...)))
	ctx := context.Background()
	var into metricdata.ResourceMetrics // kept, as exporters of the SDK's do: it saves memory
	return &reader{func(i int) {
		method, subscriber := readSeries(i)
		h.Record(ctx, ms(latencies[i&mask]), metric.WithAttributes(attribute.String("method", method), attribute.String("subscriber", subscriber)))
	}, func() int {
		succeed(manual.Collect(ctx, &into))
		return len(into.ScopeMetrics[0].Metrics[0].Data.(metricdata.Histogram[float64]).DataPoints)
	}, func() {}}
}

// readerVictoria reads as text, the library's only way to be read.
func readerVictoria() *reader {
	set := metrics.NewSet()
	return &reader{func(i int) {
		method, subscriber := readSeries(i)
		set.GetOrCreateHistogram(fmt.Sprintf(`m{method=%q,subscriber=%q}`, method, subscriber)).Update(ms(latencies[i&mask]))
	}, func() int {
		set.WritePrometheus(io.Discard)
		return len(set.ListMetricNames())
	}, func() {}}
}
