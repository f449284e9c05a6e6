package sloz_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/ocgen/ocgen/internal/simulation"
	"github.com/ocgen/ocgen/runtime/sloz"
)

// TestBrowser looks at the page as its users do.
func TestBrowser(t *testing.T) {
	browser := newBrowser(t)
	t.Run("fits", func(t *testing.T) { testFits(t, browser) })
	t.Run("hostile", func(t *testing.T) { testHostile(t, browser) })
	t.Run("live", func(t *testing.T) { testLive(t, browser) })
	t.Run("keyboard", func(t *testing.T) { testKeyboard(t, browser) })
	t.Run("lost", func(t *testing.T) { testLost(t, browser) })
	t.Run("pause", func(t *testing.T) { testPause(t, browser) })
	t.Run("without script", func(t *testing.T) { testWithoutScript(t, browser) })
}

// widths and schemes are those of a phone and a desk, by day and by night.
var views = []struct {
	name   string
	width  int64
	scheme string
}{{"360-light", 360, "light"}, {"360-dark", 360, "dark"}, {"1440-light", 1440, "light"}, {"1440-dark", 1440, "dark"}}

// overflowing lists what is wider than the page, beside tables that scroll by
// themselves.
const overflowing = `[...document.querySelectorAll("body *")].filter(e => !e.closest(".scroll, .hidden, .skip, .defs") &&
	e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5).map(e => e.outerHTML.slice(0, 80))`

func testFits(t *testing.T, browser context.Context) {
	w := simulation.NewShop()
	slos := simulation.ShopSLOs()
	e := w.Evaluator(t, slos)
	url := serve(t, sloz.Handler(e))
	for _, load := range []struct {
		name string
		let  func()
	}{
		{"empty", func() {}},
		{"healthy", func() { w.Live(e, 40*time.Minute, simulation.Healthy) }},
		{"burning", func() { w.Live(e, 7*time.Minute, simulation.Burning) }},
	} {
		load.let()
		for _, v := range views {
			p := newTab(t, browser, v.width, v.scheme)
			p.do(chromedp.Navigate(url))
			if n := eval[int](p, `[...document.querySelectorAll("article")].filter(e => e.checkVisibility() && e.offsetHeight > 100).length`); n != len(slos) {
				t.Errorf("%d cards show, want %d", n, len(slos))
			}
			p.fits()
			p.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => d.open = true)`))
			p.fits()
			p.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => d.open = false)`))
			p.shoot(load.name + "-" + v.name)
			for _, key := range []string{"availability", "good_windows", "in_stock"} {
				p.do(chromedp.Navigate(url + "?slo=" + key))
				p.until(`document.querySelector("h1") !== null`)
				p.fits()
				p.shoot(key + "-" + load.name + "-" + v.name)
			}
			p.clean(url)
		}
	}
}

// testHostile holds that the browser finds nothing but text.
func testHostile(t *testing.T, browser context.Context) {
	w := simulation.NewHostile()
	e := w.Evaluator(t, simulation.HostileSLOs())
	e.Evaluate(t.Context())
	w.Pass(20 * time.Second)
	w.Count("m"+simulation.Hostile, 5, simulation.Hostile, simulation.Hostile)
	w.Record("d"+simulation.Hostile, 5, 5, simulation.Hostile)
	e.Evaluate(t.Context())
	url := serve(t, sloz.Handler(e))
	for _, v := range views[1:3] {
		p := newTab(t, browser, v.width, v.scheme)
		p.do(chromedp.Navigate(url))
		names := eval[[]string](p, `[...document.querySelectorAll("h2 a")].map(a => a.textContent)`)
		if len(names) != 3 || names[0] != "A name "+simulation.Hostile || names[1] != "d"+simulation.Hostile {
			t.Errorf("the cards are %q", names)
		}
		p.fits()
		p.shoot("hostile-" + v.name)
		for n := range 3 {
			p.do(chromedp.Navigate(url), chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("h2 a")[`+string(rune('0'+n))+`].click()`))
			p.until(`document.querySelector("#combinations") !== null`)
			if text := eval[string](p, `document.querySelector("tbody th[scope=row]").closest("main").textContent`); !strings.Contains(text, simulation.Hostile) {
				t.Errorf("the detail lacks the value %q", simulation.Hostile)
			}
			p.fits()
			p.shoot("hostile-detail-" + v.name)
		}
		if n := eval[int](p, `document.querySelectorAll("script").length + document.querySelectorAll("img").length`); n != 1 {
			t.Errorf("the page has %d scripts and images", n)
		}
		p.clean(url)
	}
}

// testLive holds that numbers change, and nothing else does: where the page is
// scrolled, what has the focus, and what is open.
func testLive(t *testing.T, browser context.Context) {
	w := simulation.NewShop()
	e := w.Evaluator(t, simulation.ShopSLOs())
	w.Live(e, time.Minute, simulation.Healthy)
	url := serve(t, sloz.Handler(e))
	p := newTab(t, browser, 1440, "light")
	p.do(chromedp.Navigate(url))
	p.do(chromedp.Evaluate[chromedp.Void](`
		window.card = document.querySelector("#slo-2");
		window.link = card.querySelector("h2 a");
		window.summary = [...document.querySelectorAll("summary")][3];
		summary.parentElement.open = true;
		link.focus({preventScroll: true});
		scrollTo(0, 333);
		getSelection().selectAllChildren(card.querySelector("h2"));`))
	before := eval[string](p, `card.querySelector(".big").textContent`)
	w.Live(e, 5*time.Minute, simulation.Burning)
	p.until(`card.isConnected && card.querySelector(".big").textContent !== "` + before + `"`)
	p.until(`document.querySelector("#slo-2 .verdict").textContent === "Misses goal" && document.querySelector("#slo-2 .notice") !== null`)
	for what, holds := range map[string]string{
		"the link lost the focus": `document.activeElement === link && link.isConnected`,
		"what was open is closed": `summary.isConnected && summary.parentElement.open`,
		// The browser itself makes up for what grows above.
		"the page has scrolled":          `scrollY > 250`,
		"the selection is gone":          `getSelection().toString().includes("500 ms")`,
		"the card's marks did not stay":  `card.querySelectorAll("svg .mark").length > 2`,
		"the title is an old one":        `document.title.includes("missing the goal")`,
		"the status is an old one":       `document.querySelector("[role=status]").textContent.includes("missing the goal")`,
		"the connection counts as lost":  `document.querySelector("#lost").hidden`,
		"the page was loaded once again": `window.card !== undefined`,
	} {
		if !eval[bool](p, holds) {
			t.Error(what)
		}
	}

	// In the detail view, too.
	p.do(chromedp.Navigate(url + "?slo=availability"))
	first := eval[string](p, `document.querySelector("tbody td").closest("main").textContent`)
	w.Count("shop/request_count", 5555, "PATCH", "error", "acme")
	p.until(`document.querySelector("#combinations").parentElement.textContent.includes("5,555")`)
	if first == eval[string](p, `document.querySelector("main").textContent`) {
		t.Error("nothing has changed")
	}
	p.clean(url)
}

// testLost takes the server away and gives it back.
func testLost(t *testing.T, browser context.Context) {
	t.Parallel()
	w := simulation.NewShop()
	e := w.Evaluator(t, simulation.ShopSLOs())
	w.Live(e, time.Minute, simulation.Healthy)
	h := sloz.Handler(e)
	var away atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if away.Load() {
			panic(http.ErrAbortHandler)
		}
		h.ServeHTTP(rw, r)
	}))
	defer server.Close()
	p := newTab(t, browser, 360, "light")
	p.do(chromedp.Navigate(server.URL))
	away.Store(true)
	p.until(`!document.querySelector("#lost").hidden`)
	if said := eval[string](p, `document.querySelector("#lost").textContent`); !strings.HasPrefix(said, "The connection is lost (") {
		t.Errorf("the page says %q", said)
	}
	p.until(`/^Updated \d+ s ago$/.test(document.querySelector("#age").textContent)`)
	p.fits()
	p.shoot("lost")
	away.Store(false)
	p.until(`document.querySelector("#lost").hidden && !document.body.classList.contains("stale")`)
}

// testPause holds that the page asks for nothing while it is paused or hidden.
func testPause(t *testing.T, browser context.Context) {
	t.Parallel()
	w := simulation.NewShop()
	e := w.Evaluator(t, simulation.ShopSLOs())
	url := serve(t, sloz.Handler(e))
	for stop, resume := range map[string]string{
		`document.querySelector("#pause").click()`: `document.querySelector("#pause").click()`,
		`Object.defineProperty(document, "hidden", {value: true, configurable: true}); document.dispatchEvent(new Event("visibilitychange"))`: `delete document.hidden; document.dispatchEvent(new Event("visibilitychange"))`,
	} {
		p := newTab(t, browser, 1440, "light")
		p.do(chromedp.Navigate(url))
		p.do(chromedp.Evaluate[chromedp.Void](stop), chromedp.Sleep(time.Second)) // what was under way has come
		before := p.asked()
		p.do(chromedp.Sleep(5 * time.Second))
		if n := p.asked() - before; n > 0 {
			t.Errorf("after %s the page asks %d times", stop, n)
		}
		p.do(chromedp.Evaluate[chromedp.Void](resume))
		for end := time.Now().Add(browserPatience); p.asked() < before+2; time.Sleep(50 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("after %s the page never asks again", resume)
			}
		}
		p.clean(url)
	}
}

// testWithoutScript reads the page as it was sent.
func testWithoutScript(t *testing.T, browser context.Context) {
	w := simulation.NewShop()
	e := w.Evaluator(t, simulation.ShopSLOs())
	w.Live(e, time.Minute, simulation.Healthy)
	url := serve(t, sloz.Handler(e))
	p := newTab(t, browser, 360, "dark")
	if _, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.Navigate(url))
	if text := eval[string](p, `document.body.innerText`); !strings.Contains(text, "Read at 09:01:00 UTC") || strings.Contains(text, "Pause") {
		t.Errorf("the page says %q", text)
	}
	w.Live(e, time.Minute, simulation.Healthy)
	p.do(chromedp.Click("#reload"))
	p.until(`document.body !== null && document.body.innerText.includes("Read at 09:02:00 UTC")`)
	p.do(chromedp.Click("#slo-1 h2 a"))
	p.until(`document.querySelector("h1")?.textContent === "Requests succeed"`)
	p.clean(url)
}
