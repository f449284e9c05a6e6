package main

import (
	"context"
	"fmt"
	"math"
	"time"

	contrib "contrib.go.opencensus.io/exporter/stackdriver"
	"github.com/VictoriaMetrics/metrics"
	"go.opencensus.io/metric/metricexport"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
)

// never is longer than the measurement.
const never = time.Duration(math.MaxInt64)

// exportSDK exports with OpenTelemetry's PeriodicReader, in one request.
func exportSDK(series int, to *receiver) *exportTarget {
	ctx := context.Background()
	exporter := must(otlpmetricgrpc.New(ctx, otlpmetricgrpc.WithEndpoint(to.grpc), otlpmetricgrpc.WithInsecure(), otlpmetricgrpc.WithTimeout(exportTimeout)))
	reader := sdk.NewPeriodicReader(exporter, sdk.WithInterval(never), sdk.WithTimeout(exportTimeout))
	provider := newProvider(reader)
	return &exportTarget{
		record: sdkScrape(provider, series),
		export: func() cost {
			return costOf(func(done func()) {
				succeed(reader.ForceFlush(ctx))
				done()
			})
		},
		arrived: to.arrived,
		stop: func() {
			done, cancel := context.WithCancel(ctx)
			cancel()
			_ = provider.Shutdown(done) // without a last export
		},
	}
}

// sdkScrape makes the instruments and returns the function that records.
func sdkScrape(provider *sdk.MeterProvider, series int) (record func(i int)) {
	ctx, meter := context.Background(), provider.Meter("bench")
	payload := must(meter.Int64Counter("sdkscrape.payload", metric.WithUnit("By"), metric.WithDescription("Half of the series.")))
	latency := must(meter.Float64Histogram("sdkscrape.latency", metric.WithUnit("ms"), metric.WithDescription("The other half."),
		metric.WithExplicitBucketBoundaries(twelveBounds...)))
	sets := make([]metric.MeasurementOption, series/2)
	for i := range sets {
		method, outcome, customer := scrapeSeries(i)
		sets[i] = metric.WithAttributeSet(attribute.NewSet(attribute.String("method", methods[method]),
			attribute.String("outcome", outcomes[outcome]), attribute.String("customer", scrapeCustomers[customer])))
	}
	return func(i int) {
		payload.Add(ctx, payloadBytes, sets[i])
		latency.Record(ctx, ms(latencies[i&mask]), sets[i])
	}
}

// pushVictoria pushes text, which is the library's only way to export.
func pushVictoria(series int, to *receiver) *exportTarget {
	set := metrics.NewSet()
	return &exportTarget{
		record: victoriaScrape(set, series),
		export: func() cost {
			ctx, cancel := context.WithTimeout(context.Background(), exportTimeout)
			defer cancel()
			return costOf(func(done func()) {
				succeed(set.PushMetrics(ctx, "http://"+to.http, &metrics.PushOptions{DisableCompression: true}))
				done()
			})
		},
		arrived: to.arrived,
		stop:    func() {},
	}
}

// victoriaScrape makes the metrics of a set and returns the function that records.
func victoriaScrape(set *metrics.Set, series int) (record func(i int)) {
	counters, histograms := make([]*metrics.Counter, series/2), make([]*metrics.Histogram, series/2)
	for i := range counters {
		method, outcome, customer := scrapeSeries(i)
		labels := fmt.Sprintf("{method=%q,outcome=%q,customer=%q}", methods[method], outcomes[outcome], scrapeCustomers[customer])
		counters[i] = set.NewCounter("victoriascrape_payload" + labels)
		histograms[i] = set.NewHistogram("victoriascrape_latency" + labels)
	}
	return func(i int) {
		counters[i].Add(payloadBytes)
		histograms[i].Update(ms(latencies[i&mask]))
	}
}

// An openCensusScrape has the views of scrapes, written by hand.
type openCensusScrape struct {
	record func(i int)
	stop   func()
}

func startOpenCensusScrape(name string, series int) openCensusScrape {
	customerKey := tag.MustNewKey("customer")
	keys := []tag.Key{methodKey, outcomeKey, customerKey}
	payload := stats.Int64(name+"/payload", "Half of the series.", stats.UnitBytes)
	latency := stats.Float64(name+"/latency", "The other half.", stats.UnitMilliseconds)
	views := []*view.View{
		{Name: payload.Name(), Description: payload.Description(), Measure: payload, TagKeys: keys, Aggregation: view.Sum()},
		{Name: latency.Name(), Description: latency.Description(), Measure: latency, TagKeys: keys, Aggregation: view.Distribution(twelveBounds...)},
	}
	succeed(view.Register(views...))
	contexts := make([]context.Context, series/2)
	for i := range contexts {
		method, outcome, customer := scrapeSeries(i)
		contexts[i] = must(tag.New(context.Background(), tag.Insert(methodKey, methods[method]),
			tag.Insert(outcomeKey, outcomes[outcome]), tag.Insert(customerKey, scrapeCustomers[customer])))
	}
	return openCensusScrape{
		record: func(i int) { stats.Record(contexts[i], payload.M(payloadBytes), latency.M(ms(latencies[i&mask]))) },
		stop:   func() { view.Unregister(views...) },
	}
}

// exportContrib exports with OpenCensus's own exporter for Cloud Monitoring.
func exportContrib(series int, to *receiver) *exportTarget {
	scrape := startOpenCensusScrape("contribscrape", series)
	exporter := must(contrib.NewExporter(contrib.Options{
		ProjectID:               "bench",
		Location:                "here", // else it looks for a metadata server
		MonitoringClientOptions: googleOptions(to),
		TraceClientOptions:      googleOptions(to),
		OnError:                 succeed,
		Timeout:                 exportTimeout,
	}))
	reader := metricexport.NewReader()
	return &exportTarget{
		record: scrape.record,
		export: func() cost {
			return costOf(func(done func()) {
				reader.ReadAndExport(exporter)
				exporter.Flush()
				done()
			})
		},
		arrived: to.arrived,
		stop: func() {
			scrape.stop()
			succeed(exporter.Close())
		},
	}
}

// readOpenCensus only reads OpenCensus's views, as each exporter of them must.
func readOpenCensus(series int, _ *receiver) *exportTarget {
	scrape := startOpenCensusScrape("readscrape", series)
	read := 0
	return &exportTarget{
		record: scrape.record,
		export: func() cost {
			return costOf(func(done func()) {
				read = readProducers(defaultProducers)
				done()
			})
		},
		arrived: func() int { return read },
		stop:    scrape.stop,
	}
}
