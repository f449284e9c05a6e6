// Command shop is a web shop that uses every part of a generated package, over
// the schema in shopmetrics/metrics.yaml. It serves, buys from itself for a few
// seconds, and delivers what was recorded to where OCGEN_EXPORTER says: tables on
// standard output unless it is set. Its SLOs are shown at /debug/sloz/; -errors
// and -slow, or the controls on its front page, make them burn.
//
//	go run ./examples/shop
//	OCGEN_EXPORTER=none go run ./examples/shop -duration 1h -listen 127.0.0.1:8080
//	OCGEN_EXPORTER=prometheus go run ./examples/shop -duration 10m -errors 0.02 -slow 0.1
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/ocgen/ocgen/examples/shop/shopmetrics"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/autoexport"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"github.com/ocgen/ocgen/runtime/sloz"
	"go.opencensus.io/plugin/ochttp"
)

//go:generate go run ../../cmd/ocgen generate shopmetrics

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "shop:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("shop", flag.ContinueOnError)
	duration := flags.Duration("duration", 3*time.Second, "how long customers come")
	customers := flags.Int("customers", 8, "how many come at a time")
	address := flags.String("listen", "127.0.0.1:0", "where the shop is open; port 0 is any that is free")
	failing := flags.Float64("errors", 0, "part of the requests that fail, e.g. 0.02")
	slow := flags.Float64("slow", 0, "part of the requests that take long, e.g. 0.1")
	if err := flags.Parse(args); err != nil {
		return err
	}
	l, err := newLoad(*failing, *slow)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		return err
	}
	defer listener.Close()

	// A process tag is set once, before registration.
	shopmetrics.SetBuild("v1.4.2")
	if err := shopmetrics.RegisterViews(); err != nil {
		return err
	}
	exporter, err := autoexport.New(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "open at http://%s/, SLOs at http://%[1]s/debug/sloz/\n", listener.Addr())
	err = runtime.Run(ctx, runtime.Options{Exporter: exporter}, func(ctx context.Context) error {
		return serve(ctx, listener, l, *duration, *customers)
	})
	for _, s := range runtime.Stats() {
		fmt.Fprintf(out, "%s%s: %d %s\n", s.Tag, s.Measure, s.Count, s.Reason)
	}
	return err
}

// serve runs the shop for the duration, and returns when every request that was
// made has been answered.
func serve(ctx context.Context, listener net.Listener, l *load, duration time.Duration, customers int) error {
	slos := evaluate.New(evaluate.Options{History: true})
	defer slos.Close()
	mux := http.NewServeMux()
	mux.Handle("/debug/sloz/", sloz.Handler(slos))
	mux.HandleFunc("GET /{$}", l.front)
	mux.Handle("POST /load", http.NewCrossOriginProtection().Handler(http.HandlerFunc(l.change)))
	// ochttp records the measure that server_latency takes its view from.
	mux.Handle("/", &ochttp.Handler{Handler: newShop(l)})
	server := &http.Server{Handler: mux}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	ctx, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	var clients sync.WaitGroup
	for n := range customers {
		clients.Go(func() { shopAround(ctx, "http://"+listener.Addr().String(), n) })
	}
	clients.Wait()
	// Who opened a connection and asks nothing is not waited for.
	soon, cancelSoon := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancelSoon()
	err := server.Shutdown(soon)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	if serving := <-served; !errors.Is(serving, http.ErrServerClosed) {
		err = errors.Join(err, serving)
	}
	return err
}
