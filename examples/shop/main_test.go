package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ocgen/ocgen/examples/shop/shopmetrics"
	"github.com/ocgen/ocgen/internal/points"
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

	points.Expect(t, "shop/in_flight", "route=/cart: 0", "route=/pay: 0", "route=/search: 0") // each has begun and ended

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

// A process is the shop as a process of its own, which a Prometheus scrapes.
type process struct {
	t       *testing.T
	cmd     *exec.Cmd
	out     bytes.Buffer
	scraped string // the address of its metrics
}

// start builds the shop and runs it until end is called, or the test ends.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and runs a program")
	}
	p := &process{t: t, scraped: realprometheus.FreeAddress(t)}
	host, port, err := net.SplitHostPort(p.scraped)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "shop")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p.cmd = exec.CommandContext(t.Context(), program, args...)
	p.cmd.Env = append(os.Environ(), "OCGEN_EXPORTER=prometheus", "OTEL_EXPORTER_PROMETHEUS_HOST="+host, "OTEL_EXPORTER_PROMETHEUS_PORT="+port)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// end ends the shop with a signal, in the middle of its load.
func (p *process) end() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("the shop ended with %v\n%s", err, &p.out)
	}
}

// TestScraped has a real Prometheus scrape the shop, and asks that what it has seen.
func TestScraped(t *testing.T) {
	shop := start(t, "-duration", "5m")
	prometheus := realprometheus.Start(t, shop.scraped, "metrics")
	// In one scrape every request has been counted by both of its views.
	prometheus.Want(`sum(shop_request_count) > bool 100`, "map[] 1")
	prometheus.Want(`sum(shop_in_flight) > bool 0`, "map[] 1")
	prometheus.Want(`sum(shop_request_count) == bool sum(shop_request_latency_count)`, "map[] 1")
	prometheus.Want(`count(shop_request_latency_bucket{le="500",http_method="GET",outcome="ok",build="v1.4.2"})`, "map[] 1")
	shop.end()
}

// TestPageFires has a real Prometheus evaluate the shop's rules, makes requests fail, and
// sees the page fire. It sees it end after the requests succeed again. The durations of the rules are
// divided by 60, so that an hour is a minute.
func TestPageFires(t *testing.T) {
	const (
		page    = `ALERTS{alertname="ShopAvailabilityBurn",severity="page",alertstate="firing"}`
		errors  = `slo:sli_error:ratio_rate5m{sloth_id="shop-availability"}`
		firing  = "map[] 1"
		nothing = "count(" + page + ") or vector(0)"
	)
	address := realprometheus.FreeAddress(t)
	shop := start(t, "-duration", "20m", "-customers", "4", "-listen", address)
	prometheus := realprometheus.StartWithRules(t, shop.scraped, []string{hastened(t, "shopmetrics/prometheus/prod/shop.rules.yaml")}, "metrics")
	fail := func(part string) {
		t.Helper()
		answer, err := http.PostForm("http://"+address+"/load", url.Values{"errors": {part}, "slow": {"0"}})
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	prometheus.Want("count("+errors+" == 0)", firing) // it computes, and nothing fails
	prometheus.Want(nothing, "map[] 0")
	fail("0.5")
	prometheus.Want("count("+page+")", firing)
	prometheus.Want("count("+errors+" > 0.3)", firing)
	for _, query := range onCallQueries(t) {
		prometheus.Want("count("+query+") > bool 0", firing)
	}
	var alerts struct {
		Alerts []struct{ Labels, Annotations map[string]string }
	}
	if err := prometheus.Ask("alerts", nil, &alerts); err != nil {
		t.Fatal(err)
	}
	told := false
	for _, a := range alerts.Alerts {
		if a.Labels["alertname"] == "ShopAvailabilityBurn" && a.Labels["severity"] == "page" {
			told = true
			if want := "https://runbooks.example/shop/availability"; a.Annotations["runbook_url"] != want || !strings.Contains(a.Annotations["description"], "% of events are bad") {
				t.Errorf("the page says %q", a.Annotations)
			}
		}
	}
	if !told {
		t.Error("the page is not among the alerts")
	}
	fail("0")
	prometheus.Want(nothing, "map[] 0")
	shop.end()
}

// onCallQueries returns the queries of the page for the engineer on call.
func onCallQueries(t *testing.T) (queries []string) {
	t.Helper()
	page, err := os.ReadFile("../../docs/on-call.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range regexp.MustCompile("(?s)```promql\n(.*?)```").FindAllSubmatch(page, -1) {
		for line := range strings.Lines(string(block[1])) {
			if line = strings.TrimSpace(line); line != "" {
				queries = append(queries, line)
			}
		}
	}
	if len(queries) == 0 {
		t.Fatal("the page has no queries")
	}
	return queries
}

// hastened returns a copy of a file of rules with its durations divided by 60.
func hastened(t *testing.T, file string) string {
	t.Helper()
	rules, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	slow := regexp.MustCompile(`\[(\d+[smhdw])\]|for: (\d+[smhdw])`)
	count := 0
	fast := slow.ReplaceAllFunc(rules, func(text []byte) []byte {
		count++
		return duration.ReplaceAllFunc(text, func(d []byte) []byte {
			n, err := strconv.Atoi(string(d[:len(d)-1]))
			if err != nil {
				t.Fatal(err)
			}
			second := map[byte]int{'s': 1, 'm': 60, 'h': 3600, 'd': 86400, 'w': 604800}[d[len(d)-1]]
			return fmt.Appendf(nil, "%ds", n*second/60)
		})
	})
	if count == 0 {
		t.Fatalf("%s has no durations", file)
	}
	name := filepath.Join(t.TempDir(), "shop.rules.yaml")
	if err := os.WriteFile(name, fast, 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

var duration = regexp.MustCompile(`\d+[smhdw]`)
