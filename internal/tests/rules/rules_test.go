// Package rules_test compares generated rules, in a real Prometheus, with the evaluation of
// the same SLOs in the process.
package rules_test

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/golden/alerts"
	golden "github.com/ocgen/ocgen/golden/prometheus"
	"github.com/ocgen/ocgen/internal/realprometheus"
	"github.com/ocgen/ocgen/runtime/prometheus"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"github.com/ocgen/ocgen/schema"
)

// namespace is the one of golden/prometheus.
const namespace = "shop"

// TestErrorRatios records events through OpenCensus's views and through direct recorders:
// at bounds, below and above them, and of each outcome. Prometheus scrapes them in the text
// format and in OpenMetrics, and evaluates the rules. Each error ratio must be the one that
// the process computes, and the page must fire.
func TestErrorRatios(t *testing.T) {
	register(t, golden.RegisterViews, golden.UnregisterViews)
	register(t, alerts.RegisterViews, alerts.UnregisterViews)
	evaluator := evaluate.New(evaluate.Options{})
	defer evaluator.Close()
	record() // before the first scrape, so that all series have a first sample

	formats := map[string]prometheus.Options{"text": {}, "openmetrics": {OpenMetrics: true}}
	mux := http.NewServeMux()
	var files, jobs []string
	for job, opts := range formats {
		opts.Namespace = namespace
		opts.OnError = func(err error) { t.Error(err) }
		h, err := prometheus.New(opts)
		if err != nil {
			t.Fatal(err)
		}
		mux.Handle("/"+job, h)
		jobs = append(jobs, job)
		for _, name := range []string{"prometheus", "alerts"} {
			files = append(files, rules(t, name, job))
		}
	}
	target := httptest.NewServer(mux)
	t.Cleanup(target.Close)
	s := realprometheus.StartWithRules(t, strings.TrimPrefix(target.URL, "http://"), files, jobs...)
	s.Want(`count(up == 1)`, "map[] 2")
	for range 9 {
		record()
	}

	want := map[string]float64{}
	for _, o := range evaluator.Evaluate(context.Background()).SLOs {
		if o.Form != evaluate.FormRatio && o.Form != evaluate.FormDistribution {
			continue
		}
		if o.SinceStart.Bad == 0 || o.SinceStart.Good == 0 {
			t.Errorf("%s: %v good and %v bad events", o.Key, o.SinceStart.Good, o.SinceStart.Bad)
		}
		for job := range formats {
			want[key(job, o.Package, strings.ReplaceAll(o.ID, "_", "-"))] = o.SinceStart.Bad / o.SinceStart.Total
		}
	}
	if len(want) < 30 {
		t.Fatalf("only %d SLOs", len(want))
	}
	wantRatios(t, s, want)
	for job := range formats {
		s.Want(fmt.Sprintf(`sum by (severity) (ALERTS{alertname="RuledOrdersBadOfTotalBurn",alertstate="firing",env=%q})`, job),
			"map[severity:page] 1", "map[severity:ticket] 1")
		for id, bad := range map[string]int{"windows-of-ratio": 1, "short-queue": 1, "enough-work": 0, "steady-queue": 0} {
			s.Want(fmt.Sprintf(`sum(slo:sli_window:bad{sloth_service="ruled-orders",sloth_slo=%q,env=%q})`, id, job), fmt.Sprintf("map[] %d", bad))
		}
	}
}

func register(t *testing.T, views func() error, undo func()) {
	t.Helper()
	if err := views(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(undo)
}

// record records one round: all rounds have the same ratios.
func record() {
	ctx := context.Background()
	for _, d := range []time.Duration{0, 100, 250, 250, 499, 500, 500, 501, 2499, 2500, 2501, 60_000} {
		golden.RecordRequestLatency(ctx, d*time.Millisecond, golden.OutcomeOK, golden.Code200, "/orders/new")
		alerts.RecordRequestLatency(ctx, d*time.Millisecond, alerts.OutcomeOK, `/orders/{id:"\d+"}`)
	}
	golden.RecordRequestLatency(ctx, time.Second, golden.OutcomeError, golden.Code500, "/orders/new")
	golden.RecordRequestLatency(ctx, time.Second, golden.OutcomeError, golden.Code429, "/orders/7")
	golden.RecordRequestLatency(ctx, time.Second, golden.OutcomeTimeout, golden.Code503, `/orders/{id:"\d+"}`)
	golden.RecordRequestLatency(ctx, time.Second, golden.OutcomeTimeout, golden.Code404, "/süß|(*)")
	golden.RecordRequestLatency(ctx, time.Second, golden.OutcomeError, 0, "")
	alerts.RecordRequestLatency(ctx, time.Second, alerts.OutcomeError, `/orders/{id:"\d+"}`)
	alerts.RecordRequestLatency(ctx, time.Second, alerts.OutcomeError, "/orders/new")
	alerts.RecordRequestLatency(ctx, time.Second, alerts.OutcomeTimeout, "")
	for _, size := range []int64{0, 1499, 1500, 1501, 1048575, 1048576, 3_000_000} {
		golden.RecordResponseSize(ctx, size)
	}
	golden.RecordFailedBytes(ctx, 7)
	golden.RecordDoneBytes(ctx, 93)
	golden.RecordQueueDepth(ctx, 500, golden.OutcomeOK)
}

// rules writes the rules of a golden schema for the series of a job, and returns the file.
func rules(t *testing.T, name, job string) string {
	t.Helper()
	const file = "metrics.yaml"
	data, err := os.ReadFile(filepath.Join("../../../golden", name, file))
	if err != nil {
		t.Fatal(err)
	}
	s, problems := schema.Parse(data, schema.Options{File: file})
	if s == nil {
		t.Fatal(problems)
	}
	s.Environment = job
	s.Prometheus = schema.Prometheus{Namespace: namespace, Matchers: []schema.Matcher{{Key: "job", Values: []string{job}}}}
	s.Generate.Outputs = []schema.OutputPath{{Key: "prometheus", Path: "rules"}}
	files, err := generator.Generate(s)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), job+"-"+name+".rules.yaml")
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".rules.yaml") {
			continue
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// services are the services of the packages.
var services = map[string]string{"prometheus": "ruled-orders", "alerts": "watched-orders"}

func key(job, pkg, slo string) string {
	return fmt.Sprintf("map[env:%s sloth_id:%s-%s]", job, services[pkg], slo)
}

// wantRatios waits until all error ratios are those of the process within 1%.
func wantRatios(t *testing.T, s *realprometheus.Server, want map[string]float64) {
	t.Helper()
	const query = `max by (env, sloth_id) (slo:sli_error:ratio_rate5m)`
	var wrong []string
	for end := time.Now().Add(realprometheus.Patience); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		got, err := s.Values(query)
		wrong = wrong[:0]
		for labels, ratio := range want {
			if v, ok := got[labels]; !ok || math.Abs(v-ratio) > 0.01*ratio {
				wrong = append(wrong, fmt.Sprintf("%s: got %v, want %v", labels, v, ratio))
			}
		}
		if err == nil && len(wrong) == 0 {
			return
		}
	}
	t.Errorf("the error ratios differ:\n%s", strings.Join(wrong, "\n"))
}
