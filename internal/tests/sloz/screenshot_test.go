package sloz_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/ocgen/ocgen/internal/simulation"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"github.com/ocgen/ocgen/runtime/sloz"
)

var update = flag.Bool("update", false, "take the screenshot in docs anew")

const (
	screenshot    = "../../../docs/sloz.png"
	maxScreenshot = 150 << 10 // bytes; it is in everybody's clone
)

// TestScreenshot takes the documentation's picture of the page with -update. It
// differs from machine to machine, as fonts do, so it is held to its size only.
func TestScreenshot(t *testing.T) {
	if *update {
		takeScreenshot(t)
	}
	picture, err := os.ReadFile(screenshot)
	if err != nil {
		t.Fatal(err)
	}
	if len(picture) > maxScreenshot {
		t.Errorf("%s has %d bytes, want at most %d", screenshot, len(picture), maxScreenshot)
	}
	if c, err := png.DecodeConfig(bytes.NewReader(picture)); err != nil || c.Width < 1200 {
		t.Errorf("%s is %d wide: %v", screenshot, c.Width, err)
	}
}

// takeScreenshot shows one SLO that misses its goal, one whose budget burns, and
// one that is well again.
func takeScreenshot(t *testing.T) {
	slos := simulation.ShopSLOs()
	slos[4].Goal = 0.9
	w := simulation.NewShop()
	began := time.Now().UTC().Truncate(time.Minute).Add(-53 * time.Minute)
	w.StartAt(began)
	e := evaluate.New(evaluate.Options{SLOs: append(slos[:2:2], slos[4]), Gather: w.Gather, Now: w.Clock, History: true})
	t.Cleanup(e.Close)
	full := simulation.Load{Requests: 80, Errors: 0.0002, Slow: 0.004, Queue: 130}
	bad := simulation.Load{Requests: 80, Errors: 0.02, Slow: 0.1, Queue: 20}
	w.Live(e, 25*time.Minute, simulation.Healthy)
	w.Live(e, 3*time.Minute, full)
	w.Live(e, 19*time.Minute, simulation.Healthy)
	w.Live(e, 6*time.Minute, bad)
	p := newTab(t, newBrowser(t), 1280, "light")
	p.do(chromedp.EmulateViewport(1280, 640, chromedp.EmulateScale(1.25)), chromedp.Navigate(serve(t, asShop(t, sloz.Handler(e), began))))
	p.until(`document.querySelectorAll("article").length === 3`)
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(screenshot, reduced(t, picture), 0o644); err != nil {
		t.Fatal(err)
	}
}

// asShop returns the page as the program shop would show it that began then.
func asShop(t *testing.T, page http.Handler, began time.Time) http.Handler {
	t.Helper()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	process := strings.NewReplacer(filepath.Base(os.Args[0]), "shop", fmt.Sprintf("pid %d on %s", os.Getpid(), host), "pid 4711 on laptop")
	started := regexp.MustCompile(`started [-0-9]+ [:0-9]+ UTC`)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		page.ServeHTTP(answer, r)
		maps.Copy(w.Header(), answer.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Code)
		text := started.ReplaceAllString(process.Replace(answer.Body.String()), "started "+began.Format("2006-01-02 15:04:05")+" UTC")
		if _, err := io.WriteString(w, text); err != nil {
			t.Log(err) // the browser went on to another page
		}
	})
}

// TestAsShop holds the page of the screenshot to the process that it is to show.
func TestAsShop(t *testing.T) {
	w := simulation.NewShop()
	began := time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	answer := httptest.NewRecorder()
	asShop(t, sloz.Handler(w.Evaluator(t, simulation.ShopSLOs())), began).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
	page := answer.Body.String()
	for _, want := range []string{"shop: SLOs</title>", "<b>shop</b>, pid 4711 on laptop", "started 2026-03-09 09:00:00 UTC"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if answer.Code != http.StatusOK || strings.Contains(page, filepath.Base(os.Args[0])) {
		t.Errorf("status %d, and the page names the test", answer.Code)
	}
}

// reduced returns the picture in the 256 colours that it has most of, at a third
// of the size. A page has few colours beside the edges of its letters.
func reduced(t *testing.T, picture []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	pixels := map[color.Color]int{}
	for y := full.Bounds().Min.Y; y < full.Bounds().Max.Y; y++ {
		for x := full.Bounds().Min.X; x < full.Bounds().Max.X; x++ {
			pixels[full.At(x, y)]++
		}
	}
	most := slices.SortedFunc(maps.Keys(pixels), func(a, b color.Color) int { return pixels[b] - pixels[a] })
	few := image.NewPaletted(full.Bounds(), most[:min(len(most), 256)])
	draw.Draw(few, few.Bounds(), full, full.Bounds().Min, draw.Src)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, few); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
