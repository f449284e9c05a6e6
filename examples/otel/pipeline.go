package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	ocgenotel "github.com/ocgen/ocgen/runtime/otel"
	promclient "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel/bridge/opencensus"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	otelprom "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
)

// A pipeline is a MeterProvider and the way to see its metrics.
type pipeline struct {
	provider *metric.MeterProvider
	page     func(io.Writer) error // prints the page for Prometheus; nil: the metrics are sent
}

func newPipeline(ctx context.Context, to, endpoint string) (pipeline, error) {
	switch to {
	case "prometheus":
		return newPrometheus()
	case "otlp":
		return newOTLP(ctx, endpoint, metric.WithProducer(ocgenotel.NewProducer()))
	case "bridge":
		if err := callDependency(); err != nil {
			return pipeline{}, err
		}
		// Each Producer has its own metrics, so no metric comes twice.
		return newOTLP(ctx, endpoint,
			metric.WithProducer(ocgenotel.NewProducer()),
			metric.WithProducer(opencensus.NewMetricProducer()))
	}
	return pipeline{}, fmt.Errorf("there is no way %q: write prometheus, otlp or bridge", to)
}

// newOTLP sends to a Collector each minute, and at Shutdown.
func newOTLP(ctx context.Context, endpoint string, producers ...metric.PeriodicReaderOption) (pipeline, error) {
	exporter, err := otlpmetricgrpc.New(ctx, otlpmetricgrpc.WithEndpoint(endpoint), otlpmetricgrpc.WithInsecure())
	if err != nil {
		return pipeline{}, err
	}
	reader := metric.NewPeriodicReader(exporter, producers...)
	return pipeline{provider: metric.NewMeterProvider(metric.WithReader(reader))}, nil
}

// newPrometheus serves a page with the same names as runtime/prometheus. Without these
// options OpenTelemetry's exporter adds units and "_total" to names, and labels for scopes.
func newPrometheus() (pipeline, error) {
	registry := promclient.NewRegistry()
	exporter, err := otelprom.New(
		otelprom.WithRegisterer(registry),
		otelprom.WithProducer(ocgenotel.NewProducer()),
		otelprom.WithTranslationStrategy(otlptranslator.UnderscoreEscapingWithoutSuffixes),
		otelprom.WithoutScopeInfo(),
		otelprom.WithoutTargetInfo(),
	)
	if err != nil {
		return pipeline{}, err
	}
	page := func(out io.Writer) error {
		answer := httptest.NewRecorder()
		promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		_, err := io.Copy(out, answer.Body)
		return err
	}
	return pipeline{metric.NewMeterProvider(metric.WithReader(exporter)), page}, nil
}
