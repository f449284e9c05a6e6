package console

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

var at = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func series(value any, labels ...string) *metric.Series {
	s := &metric.Series{Point: metric.Point{Time: at, Value: value}, StartTime: at.Add(-time.Minute)}
	for _, l := range labels {
		s.LabelValues = append(s.LabelValues, metric.LabelValue{Value: l, Present: l != "absent"})
		if l == "absent" {
			s.LabelValues[len(s.LabelValues)-1].Value = ""
		}
	}
	return s
}

func distribution(sum float64, bounds []float64, counts ...int64) *metric.Distribution {
	d := &metric.Distribution{Sum: sum, Bounds: bounds}
	for _, c := range counts {
		d.Count += c
		d.Buckets = append(d.Buckets, metric.Bucket{Count: c})
	}
	return d
}

func keys(names ...string) []metric.LabelKey {
	var all []metric.LabelKey
	for _, n := range names {
		all = append(all, metric.LabelKey{Key: n})
	}
	return all
}

func sample() []*metric.Metric {
	bounds := []float64{5, 10, 25, 50, 100, 250, 500, 1000, 2500}
	return []*metric.Metric{
		{Descriptor: metric.Descriptor{Name: "shop/request_latency", Unit: "ms", Description: "Time from the first byte read\nto the last byte written.",
			Type: metric.TypeCumulativeDistribution, LabelKeys: keys("http.method", "outcome")},
			Series: []*metric.Series{
				series(distribution(1234.5, bounds, 0, 3, 40, 7, 0, 1, 0, 0, 0, 0), "POST", "ok"),
				series(distribution(60000, bounds, 1, 0, 0, 0, 0, 0, 0, 0, 0, 12), "GET", "error"),
				series(distribution(0, bounds, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), "GET", "absent"),
			}},
		{Descriptor: metric.Descriptor{Name: "shop/request_count", Unit: "1", Description: "Requests, by method and how they ended.",
			Type: metric.TypeCumulativeInt64, LabelKeys: keys("http.method", "outcome")},
			Series: []*metric.Series{
				series(int64(1200345), "GET", "ok"), series(int64(7), "DELETE", "absent"), series(int64(12), "absent", "two words"),
				series(int64(1), "-", "üñ"), series(int64(2), "a\tb", "bad\xff"),
			}},
		{Descriptor: metric.Descriptor{Name: "shop/queue_depth", Unit: "1", Type: metric.TypeGaugeInt64},
			Series: []*metric.Series{series(int64(-3))}},
		{Descriptor: metric.Descriptor{Name: "shop/revenue", Unit: "{EUR}", Description: "Money taken.", Type: metric.TypeCumulativeFloat64},
			Series: []*metric.Series{series(1234567.0625)}},
		{Descriptor: metric.Descriptor{Name: "other/summary", Unit: "ms", Type: metric.TypeSummary},
			Series: []*metric.Series{series(&metric.Summary{Count: 3, Sum: 7.5, HasCountAndSum: true,
				Snapshot: metric.Snapshot{Percentiles: map[float64]float64{99: 4, 50: 2.25}}})}},
		{Descriptor: metric.Descriptor{Name: "other/nothing", Unit: "1", Type: metric.TypeGaugeFloat64}},
	}
}

var update = flag.Bool("update", false, "write testdata/sample.txt and sample.jsonl")

func TestGolden(t *testing.T) {
	for file, newExporter := range map[string]func(io.Writer) *Exporter{"testdata/sample.txt": New, "testdata/sample.jsonl": NewJSON} {
		t.Run(file, func(t *testing.T) { testGolden(t, file, newExporter) })
	}
}

// testGolden holds the output against a file, whatever the order of metrics and
// series.
func testGolden(t *testing.T, file string, newExporter func(io.Writer) *Exporter) {
	if *update {
		if err := os.WriteFile(file, export(t, newExporter, sample()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range uint64(20) {
		metrics := sample()
		rnd := rand.New(rand.NewPCG(i, 0))
		rnd.Shuffle(len(metrics), func(i, j int) { metrics[i], metrics[j] = metrics[j], metrics[i] })
		for _, m := range metrics {
			s := m.Series
			rnd.Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
		}
		if got := export(t, newExporter, metrics); !bytes.Equal(got, want) {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func export(t *testing.T, newExporter func(io.Writer) *Exporter, metrics []*metric.Metric) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := newExporter(&b).Export(context.Background(), metrics); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTables(t *testing.T) {
	whole := string(export(t, New, sample()))
	_, tables, _ := strings.Cut(whole, "\n\n")
	if got := Tables(sample()) + "\n"; got != tables {
		t.Errorf("got\n%s\nwant\n%s", got, tables)
	}
	if got := Tables(nil); got != "" {
		t.Errorf("no metrics give %q", got)
	}
}

func TestNoMetrics(t *testing.T) {
	var b bytes.Buffer
	if err := New(&b).Export(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if want := "=== no metrics: nothing has been recorded yet\n\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

// What does not fit its descriptor is shown as far as it goes, never a panic.
func TestMisshapenMetrics(t *testing.T) {
	var b bytes.Buffer
	err := New(&b).Export(context.Background(), []*metric.Metric{
		{Descriptor: metric.Descriptor{Name: "few labels", Type: metric.TypeCumulativeInt64, LabelKeys: keys("a", "b")},
			Series: []*metric.Series{series(int64(1), "x"), series(int64(2), "x", "y", "z"), series(nil)}},
		{Descriptor: metric.Descriptor{Name: "int as distribution", Type: metric.TypeCumulativeDistribution},
			Series: []*metric.Series{series(int64(1))}},
		{Descriptor: metric.Descriptor{Name: "distribution as int", Type: metric.TypeCumulativeInt64},
			Series: []*metric.Series{series(distribution(1, nil, 1)), series(&metric.Distribution{Count: 2})}},
	})
	if err != nil || !strings.Contains(b.String(), "x  y") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

func TestOneWritePerExport(t *testing.T) {
	writes := 0
	e := New(writer(func(p []byte) (int, error) { writes++; return len(p), nil }))
	if err := e.Export(context.Background(), sample()); err != nil || writes != 1 {
		t.Errorf("%v, %d writes", err, writes)
	}
}

func TestWriteErrors(t *testing.T) {
	full := errors.New("disk full")
	for _, c := range []struct {
		w    writer
		want error
	}{
		{func([]byte) (int, error) { return 0, full }, full},
		{func(p []byte) (int, error) { return len(p) - 1, nil }, io.ErrShortWrite},
	} {
		if err := New(c.w).Export(context.Background(), sample()); !errors.Is(err, c.want) {
			t.Errorf("got %v, want %v", err, c.want)
		}
	}
	if err := New(io.Discard).Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestBar(t *testing.T) {
	for _, c := range []struct {
		count, most int64
		want        int
	}{{0, 5, 0}, {5, 5, barLength}, {1, 1 << 60, 1}, {1 << 59, 1 << 60, barLength / 2}, {-1, 5, 0}} {
		if got := len(bar(c.count, c.most)); got != c.want {
			t.Errorf("bar(%d, %d) has %d, want %d", c.count, c.most, got, c.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		v             float64
		exact, rounds string
	}{
		{0, "0", "0"}, {0.1, "0.1", "0.1"}, {1234567.0625, "1234567.0625", "1234567"}, {2.0 / 3, "0.6666666666666666", "0.666667"},
		{1e6, "1000000", "1000000"}, {99999.96, "99999.96", "100000"}, {1e20, "1e+20", "1e+20"}, {-1e-9, "-1e-09", "-1e-09"},
		{math.Inf(1), "+Inf", "+Inf"}, {math.NaN(), "NaN", "NaN"},
	} {
		if number(c.v) != c.exact || rounded(c.v) != c.rounds {
			t.Errorf("%g: %q and %q, want %q and %q", c.v, number(c.v), rounded(c.v), c.exact, c.rounds)
		}
	}
}

// A broken pipe stays broken: trying again must not hold up a process's end.
func TestBrokenWriterIsRefused(t *testing.T) {
	r, w := io.Pipe()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	metrics := sample()
	var e *runtime.ExportError
	if err := New(w).Export(t.Context(), metrics); !errors.As(err, &e) || !errors.Is(err, io.ErrClosedPipe) {
		t.Fatalf("Export said %v", err)
	}
	for i, f := range e.Failures {
		if f.Metric != metrics[i] || f.Fate != runtime.Refused {
			t.Errorf("failure %d is %+v, want metric %q refused", i, f, metrics[i].Descriptor.Name)
		}
	}
	if len(e.Failures) != len(metrics) {
		t.Errorf("%d failures of %d metrics", len(e.Failures), len(metrics))
	}
}
