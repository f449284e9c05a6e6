package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"

	"github.com/ocgen/ocgen/bench/directscrape"
	"github.com/ocgen/ocgen/bench/viewsscrape"
	ours "github.com/ocgen/ocgen/runtime/prometheus"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// scrapeName is what -only matches to measure scrapes.
const scrapeName = "scrape"

// A scrapable is a library whose metrics Prometheus scrapes. Half of the series are counters,
// half are histograms with 12 bounds, all have three labels.
type scrapable struct {
	library string
	// start returns the metrics and their handler. The series are made by the first records.
	start   func(series int) *scrapeTarget
	formats []scrapeFormat // that are measured
}

// A scrapeTarget has the metrics of one library while they are measured.
type scrapeTarget struct {
	handler http.Handler
	record  func(i int) // into the i-th counter and the i-th histogram
	stop    func()
}

func scrapables() []scrapable {
	return []scrapable{
		{prometheusName, scrapePrometheus, scrapeFormats},
		{victoria, scrapeVictoria, []scrapeFormat{textFormat}},
		{openTelemetry, scrapeSDK, []scrapeFormat{textFormat}},
		{openCensus, scrapeContrib, []scrapeFormat{textFormat}},
		{ocgenViews, scrapeViews, scrapeFormats},
		{ocgenDirect, scrapeDirect, scrapeFormats},
	}
}

// payloadBytes is what a record adds to a counter. Go has no memory ready for such a number in
// an interface, as it has for numbers below 256.
const payloadBytes = 1500

var scrapeCustomers = numbered("customer-%05d", 4_167)

// scrapeSeries returns the indices of the labels of the i-th counter and histogram.
func scrapeSeries(i int) (method, outcome, customer int) { return i % 4, i / 4 % 3, i / 12 }

// scrapePrometheus records with tables of bound instruments, which is the fastest way.
func scrapePrometheus(series int) *scrapeTarget {
	registry := prometheus.NewRegistry()
	labels := []string{"method", "outcome", "customer"}
	payload := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "clientscrape_payload", Help: "Half of the series."}, labels)
	latency := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "clientscrape_latency", Help: "The other half.", Buckets: twelveBounds}, labels)
	registry.MustRegister(payload, latency)
	counters, histograms := make([]prometheus.Counter, series/2), make([]prometheus.Observer, series/2)
	for i := range counters {
		method, outcome, customer := scrapeSeries(i)
		counters[i] = payload.WithLabelValues(methods[method], outcomes[outcome], scrapeCustomers[customer])
		histograms[i] = latency.WithLabelValues(methods[method], outcomes[outcome], scrapeCustomers[customer])
	}
	return &scrapeTarget{
		handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true}),
		record: func(i int) {
			counters[i].Add(payloadBytes)
			histograms[i].Observe(ms(latencies[i&mask]))
		},
		stop: func() {},
	}
}

func scrapeDirect(int) *scrapeTarget {
	succeed(directscrape.RegisterViews())
	return &scrapeTarget{
		handler: must(ours.New(ours.Options{OpenMetrics: true})),
		record:  recordDirect,
		stop:    directscrape.UnregisterViews,
	}
}

func recordDirect(i int) {
	ctx := context.Background()
	method, outcome, customer := scrapeSeries(i)
	m, o, c := directscrape.Method(method+1), directscrape.Outcome(outcome+1), directscrape.Customer(scrapeCustomers[customer])
	directscrape.RecordPayload(ctx, payloadBytes, m, o, c)
	directscrape.RecordLatency(ctx, latencies[i&mask], m, o, c)
}

func scrapeViews(int) *scrapeTarget {
	succeed(viewsscrape.RegisterViews())
	return &scrapeTarget{
		handler: must(ours.New(ours.Options{OpenMetrics: true})),
		record:  recordViews,
		stop:    viewsscrape.UnregisterViews,
	}
}

func recordViews(i int) {
	ctx := context.Background()
	method, outcome, customer := scrapeSeries(i)
	m, o, c := viewsscrape.Method(method+1), viewsscrape.Outcome(outcome+1), viewsscrape.Customer(scrapeCustomers[customer])
	viewsscrape.RecordPayload(ctx, payloadBytes, m, o, c)
	viewsscrape.RecordLatency(ctx, latencies[i&mask], m, o, c)
}

// A scrapeFormat is a format that a scrape requests.
type scrapeFormat struct{ name, accept string }

var (
	textFormat  = scrapeFormat{"text", "text/plain"}
	openFormat  = scrapeFormat{"OpenMetrics", "application/openmetrics-text;version=1.0.0"}
	protoFormat = scrapeFormat{"protobuf", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"}
)

var scrapeFormats = []scrapeFormat{textFormat, openFormat, protoFormat}

// changes are how many series were recorded into since the last scrape: each of so many.
var scrapeChanges = []int{1, 100}

// A scrapeKind is one kind of scrape.
type scrapeKind struct {
	Series int
	Format string
	Each   int // one of so many series has changed since the last scrape
}

// MarshalText makes a kind the key of a JSON object.
func (k scrapeKind) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d series, %s, 1/%d changed", k.Series, k.Format, k.Each), nil
}

// A scrapeResult has the medians of a library.
type scrapeResult struct {
	Library string
	Costs   map[scrapeKind]cost
	Memory  scrapeMemory
}

// A discard is a response of which only the size is kept. It does not compress.
type discard struct {
	header http.Header
	status int
	size   int
}

func (d *discard) Header() http.Header { return d.header }
func (d *discard) WriteHeader(status int) {
	d.status = status
}

func (d *discard) Write(p []byte) (int, error) {
	d.size += len(p)
	return len(p), nil
}

// scrapeOnce returns the number of bytes of a response.
func (t *scrapeTarget) scrapeOnce(format scrapeFormat) int {
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", format.accept)
	to := &discard{header: http.Header{}, status: http.StatusOK}
	t.handler.ServeHTTP(to, r)
	if to.status != http.StatusOK || to.size == 0 {
		panic(fmt.Sprintf("a scrape: status %d, %d bytes", to.status, to.size))
	}
	return to.size
}

// fill makes the series, and scrapes them twice: the kept memory is made then.
func (t *scrapeTarget) fill(series int) {
	t.change(series, 1)
	t.scrapeOnce(textFormat)
	t.change(series, 1)
	t.scrapeOnce(textFormat)
}

func (t *scrapeTarget) change(series, each int) {
	recordInto(t.record, series, each)
}

// recordInto records into one of so many counters and histograms, and waits until all is counted.
func recordInto(record func(i int), series, each int) {
	for i := 0; i < series/2; i += each {
		record(i)
	}
	drain()
}

// cost measures scrapes; more of them if they are short.
func (t *scrapeTarget) cost(k scrapeKind, format scrapeFormat) cost {
	return meanCost(1+40_000/k.Series,
		func() { t.change(k.Series, k.Each) },
		func() cost {
			return costOf(func(done func()) {
				t.scrapeOnce(format)
				done()
			})
		})
}

// scrapeRounds is the largest number of rounds: a round takes about half a minute.
const scrapeRounds = 7

// measureScrapes measures all libraries in alternating rounds. Our handlers serve all
// metrics of the process, so the metrics of one library exist at a time.
func measureScrapes(s scale) []scrapeResult {
	all := scrapables()
	costs := make([]map[scrapeKind][]cost, len(all))
	for i := range costs {
		costs[i] = map[scrapeKind][]cost{}
	}
	for _, series := range s.scraped {
		for n := range min(s.rounds, scrapeRounds) {
			for i := range all {
				library := (n + i) % len(all)
				all[library].measure(series, costs[library])
			}
		}
	}
	results := make([]scrapeResult, len(all))
	for i, l := range all {
		results[i] = scrapeResult{Library: l.library, Costs: map[scrapeKind]cost{}}
		for kind, rounds := range costs[i] {
			results[i].Costs[kind] = medianCost(rounds)
		}
		results[i].Memory = l.held(s.scraped[min(1, len(s.scraped)-1)])
	}
	return results
}

// measure adds the costs of one round.
func (l scrapable) measure(series int, to map[scrapeKind][]cost) {
	t := l.start(series)
	defer t.stop()
	t.fill(series)
	for _, format := range l.formats {
		for _, each := range scrapeChanges {
			kind := scrapeKind{series, format.name, each}
			to[kind] = append(to[kind], t.cost(kind, format))
		}
	}
}

// kinds returns the kinds that a result has, in the order of the tables.
func (r scrapeResult) kinds() []scrapeKind {
	var all []scrapeKind
	for k := range r.Costs {
		all = append(all, k)
	}
	formats := func(name string) int {
		return slices.IndexFunc(scrapeFormats, func(f scrapeFormat) bool { return f.name == name })
	}
	slices.SortFunc(all, func(a, b scrapeKind) int {
		if a.Series != b.Series {
			return a.Series - b.Series
		}
		if a.Format != b.Format {
			return formats(a.Format) - formats(b.Format)
		}
		return a.Each - b.Each
	})
	return all
}

// scrape returns what a scrape of a library costs; NaN if it was not measured.
func (r *report) scrape(library string, kind scrapeKind) cost {
	for _, s := range r.Scrapes {
		if c, ok := s.Costs[kind]; ok && s.Library == library {
			return c
		}
	}
	return unmeasured
}
