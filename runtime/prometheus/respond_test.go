package prometheus

import (
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/common/expfmt"
)

// body returns the body of a response without its compression.
func body(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	from := io.Reader(w.Body)
	if w.Header().Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(from)
		if err != nil {
			t.Fatal(err)
		}
		from = z
	}
	text, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestRespondsAsPromhttp compares responses to requests of all kinds: the headers and the bytes.
func TestRespondsAsPromhttp(t *testing.T) {
	h, log := newHandler(t, Options{})
	open, _ := newHandler(t, Options{OpenMetrics: true})
	families := h.expose(sampleMetrics(), h.packages(), newMessages()).families
	accepts := []string{"", "*/*", "text/plain", "text/*;q=0.5", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json", "nonsense;;",
		"application/openmetrics-text", "application/openmetrics-text;version=0.0.1", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5",
		"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
		"application/openmetrics-text;version=2.0.0", "text/plain;version=0.0.4;escaping=values", "text/plain;escaping=unknown",
		string(expfmt.FmtProtoDelim), string(expfmt.FmtProtoText), string(expfmt.FmtProtoCompact),
		"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=dots"}
	queries := []url.Values{nil, {"name[]": {"shop_queue_depth"}}, {"name[]": {"shop_queue_depth", "shop_revenue", "absent"}}, {"name[]": {"absent"}}, {"name": {"shop_revenue"}}, {"name[]": {""}}}
	for _, ours := range []*Handler{h, open} {
		theirs := promhttp.HandlerFor(exposition{families: families}, promhttp.HandlerOpts{EnableOpenMetrics: ours.opts.OpenMetrics})
		for _, accept := range accepts {
			for _, query := range queries {
				for _, encoding := range []string{"", "gzip", "identity", "gzip;q=0.5, br"} {
					r := httptest.NewRequest(http.MethodGet, "/metrics?"+query.Encode(), nil)
					r.Header.Set("Accept", accept)
					r.Header.Set("Accept-Encoding", encoding)
					want, got := httptest.NewRecorder(), httptest.NewRecorder()
					theirs.ServeHTTP(want, r)
					ours.respond(got, r, families)
					if g, w := body(t, got), body(t, want); g != w || got.Code != want.Code {
						t.Errorf("%q, %q, %v: got %d\n%s\nwant %d\n%s", accept, encoding, query, got.Code, g, want.Code, w)
					}
					if g, w := fmt.Sprint(got.Header()), fmt.Sprint(want.Header()); g != w {
						t.Errorf("%q, %q, %v: headers\n%s\nwant\n%s", accept, encoding, query, g, w)
					}
				}
			}
		}
	}
	wantReports(t, log, nil)
}

// A request that net/http did not make may have no URL.
func TestRespondsWithoutURL(t *testing.T) {
	h, _ := newHandler(t, Options{})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, &http.Request{Method: http.MethodGet})
	if !strings.Contains(w.Body.String(), leftOutName) {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}

// tenThousand returns counters and histograms of half as many series each.
func tenThousand(rnd *rand.Rand, now time.Time) []*metric.Metric {
	bounds := []float64{0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 1e6}
	counts := newMetric("shop/sent_total", metric.TypeCumulativeInt64, []string{"method", "customer"})
	latency := newMetric("shop/latency", metric.TypeCumulativeDistribution, []string{"method", "customer"})
	for i := range 5_000 {
		method, customer := []string{"GET", "PUT", ""}[i%3], fmt.Sprintf("customer \"%d\"\n", i)
		counts.Series = append(counts.Series, series(rnd.Int64N(1<<40)>>rnd.IntN(40), method, customer))
		d := distribution(rnd.Float64()*1e6, bounds, make([]int64, len(bounds)+1)...)
		for b := range d.Buckets {
			n := rnd.Int64N(1<<30) >> rnd.IntN(30)
			d.Buckets[b].Count, d.Count = n, d.Count+n
			if rnd.IntN(10) == 0 && b < len(bounds) {
				d.Buckets[b].Exemplar = &metric.Exemplar{Value: bounds[b] * rnd.Float64(), Timestamp: now,
					Span: metric.Span{TraceID: metric.TraceID{byte(i), 1}, SpanID: metric.SpanID{byte(b), 1}}}
			}
		}
		latency.Series = append(latency.Series, series(d, method, customer))
	}
	return []*metric.Metric{counts, latency}
}

// TestTenThousandSeries compares scrapes of a handler that has served other values, more and fewer
// series before with those of client_golang.
func TestTenThousandSeries(t *testing.T) {
	h, log := newHandler(t, Options{OpenMetrics: true})
	want := &reference{naming: h.naming}
	to := newMessages()
	rnd := rand.New(rand.NewPCG(1, 8))
	for step := range 5 {
		metrics := tenThousand(rnd, at.Add(time.Duration(step)*time.Second))
		if step == 2 {
			metrics[1].Series = metrics[1].Series[:1_000]
		}
		families, _ := want.scrape(metrics, h.packages())
		theirs := theirResponses(families)
		for format, text := range ourResponses(t, h.expose(metrics, h.packages(), to).families) {
			if text != theirs[format] {
				t.Errorf("step %d: %s differs from client_golang's", step, format)
			}
		}
	}
	wantReports(t, log, nil)
}

// A pieceWriter counts pieces.
type pieceWriter struct{ pieces, longest, total int }

func (w *pieceWriter) Write(p []byte) (int, error) {
	w.pieces++
	w.longest = max(w.longest, len(p))
	w.total += len(p)
	return len(p), nil
}

// TestResponsesAreWrittenInPieces: a slow client holds a piece of its response, not all of it.
func TestResponsesAreWrittenInPieces(t *testing.T) {
	h, _ := newHandler(t, Options{})
	families := h.expose(tenThousand(rand.New(rand.NewPCG(1, 9)), at), h.packages(), newMessages()).families
	for _, format := range []expfmt.Format{expfmt.FmtText, expfmt.FmtOpenMetrics_1_0_0, expfmt.FmtProtoDelim} {
		w := &pieceWriter{}
		if err := encode(w, format, families); err != nil {
			t.Error(err)
		}
		if w.longest > pieceSize+pieceMore || w.pieces > 1+w.total/pieceSize {
			t.Errorf("%s: %d pieces, the longest has %d of %d bytes", format, w.pieces, w.longest, w.total)
		}
	}
}

// A cutWriter is a middleware that takes some bytes of a response.
type cutWriter struct {
	httptest.ResponseRecorder
	left int
}

func (w *cutWriter) Write(p []byte) (int, error) {
	n := min(len(p), w.left)
	w.left -= n
	_, _ = w.ResponseRecorder.Write(p[:n])
	if n < len(p) {
		return n, errClosed
	}
	return n, nil
}

// TestIncompleteResponses: a response that could not be written is reported, and does not end like a
// complete one.
func TestIncompleteResponses(t *testing.T) {
	for _, left := range []int{0, 5, 40_000} {
		for _, encoding := range []string{"", "gzip"} {
			h, log := newHandler(t, Options{OpenMetrics: true})
			families := h.expose(tenThousand(rand.New(rand.NewPCG(1, 9)), at), h.packages(), newMessages()).families
			w := &cutWriter{ResponseRecorder: *httptest.NewRecorder(), left: left}
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header.Set("Accept", acceptOpenMetrics)
			r.Header.Set("Accept-Encoding", encoding)
			h.respond(w, r, families)
			if encoding == "gzip" {
				z, err := gzip.NewReader(w.Body)
				if err == nil {
					_, err = io.Copy(io.Discard, z)
				}
				if err == nil {
					t.Errorf("%d bytes are a complete gzip stream", left)
				}
			}
			if strings.HasSuffix(w.Body.String(), "# EOF\n") {
				t.Errorf("%d bytes end like OpenMetrics", left)
			}
			wantReports(t, log, []string{"a response is not complete: the connection is closed"})
			h.respond(httptest.NewRecorder(), r, families) // the memory of the encoders is in order
		}
	}
}
