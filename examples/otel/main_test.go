package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/examples/otel/ordermetrics"
	"github.com/ocgen/ocgen/internal/fakeotlp"
)

// runFor runs the program for a moment, and returns its output after the line with the
// number of orders.
func runFor(t *testing.T, args ...string) (taken int, out string) {
	t.Helper()
	t.Cleanup(ordermetrics.UnregisterViews)
	var b bytes.Buffer
	if err := run(t.Context(), append(args, "-duration", "200ms"), &b); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fscanf(&b, "%d orders taken\n", &taken); err != nil || taken == 0 {
		t.Fatalf("%d orders taken: %v", taken, err)
	}
	return taken, b.String()
}

var sample = regexp.MustCompile(`(?m)^(\w+)(?:\{[^}]*\})? (\S+)$`)

// sum returns the sum of the samples of a name on a page for Prometheus.
func sum(t *testing.T, page, name string) (total float64) {
	t.Helper()
	for _, found := range sample.FindAllStringSubmatch(page, -1) {
		if v, err := strconv.ParseFloat(found[2], 64); found[1] == name {
			total += v
		} else if err != nil {
			t.Error(err)
		}
	}
	return total
}

func TestPrometheus(t *testing.T) {
	taken, page := runFor(t)
	for name, want := range map[string]float64{
		"orders_taken": float64(taken), "orders_latency_count": float64(taken), "orders_workers_started": workers, "orders_waiting": 0,
	} {
		if got := sum(t, page, name); got != want || !strings.Contains(page, "# TYPE "+strings.TrimSuffix(name, "_count")+" ") {
			t.Errorf("%s is %v, want %v:\n%s", name, got, want, page)
		}
	}
	if !strings.Contains(page, `orders_latency_bucket{outcome="accepted",le="100.0"}`) && !strings.Contains(page, `orders_latency_bucket{outcome="accepted",le="100"}`) {
		t.Errorf("the names are not those of runtime/prometheus:\n%s", page)
	}
}

func TestCollector(t *testing.T) {
	for _, to := range []string{"otlp", "bridge"} {
		t.Run(to, func(t *testing.T) {
			receiver, err := fakeotlp.Start()
			if err != nil {
				t.Fatal(err)
			}
			defer receiver.Stop()
			taken, _ := runFor(t, "-to", to, "-endpoint", receiver.GRPC())
			values, points := map[string]int64{}, map[string]int{}
			for _, p := range receiver.Points() {
				values[p.Metric] += p.Int + int64(p.Count)
				points[p.Metric+fakeotlp.Key(p.Attributes)]++
			}
			for name, want := range map[string]int64{
				"orders/taken": int64(taken), "orders/latency": int64(taken), "orders.workers.started": workers,
				"opencensus.io/http/client/completed_count": map[string]int64{"bridge": 1}[to],
			} {
				if values[name] != want {
					t.Errorf("%s is %d, want %d", name, values[name], want)
				}
			}
			for series, n := range points {
				if n != 1 {
					t.Errorf("%s arrived %d times", series, n)
				}
			}
		})
	}
}

func TestUnknownWay(t *testing.T) {
	t.Cleanup(ordermetrics.UnregisterViews)
	err := run(t.Context(), []string{"-to", "nowhere"}, &bytes.Buffer{})
	if err == nil || err.Error() != `there is no way "nowhere": write prometheus, otlp or bridge` {
		t.Errorf("got %v", err)
	}
}
