package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestSameScrapeSchemas wants both recorders to be generated from one schema.
func TestSameScrapeSchemas(t *testing.T) {
	var texts [2]string
	for i, name := range []string{"directscrape", "viewsscrape"} {
		text, err := os.ReadFile(name + "/metrics.yaml")
		if err != nil {
			t.Fatal(err)
		}
		_, schema, _ := strings.Cut(string(text), "ocgen: v1") // without the comment
		recorder := strings.TrimSuffix(name, "scrape")
		texts[i] = strings.NewReplacer(name, "scrape", "recorder: "+recorder, "recorder").Replace(schema)
	}
	if texts[0] != texts[1] {
		t.Error("the schemas differ in more than the package, the prefix and the recorder")
	}
}

// units are what OpenTelemetry's exporter appends to names.
var units = strings.NewReplacer("_bytes_total", "", "_milliseconds", "")

// TestScrapedSeries wants each library to serve the series and values that were recorded.
func TestScrapedSeries(t *testing.T) {
	const series, rounds = 120, 3
	for _, l := range scrapables() {
		target := l.start(series)
		for range rounds {
			target.change(series, 1)
		}
		target.change(series, 20) // three counters and three histograms
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.Header.Set("Accept", textFormat.accept)
		w := httptest.NewRecorder()
		target.handler.ServeHTTP(w, r)
		payload, count := 0.0, 0.0
		lines := map[string]int{}
		for line := range strings.Lines(w.Body.String()) {
			name, rest, _ := strings.Cut(line, "{")
			_, name, _ = strings.Cut(name, "_")
			name = units.Replace(name)
			lines[name]++
			_, text, _ := strings.Cut(rest, "} ")
			v, _ := strconv.ParseFloat(strings.TrimSpace(text), 64)
			switch name {
			case "payload":
				payload += v
			case "latency_count":
				count += v
			}
		}
		const records = rounds*series/2 + 3
		buckets := series / 2 * 13
		if l.library == victoria { // has only those with values: one, since a series has equal values
			buckets = series / 2
		}
		if payload != records*payloadBytes || count != records || lines["payload"] != series/2 || lines["latency_bucket"] != buckets {
			t.Errorf("%s: %v bytes and %v latencies, want %d records; %v", l.library, payload, count, records, lines)
		}
		target.stop()
	}
}

// TestScrapeCosts wants the reading and the conversion of direct to allocate nearly nothing.
// Protobuf shows them: its encoder allocates little.
func TestScrapeCosts(t *testing.T) {
	allocs := map[string]float64{}
	for _, l := range scrapables() {
		costs := map[scrapeKind][]cost{}
		l.measure(2_000, costs)
		if len(costs) != len(l.formats)*len(scrapeChanges) {
			t.Errorf("%s: %d kinds of scrapes", l.library, len(costs))
		}
		c := costs[scrapeKind{2_000, l.formats[len(l.formats)-1].name, 1}][0]
		allocs[l.library] = c.Allocs
		if c.MS <= 0 || c.Bytes <= 0 {
			t.Errorf("%s: %+v", l.library, c)
		}
	}
	if direct, theirs := allocs[ocgenDirect], allocs[prometheusName]; direct > theirs/15 {
		t.Errorf("direct allocates %v objects, Prometheus %v", direct, theirs)
	}
}
