package collector

import (
	"context"
	"errors"
	"os"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"google.golang.org/protobuf/encoding/protowire"
)

// exporterName is the name of the exporter in the Collector's configuration.
const exporterName = "record"

// exporterConfig is the exporter's part of the configuration.
type exporterConfig struct {
	Path string `mapstructure:"path"` // a new file
}

// exporterFactory makes exporters that append each request to a file: its length as a
// varint, then its metrics as OTLP in protobuf. Each request is one call of write, which
// ends before the request is answered.
func exporterFactory() exporter.Factory {
	return exporter.NewFactory(
		component.MustNewType(exporterName),
		func() component.Config { return &exporterConfig{} },
		exporter.WithMetrics(newExporter, component.StabilityLevelDevelopment),
	)
}

func newExporter(ctx context.Context, settings exporter.Settings, config component.Config) (exporter.Metrics, error) {
	file, err := os.OpenFile(config.(*exporterConfig).Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	write := func(_ context.Context, metrics pmetric.Metrics) error {
		message, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(metrics)
		if err != nil {
			return err
		}
		_, err = file.Write(append(protowire.AppendVarint(nil, uint64(len(message))), message...))
		return err
	}
	closeFile := func(context.Context) error { return file.Close() }
	made, err := exporterhelper.NewMetrics(ctx, settings, config, write, exporterhelper.WithShutdown(closeFile))
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return made, nil
}
