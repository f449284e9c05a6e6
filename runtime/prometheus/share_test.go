package prometheus

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	goruntime "runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ocgen/ocgen/runtime/internal/testsource"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/prometheus/common/expfmt"
)

// A gate is a producer whose readings wait until they are let through. Its metric is
// the number of records so far.
type gate struct {
	reads   atomic.Int64
	records atomic.Int64
	entered chan struct{} // gets a token from each reading
	pass    chan struct{} // a token lets one reading through; closed: all
	end     func()        // what a reading does in place of returning; nil: it returns
}

func newGate(t *testing.T) *gate {
	g := &gate{entered: make(chan struct{}, 1000), pass: make(chan struct{})}
	testsource.Add(g)
	t.Cleanup(func() { testsource.Remove(g) })
	return g
}

func (g *gate) Read() []*metric.Metric {
	g.reads.Add(1)
	records := g.records.Load()
	g.entered <- struct{}{}
	<-g.pass
	if g.end != nil {
		g.end()
	}
	return []*metric.Metric{newMetric("x/gate", metric.TypeCumulativeInt64, nil, series(records))}
}

// scrapeGate records, scrapes, and checks that the record is in the answer.
func (g *gate) scrapeGate(t *testing.T, h http.Handler, accept string) {
	recorded := g.records.Add(1)
	text := get(t, h, accept)
	var got float64
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "x_gate "); ok {
			_, _ = fmt.Sscan(rest, &got)
		}
	}
	if got < float64(recorded) {
		t.Errorf("a scrape after %d records got %v:\n%s", recorded, got, text)
	}
}

// awaitScrapes waits until so many scrapes wait for the reading that comes next.
func awaitScrapes(h *Handler, n int) {
	for {
		h.reader.mu.Lock()
		waiting := 0
		if h.reader.next != nil {
			waiting = h.reader.next.scrapes
		}
		h.reader.mu.Unlock()
		if waiting == n {
			return
		}
		goruntime.Gosched()
	}
}

// Forty scrapes during a reading share the next one, in all formats. It has all records from before
// each of these scrapes.
func TestScrapesShareReadings(t *testing.T) {
	g := newGate(t)
	h, log := newHandler(t, Options{OpenMetrics: true})
	var scrapes sync.WaitGroup
	scrapes.Go(func() { g.scrapeGate(t, h, "") })
	<-g.entered
	const more = 40
	for i := range more {
		accept := []string{"", "application/openmetrics-text;version=1.0.0"}[i%2]
		scrapes.Go(func() { g.scrapeGate(t, h, accept) })
	}
	awaitScrapes(h, more)
	close(g.pass)
	scrapes.Wait()
	if n := g.reads.Load(); n != 2 {
		t.Errorf("%d readings for %d scrapes, want 2", n, more+1)
	}
	h.reader.mu.Lock()
	defer h.reader.mu.Unlock()
	if h.reader.current != nil || h.reader.next != nil {
		t.Error("a reading is kept though nobody waits for it")
	}
	wantReports(t, log, nil)
}

// Scrapes one after another have a reading each.
func TestScrapesOneByOne(t *testing.T) {
	g := newGate(t)
	close(g.pass)
	h, _ := newHandler(t, Options{})
	for range 5 {
		g.scrapeGate(t, h, "")
	}
	if n := g.reads.Load(); n != 5 {
		t.Errorf("%d readings for 5 scrapes", n)
	}
}

// When a client leaves, the other clients of its reading still get their responses. A reading that
// no client waits for does not begin.
func TestClientsLeaveSharedReadings(t *testing.T) {
	g := newGate(t)
	h, log := newHandler(t, Options{})
	leaving := func(ctx context.Context) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil))
		if w.Code != http.StatusServiceUnavailable {
			t.Errorf("%d: %s", w.Code, w.Body)
		}
	}
	ctx, leave := context.WithCancel(t.Context())
	var gone, stayed sync.WaitGroup
	gone.Go(func() { leaving(ctx) }) // its reading goes on alone
	<-g.entered
	gone.Go(func() { leaving(ctx) })
	gone.Go(func() { leaving(ctx) })
	awaitScrapes(h, 2)
	leave()
	gone.Wait()
	awaitScrapes(h, 0)

	ctx, leave = context.WithCancel(t.Context())
	gone.Go(func() { leaving(ctx) })
	stayed.Go(func() { g.scrapeGate(t, h, "") })
	awaitScrapes(h, 2)
	leave()
	gone.Wait()
	awaitScrapes(h, 1)
	close(g.pass)
	stayed.Wait()
	if n := g.reads.Load(); n != 2 {
		t.Errorf("%d readings, want that of who left and that of who stayed", n)
	}
	wantReports(t, log, nil)
}

// If a reading fails, all scrapes that share it fail. The next scrape reads again.
func TestSharedReadingsFail(t *testing.T) {
	for how, end := range map[string]func(){
		"no metrics today": func() { panic("no metrics today") },
		"runtime.Goexit":   goruntime.Goexit,
	} {
		t.Run(how, func(t *testing.T) {
			g := newGate(t)
			h, log := newHandler(t, Options{})
			g.end = end
			var scrapes sync.WaitGroup
			fail := func() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
				if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), how) {
					t.Errorf("%d: %s", w.Code, w.Body)
				}
			}
			scrapes.Go(fail)
			<-g.entered
			for range 10 {
				scrapes.Go(fail)
			}
			awaitScrapes(h, 10)
			close(g.pass)
			scrapes.Wait()
			g.end = nil
			g.scrapeGate(t, h, "")
			if len(log.sorted()) != 1 {
				t.Errorf("%q", log.sorted())
			}
		})
	}
}

// No scrape waits for ever if OnError panics or ends its goroutine.
func TestOnErrorBreaks(t *testing.T) {
	for _, end := range []func(error){func(error) { goruntime.Goexit() }, func(error) { panic("no log today") }} {
		testsource.Produce(t, newMetric("x/bad", metric.TypeSummary, nil, series(nil)))
		h, err := New(Options{OnError: end})
		if err != nil {
			t.Fatal(err)
		}
		answered := make(chan int)
		go func() {
			code := 0
			defer func() { _ = recover(); answered <- code }() // as net/http does
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
			code = w.Code
		}()
		<-answered
		get(t, h, "") // it is told once
	}
}

// Scrapes, records and clients that leave; for the race detector.
func TestSharedReadingsConcurrently(t *testing.T) {
	g := newGate(t)
	close(g.pass)
	go func() {
		for range g.entered { // nobody looks at the tokens
		}
	}()
	testsource.Produce(t, sampleMetrics()...)
	h, _ := newHandler(t, Options{OpenMetrics: true})
	accepts := []string{"", "application/openmetrics-text;version=1.0.0", string(expfmt.NewFormat(expfmt.TypeProtoDelim))}
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			for range 30 {
				if i%3 < 2 {
					g.scrapeGate(t, h, accepts[i%2])
				} else {
					get(t, h, accepts[2])
				}
				ctx, leave := context.WithCancel(t.Context())
				go leave()
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil))
			}
		})
	}
	all.Wait()
}

// A response is in gzip if the client accepts gzip and does not prefer a response without it. Other
// clients get the text as it is, without an error.
func TestAcceptEncoding(t *testing.T) {
	testsource.Produce(t, newMetric("x/zipped", metric.TypeCumulativeInt64, nil, series(int64(3))))
	h, log := newHandler(t, Options{})
	for accept, zipped := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "gzip;q=0": false, "gzip; q=0.0": false, "gzip ; Q = 0.5": true, "*": true, "*;q=0": false,
		"*, gzip;q=0": false, "gzip;q=0,*;q=1": false, "*;q=0, gzip": true, "br, zstd": false, "identity;q=0, gzip;q=0": false, "deflate, gzip;q=1.0": true,
		"gzip;q=": false, "gzip;q=high": false, "gzip;q=NaN": false, "gzip;q=-1": false, "identity": false,
		"identity, gzip;q=0.5": false, "gzip;q=0.5, identity;q=0.6": false, "gzip;q=0.6, identity;q=0.5": true, "identity, gzip": true,
		"identity, *;q=0.5": false, "identity;q=NaN, gzip;q=0.5": true, "br;q=1,gzip;q=0.001": true, "x-gzip;q=0": false, "\x00;=;,": false,
	} {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		body := io.Reader(w.Body)
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != zipped || !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("%q: zipped %t, %q", accept, got, w.Header())
		}
		if zipped {
			body, _ = gzip.NewReader(body)
		}
		if text, err := io.ReadAll(body); err != nil || w.Code != http.StatusOK || !strings.Contains(string(text), "\nx_zipped 3\n") {
			t.Errorf("%q: %d, %v, %s", accept, w.Code, err, text)
		}
	}
	wantReports(t, log, nil)
}
