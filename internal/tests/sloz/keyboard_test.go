package sloz_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ocgen/ocgen/internal/simulation"
	"github.com/ocgen/ocgen/runtime/sloz"
)

// testKeyboard goes through the page with the tabulator key, and into a detail.
func testKeyboard(t *testing.T, browser context.Context) {
	w := simulation.NewShop()
	slos := simulation.ShopSLOs()
	e := w.Evaluator(t, slos)
	w.Live(e, 2*time.Minute, simulation.Healthy)
	url := serve(t, sloz.Handler(e))
	p := newTab(t, browser, 1440, "dark")
	p.do(chromedp.Navigate(url))
	var reached []string
	for range 60 {
		p.do(chromedp.KeyEvent(kb.Tab))
		on := eval[string](p, `(e => e === document.body ? "" : (e.getAttribute("href") ?? e.textContent) + " " + getComputedStyle(e).outlineStyle)(document.activeElement)`)
		if on == "" {
			break
		}
		reached = append(reached, on)
	}
	got := strings.Join(reached, "\n") + "\n"
	if !strings.HasPrefix(got, "#live solid\nPause solid\n solid\n?format=json solid\n") {
		t.Errorf("the first that are reached are\n%s", got)
	}
	for _, s := range slos {
		if !strings.Contains(got, "?slo="+s.ID+" solid\n") {
			t.Errorf("the link to %s is not reached, or does not show it", s.ID)
		}
	}
	// Those that can be computed have details.
	if n := strings.Count(got, "All windows solid\n"); n != 8 {
		t.Errorf("%d details are reached, want 8:\n%s", n, got)
	}
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#slo-2 h2 a").focus()`), chromedp.KeyEvent(kb.Enter))
	p.until(`location.search === "?slo=fast_enough" && document.querySelector("h1")?.textContent === "Requests take less than 500 ms"`)
	p.named()
	p.do(chromedp.Navigate(url))
	p.named()
	p.clean(url)
}

// named holds that a screen reader has a name for all that it stops at.
func (p *tab) named() {
	p.Helper()
	tree, err := chromedp.Call(p.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		p.Fatal(err)
	}
	seen := map[string]int{}
	for _, node := range tree.Nodes {
		if node.Ignored || node.Role == nil {
			continue
		}
		role := strings.Trim(string(node.Role.Value), `"`)
		switch role {
		case "link", "button", "heading", "article", "region", "DisclosureTriangle":
			seen[role]++
			if node.Name == nil || strings.Trim(string(node.Name.Value), `"`) == "" {
				p.Errorf("a %s has no name", role)
			}
		}
	}
	for _, role := range []string{"link", "heading", "article"} {
		if seen[role] == 0 {
			p.Errorf("the page has no %s: %v", role, seen)
		}
	}
}
