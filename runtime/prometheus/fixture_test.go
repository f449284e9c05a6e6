package prometheus

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

var at = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func series(value any, labels ...string) *metric.Series {
	s := &metric.Series{Point: metric.Point{Time: at, Value: value}, StartTime: at.Add(-time.Minute)}
	for _, l := range labels {
		s.LabelValues = append(s.LabelValues, metric.LabelValue{Value: l, Present: l != ""})
	}
	return s
}

// distribution returns a distribution whose count is the sum of its buckets.
func distribution(sum float64, bounds []float64, counts ...int64) *metric.Distribution {
	d := &metric.Distribution{Sum: sum, Bounds: bounds}
	for _, c := range counts {
		d.Count += c
		d.Buckets = append(d.Buckets, metric.Bucket{Count: c})
	}
	return d
}

func newMetric(name string, typ metric.Type, keys []string, series ...*metric.Series) *metric.Metric {
	m := &metric.Metric{
		Descriptor: metric.Descriptor{Name: name, Description: "About " + name + ".", Unit: "1", Type: typ},
		Series:     series,
	}
	for _, k := range keys {
		m.Descriptor.LabelKeys = append(m.Descriptor.LabelKeys, metric.LabelKey{Key: k})
	}
	return m
}

// errorLog keeps what OnError is told.
type errorLog struct {
	mu  sync.Mutex
	all []string
}

func (l *errorLog) add(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, err.Error())
}

func (l *errorLog) sorted() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(slices.Values(l.all))
}

// newHandler returns a handler, and what it reports.
func newHandler(t testing.TB, opts Options) (*Handler, *errorLog) {
	t.Helper()
	log := &errorLog{}
	opts.OnError = log.add
	h, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return h, log
}

// get returns the body of a scrape that must succeed.
func get(t testing.TB, h http.Handler, accept string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// families returns a text exposition's metrics by name. It must be readable.
func families(t testing.TB, text string) map[string]string {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	parsed, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	all := map[string]string{}
	for name, f := range parsed {
		var b strings.Builder
		if _, err := expfmt.MetricFamilyToText(&b, f); err != nil {
			t.Fatal(err)
		}
		all[name] = b.String()
	}
	return all
}

// withoutOwn returns a text exposition without our own metric, which must say
// that so many series are left out.
func withoutOwn(t testing.TB, text string, leftOut int) string {
	t.Helper()
	var b strings.Builder
	found := false
	for line := range strings.Lines(text) {
		switch {
		case !strings.Contains(line, leftOutName):
			b.WriteString(line)
		case !strings.HasPrefix(line, "#"):
			found = true
			if !strings.HasSuffix(line, fmt.Sprintf(" %d\n", leftOut)) {
				t.Errorf("%swant %d", line, leftOut)
			}
		}
	}
	if !found {
		t.Errorf("no %s in\n%s", leftOutName, text)
	}
	return b.String()
}
