package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	"google.golang.org/protobuf/types/known/emptypb"
)

// TestMain is the receiver when a test has started the program again.
func TestMain(m *testing.M) {
	if isReceiver() {
		succeed(receive(&backend{}, os.Stdin, os.Stdout))
		return
	}
	os.Exit(m.Run())
}

// A keepingBackend keeps the last point of each series, by its name and labels.
type keepingBackend struct {
	*backend
	mu     sync.Mutex
	points map[string]float64 // of a histogram its count
	twice  []string           // series that one export had twice
}

func (k *keepingBackend) keep(name string, labels map[string]string, value float64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var all []string
	for _, key := range []string{"method", "outcome", "customer"} {
		all = append(all, labels[key])
	}
	key := name + " " + strings.Join(all, " ")
	if _, ok := k.points[key]; ok {
		k.twice = append(k.twice, key)
	}
	k.points[key] = value
}

func (k *keepingBackend) Export(ctx context.Context, request *collector.ExportMetricsServiceRequest) (*collector.ExportMetricsServiceResponse, error) {
	labels := func(all []*common.KeyValue) map[string]string {
		labels := map[string]string{}
		for _, a := range all {
			labels[a.Key] = a.Value.GetStringValue()
		}
		return labels
	}
	for _, m := range request.ResourceMetrics[0].ScopeMetrics[0].Metrics {
		for _, p := range m.GetSum().GetDataPoints() {
			k.keep(m.Name, labels(p.Attributes), float64(p.GetAsInt()))
		}
		for _, p := range m.GetHistogram().GetDataPoints() {
			k.keep(m.Name, labels(p.Attributes), float64(p.Count))
			if len(p.ExplicitBounds) != len(twelveBounds) {
				return nil, fmt.Errorf("%d bounds", len(p.ExplicitBounds))
			}
		}
	}
	return k.backend.Export(ctx, request)
}

func (k *keepingBackend) CreateTimeSeries(ctx context.Context, request *monitoringpb.CreateTimeSeriesRequest) (*emptypb.Empty, error) {
	for _, s := range request.TimeSeries {
		v := s.Points[0].Value
		value := float64(v.GetInt64Value())
		if d := v.GetDistributionValue(); d != nil {
			value = float64(d.Count)
		}
		k.keep(s.Metric.Type, s.Metric.Labels, value)
	}
	return k.backend.CreateTimeSeries(ctx, request)
}

func (k *keepingBackend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		name, rest, _ := strings.Cut(lines.Text(), "{")
		if strings.HasSuffix(name, "_bucket") || strings.HasSuffix(name, "_sum") {
			continue
		}
		labels, value, _ := strings.Cut(rest, "} ")
		parts := strings.Split(labels, `"`) // method=, GET, and so on
		v, err := strconv.ParseFloat(value, 64)
		if err != nil || len(parts) != 7 {
			http.Error(w, lines.Text(), http.StatusBadRequest)
			return
		}
		k.keep(strings.TrimSuffix(name, "_count"), map[string]string{"method": parts[1], "outcome": parts[3], "customer": parts[5]}, v)
	}
	r.Body = io.NopCloser(bytes.NewReader(text))
	k.backend.ServeHTTP(w, r)
}

// next forgets the points and returns them.
func (k *keepingBackend) next() (points map[string]float64, twice []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	points, twice = k.points, k.twice
	k.points, k.twice = map[string]float64{}, nil
	return points, twice
}

// receiveHere is a receiver in this process.
func receiveHere(t *testing.T, b services) *receiver {
	in, toIn := io.Pipe()
	fromOut, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- receive(b, in, out) }()
	r := newReceiver(toIn, fromOut, func() error { return <-ended })
	t.Cleanup(r.stop)
	return r
}

// TestExportedSeries wants each library to export all series, each once, with the values that
// were recorded, also those that have not changed since the last export.
func TestExportedSeries(t *testing.T) {
	const series = 480
	const records = 4*series/2 + 3
	kept := &keepingBackend{backend: &backend{}, points: map[string]float64{}}
	to := receiveHere(t, kept)
	for _, e := range exportings() {
		if e.name == slozName {
			continue
		}
		for _, l := range e.libraries {
			if l.library == readingAlone {
				continue
			}
			target := l.start(series, to)
			for _, each := range []int{1, 1, 1, 80} { // the last changes all, exports, and changes three counters and three histograms
				target.prepare(l.library, exportKind{series, each})
				kept.next() // of the export before
				target.whole(l.library, series)
				points, twice := kept.next()
				if len(points) != series || len(twice) > 0 {
					t.Errorf("%s, %s: %d series, twice %v", e.name, l.library, len(points), twice)
				}
				if each == 1 {
					continue
				}
				if payload, count := sums(points); payload != records*payloadBytes || count != records {
					t.Errorf("%s, %s: %v bytes and %v latencies", e.name, l.library, payload, count)
				}
			}
			target.stop()
		}
	}
}

func sums(points map[string]float64) (payload, count float64) {
	for _, key := range slices.Sorted(maps.Keys(points)) {
		if strings.Contains(key, "payload ") {
			payload += points[key]
			continue
		}
		count += points[key]
	}
	return payload, count
}

// TestExportCosts measures each kind of export with a receiver in a process of its own. An export
// of which series are missing panics.
func TestExportCosts(t *testing.T) {
	for _, e := range exportings() {
		results := measureExports(e, scale{rounds: 1, scraped: []int{2_000}})
		if len(results) != len(e.libraries) {
			t.Errorf("%s: %d libraries", e.name, len(results))
		}
		for _, r := range results {
			if len(r.Costs) != len(scrapeChanges) {
				t.Errorf("%s, %s: %d kinds of exports", e.name, r.Library, len(r.Costs))
			}
			for kind, c := range r.Costs {
				if c.MS <= 0 || c.Allocs <= 0 || c.Bytes <= 0 {
					t.Errorf("%s, %s: %+v costs %+v", e.name, r.Library, kind, c)
				}
			}
		}
	}
}

// TestLostSeries wants an export to panic that lacks series.
func TestLostSeries(t *testing.T) {
	lossy := &exportTarget{export: func() cost { return cost{} }, arrived: func() int { return 999 }}
	defer func() {
		if recover() == nil {
			t.Error("999 series are taken for 1,000")
		}
	}()
	lossy.whole("lossy", 1_000)
}

// TestLostReceiver wants the end of a receiver to be noticed, unless bench has stopped it.
func TestLostReceiver(t *testing.T) {
	lost := make(chan error, 1)
	notice := func(err error) { lost <- err }
	r := startReceiverOr(notice)
	if got := r.arrived(); got != 0 {
		t.Errorf("%d series have arrived", got)
	}
	r.stop()
	if len(lost) > 0 {
		t.Error("a stopped receiver is lost")
	}
	startReceiverOr(notice).in.Close()
	if err := <-lost; err != nil {
		t.Error(err)
	}
}

// TestSLOsReadAllSeries wants the SLOs of the measured page to count every record.
func TestSLOsReadAllSeries(t *testing.T) {
	const series = 480
	for _, p := range []ownPackage{ourDirect, ourViews} {
		if err := p.register(); err != nil {
			t.Fatal(err)
		}
		evaluator := evaluate.New(evaluate.Options{SLOs: slosOver(p.name)})
		target := &exportTarget{record: p.record}
		evaluator.Evaluate(t.Context())
		target.change(series, 1)
		got := evaluator.Evaluate(t.Context())
		for i, want := range []float64{series / 2 * payloadBytes, series / 2} {
			if s := got.SLOs[i]; s.SinceStart.Total != want || s.SinceStart.Good <= 0 || s.SinceStart.Good >= want {
				t.Errorf("%s, %s: %v of %v are good, want %v in all", p.name, s.ID, s.SinceStart.Good, s.SinceStart.Total, want)
			}
		}
		readsAll(evaluator, series/2)
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: a lacking record is not seen", p.name)
				}
			}()
			readsAll(evaluator, series/2+1)
		}()
		evaluator.Close()
		p.unregister()
	}
}

// TestReadingsForExports wants later exports of direct to use the memory of earlier ones.
func TestReadingsForExports(t *testing.T) {
	all := readForExports(scale{read: []int{2_000}})
	if len(all) != 2 {
		t.Fatalf("%d libraries", len(all))
	}
	for _, r := range all {
		if r.Series != 2_000 || r.First <= 0 || r.Later <= 0 || r.Library == ocgenDirect && r.Later > r.First/4 {
			t.Errorf("%+v", r)
		}
	}
}

// TestStallsOfExports wants records to be watched in all three situations.
func TestStallsOfExports(t *testing.T) {
	e := stallsOfExports(scale{rounds: 2, read: []int{500}, beside: 5 * time.Millisecond})
	if e.Series != 500 || e.Seconds != 0.01 || e.Copying < 0 || e.Discarding < 0 || e.Sending < 0 {
		t.Errorf("%+v", e)
	}
	if got := (&exportStalls{Copying: 1, Discarding: 5}).moreOften(); got != 3 {
		t.Errorf("with one more, 5 a second are %v times as many as 1", got)
	}
}

// TestRunExports wants -only to choose a measurement by its name, and the file of numbers to have it.
func TestRunExports(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.json")
	for name, want := range map[string]string{
		slozName:          `"1000 series, 1/100 changed"`,
		exportReadingName: `"Later"`,
		exportStallsName:  `"Discarding"`,
	} {
		var progress strings.Builder
		if err := run([]string{"-quick", "-rounds", "1", "-only", name, "-json", file}, io.Discard, &progress); err != nil {
			t.Fatal(err)
		}
		if progress.String() != name+"\n" || !slices.Contains(measurable(), name) {
			t.Errorf("-only %q measures %q", name, &progress)
		}
		written, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(written), want) {
			t.Errorf("%s is missing in\n%s%v", want, written, err)
		}
	}
}
