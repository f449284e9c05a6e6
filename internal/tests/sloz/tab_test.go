package sloz_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserPatience ends a wait for the browser that is in vain. Nothing is judged by it.
const browserPatience = 5 * time.Minute

// newBrowser runs a Chromium until the test ends. Without the program the test
// is skipped; in CI it fails.
func newBrowser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("runs a browser")
	}
	binary, err := exec.LookPath("chromium")
	if err != nil {
		const cure = "no chromium is in PATH: apt-get install chromium"
		if os.Getenv("CI") == "true" {
			t.Fatal(cure)
		}
		t.Skip(cure)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(binary), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(browserPatience))
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, _ := chromedp.NewContext(allocator)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx) }) // waits for the process, so that its files can be removed
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// serve serves the page as a program would.
func serve(t *testing.T, page http.Handler) string {
	t.Helper()
	server := httptest.NewServer(page)
	t.Cleanup(server.Close)
	return server.URL + "/debug/sloz/"
}

// A tab notes what its page says and asks for.
type tab struct {
	*testing.T
	ctx      context.Context
	mu       sync.Mutex
	console  []string // errors and warnings
	requests []string // URLs
}

// newTab opens a tab of a width, in the light or the dark scheme.
func newTab(t *testing.T, browser context.Context, width int64, scheme string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	p := &tab{T: t, ctx: ctx}
	if err := chromedp.Listen(ctx, p.note); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.EmulateViewport(width, 900))
	return p
}

func (p *tab) note(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	case *log.EventEntryAdded:
		p.console = append(p.console, string(e.Entry.Level)+": "+e.Entry.Text)
	case *cdpruntime.EventConsoleAPICalled:
		p.console = append(p.console, "the page calls the console")
	case *cdpruntime.EventExceptionThrown:
		p.console = append(p.console, e.ExceptionDetails.Text)
	}
}

// clean holds that nothing was said in the console, and nothing was asked of
// anyone but the server.
func (p *tab) clean(server string) {
	p.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, line := range p.console {
		p.Errorf("the console says: %s", line)
	}
	if len(p.requests) == 0 {
		p.Error("no request was seen")
	}
	for _, url := range p.requests {
		if !strings.HasPrefix(url, server) && !strings.HasPrefix(url, "data:image/svg+xml,") {
			p.Errorf("the page asks for %s", url)
		}
	}
}

func (p *tab) asked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.requests)
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, browserPatience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.Fatal(err)
	}
}

func eval[T any](p *tab, script string) T {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, browserPatience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		p.Fatalf("%s: %v", script, err)
	}
	return value
}

// until waits for a condition. While a page gives way to the next one, nothing
// can be asked.
func (p *tab) until(script string) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, browserPatience)
	defer cancel()
	for {
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script))
		if holds && err == nil {
			return
		}
		if ctx.Err() != nil {
			p.Fatalf("it never came that %s (%v); the page says\n%s", script, err, eval[string](p, "document.body.innerText"))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// shoot writes a screenshot of the whole page, which go test -artifacts keeps.
func (p *tab) shoot(name string) {
	p.Helper()
	png, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(p.ArtifactDir(), name+".png"), png, 0o644); err != nil {
		p.Fatal(err)
	}
}

func (p *tab) fits() {
	p.Helper()
	if wide := eval[[]string](p, overflowing); len(wide) > 0 {
		p.Errorf("wider than the page: %q", wide)
	}
	if !eval[bool](p, `document.documentElement.scrollWidth <= innerWidth`) {
		p.Error("the page scrolls to the side")
	}
}
