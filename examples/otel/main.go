// Command otel takes orders for a few seconds. The schema ordermetrics/metrics.yaml has
// "recorder: otel", and the program has an OpenTelemetry MeterProvider of its own, which
// exports the metrics of the schema beside those of OpenTelemetry's instruments.
//
//	go run ./examples/otel
//	go run ./examples/otel -to otlp -endpoint localhost:4317
//	go run ./examples/otel -to bridge -endpoint localhost:4317
//
// With "-to prometheus", the default, it prints the page that Prometheus scrapes. With
// "-to otlp" it sends to an OpenTelemetry Collector. "-to bridge" does the same, and sends
// the views of OpenCensus too, which dependencies of a program may still have.
//
// A program that does not need a MeterProvider calls runtime.Run, as the other examples do.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/ocgen/ocgen/examples/otel/ordermetrics"
)

//go:generate go run ../../cmd/ocgen generate ordermetrics

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "otel:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("otel", flag.ContinueOnError)
	to := flags.String("to", "prometheus", "where metrics go: prometheus, otlp or bridge")
	endpoint := flags.String("endpoint", "localhost:4317", "host and port of the Collector, for otlp and bridge; without TLS")
	duration := flags.Duration("duration", 3*time.Second, "how long orders come")
	if err := flags.Parse(args); err != nil {
		return err
	}

	// 1. Register the views of the schema.
	if err := ordermetrics.RegisterViews(); err != nil {
		return err
	}

	// 2. Make the MeterProvider, whose Reader also reads the metrics of the schema.
	p, err := newPipeline(ctx, *to, *endpoint)
	if err != nil {
		return err
	}

	// 3. Take orders, and observe the queue until the last export. Shutdown then sends the
	// last values, once. runtime.Run would try again after a failure, and keep to the limits
	// of Cloud Monitoring.
	queue := make(chan int, 100)
	defer ordermetrics.ObserveWaiting(func() int64 { return int64(len(queue)) })()
	taken, err := takeOrders(ctx, p.provider, queue, *duration)
	fmt.Fprintf(out, "%d orders taken\n\n", taken)
	if p.page != nil {
		err = errors.Join(err, p.page(out))
	}
	soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, p.provider.Shutdown(soon))
}
