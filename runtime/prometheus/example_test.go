package prometheus_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/runtime/prometheus"
)

// A program serves the handler to Prometheus, and here reads it itself.
func ExampleNew() {
	if err := shopmetrics.RegisterViews(); err != nil {
		log.Fatal(err)
	}
	defer shopmetrics.UnregisterViews()
	handler, err := prometheus.New(prometheus.Options{})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", handler)
	server := httptest.NewServer(mux)
	defer server.Close()

	for range 3 {
		shopmetrics.RecordCartAbandoned(context.Background())
	}
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
		if strings.Contains(line, "shop_cart_abandoned") {
			fmt.Print(line)
		}
	}
	// Output:
	// # HELP shop_cart_abandoned Carts given up.
	// # TYPE shop_cart_abandoned counter
	// shop_cart_abandoned{experiment=""} 3
}
