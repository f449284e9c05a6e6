// Command sli is a small web service with the metrics of metrics.yaml. It makes its own
// load for a few seconds, then prints or sends the metrics.
//
//	go run ./examples/sli
//	go run ./examples/sli -exporter stackdriver -project my-project
//	go run ./examples/sli -exporter contrib -project my-project
//
// The exporter contrib is OpenCensus's own exporter for Cloud Monitoring: a program that
// uses it already can keep it. It writes the same metrics as the exporter stackdriver.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	contrib "contrib.go.opencensus.io/exporter/stackdriver"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/census"
	"github.com/ocgen/ocgen/runtime/console"
	"github.com/ocgen/ocgen/runtime/stackdriver"
)

//go:generate go run ../../cmd/ocgen generate metrics.yaml

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "sli:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("sli", flag.ContinueOnError)
	exporterName := flags.String("exporter", "console", "where metrics go: console, stackdriver or contrib")
	project := flags.String("project", "", "Google Cloud project, for stackdriver and contrib; default: that of the credentials")
	duration := flags.Duration("duration", 3*time.Second, "how long the load lasts")
	if err := flags.Parse(args); err != nil {
		return err
	}

	// 1. Register the views.
	if err := RegisterViews(); err != nil {
		return err
	}
	exporter, err := newExporter(ctx, *exporterName, *project, out)
	if err != nil {
		return err
	}

	// 2. Serve until the load ends, or until ctx is done: by Ctrl-C, or because the
	// container stops. Run then delivers everything recorded.
	opts := runtime.Options{Exporter: exporter, NoHealthMetrics: true} // three metrics are easier to read than six
	return runtime.Run(ctx, opts, func(ctx context.Context) error {
		fmt.Fprintf(out, "serving requests for %v\n", *duration)
		made, failed, err := serveLoad(ctx, *duration)
		fmt.Fprintf(out, "%d requests made, %d of them failed\n\n", made, failed)
		return err
	})
}

func newExporter(ctx context.Context, name, project string, out io.Writer) (runtime.Exporter, error) {
	switch name {
	case "console":
		return console.New(out), nil
	case "stackdriver":
		return stackdriver.New(ctx, stackdriver.Options{ProjectID: project})
	case "contrib":
		return newContrib(project)
	}
	return nil, fmt.Errorf("there is no exporter %q: write console, stackdriver or contrib", name)
}

// newContrib returns OpenCensus's own exporter for Cloud Monitoring. It calls OnError with
// the errors of its requests and returns none of them, so Run does not return them either.
func newContrib(project string) (runtime.Exporter, error) {
	exporter, err := contrib.NewExporter(contrib.Options{
		ProjectID: project,
		OnError:   func(err error) { log.Print("sli: exporting: ", err) },
	})
	if err != nil {
		return nil, fmt.Errorf("exporter contrib needs a project and Application Default Credentials: set -project, and run \"gcloud auth application-default login\": %w", err)
	}
	return census.FromOpenCensus(exporter, 5*time.Second), nil // Cloud Monitoring accepts a point of a series every 5 s
}

// handle answers after a while, and fails now and then. It records each request with one
// call.
func handle(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	time.Sleep(time.Duration(5+rand.IntN(60)) * time.Millisecond)
	if rand.IntN(50) == 0 {
		http.Error(w, "out of luck", http.StatusInternalServerError)
		RecordFailure(r.Context(), time.Since(start))
		return
	}
	fmt.Fprintln(w, "hello")
	RecordSuccess(r.Context(), time.Since(start))
}

// serveLoad runs the server and, for the duration, a few clients. It returns
// when every request that was made has been answered.
func serveLoad(ctx context.Context, duration time.Duration) (made, failed int, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	server := &http.Server{Handler: http.HandlerFunc(handle)}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	ctx, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	var clients sync.WaitGroup
	var mu sync.Mutex
	for range 8 {
		clients.Go(func() {
			for ctx.Err() == nil {
				ok := get("http://" + listener.Addr().String())
				mu.Lock()
				made++
				if !ok {
					failed++
				}
				mu.Unlock()
			}
		})
	}
	clients.Wait()
	// Connections without a request are not waited for.
	soon, cancelSoon := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancelSoon()
	err = server.Shutdown(soon)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	if serving := <-served; !errors.Is(serving, http.ErrServerClosed) {
		err = errors.Join(err, serving)
	}
	return made, failed, err
}

// get reports whether the request succeeded. It has no timeout, so that the clients count
// exactly the requests that the server records.
func get(url string) bool {
	response, err := http.Get(url)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err == nil && response.StatusCode == http.StatusOK
}
