package main

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/ocgen/ocgen/examples/worker/workermetrics"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metrictest"
)

// TestWorker lets jobs in for a moment, and holds the metrics against the jobs
// that the program says it took.
func TestWorker(t *testing.T) {
	t.Setenv("OCGEN_EXPORTER", "none")
	t.Cleanup(workermetrics.UnregisterViews)
	if err := workermetrics.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	m := metrictest.Start(t)
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-duration", "300ms"}, &out); err != nil {
		t.Fatal(err)
	}
	var workers, jobs int64
	var duration string
	if _, err := fmt.Fscanf(&out, "%d workers take jobs for %s\n%d jobs taken", &workers, &duration, &jobs); err != nil {
		t.Fatal(err)
	}
	m.Metric("worker/jobs").WantCount(jobs)
	m.Metric("worker/job_time").WantCount(jobs)
	m.Metric("worker/job_size").WantCount(jobs)
	failed := m.Metric("worker/jobs").With(metrictest.Tags{"result": "failed"}).Count()
	m.Metric("worker/mails").WantCount(jobs - failed)
	if dropped := runtime.Stats(); len(dropped) > 0 {
		t.Errorf("values were dropped or replaced: %+v", dropped)
	}
}

// TestObserved reads the pool's own numbers as an export does.
func TestObserved(t *testing.T) {
	t.Cleanup(workermetrics.UnregisterViews)
	if err := workermetrics.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	p := newPool(3)
	p.busy.Store(1)
	p.worked.Store(int64(90 * time.Second))
	p.queue <- job{}
	m := metrictest.Start(t)
	t.Cleanup(p.observe())
	m.Metric("worker/queue_length").WantLast(1)
	m.Metric("worker/workers").With(metrictest.Tags{"state": "busy"}).WantLast(1)
	m.Metric("worker/workers").With(metrictest.Tags{"state": "idle"}).WantLast(2)
	m.Metric("worker/busy_time").WantSum(90)
}

func TestNoWorkers(t *testing.T) {
	if err := run(t.Context(), []string{"-workers", "0"}, &bytes.Buffer{}); err == nil {
		t.Error("no error for a pool without workers, which would never take a job")
	}
}
