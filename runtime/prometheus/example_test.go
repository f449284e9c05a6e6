package prometheus_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/ocgen/ocgen/runtime/prometheus"
)

// A program registers its generated packages, serves the handler to Prometheus, and
// records. Here it reads the handler itself.
func ExampleNew() {
	handler, err := prometheus.New(prometheus.Options{})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", handler)
	server := httptest.NewServer(mux)
	defer server.Close()

	answer, err := http.Get(server.URL + "/metrics")
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "# HELP") {
			fmt.Print(line)
		}
	}
	// Output:
	// # TYPE ocgen_prometheus_left_out_series gauge
	// ocgen_prometheus_left_out_series 0
}
