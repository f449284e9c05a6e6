package sloz_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/simulation"
	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"github.com/ocgen/ocgen/runtime/sloz"
)

// get asks the handler and expects a status.
func get(t *testing.T, h http.Handler, target string, status int) string {
	t.Helper()
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, target, nil))
	if answer.Code != status {
		t.Fatalf("%s: status %d, want %d\n%s", target, answer.Code, status, answer.Body)
	}
	return answer.Body.String()
}

func wantAll(t *testing.T, page string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

var tag = regexp.MustCompile(`<[^>]*>`)

// TestJSON holds the JSON to what the evaluator reports.
func TestJSON(t *testing.T) {
	w := simulation.NewShop()
	e := w.Evaluator(t, simulation.ShopSLOs())
	w.Live(e, 3*time.Minute, simulation.Burning)
	h := sloz.Handler(e)
	var report struct {
		Process struct {
			Program string
			PID     int
			Started time.Time
		}
		evaluate.Report
	}
	if err := json.Unmarshal([]byte(get(t, h, "/?format=json", http.StatusOK)), &report); err != nil {
		t.Fatal(err)
	}
	if p := report.Process; p.PID != os.Getpid() || p.Program != program || p.Started.IsZero() {
		t.Errorf("the process is %+v", p)
	}
	if got, want := indented(t, report.Report), indented(t, e.Evaluate(context.Background())); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	var detail struct{ evaluate.Detail }
	if err := json.Unmarshal([]byte(get(t, h, "/?format=json&slo=availability", http.StatusOK)), &detail); err != nil {
		t.Fatal(err)
	}
	want, _ := e.Detail(context.Background(), "availability")
	if got, want := indented(t, detail.Detail), indented(t, want); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func indented(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestRequests refuses what is not asked for this page.
func TestRequests(t *testing.T) {
	h := sloz.Handler(simulation.NewShop().Evaluator(t, simulation.ShopSLOs()))
	for _, c := range []struct {
		method, target string
		status         int
		contentType    string
	}{
		{http.MethodGet, "/debug/sloz", 200, "text/html; charset=utf-8"},
		{http.MethodHead, "/debug/sloz/", 200, "text/html; charset=utf-8"},
		{http.MethodGet, "/?format=html", 200, "text/html; charset=utf-8"},
		{http.MethodGet, "/?format=json", 200, "application/json"},
		{http.MethodGet, "/?format=xml", 400, "text/plain; charset=utf-8"},
		{http.MethodGet, "/?slo=%zz", 400, "text/plain; charset=utf-8"},
		{http.MethodGet, "/?slo=" + strings.Repeat("x", 5000), 414, "text/plain; charset=utf-8"},
		{http.MethodGet, "/?slo=" + strings.Repeat("x", 4000), 404, "text/html; charset=utf-8"},
		{http.MethodPost, "/", 405, "text/plain; charset=utf-8"},
		{http.MethodDelete, "/?format=json", 405, "text/plain; charset=utf-8"},
		{http.MethodOptions, "/", 405, "text/plain; charset=utf-8"},
	} {
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, httptest.NewRequest(c.method, c.target, nil))
		if got := answer.Header().Get("Content-Type"); answer.Code != c.status || got != c.contentType {
			t.Errorf("%s %.40s: %d %s, want %d %s", c.method, c.target, answer.Code, got, c.status, c.contentType)
		}
		for header, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'sha256-", "X-Content-Type-Options": "nosniff",
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
		} {
			if got := answer.Header().Get(header); !strings.HasPrefix(got, want) {
				t.Errorf("%s %.40s: %s is %q", c.method, c.target, header, got)
			}
		}
		if allow := answer.Header().Get("Allow"); (c.status == 405) != (allow == "GET, HEAD") {
			t.Errorf("%s %.40s: Allow is %q", c.method, c.target, allow)
		}
	}
}

// TestMounted serves the page where a mux has it, with and without the slash.
func TestMounted(t *testing.T) {
	h := sloz.Handler(simulation.NewShop().Evaluator(t, simulation.ShopSLOs()))
	for _, path := range []string{"/debug/sloz", "/debug/sloz/"} {
		mux := http.NewServeMux()
		mux.Handle(path, h)
		server := httptest.NewServer(mux)
		defer server.Close()
		for _, query := range []string{"", "?slo=availability", "?format=json"} {
			answer, err := http.Get(server.URL + "/debug/sloz" + query)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(body), "availability") {
				t.Errorf("%s serves %q with %s, %v", path, query, answer.Status, err)
			}
		}
	}
}

// TestHostile holds that text stays text. The browser's test looks at the same.
func TestHostile(t *testing.T) {
	w := simulation.NewHostile()
	e := w.Evaluator(t, simulation.HostileSLOs())
	e.Evaluate(t.Context())
	w.Pass(time.Minute)
	w.Count("m"+simulation.Hostile, 5, simulation.Hostile, simulation.Hostile)
	h := sloz.Handler(e)
	targets := []string{"/"}
	for _, s := range e.Evaluate(t.Context()).SLOs {
		targets = append(targets, "/?"+"slo="+strings.NewReplacer("<", "%3C", ">", "%3E", `"`, "%22", "'", "%27", " ", "+", "&", "%26", "{", "%7B", "}", "%7D").Replace(s.Key))
	}
	for _, target := range targets {
		page := get(t, h, target, http.StatusOK)
		if n := strings.Count(page, "<script"); n != 1 || strings.Contains(page, "<img") {
			t.Errorf("%s has %d scripts", target, n)
		}
		if !strings.Contains(page, "&lt;script&gt;") {
			t.Errorf("%s does not show the name", target)
		}
	}
}

// TestReordered holds that no text turns the page around: not an SLO's name, a
// label's value, or what a request asks for.
func TestReordered(t *testing.T) {
	const turned = "a\u202eb\u2066c\u200ed\u206ae"
	w := simulation.NewWorld()
	w.Metric("d", metric.TypeCumulativeDistribution, "ms", []float64{10}, "k")
	w.Record("d", 5, 5, turned)
	e := w.Evaluator(t, []slo.SLO{{
		ID: "turned", DisplayName: turned, Goal: 0.9, Days: 1,
		Distribution: &slo.DistributionCut{Selection: slo.Selection{Metric: "d"}, Max: 10},
	}})
	e.Evaluate(t.Context())
	h := sloz.Handler(e)
	for target, status := range map[string]int{"/": http.StatusOK, "/?slo=turned": http.StatusOK, "/?slo=" + url.QueryEscape(turned): http.StatusNotFound} {
		page := get(t, h, target, status)
		if !strings.Contains(page, "a\ufffdb\ufffdc\ufffdd\ufffde") || strings.ContainsAny(page, "\u202e\u2066\u200e\u206a") {
			t.Errorf("%s: %s", target, page)
		}
	}
}

// TestConcurrent asks from many goroutines while the shop is busy.
func TestConcurrent(t *testing.T) {
	w := simulation.NewShop()
	e := w.Evaluator(t, simulation.ShopSLOs())
	h := sloz.Handler(e)
	var asking sync.WaitGroup
	for n := range 8 {
		target := []string{"/", "/?slo=availability", "/?format=json", "/?slo=good_windows"}[n%4]
		wait.Go(&asking, func() {
			for range 20 {
				answer := httptest.NewRecorder()
				h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, target, nil))
				if answer.Code != http.StatusOK {
					t.Errorf("%s: %d", target, answer.Code)
				}
			}
		})
	}
	w.Live(e, 5*time.Minute, simulation.Healthy)
	asking.Wait()
}

func BenchmarkOverview(b *testing.B) {
	w := simulation.NewShop()
	var slos []slo.SLO
	for len(slos) < 100 {
		slos = append(slos, simulation.ShopSLOs()...)
	}
	e := w.Evaluator(b, slos[:100])
	w.Live(e, time.Hour, simulation.Healthy)
	h := sloz.Handler(e)
	b.ReportAllocs()
	for b.Loop() {
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
		b.ReportMetric(float64(answer.Body.Len()), "page-bytes")
	}
}
