package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/ocgen/ocgen/examples/shop/shopmetrics"
	"github.com/ocgen/ocgen/internal/realprometheus"
	"go.opencensus.io/stats/view"
)

// TestShop lets customers in for a moment, and holds the views against each
// other and against what only the shop's own rules can make.
func TestShop(t *testing.T) {
	t.Setenv("OCGEN_EXPORTER", "none")
	t.Cleanup(shopmetrics.UnregisterViews)
	if err := run(t.Context(), []string{"-duration", "1s"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, v := range shopmetrics.Views() {
		if v == shopmetrics.PageWeightView { // deprecated: nothing records it any more
			continue
		}
		if rows, err := view.RetrieveData(v.Name); err != nil || len(rows) == 0 {
			t.Errorf("nothing was recorded for %s: %v", v.Name, err)
		}
	}

	requests := total(t, shopmetrics.RequestCountView, nil)
	if latencies := total(t, shopmetrics.RequestLatencyView, nil); latencies != requests {
		t.Errorf("%d latencies, but %d requests", latencies, requests)
	}
	if sizes := total(t, shopmetrics.ResponseBytesView, nil); sizes != requests {
		t.Errorf("%d sizes, but %d requests", sizes, requests)
	}
	if other := total(t, shopmetrics.RequestCountView, map[string]string{"http.method": "OTHER"}); other == 0 {
		t.Error("customers send DELETE, but no request has the catch-all for its method")
	}
	if unset := total(t, shopmetrics.RequestLatencyView, map[string]string{"build": ""}); unset != 0 {
		t.Errorf("%d latencies without the build that was set before registration", unset)
	}
	if seen := total(t, shopmetrics.CartAbandonedView, map[string]string{"experiment": "other"}); seen == 0 {
		t.Error("some customers see an experiment that the schema does not list, but no cart of theirs was given up in the catch-all")
	}
}

// total adds up the counts of a view's rows that have the given tags; "" is
// an absent one.
func total(t *testing.T, v *view.View, tags map[string]string) int64 {
	t.Helper()
	rows, err := view.RetrieveData(v.Name)
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	for _, row := range rows {
		has := map[string]string{}
		for _, tag := range row.Tags {
			has[tag.Key.Name()] = tag.Value
		}
		fits := true
		for key, value := range tags {
			fits = fits && has[key] == value
		}
		if !fits {
			continue
		}
		switch data := row.Data.(type) {
		case *view.CountData:
			sum += data.Value
		case *view.DistributionData:
			sum += data.Count
		}
	}
	return sum
}

// The recorder of a measure of time comes with a timer for defer.
func TestTimer(t *testing.T) {
	if err := shopmetrics.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shopmetrics.UnregisterViews)
	before := total(t, shopmetrics.SlowRequestLatencyView, map[string]string{"route": "/timed"})
	func() {
		defer shopmetrics.TimeRequestLatency(t.Context(), shopmetrics.MethodGET, "/timed", shopmetrics.OutcomeOK, 0)()
		time.Sleep(time.Millisecond)
	}()
	view.Find("") // waits until OpenCensus has taken the record from its queue
	if n := total(t, shopmetrics.SlowRequestLatencyView, map[string]string{"route": "/timed"}) - before; n != 1 {
		t.Errorf("%d latencies were timed, want 1", n)
	}
}

// TestScraped runs the shop as a process that a real Prometheus scrapes, and asks
// that what it has seen. Then a signal ends the shop in the middle of its load.
func TestScraped(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs a program")
	}
	address := realprometheus.FreeAddress(t)
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "shop")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	prometheus := realprometheus.Start(t, address, "metrics")
	var out bytes.Buffer
	shop := exec.Command(program, "-duration", "5m")
	shop.Env = append(os.Environ(), "OCGEN_EXPORTER=prometheus", "OTEL_EXPORTER_PROMETHEUS_HOST="+host, "OTEL_EXPORTER_PROMETHEUS_PORT="+port)
	shop.Stdout, shop.Stderr = &out, &out
	if err := shop.Start(); err != nil {
		t.Fatal(err)
	}
	// In one scrape every request has been counted by both of its views.
	prometheus.Want(`sum(shop_request_count) > bool 100`, "map[] 1")
	prometheus.Want(`sum(shop_request_count) == bool sum(shop_request_latency_count)`, "map[] 1")
	prometheus.Want(`count(shop_request_latency_bucket{le="500",http_method="GET",outcome="ok",build="v1.4.2"})`, "map[] 1")
	if err := shop.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := shop.Wait(); err != nil {
		t.Errorf("the shop ended with %v\n%s", err, &out)
	}
}
