package census

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

var errDown = errors.New("backend is down")

// testGrace is time enough for any Shutdown of these tests.
const testGrace = 20 * time.Second

// memory is an exporter that keeps copies of what it gets.
type memory struct {
	mu       sync.Mutex
	exports  [][]*metric.Metric
	exported chan struct{} // gets a token after each Export; nil: none
	shut     bool
}

func (e *memory) Export(_ context.Context, metrics []*metric.Metric) error {
	e.mu.Lock()
	if e.shut {
		panic("export after shutdown")
	}
	e.exports = append(e.exports, copied(metrics))
	e.mu.Unlock()
	if e.exported != nil {
		e.exported <- struct{}{}
	}
	return nil
}

// copied returns metrics that a later reading does not change. Labels, bounds and
// exemplars are never changed.
func copied(metrics []*metric.Metric) []*metric.Metric {
	var all []*metric.Metric
	for _, m := range metrics {
		c := *m
		c.Series = nil
		for _, s := range m.Series {
			row := *s
			row.LabelValues = slices.Clone(s.LabelValues)
			if d, ok := s.Point.Value.(*metric.Distribution); ok {
				own := *d
				own.Bounds, own.Buckets = slices.Clone(d.Bounds), slices.Clone(d.Buckets)
				row.Point.Value = &own
			}
			c.Series = append(c.Series, &row)
		}
		all = append(all, &c)
	}
	return all
}

func (e *memory) Shutdown(context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.shut = true
	return nil
}

// last returns the metric of that name in the last export that has it.
func (e *memory) last(name string) *metric.Metric {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, metrics := range slices.Backward(e.exports) {
		if m := find(metrics, name); m != nil {
			return m
		}
	}
	return nil
}

// find returns the metric of that name, or nil.
func find(metrics []*metric.Metric, name string) *metric.Metric {
	for _, m := range metrics {
		if m.Descriptor.Name == name {
			return m
		}
	}
	return nil
}

func startMemory(t *testing.T, e *memory) *runtime.Telemetry {
	t.Helper()
	tel, err := runtime.Start(context.Background(), runtime.Options{Exporter: e, Interval: time.Hour, OnError: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	return tel
}

func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// gathered returns the metric of that name, as all exporters have it, or nil.
func gathered(t testing.TB, name string) *metric.Metric {
	t.Helper()
	var found *metric.Metric
	for _, m := range runtime.Gather(context.Background()) {
		if m.Descriptor.Name == name {
			if found != nil {
				t.Errorf("%s twice", name)
			}
			found = m
		}
	}
	return found
}

// wantValues checks a metric's values by its labels; absent labels are "-".
func wantValues(t testing.TB, name string, want map[string]any) {
	t.Helper()
	got := map[string]any{}
	m := gathered(t, name)
	if m == nil {
		t.Errorf("%s is not gathered", name)
		return
	}
	for _, s := range m.Series {
		var labels []string
		for _, l := range s.LabelValues {
			if !l.Present {
				l.Value = "-" + l.Value
			}
			labels = append(labels, l.Value)
		}
		got[strings.Join(labels, ",")] = s.Point.Value
	}
	if !maps.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}
