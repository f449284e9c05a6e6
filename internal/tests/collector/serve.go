package collector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry"
	"go.uber.org/zap"
)

// configVariable has the configuration of the Collector that a process is to be. Other
// processes do not have it.
const configVariable = "OCGEN_TEST_COLLECTOR"

// configuration returns a configuration as users write it. It takes the addresses for gRPC
// and HTTP, and the path of the file.
func configuration(grpc, http, path string) string {
	return fmt.Sprintf(`
receivers:
  otlp:
    protocols:
      grpc: {endpoint: %q}
      http: {endpoint: %q}
exporters:
  %s: {path: %q}
service:
  pipelines:
    metrics: {receivers: [otlp], exporters: [%s]}
`, grpc, http, exporterName, path, exporterName)
}

// Serve does nothing, except in a process that [Start] has started: there it runs the
// Collector and ends the process.
func Serve() {
	if os.Getenv(configVariable) == "" {
		return
	}
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serve runs a Collector until the standard input ends. It ends too when the process that
// holds its other end is gone.
func serve() error {
	c, err := otelcol.NewCollector(otelcol.CollectorSettings{
		Factories: factories,
		BuildInfo: component.BuildInfo{Command: "otelcol", Description: "Collector for tests", Version: "0"},
		ConfigProviderSettings: otelcol.ConfigProviderSettings{ResolverSettings: confmap.ResolverSettings{
			URIs:              []string{"env:" + configVariable},
			ProviderFactories: []confmap.ProviderFactory{envprovider.NewFactory()},
		}},
	})
	if err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		c.Shutdown()
	}()
	return c.Run(context.Background())
}

func factories() (otelcol.Factories, error) {
	receivers, err := otelcol.MakeFactoryMap[receiver.Factory](otlpreceiver.NewFactory())
	exporters, problem := otelcol.MakeFactoryMap[exporter.Factory](exporterFactory())
	return otelcol.Factories{
		Receivers: receivers,
		Exporters: exporters,
		Telemetry: telemetry.NewFactory(func() component.Config { return &struct{}{} }, telemetry.WithCreateLogger(newLogger)),
	}, errors.Join(err, problem)
}

// newLogger returns a logger that writes JSON to the standard error. Beside it the
// Collector has no telemetry of its own: OpenTelemetry's factory for it links Kubernetes'
// client and the detectors of all clouds.
func newLogger(_ context.Context, settings telemetry.LoggerSettings, _ component.Config) (*zap.Logger, component.ShutdownFunc, error) {
	logger, err := settings.BuildZapLogger(zap.NewProductionConfig())
	return logger, nil, err
}
