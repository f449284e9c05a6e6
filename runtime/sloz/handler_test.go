package sloz_test

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/sloz"
	"go.opencensus.io/metric/metricdata"
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

// cardOf returns the card of the SLO with the key, as text.
func cardOf(t *testing.T, page, key string) string {
	t.Helper()
	for _, card := range strings.Split(page, "<article ")[1:] {
		card, _, _ = strings.Cut(card, "</article>")
		if strings.Contains(card, "<code>"+key+"</code>") {
			return textOf("<article " + card)
		}
	}
	t.Fatalf("there is no card of %s", key)
	return ""
}

var tag = regexp.MustCompile(`<[^>]*>`)

func textOf(page string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(page, " "))), " ")
}

// TestOverview tells on each card what its SLO's numbers are, by hand.
func TestOverview(t *testing.T) {
	w := newShop()
	e := w.evaluator(t, shopSLOs())
	e.Evaluate(t.Context())
	w.pass(10 * time.Second)
	w.count("shop/request_count", 1998, "GET", "ok", "acme")
	w.count("shop/request_count", 2, "GET", "error", "acme")
	w.record("shop/request_latency", 30, 1200, "GET", "ok")
	w.record("shop/request_latency", 700, 34, "GET", "ok")
	w.set("shop/queue_depth", 12)
	page := get(t, sloz.Handler(e), "/debug/sloz/", http.StatusOK)

	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for key, wanted := range map[string][]string{
		// Two bad of 2,000 are 99.9%, and meet the goal.
		"availability": {"Meets goal", "99.90%", "goal 99.9% over 28 days", "1,998 of 2,000 events good", "0% left", "2 bad, 2 allowed for 2,000 events so far"},
		"fast_enough": {"Misses goal", "97.24%", "1,200 of 1,234 events good", "overspent", "500 ms", "25 to 50 ms: 1,200 good",
			"500 to 1,000 ms: 34 bad", "10 s so far"},
		"good_windows":      {"No data", "no window of 1 min has been seen from begin to end yet", "still open, good so far, 97.24% of 1,234 good, at least 95% is asked"},
		"short_queue":       {"No data", "12, at most 100 is asked"},
		"in_stock":          {"700 {items}, at least 500 {items} is asked"},
		"idle":              {"No data", "nothing has been recorded in the period yet"},
		"no_such_view":      {"No data", "its view is not registered"},
		"not_a_bound":       {"Not computable", "is not a bucket bound of shop/request_latency"},
		"by_google":         {"Not computable", "it cannot be computed in this process"},
		"windows_by_google": {"Not computable", "it cannot be computed in this process"},
	} {
		card := cardOf(t, page, key)
		for _, want := range append(wanted, fmt.Sprintf("This process ( sloz.test , pid %d on %s)", os.Getpid(), host)) {
			if !strings.Contains(card, want) {
				t.Errorf("the card of %s lacks %q:\n%s", key, want, card)
			}
		}
		if strings.HasPrefix(card, "No data") && strings.Contains(card, "100%") {
			t.Errorf("the card of %s has no data, and says 100%%:\n%s", key, card)
		}
	}
	wantAll(t, textOf(page), "windows begin at the first look, 09:00:00 UTC", "Behind a load balancer each process shows its own")
}

// TestBurning tells an SLO whose budget still lasts but burns from one that is
// well.
func TestBurning(t *testing.T) {
	w := newShop()
	e := w.evaluator(t, shopSLOs())
	h := sloz.Handler(e)
	w.live(e, 30*time.Minute, healthy)
	if card := cardOf(t, get(t, h, "/", http.StatusOK), "fast_enough"); !strings.HasPrefix(card, "Meets goal") {
		t.Error(card)
	}
	w.live(e, 2*time.Minute, burning)
	if card := cardOf(t, get(t, h, "/", http.StatusOK), "fast_enough"); !strings.Contains(card, "Burning budget") ||
		!strings.Contains(card, "The goal is met, but the last 5 minutes burn the budget at") {
		t.Error(card)
	}
	w.live(e, 20*time.Minute, burning)
	if card := cardOf(t, get(t, h, "/", http.StatusOK), "fast_enough"); !strings.Contains(card, "Misses goal") ||
		!strings.Contains(card, "The goal is missed, and the last 5 minutes burn on at") {
		t.Error(card)
	}
	w.live(e, 6*time.Minute, night)
	page := get(t, h, "/", http.StatusOK)
	if card := cardOf(t, page, "fast_enough"); !strings.Contains(card, "Nothing was counted in the last 5 minutes") {
		t.Error(card)
	}
	if !regexp.MustCompile(`<title>\d missing the goal, .* · sloz.test: SLOs</title>`).MatchString(page) {
		t.Error("the title does not tell how many SLOs miss their goal")
	}
}

// TestDetail asks for what eats the budget.
func TestDetail(t *testing.T) {
	w := newShop()
	e := w.evaluator(t, shopSLOs())
	e.Evaluate(t.Context())
	w.pass(20 * time.Minute)
	w.count("shop/request_count", 900, "GET", "ok", "acme")
	w.count("shop/request_count", 31, "GET", "error", "globex")
	w.count("shop/request_count", 69, "PUT", "error", "")
	h := sloz.Handler(e)
	page := textOf(get(t, h, "/debug/sloz?slo=availability", http.StatusOK))
	wantAll(t, page, "method outcome tenant Share of bad Bad Good Compliance",
		"PUT error (absent) 69% 69 0 0% GET error globex 31% 31 0 0% GET ok acme 0% 0 900 100%")
	stock := textOf(get(t, h, "/debug/sloz?slo=in_stock", http.StatusOK))
	wantAll(t, stock, "warehouse Last value north 400 south 300", "Window by window", "still open, good so far")

	missing := get(t, h, "/?slo="+"%3Cscript%3Ealert(1)%3C/script%3E", http.StatusNotFound)
	wantAll(t, missing, "<code>&lt;script&gt;alert(1)&lt;/script&gt;</code>")
	get(t, h, "/?format=json&slo=nothing", http.StatusNotFound)
}

// TestDetailOfMany lists those with the most bad events, and the rest as one.
func TestDetailOfMany(t *testing.T) {
	w := newShop()
	e := w.evaluator(t, shopSLOs())
	for n := range int64(slo.MaxCombinations + 7) {
		w.count("shop/request_count", n+1, "GET", "error", fmt.Sprintf("tenant-%03d", n))
	}
	page := textOf(get(t, sloz.Handler(e), "/?slo=availability", http.StatusOK))
	wantAll(t, page, "GET error tenant-056", "GET error tenant-007", "7 others, and those that are exported no more")
	if strings.Contains(page, "tenant-006") {
		t.Error("tenant-006 has a row of its own")
	}
}

// TestJSON holds the JSON to what the evaluator reports.
func TestJSON(t *testing.T) {
	w := newShop()
	e := w.evaluator(t, shopSLOs())
	w.live(e, 3*time.Minute, burning)
	h := sloz.Handler(e)
	var report struct {
		Process struct {
			Program string
			PID     int
			Started time.Time
		}
		slo.Report
	}
	if err := json.Unmarshal([]byte(get(t, h, "/?format=json", http.StatusOK)), &report); err != nil {
		t.Fatal(err)
	}
	if p := report.Process; p.PID != os.Getpid() || p.Program != "sloz.test" || p.Started.IsZero() {
		t.Errorf("the process is %+v", p)
	}
	if got, want := indented(t, report.Report), indented(t, e.Evaluate(context.Background())); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	var detail struct{ slo.Detail }
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
	h := sloz.Handler(newShop().evaluator(t, shopSLOs()))
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
	h := sloz.Handler(newShop().evaluator(t, shopSLOs()))
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

const hostile = `</title><script>alert("x")</script><img src=x onerror=alert(1)>'"{{.}}`

// hostileSLOs have text of theirs wherever there is some.
func hostileSLOs() []runtime.SLO {
	where := []runtime.Condition{{Key: "method", Values: []string{hostile}}}
	return []runtime.SLO{
		{ID: "a" + hostile, DisplayName: "A name " + hostile, Goal: 0.99, Days: 28,
			Ratio: &runtime.Ratio{Good: &runtime.Selection{Metric: "m" + hostile, Where: where}, Total: &runtime.Selection{Metric: "m" + hostile}}},
		{ID: "d" + hostile, Goal: 0.99, Days: 28,
			Distribution: &runtime.DistributionCut{Selection: runtime.Selection{Metric: "d" + hostile, Unit: "u" + hostile}, Max: 10}},
		{ID: "g" + hostile, Goal: 0.99, Days: 28, Windows: &runtime.Windows{Length: time.Minute,
			Sum: &runtime.MetricRange{Selection: runtime.Selection{Metric: "g" + hostile, Unit: "u" + hostile}, Max: 3}}},
	}
}

func newHostile() *world {
	w := newWorld()
	w.metric("m"+hostile, metricdata.TypeCumulativeInt64, "1", nil, "method", "key"+hostile)
	w.metric("d"+hostile, metricdata.TypeCumulativeDistribution, "ms", []float64{1, 10, 100}, "key"+hostile)
	w.metric("g"+hostile, metricdata.TypeGaugeInt64, "1", nil, "key"+hostile)
	w.set("g"+hostile, 5, hostile)
	w.count("m"+hostile, 5, hostile, hostile+strings.Repeat("W", 250))
	w.count("m"+hostile, 5, "ok", "日本語 "+strings.Repeat("語", 80))
	w.record("d"+hostile, 5, 5, hostile)
	w.record("d"+hostile, 50, 5, hostile)
	return w
}

// TestHostile holds that text stays text. The browser's test looks at the same.
func TestHostile(t *testing.T) {
	w := newHostile()
	e := w.evaluator(t, hostileSLOs())
	e.Evaluate(t.Context())
	w.pass(time.Minute)
	w.count("m"+hostile, 5, hostile, hostile)
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

// TestProblems serves what can be read while a producer panics.
func TestProblems(t *testing.T) {
	w := newShop()
	e := w.evaluator(t, shopSLOs())
	w.live(e, time.Minute, healthy)
	w.panics = true
	page := get(t, sloz.Handler(e), "/", http.StatusOK)
	wantAll(t, textOf(page), "Not all metrics could be read. the producer *shop.Stock of metrics panicked: index out of range [3]")
	if card := cardOf(t, page, "in_stock"); !strings.HasPrefix(card, "No data") || !strings.Contains(card, "shop/in_stock could not be read") {
		t.Error(card)
	}
	if card := cardOf(t, page, "availability"); !strings.HasPrefix(card, "Meets goal") {
		t.Error(card)
	}
}

// TestNoSLOs says where they would come from.
func TestNoSLOs(t *testing.T) {
	e := newWorld().evaluator(t, []runtime.SLO{})
	wantAll(t, get(t, sloz.Handler(e), "/", http.StatusOK), "There are no SLOs yet", "RegisterViews")
}

// TestConcurrent asks from many goroutines while the shop is busy.
func TestConcurrent(t *testing.T) {
	w := newShop()
	e := w.evaluator(t, shopSLOs())
	h := sloz.Handler(e)
	var asking sync.WaitGroup
	for n := range 8 {
		target := []string{"/", "/?slo=availability", "/?format=json", "/?slo=good_windows"}[n%4]
		asking.Go(func() {
			for range 20 {
				answer := httptest.NewRecorder()
				h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, target, nil))
				if answer.Code != http.StatusOK {
					t.Errorf("%s: %d", target, answer.Code)
				}
			}
		})
	}
	w.live(e, 5*time.Minute, healthy)
	asking.Wait()
}

// TestIDs holds that no two elements have one id, and that what refers to one
// finds it.
func TestIDs(t *testing.T) {
	w := newShop()
	e := w.evaluator(t, shopSLOs())
	w.live(e, 10*time.Minute, burning)
	h := sloz.Handler(e)
	for _, target := range []string{"/", "/?slo=availability", "/?slo=good_windows", "/?slo=in_stock", "/?slo=by_google"} {
		page := get(t, h, target, http.StatusOK)
		var ids []string
		for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if slices.Contains(ids, m[1]) {
				t.Errorf("%s has two elements with the id %s", target, m[1])
			}
			ids = append(ids, m[1])
		}
		for _, m := range regexp.MustCompile(`(?:href="#|labelledby=")([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if !slices.Contains(ids, m[1]) {
				t.Errorf("%s refers to %s, which is not there", target, m[1])
			}
		}
		if n := strings.Count(page, "<h1"); n != 1 {
			t.Errorf("%s has %d headings of the first level", target, n)
		}
	}
}

func BenchmarkOverview(b *testing.B) {
	w := newShop()
	var slos []runtime.SLO
	for len(slos) < 100 {
		slos = append(slos, shopSLOs()...)
	}
	e := w.evaluator(b, slos[:100])
	w.live(e, time.Hour, healthy)
	h := sloz.Handler(e)
	b.ReportAllocs()
	for b.Loop() {
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
		b.ReportMetric(float64(answer.Body.Len()), "page-bytes")
	}
}
