package sloz_test

import (
	"fmt"
	"html"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/simulation"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"github.com/ocgen/ocgen/runtime/sloz"
)

// program is what the page calls the process of the test.
var program = filepath.Base(os.Args[0])

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

func textOf(page string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(page, " "))), " ")
}

// TestOverview tells on each card what its SLO's numbers are, by hand.
func TestOverview(t *testing.T) {
	w := simulation.NewShop()
	e := w.Evaluator(t, simulation.ShopSLOs())
	e.Evaluate(t.Context())
	w.Pass(10 * time.Second)
	w.Count("shop/request_count", 1998, "GET", "ok", "acme")
	w.Count("shop/request_count", 2, "GET", "error", "acme")
	w.Record("shop/request_latency", 30, 1200, "GET", "ok")
	w.Record("shop/request_latency", 700, 34, "GET", "ok")
	w.Set("shop/queue_depth", 12)
	page := get(t, sloz.Handler(e), "/debug/sloz/", http.StatusOK)

	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for key, wanted := range map[string][]string{
		// Two bad of 2,000 are 99.9%, and meet the goal.
		"availability": {"Meets goal", "99.90%", "goal 99.9% over 28 days", "1,998 of 2,000 events good", "0% left", "2 bad, 2 allowed for 2,000 events so far"},
		"fast_enough": {"Misses goal", "97.24%", "1,200 of 1,234 events good", "overspent", "500 ms", "25 to 50 ms: 1,200 good",
			"500 to 1,000 ms: 34 bad", "10 s so far", "The goal is missed, and the last 10 s burn on at"},
		"good_windows":      {"No data", "no window of 1 min has been seen from begin to end yet", "still open, good so far, 97.24% of 1,234 good, at least 95% is required"},
		"short_queue":       {"No data", "12, at most 100 is required"},
		"in_stock":          {"700 {items}, at least 500 {items} is required"},
		"idle":              {"No data", "nothing has been recorded in the period yet"},
		"no_such_view":      {"No data", "its view is not registered"},
		"not_a_bound":       {"Not computable", "is not a bucket bound of shop/request_latency"},
		"by_google":         {"Not computable", "it cannot be computed in this process"},
		"windows_by_google": {"Not computable", "it cannot be computed in this process"},
	} {
		card := cardOf(t, page, key)
		for _, want := range append(wanted, fmt.Sprintf("This process ( %s , pid %d on %s)", program, os.Getpid(), host)) {
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
	w := simulation.NewShop()
	e := w.Evaluator(t, simulation.ShopSLOs())
	h := sloz.Handler(e)
	w.Live(e, 30*time.Minute, simulation.Healthy)
	if card := cardOf(t, get(t, h, "/", http.StatusOK), "fast_enough"); !strings.HasPrefix(card, "Meets goal") {
		t.Error(card)
	}
	w.Live(e, 2*time.Minute, simulation.Burning)
	if card := cardOf(t, get(t, h, "/", http.StatusOK), "fast_enough"); !strings.Contains(card, "Burning budget") ||
		!strings.Contains(card, "The goal is met, but the last 5 minutes burn the budget at") {
		t.Error(card)
	}
	w.Live(e, 20*time.Minute, simulation.Burning)
	if card := cardOf(t, get(t, h, "/", http.StatusOK), "fast_enough"); !strings.Contains(card, "Misses goal") ||
		!strings.Contains(card, "The goal is missed, and the last 5 minutes burn on at") {
		t.Error(card)
	}
	w.Live(e, 6*time.Minute, simulation.Night)
	page := get(t, h, "/", http.StatusOK)
	if card := cardOf(t, page, "fast_enough"); !strings.Contains(card, "Nothing was counted in the last 5 minutes") {
		t.Error(card)
	}
	if !regexp.MustCompile(`<title>\d missing the goal, .* · ` + regexp.QuoteMeta(program) + `: SLOs</title>`).MatchString(page) {
		t.Error("the title does not tell how many SLOs miss their goal")
	}
}

// TestDetail asks for what eats the budget.
func TestDetail(t *testing.T) {
	w := simulation.NewShop()
	e := w.Evaluator(t, simulation.ShopSLOs())
	e.Evaluate(t.Context())
	w.Pass(20 * time.Minute)
	w.Count("shop/request_count", 900, "GET", "ok", "acme")
	w.Count("shop/request_count", 31, "GET", "error", "globex")
	w.Count("shop/request_count", 93, "GET", "ok", "globex")
	w.Count("shop/request_count", 69, "PUT", "error", "")
	h := sloz.Handler(e)
	page := textOf(get(t, h, "/debug/sloz?slo=availability", http.StatusOK))
	wantAll(t, page, "All that was counted, by combination of tag values, the most bad events first.", "method tenant Share of bad Bad Good Compliance",
		"PUT (absent) 69% 69 0 0% GET globex 31% 31 93 75.00% GET acme 0% 0 900 100%")
	stock := textOf(get(t, h, "/debug/sloz?slo=in_stock", http.StatusOK))
	wantAll(t, stock, "warehouse Last value north 400 south 300", "Window by window", "still open, good so far")

	missing := get(t, h, "/?slo="+"%3Cscript%3Ealert(1)%3C/script%3E", http.StatusNotFound)
	wantAll(t, missing, "<code>&lt;script&gt;alert(1)&lt;/script&gt;</code>")
	get(t, h, "/?format=json&slo=nothing", http.StatusNotFound)
}

// TestDetailOfMany lists those with the most bad events, and the rest as one.
func TestDetailOfMany(t *testing.T) {
	w := simulation.NewShop()
	e := w.Evaluator(t, simulation.ShopSLOs())
	for n := range int64(evaluate.MaxCombinations + 7) {
		w.Count("shop/request_count", n+1, "GET", "error", fmt.Sprintf("tenant-%03d", n))
	}
	page := textOf(get(t, sloz.Handler(e), "/?slo=availability", http.StatusOK))
	wantAll(t, page, "GET tenant-056", "GET tenant-007", "7 others, and those that are exported no more")
	if strings.Contains(page, "tenant-006") {
		t.Error("tenant-006 has a row of its own")
	}
}

// TestProblems serves what can be read while a producer panics.
func TestProblems(t *testing.T) {
	w := simulation.NewShop()
	e := w.Evaluator(t, simulation.ShopSLOs())
	w.Live(e, time.Minute, simulation.Healthy)
	w.Panics = true
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
	e := simulation.NewWorld().Evaluator(t, []slo.SLO{})
	wantAll(t, get(t, sloz.Handler(e), "/", http.StatusOK), "There are no SLOs yet", "RegisterViews")
}

// TestIDs holds that no two elements have one id, and that what refers to one
// finds it.
func TestIDs(t *testing.T) {
	w := simulation.NewShop()
	e := w.Evaluator(t, simulation.ShopSLOs())
	w.Live(e, 10*time.Minute, simulation.Burning)
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

// TestMisshapen: an SLO that cannot be has no words for what it counts, and no
// empty labels for them either.
func TestMisshapen(t *testing.T) {
	e := evaluate.New(evaluate.Options{SLOs: []slo.SLO{{ID: "wrong", Goal: 1.5, Days: 1, Basic: &slo.Basic{Availability: true}}}})
	page := get(t, sloz.Handler(e), "/", http.StatusOK)
	wantAll(t, cardOf(t, page, "wrong"), "goal 1.5: must be above 0 and below 1")
	for _, empty := range []string{"Indicator:", `<span class="form">`} {
		if strings.Contains(page, empty) {
			t.Errorf("the card has %q without anything to say", empty)
		}
	}
}

// TestAlerts: the card shows the tiers that hold, and lists all tiers with their state.
func TestAlerts(t *testing.T) {
	w := simulation.NewShop()
	e := w.Evaluator(t, simulation.ShopSLOs())
	h := sloz.Handler(e)
	e.Evaluate(t.Context())
	w.Pass(4 * time.Minute)
	w.Count("shop/request_count", 90, "GET", "ok", "acme")
	w.Count("shop/request_count", 9, "GET", "error", "acme")
	page := get(t, h, "/", http.StatusOK)
	wantAll(t, cardOf(t, page, "availability"), "None of 4 alerts holds",
		"Page 1h and 5m, 4 min so far too few events 14.4x 90.9x 90.9x")
	wantAll(t, cardOf(t, page, "fast_enough"), "None of 4 alerts holds", "no data 14.4x no data no data")
	wantAll(t, cardOf(t, page, "good_windows"), "The alert does not hold", "Ticket 10m, not read yet no data 2x no data")

	w.Pass(10 * time.Second)
	w.Count("shop/request_count", 1, "GET", "ok", "acme")
	w.Record("shop/request_latency", 700, 100, "GET", "ok")
	page = get(t, h, "/", http.StatusOK)
	wantAll(t, cardOf(t, page, "availability"), "Page above 14.4x: 90x over 1h, 90x over 5m (4 min so far)",
		"Ticket above 1x: 90x over 3d, 90x over 6h (4 min so far)", "4 of 4 alerts hold", "yes 14.4x 90x 90x")
	wantAll(t, cardOf(t, page, "fast_enough"), "Page above 14.4x: 50x over 1h, 50x over 5m (4 min so far)")
	wantAll(t, get(t, h, "/?slo=availability", http.StatusOK), `<li class="alert bad">`, `<li class="alert burning">`, "4 of 4 alerts hold")
	if card := cardOf(t, page, "idle"); strings.Contains(card, "alert") {
		t.Errorf("an SLO without alerts: %s", card)
	}
}
