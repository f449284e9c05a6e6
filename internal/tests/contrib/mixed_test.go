package contrib_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/directminimal"
	"github.com/ocgen/ocgen/golden/events"
	"github.com/ocgen/ocgen/golden/values"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/census"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricexport"
	"go.opencensus.io/stats/view"
)

// A reader is an exporter of OpenCensus that compares what it gets with what it expects.
type reader struct {
	t      *testing.T
	name   string
	prefix string // of metrics that all readings have
	series int    // of these metrics in each reading; 0: a Telemetry, which exports those that changed

	mu       sync.Mutex
	last     map[string]string // values by series
	readings int
}

// ExportMetrics implements [metricexport.Exporter].
func (r *reader) ExportMetrics(_ context.Context, metrics []*metricdata.Metric) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.readings++
	names, now, series := map[string]bool{}, map[string]string{}, 0
	for _, m := range metrics {
		if names[m.Descriptor.Name] {
			r.t.Errorf("%s: %s is there twice", r.name, m.Descriptor.Name)
		}
		names[m.Descriptor.Name] = true
		for _, ts := range m.TimeSeries {
			key := fmt.Sprint(m.Descriptor.Name, ts.LabelValues)
			if now[key] != "" {
				r.t.Errorf("%s: %s is there twice", r.name, key)
			}
			now[key] = text(ts.Points[len(ts.Points)-1].Value)
			if strings.HasPrefix(key, r.prefix) {
				series++
			}
		}
	}
	if r.series == 0 {
		if r.last == nil {
			r.last = map[string]string{}
		}
		maps.Copy(r.last, now)
		return nil
	}
	r.last = now
	if series != r.series {
		r.t.Errorf("%s: reading %d has %d series of %s, want %d", r.name, r.readings, series, r.prefix, r.series)
	}
	return nil
}

// text returns the value of a point of either kind.
func text(v any) string {
	switch v := v.(type) {
	case *metric.Distribution:
		return fmt.Sprint(v.Count, v.Sum)
	case *metricdata.Distribution:
		return fmt.Sprint(v.Count, v.Sum)
	}
	return fmt.Sprint(v)
}

// gather is a reading with runtime.Gather.
func (r *reader) gather() {
	var all []*metricdata.Metric
	for _, m := range runtime.Gather(r.t.Context()) {
		c := &metricdata.Metric{Descriptor: metricdata.Descriptor{Name: m.Descriptor.Name}}
		for _, s := range m.Series {
			ts := &metricdata.TimeSeries{Points: []metricdata.Point{{Value: text(s.Point.Value)}}}
			for _, l := range s.LabelValues {
				ts.LabelValues = append(ts.LabelValues, metricdata.LabelValue(l))
			}
			c.TimeSeries = append(c.TimeSeries, ts)
		}
		all = append(all, c)
	}
	_ = r.ExportMetrics(r.t.Context(), all)
}

// gone reports whether an error says no more than that values of these metrics were not
// sent: UnregisterViews drops the values that no export has sent yet.
func gone(err error, metrics []metric.Descriptor) bool {
	var e *runtime.ShutdownError
	if !errors.As(err, &e) || e.Err != nil || e.Unread > 0 || len(e.Refused)+len(e.Unconfirmed) > 0 {
		return false
	}
	return !slices.ContainsFunc(e.Unsent, func(f runtime.SeriesFailure) bool {
		return !slices.ContainsFunc(metrics, func(d metric.Descriptor) bool {
			return f.Series == d.Name || strings.HasPrefix(f.Series, d.Name+"{")
		})
	})
}

// A program with a package of views, packages with direct recorders and a producer of other
// code exports each series once, through runtime.Gather, a Telemetry and a reader of
// OpenCensus, while other packages are registered and unregistered. OpenCensus's reader is
// not there while views are unregistered: OpenCensus reads rows without the lock that
// unregistering changes them under.
func TestMixedProgram(t *testing.T) {
	for _, c := range []struct {
		name       string
		register   func() error
		unregister func()
		record     func(context.Context)
		metrics    []metric.Descriptor // of the package that comes and goes
		reader     bool                // OpenCensus's runs too
	}{
		{name: "direct", register: directminimal.RegisterViews, unregister: directminimal.UnregisterViews,
			record: func(ctx context.Context) { directminimal.RecordJobs(ctx, 1) }, metrics: directminimal.Descriptors(), reader: true},
		{name: "views", register: values.RegisterViews, unregister: values.UnregisterViews,
			record: func(ctx context.Context) { values.RecordOne(ctx) }, metrics: values.Descriptors()},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newProgram(t, 3, 4)
			register(t, events.RegisterViews, events.UnregisterViews)
			record := func() {
				p.record(t)
				events.RecordServed(t.Context(), events.OutcomeOK)
			}
			record()
			view.Find("") // behind all records
			n := len(p.metricTypes()) * p.values
			gathered := &reader{t: t, name: "Gather", prefix: p.prefix, series: n}
			read := &reader{t: t, name: "OpenCensus", prefix: p.prefix, series: n}
			exported := &reader{t: t, name: "Telemetry"}
			tel, err := runtime.Start(t.Context(), runtime.Options{
				Exporter: census.FromOpenCensus(exported, 0), Interval: time.Hour, NoHealthMetrics: true, OnError: func(err error) { t.Error(err) },
			})
			if err != nil {
				t.Fatal(err)
			}
			export := func() { metricexport.NewReader().ReadAndExport(read) }

			var work sync.WaitGroup
			for range 2 {
				work.Go(func() {
					for range 50 {
						if err := c.register(); err != nil {
							t.Error(err)
						}
						c.record(t.Context())
						c.unregister()
					}
				})
			}
			work.Go(func() {
				for range 50 {
					record()
				}
			})
			work.Go(func() {
				for range 50 {
					gathered.gather()
				}
			})
			work.Go(func() {
				for range 50 {
					if err := tel.ForceFlush(within(t, time.Minute)); err != nil && !gone(err, c.metrics) {
						t.Error(err)
					}
				}
			})
			if c.reader {
				work.Go(func() {
					for range 50 {
						export()
					}
				})
			}
			work.Wait()
			c.unregister()

			record()
			if err := errors.Join(tel.Shutdown(within(t, time.Minute)), t.Context().Err()); err != nil {
				t.Error(err)
			}
			gathered.gather()
			export()
			if !maps.Equal(read.last, gathered.last) {
				t.Errorf("OpenCensus's reader has\n%v\nwant\n%v", read.last, gathered.last)
			}
			served := "golden/events/served[{ok true}]"
			if gathered.last[served] == "" {
				t.Errorf("%s is not among %v", served, gathered.last)
			}
			for key, v := range gathered.last {
				if strings.HasPrefix(key, p.prefix) && v != fmt.Sprint(p.records) {
					t.Errorf("%s is %s, want %d", key, v, p.records)
				}
				if exported.last[key] != v {
					t.Errorf("%s was exported as %q, want %s", key, exported.last[key], v)
				}
			}
		})
	}
}
