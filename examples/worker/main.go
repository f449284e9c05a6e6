// Command worker takes jobs from a queue for a few seconds, over the schema in
// workermetrics/metrics.yaml, and delivers what it recorded to where OCGEN_EXPORTER
// says: tables on standard output unless it is set.
//
//	go run ./examples/worker
//	OCGEN_EXPORTER=otlp go run ./examples/worker -duration 10m -workers 4
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/ocgen/ocgen/examples/worker/workermetrics"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/autoexport"
)

//go:generate go run ../../cmd/ocgen generate workermetrics

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("worker", flag.ContinueOnError)
	duration := flags.Duration("duration", 3*time.Second, "how long jobs come")
	workers := flags.Int("workers", 2, "how many workers take them")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *workers < 1 {
		return fmt.Errorf("-workers %d: must be at least 1", *workers)
	}
	if err := workermetrics.RegisterViews(); err != nil {
		return err
	}
	exporter, err := autoexport.New(ctx)
	if err != nil {
		return err
	}
	p := newPool(*workers)
	defer p.observe()() // its functions are read until Run has returned
	return runtime.Run(ctx, runtime.Options{Exporter: exporter}, func(ctx context.Context) error {
		fmt.Fprintf(out, "%d workers take jobs for %v\n", *workers, *duration)
		done := p.work(ctx, *duration)
		fmt.Fprintf(out, "%d jobs taken, all of them ended\n\n", done)
		return nil
	})
}
