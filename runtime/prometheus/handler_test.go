package prometheus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/internal/testsource"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	directseries "github.com/ocgen/ocgen/runtime/series"
)

// register registers a generated package with the metrics, of which nothing is recorded,
// until the test ends.
func register(t *testing.T, name string, descriptors ...metric.Descriptor) {
	t.Helper()
	registerParts(t, name, descriptors)
}

func registerParts(t *testing.T, name string, descriptors []metric.Descriptor, parts ...record.Part) {
	t.Helper()
	p := record.NewPackage(record.PackageInfo{Name: name, Parts: parts, Descriptors: func() []metric.Descriptor { return descriptors }})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)
}

// registerCount registers a package with one count, and returns what counts.
func registerCount(t *testing.T, pkg, name string) (count func()) {
	t.Helper()
	set := directseries.NewCounts(directseries.SeriesInfo{Name: name, Size: 1})
	registerParts(t, pkg, []metric.Descriptor{counted(name)}, directseries.Sets(set))
	return func() { set.At(0).Inc() }
}

func counted(name string, keys ...string) metric.Descriptor {
	return newMetric(name, metric.TypeCumulativeInt64, keys).Descriptor
}

func TestNewRefuses(t *testing.T) {
	spread := func(name string, keys ...string) metric.Descriptor {
		return newMetric(name, metric.TypeCumulativeDistribution, keys).Descriptor
	}
	for _, c := range []struct {
		what    string
		opts    Options
		metrics []metric.Descriptor
		want    string
	}{
		{"two metrics", Options{}, []metric.Descriptor{counted("x/a"), counted("x.a")},
			`prometheus: metric "x.a" of package shop: metrics "x/a" and "x.a" both use the name x_a in Prometheus: rename one of them`},
		{"a histogram's series", Options{}, []metric.Descriptor{counted("x/count"), spread("x")}, `metrics "x/count" and "x" both use the name x_count`},
		{"le", Options{}, []metric.Descriptor{spread("x", "le")}, `metric "x" of package shop: it is a distribution with the label key "le"`},
		{"two keys", Options{}, []metric.Descriptor{counted("x", "a-b", "a.b")}, `its label keys "a-b" and "a.b" both become the label a_b`},
		{"a key of the options", Options{ConstLabels: map[string]string{"a_b": ""}}, []metric.Descriptor{counted("x", "a-b")}, `its label key "a-b" becomes the label a_b`},
		{"our name", Options{}, []metric.Descriptor{counted("ocgen_prometheus/left_out_series")}, "both use the name ocgen_prometheus_left_out_series"},
		{"namespace", Options{Namespace: "my shop"}, nil, `Options.Namespace is "my shop": it must begin`},
		{"constant key", Options{ConstLabels: map[string]string{"a.b": ""}}, nil, `Options.ConstLabels has the key "a.b": it must begin with a letter`},
		{"reserved key", Options{ConstLabels: map[string]string{"__name__": ""}}, nil, `Options.ConstLabels has the key "__name__": it must begin with a letter`},
		{"constant le", Options{ConstLabels: map[string]string{"le": "1"}}, nil, `Options.ConstLabels has the key "le"`},
		{"constant value", Options{ConstLabels: map[string]string{"a": "\xff"}}, nil, `Options.ConstLabels has the value "\xff" for a: it must be UTF-8`},
	} {
		t.Run(c.what, func(t *testing.T) {
			if len(c.metrics) > 0 {
				register(t, "shop", c.metrics...)
			}
			if h, err := New(c.opts); err == nil || h != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\nwant %s", err, c.want)
			}
		})
	}
}

// What a package registers after New is checked at the next scrape, before
// anything is recorded.
func TestRegisteredLater(t *testing.T) {
	h, log := newHandler(t, Options{})
	get(t, h, "")
	register(t, "later", counted("later/a"), counted("later.a"))
	get(t, h, "")
	get(t, h, "")
	wantReports(t, log, []string{`metric "later.a" of package later: metrics "later/a" and "later.a" both use the name later_a`})
}

// A view of a registered package keeps its name, whoever else wants it.
func TestRegisteredComesFirst(t *testing.T) {
	count := registerCount(t, "first", "x/first")
	testsource.Produce(t, newMetric("x.first", metric.TypeCumulativeInt64, nil, series(int64(99))), // sorts before ours
		newMetric("x/first", metric.TypeGaugeInt64, nil, series(int64(98))))
	h, log := newHandler(t, Options{})
	count()
	if text := get(t, h, ""); !strings.Contains(text, "\nx_first 1\n") {
		t.Errorf("got\n%s", text)
	}
	wantReports(t, log, []string{`metric "x.first" is left out: metrics "x/first" and "x.first"`, `metric "x/first" is left out: two different metrics have the name "x/first"`})
}

func TestRequestThatHasEnded(t *testing.T) {
	testsource.Produce(t, newMetric("x", metric.TypeCumulativeInt64, nil, series(int64(1))))
	h, _ := newHandler(t, Options{})
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("the scraper has gone"))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "the scraper has gone") {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}

// A reading is a producer that does as it is told when it is read.
type reading struct{ read func() }

func (r *reading) Read() []*metric.Metric {
	r.read()
	return nil
}

// A producer that hangs for long is reported once, though the clients have left,
// and again if it hangs again after a scrape that succeeded.
func TestHangingProducerIsReported(t *testing.T) {
	var release chan struct{}
	p := &reading{func() { <-release }}
	h, log := newHandler(t, Options{})
	for range 2 {
		release = make(chan struct{})
		testsource.Add(p)
		for _, patience := range []time.Duration{time.Millisecond, readPatience, time.Millisecond} {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil))
			cancel()
		}
		close(release)
		get(t, h, "")
		testsource.Remove(p)
	}
	const want = "the request ended before the metrics were read: context deadline exceeded, after "
	wantReports(t, log, []string{want, want})
}

// A producer that hangs holds up no scrape longer than its request lasts, and
// one goroutine at most.
func TestHangingProducer(t *testing.T) {
	release := make(chan struct{})
	var reads atomic.Int32
	p := &reading{func() { reads.Add(1); <-release }}
	testsource.Add(p)
	defer testsource.Remove(p)
	h, log := newHandler(t, Options{})
	for range 3 {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil))
		cancel()
		if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "the request ended before the metrics were read") {
			t.Errorf("%d: %s", w.Code, w.Body)
		}
	}
	if n := reads.Load(); n > 1 {
		t.Errorf("%d readings hang", n)
	}
	close(release)
	get(t, h, "")
	wantReports(t, log, nil)
}

func TestPanickingProducer(t *testing.T) {
	h, log := newHandler(t, Options{})
	p := &reading{func() { panic("no metrics today") }}
	testsource.Add(p)
	for range 2 {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "no metrics today") {
			t.Errorf("%d: %s", w.Code, w.Body)
		}
	}
	testsource.Remove(p)
	get(t, h, "")
	wantReports(t, log, []string{"the producer *prometheus.reading of metrics panicked: no metrics today, at "})
}

// Scrapes, recorders and registrations at once; for the race detector, and for
// answers that belong together.
func TestConcurrentScrapes(t *testing.T) {
	count := registerCount(t, "busy", "x/busy")
	testsource.Produce(t, newMetric("x/bad", metric.TypeSummary, nil, series(nil)))
	testsource.Produce(t, sampleMetrics()...) // with exemplars, which one scrape leaves to the next
	h, log := newHandler(t, Options{OpenMetrics: true})
	extra := record.NewPackage(record.PackageInfo{Name: "extra", Descriptors: func() []metric.Descriptor { return []metric.Descriptor{counted("x/extra")} }})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				count()
				if text := get(t, h, ""); !strings.Contains(text, "\nx_busy ") || !strings.Contains(text, leftOutName+" 1\n") {
					t.Errorf("got\n%s", text)
				}
			}
		})
	}
	wg.Go(func() {
		for range 20 {
			if err := extra.Register(); err != nil {
				t.Error(err)
			}
			extra.Unregister()
		}
	})
	wg.Wait()
	wantReports(t, log, []string{`metric "x/bad" is left out`})
}

func TestReportsAreBounded(t *testing.T) {
	log := &errorLog{}
	r := newReporter(log.add)
	for i := range 3 * maxReported {
		for range 2 {
			r.report(fmt.Sprint(i), errors.New("bad"))
		}
	}
	if len(log.all) != maxReported || len(r.reported) != maxReported {
		t.Errorf("%d reports, %d remembered, want %d", len(log.all), len(r.reported), maxReported)
	}
}

func TestErrorsGoToSlog(t *testing.T) {
	var b bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&b, nil)))
	defer slog.SetDefault(old)
	testsource.Produce(t, newMetric("x/bad", metric.TypeSummary, nil, series(nil)))
	h, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	get(t, h, "")
	if !strings.Contains(b.String(), `level=ERROR msg="prometheus: metric \"x/bad\" is left out`) {
		t.Errorf("got %s", b.String())
	}
}

// A program that uses this exporter alone links no other's dependencies.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	deps := strings.Fields(string(out))
	if !strings.Contains(string(out), "github.com/prometheus/common/expfmt") {
		t.Errorf("%q is not all it needs", deps)
	}
	for _, dep := range deps {
		for _, foreign := range []string{"cloud.google.com/", "google.golang.org/grpc", "google.golang.org/api", "google.golang.org/genproto",
			"github.com/googleapis/", "contrib.go.opencensus.io/", "go.opencensus.io/", "go.opentelemetry.io/"} {
			if strings.HasPrefix(dep, foreign) {
				t.Errorf("links %s", dep)
			}
		}
	}
}
