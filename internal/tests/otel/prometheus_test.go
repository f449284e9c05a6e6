package otel

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/internal/realprometheus"
	producer "github.com/ocgen/ocgen/runtime/otel"
	"github.com/ocgen/ocgen/runtime/prometheus"
	promclient "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/otlptranslator"
	otelprom "go.opentelemetry.io/otel/exporters/prometheus"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
)

// sameNames are the options that give the names of runtime/prometheus.
var sameNames = []otelprom.Option{
	otelprom.WithTranslationStrategy(otlptranslator.UnderscoreEscapingWithoutSuffixes),
	otelprom.WithoutScopeInfo(),
	otelprom.WithoutTargetInfo(),
}

// openTelemetryHandler serves the page of OpenTelemetry's exporter, until the test ends.
func openTelemetryHandler(t *testing.T, opts ...otelprom.Option) http.Handler {
	t.Helper()
	registry := promclient.NewRegistry()
	exporter, err := otelprom.New(append(opts, otelprom.WithRegisterer(registry), otelprom.WithProducer(producer.NewProducer()))...)
	if err != nil {
		t.Fatal(err)
	}
	provider := sdk.NewMeterProvider(sdk.WithReader(exporter), sdk.WithResource(resource.Empty()))
	t.Cleanup(func() { _ = provider.Shutdown(t.Context()) })
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

func ourHandler(t *testing.T) http.Handler {
	t.Helper()
	handler, err := prometheus.New(prometheus.Options{OnError: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// scrape returns the page, without the handlers' own metrics.
func scrape(t *testing.T, handler http.Handler) string {
	t.Helper()
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("status %d: %s", answer.Code, answer.Body)
	}
	var lines []string
	for line := range strings.Lines(answer.Body.String()) {
		if strings.Contains(line, "golden_otel") || strings.Contains(line, "target_info") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// TestDefaultNames shows what OpenTelemetry's exporter makes of the names by default:
// docs/exporters.md has the reasons.
func TestDefaultNames(t *testing.T) {
	recorded(t)
	const file = "testdata/default.txt"
	got := scrape(t, openTelemetryHandler(t))
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(file); err != nil || !bytes.Equal(want, []byte(got)) {
		t.Errorf("the page is not %s; run the test with -update (%v):\n%s", file, err, got)
	}
}

// TestSameNames compares the page of OpenTelemetry's exporter, line by line, with the page
// of runtime/prometheus.
func TestSameNames(t *testing.T) {
	recorded(t)
	theirs, ours := samples(scrape(t, openTelemetryHandler(t, sameNames...))), samples(scrape(t, ourHandler(t)))
	for _, line := range theirs {
		if !slices.Contains(ours, line) {
			t.Errorf("only OpenTelemetry's page has %s", line)
		}
	}
	for _, line := range ours {
		if !slices.Contains(theirs, line) {
			t.Errorf("only our page has %s", line)
		}
	}
	if len(ours) < 60 {
		t.Errorf("only %d lines were compared", len(ours))
	}
}

var emptyLabel = regexp.MustCompile(`(\w+="",?)`)

// samples returns the lines of a page, sorted. They have no empty labels: for Prometheus an
// empty label is an absent one.
func samples(page string) []string {
	page = emptyLabel.ReplaceAllString(page, "")
	return slices.Sorted(strings.Lines(strings.NewReplacer(",}", "}", "{}", "").Replace(page)))
}

// TestRealPrometheus scrapes all three pages.
func TestRealPrometheus(t *testing.T) {
	recorded(t)
	mux := http.NewServeMux()
	mux.Handle("/default", openTelemetryHandler(t))
	mux.Handle("/same", openTelemetryHandler(t, sameNames...))
	mux.Handle("/ours", ourHandler(t))
	target := httptest.NewServer(mux)
	t.Cleanup(target.Close)
	s := realprometheus.Start(t, strings.TrimPrefix(target.URL, "http://"), "default", "same", "ours")
	for _, job := range []string{"same", "ours"} {
		s.Want(`golden_otel_requests{job="`+job+`"}`,
			"map[__name__:golden_otel_requests outcome:not found] 1", "map[__name__:golden_otel_requests outcome:ok] 3")
		s.Want(`sum(golden_otel_latency_bucket{job="`+job+`",le="2"})`, "map[] 0") // a value at a bound is above it, as everywhere
		s.Want(`sum(golden_otel_latency_bucket{job="`+job+`",le="5"})`, "map[] 3")
		s.Want(`golden_otel_level{job="`+job+`"}`, "map[__name__:golden_otel_level] -7")
	}
	s.Want(`sum(golden_otel_latency_milliseconds_count{job="default"})`, "map[] 4")
	s.Want(`sum(golden_otel_requests_total{job="default"})`, "map[] 4")
}
