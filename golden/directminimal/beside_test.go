package directminimal_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/directminimal"
	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/internal/points"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/plugin/ochttp"
	"go.opencensus.io/stats/view"
)

// An exporter keeps the names of the metrics that it gets, with the number of their series.
type exporter struct {
	mu     sync.Mutex
	series map[string]int
}

func (e *exporter) Export(_ context.Context, metrics []*metric.Metric) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.series = map[string]int{}
	for _, m := range metrics {
		e.series[m.Descriptor.Name] += len(m.Series)
	}
	return nil
}

func (e *exporter) Shutdown(context.Context) error { return nil }

// A service has this package, which uses nothing of OpenCensus, beside the views of ochttp.
// It exports both. The generated import of runtime/census is what brings ochttp's views into
// the exports: neither this test nor its helpers import that package.
func TestBesideOchttp(t *testing.T) {
	rows.Register(t, directminimal.RegisterViews, directminimal.UnregisterViews)
	requests := ochttp.ServerRequestCountView
	if err := view.Register(requests); err != nil {
		t.Fatal(err)
	}
	defer view.Unregister(requests)
	before := points.Of(t, "jobs")
	e := &exporter{}
	tel, err := runtime.Start(t.Context(), runtime.Options{Exporter: e, Interval: time.Hour, OnError: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(&ochttp.Handler{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		directminimal.RecordJobs(r.Context(), 2)
	})})
	response, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	server.Close() // waits for the handler, which records at its end
	points.Expect(t, requests.Name, "1")
	if after := points.Of(t, "jobs"); len(after) != 1 || len(before) == 1 && after[0] == before[0] {
		t.Errorf("jobs were %q and are %q", before, after)
	}
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"jobs", requests.Name} {
		if e.series[name] != 1 {
			t.Errorf("%d series of %s were exported, want 1", e.series[name], name)
		}
	}
}
