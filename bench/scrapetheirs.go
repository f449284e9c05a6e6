package main

import (
	"context"
	"net/http"

	contribprometheus "contrib.go.opencensus.io/exporter/prometheus"
	"github.com/VictoriaMetrics/metrics"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	sdkprometheus "go.opentelemetry.io/otel/exporters/prometheus"
)

// scrapeVictoria writes text, which is the library's only format. Its histograms have few buckets
// here.
func scrapeVictoria(series int) *scrapeTarget {
	set := metrics.NewSet()
	return &scrapeTarget{
		handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { set.WritePrometheus(w) }),
		record:  victoriaScrape(set, series),
		stop:    func() {},
	}
}

// scrapeSDK has OpenTelemetry's exporter for Prometheus, and client_golang's handler.
func scrapeSDK(series int) *scrapeTarget {
	registry := prometheus.NewRegistry()
	provider := newProvider(must(sdkprometheus.New(sdkprometheus.WithRegisterer(registry),
		sdkprometheus.WithoutScopeInfo(), sdkprometheus.WithoutTargetInfo())))
	return &scrapeTarget{
		handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true}),
		record:  sdkScrape(provider, series),
		stop:    func() { succeed(provider.Shutdown(context.Background())) },
	}
}

// scrapeContrib has OpenCensus's own exporter for Prometheus, and client_golang's handler.
func scrapeContrib(series int) *scrapeTarget {
	scrape := startOpenCensusScrape("contribprometheus", series)
	registry := prometheus.NewRegistry()
	must(contribprometheus.NewExporter(contribprometheus.Options{Registry: registry, OnError: succeed}))
	return &scrapeTarget{
		handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true}),
		record:  scrape.record,
		stop:    scrape.stop,
	}
}
