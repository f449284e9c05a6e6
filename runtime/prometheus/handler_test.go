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

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// register registers a generated package of views, until the test ends.
func register(t *testing.T, name string, views ...*view.View) {
	t.Helper()
	p := record.NewPackage(record.PackageInfo{
		Name:  name,
		Views: func() []*view.View { return views },
		Descriptors: func() []metric.Descriptor {
			var all []metric.Descriptor
			for _, v := range views {
				d := metric.Descriptor{Name: v.Name, Description: v.Description, Unit: "ms", Type: metric.TypeCumulativeInt64}
				if v.Aggregation.Type == view.AggTypeDistribution {
					d.Type = metric.TypeCumulativeDistribution
				}
				for _, k := range v.TagKeys {
					d.LabelKeys = append(d.LabelKeys, metric.LabelKey{Key: k.Name()})
				}
				all = append(all, d)
			}
			return all
		},
	})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)
}

func countView(m stats.Measure, name string, keys ...string) *view.View {
	v := &view.View{Name: name, Description: "About " + name + ".", Measure: m, Aggregation: view.Count()}
	for _, k := range keys {
		v.TagKeys = append(v.TagKeys, tag.MustNewKey(k))
	}
	return v
}

var latency = stats.Float64("handler/latency", "A latency.", "ms")

func TestNewRefuses(t *testing.T) {
	spread := func(name string, keys ...string) *view.View {
		v := countView(latency, name, keys...)
		v.Aggregation = view.Distribution(1, 2)
		return v
	}
	for _, c := range []struct {
		what  string
		opts  Options
		views []*view.View
		want  string
	}{
		{"two views", Options{}, []*view.View{countView(latency, "x/a"), countView(latency, "x.a")},
			`prometheus: metric "x.a" of package shop: "x/a" and "x.a" both own the name x_a in Prometheus: rename one of them`},
		{"a histogram's series", Options{}, []*view.View{countView(latency, "x/count"), spread("x")}, `"x/count" and "x" both own the name x_count`},
		{"le", Options{}, []*view.View{spread("x", "le")}, `metric "x" of package shop: it is a distribution with the label key "le"`},
		{"two keys", Options{}, []*view.View{countView(latency, "x", "a-b", "a.b")}, `its label keys "a-b" and "a.b" both become the label a_b`},
		{"a key of the options", Options{ConstLabels: map[string]string{"a_b": ""}}, []*view.View{countView(latency, "x", "a-b")}, `its label key "a-b" becomes the label a_b`},
		{"our name", Options{}, []*view.View{countView(latency, "ocgen_prometheus/left_out_series")}, "both own the name ocgen_prometheus_left_out_series"},
		{"namespace", Options{Namespace: "my shop"}, nil, `Options.Namespace "my shop" is not a name`},
		{"constant key", Options{ConstLabels: map[string]string{"a.b": ""}}, nil, `Options.ConstLabels has the key "a.b", which is not a label`},
		{"reserved key", Options{ConstLabels: map[string]string{"__name__": ""}}, nil, `Options.ConstLabels has the key "__name__", which is not a label`},
		{"constant le", Options{ConstLabels: map[string]string{"le": "1"}}, nil, `Options.ConstLabels has the key "le"`},
		{"constant value", Options{ConstLabels: map[string]string{"a": "\xff"}}, nil, `Options.ConstLabels has the value "\xff" for a, which is not UTF-8`},
	} {
		t.Run(c.what, func(t *testing.T) {
			if len(c.views) > 0 {
				register(t, "shop", c.views...)
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
	register(t, "later", countView(latency, "later/a"), countView(latency, "later.a"))
	get(t, h, "")
	get(t, h, "")
	wantReports(t, log, []string{`metric "later.a" of package later: "later/a" and "later.a" both own the name later_a`})
}

// A view of a registered package keeps its name, whoever else wants it.
func TestRegisteredComesFirst(t *testing.T) {
	register(t, "first", countView(latency, "x/first"))
	produce(t, metric("x.first", metric.TypeCumulativeInt64, nil, series(int64(99))), // sorts before ours
		metric("x/first", metric.TypeGaugeInt64, nil, series(int64(98))))
	h, log := newHandler(t, Options{})
	stats.Record(context.Background(), latency.M(1))
	if text := get(t, h, ""); !strings.Contains(text, "\nx_first 1\n") {
		t.Errorf("got\n%s", text)
	}
	wantReports(t, log, []string{`metric "x.first" is left out: "x/first" and "x.first"`, `metric "x/first" is left out: "x/first" is there twice`})
}

// A scrape has all that was recorded before it.
func TestScrapeWaitsForTheQueue(t *testing.T) {
	register(t, "queue", countView(latency, "x/queue"))
	h, _ := newHandler(t, Options{})
	for i := range 20 {
		for range 500 {
			stats.Record(context.Background(), latency.M(1))
		}
		if text, want := get(t, h, ""), fmt.Sprintf("\nx_queue %d\n", 500*(i+1)); !strings.Contains(text, want) {
			t.Fatalf("got\n%s\nwant %s", text, want)
		}
	}
}

func TestRequestThatHasEnded(t *testing.T) {
	produce(t, metric("x", metric.TypeCumulativeInt64, nil, series(int64(1))))
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
		metricproducer.GlobalManager().AddProducer(p)
		for _, patience := range []time.Duration{time.Millisecond, readPatience, time.Millisecond} {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil))
			cancel()
		}
		close(release)
		get(t, h, "")
		metricproducer.GlobalManager().DeleteProducer(p)
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
	metricproducer.GlobalManager().AddProducer(p)
	defer metricproducer.GlobalManager().DeleteProducer(p)
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
	metricproducer.GlobalManager().AddProducer(p)
	for range 2 {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "no metrics today") {
			t.Errorf("%d: %s", w.Code, w.Body)
		}
	}
	metricproducer.GlobalManager().DeleteProducer(p)
	get(t, h, "")
	wantReports(t, log, []string{"a producer of metrics panicked: no metrics today"})
}

// Scrapes, recorders and registrations at once; for the race detector, and for
// answers that belong together.
func TestConcurrentScrapes(t *testing.T) {
	register(t, "busy", countView(latency, "x/busy"))
	produce(t, metric("x/bad", metric.TypeSummary, nil, series(nil)))
	produce(t, sampleMetrics()...) // with exemplars, which one scrape leaves to the next
	h, log := newHandler(t, Options{OpenMetrics: true})
	extra := countView(latency, "x/extra")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				stats.Record(context.Background(), latency.M(1))
				if text := get(t, h, ""); !strings.Contains(text, "\nx_busy ") || !strings.Contains(text, leftOutName+" 1\n") {
					t.Errorf("got\n%s", text)
				}
			}
		})
	}
	wg.Go(func() {
		for range 20 {
			if err := view.Register(extra); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	view.Unregister(extra)
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
	produce(t, metric("x/bad", metric.TypeSummary, nil, series(nil)))
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
	if !strings.Contains(string(out), "github.com/prometheus/client_golang/prometheus/promhttp") {
		t.Errorf("%q is not all it needs", deps)
	}
	for _, dep := range deps {
		for _, foreign := range []string{"cloud.google.com/", "google.golang.org/grpc", "google.golang.org/api", "google.golang.org/genproto",
			"github.com/googleapis/", "contrib.go.opencensus.io/", "go.opentelemetry.io/"} {
			if strings.HasPrefix(dep, foreign) {
				t.Errorf("links %s", dep)
			}
		}
	}
}
