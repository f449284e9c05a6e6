//go:build go1.25

package runtime

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	direct "github.com/ocgen/ocgen/runtime/series"
)

// A borrower is an exporter that reads the metrics which it was given again when it is
// released, whatever its ctx says.
type borrower struct {
	began   chan struct{}
	release chan struct{} // nil: it does not wait

	mu      sync.Mutex
	texts   []string // of each Export, when it began
	changed []string // what was there later instead
}

func (e *borrower) Export(_ context.Context, metrics []*metric.Metric) error {
	before := texts(metrics)
	e.mu.Lock()
	e.texts = append(e.texts, before)
	e.mu.Unlock()
	if e.release != nil {
		e.began <- struct{}{}
		<-e.release
	}
	if after := texts(metrics); after != before {
		e.mu.Lock()
		e.changed = append(e.changed, before+" became "+after)
		e.mu.Unlock()
	}
	return nil
}

func (*borrower) Shutdown(context.Context) error { return nil }

// texts returns all that the metrics say.
func texts(metrics []*metric.Metric) string {
	all := ""
	for _, m := range metrics {
		for _, s := range m.Series {
			all += fmt.Sprintln(metric.SeriesName(m, s), s.StartTime.UnixNano(), s.Point.Time.UnixNano(), s.Point.Value)
		}
	}
	return all
}

// As long as an Export runs that was given up, nobody uses its memory: not those who
// look whether there is anything to export, nor a Shutdown that lists what is missing,
// nor Gather.
func TestBorrowedMemoryIsLeftAlone(t *testing.T) {
	set, _ := distributions(t)
	counts := newTestPackage("borrowed")
	if err := counts.Register(); err != nil {
		t.Fatal(err)
	}
	defer counts.Unregister()
	recordAll := func() {
		for i := range uint64(3) {
			set.At(i).Record(1.5)
		}
		counts.counts.At(0).Inc()
	}
	for name, end := range map[string]func(tel *Telemetry) error{
		"ForceFlush":              func(tel *Telemetry) error { return tel.ForceFlush(within(t, time.Second)) },
		"Shutdown":                func(tel *Telemetry) error { return tel.Shutdown(within(t, time.Second)) },
		"Shutdown without a time": func(tel *Telemetry) error { return tel.Shutdown(doneContext()) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				recordAll()
				e := &borrower{began: make(chan struct{}, 10), release: make(chan struct{})}
				tel, err := Start(context.Background(), Options{Exporter: e, Interval: 1e6 * time.Hour, OnError: func(error) {}})
				if err != nil {
					t.Fatal(err)
				}
				if err := tel.ForceFlush(within(t, time.Second)); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("the first export: %v", err)
				}
				<-e.began
				for range 3 {
					recordAll()
					Gather(context.Background())
					if end(tel) == nil {
						t.Error("the exporter hangs, and no error says so")
					}
					if name != "ForceFlush" {
						break
					}
				}
				close(e.release)
				synctest.Wait()
				_ = tel.Shutdown(within(t, testGrace))
				if len(e.changed) > 0 {
					t.Errorf("while it was exported:\n%s", e.changed)
				}
				if want := map[bool]int{true: 2, false: 1}[name == "ForceFlush"]; len(e.texts) != want {
					t.Errorf("%d exports, want %d", len(e.texts), want)
				}
			})
		})
	}
}

// Exports one after the other use the same memory; each has what it should, and readers
// beside them have their own. It is for the race detector, too.
func TestMemoryBesideReaders(t *testing.T) {
	set, name := distributions(t)
	e := &borrower{}
	tel, err := Start(context.Background(), Options{Exporter: e, Interval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	var busy sync.WaitGroup
	for g := range 4 {
		busy.Go(func() {
			for range 50 {
				set.At(uint64(g % 3)).Record(1.5)
				if err := tel.ForceFlush(within(t, testGrace)); err != nil {
					t.Error(err)
				}
				_ = gathered(name)
			}
		})
	}
	busy.Wait()
	if err := tel.Shutdown(within(t, testGrace)); err != nil {
		t.Error(err)
	}
	if len(e.changed) > 0 || len(e.texts) == 0 {
		t.Errorf("%d exports; changed %s", len(e.texts), e.changed)
	}
}

// A refuser refuses the points of one label, in an error that names the series as it got
// them.
type refuser struct {
	label string
	join  bool // with the error of another backend
}

func (e *refuser) Export(_ context.Context, metrics []*metric.Metric) error {
	refused := &ExportError{}
	for _, m := range metrics {
		for _, s := range m.Series {
			if len(s.LabelValues) == 1 && s.LabelValues[0].Value == e.label {
				refused.Failures = append(refused.Failures, Failure{Metric: m, Series: s, Fate: Refused, Err: errDown})
			}
		}
	}
	if len(refused.Failures) == 0 {
		return nil
	}
	if e.join {
		return errors.Join(&ExportError{}, fmt.Errorf("the second backend: %w", refused))
	}
	return refused
}

func (*refuser) Shutdown(context.Context) error { return nil }

// An error that names series still names them when their memory has been used again.
func TestErrorsOutliveTheMemory(t *testing.T) {
	for _, join := range []bool{false, true} {
		name := unique("outlives")
		set := direct.NewCounts(direct.SeriesInfo{Name: name, Size: 4,
			Tags: []*record.Tag{record.NewClosedTag("tag", record.ClosedTag{Values: []string{"a", "b", "c"}})}})
		p := record.NewPackage(record.PackageInfo{Name: "outlives", Parts: []record.Part{direct.Sets(set)},
			Descriptors: func() []metric.Descriptor {
				return []metric.Descriptor{{Name: name, Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "tag"}}}}
			}})
		if err := p.Register(); err != nil {
			t.Fatal(err)
		}
		e := &refuser{label: "a", join: join}
		tel, err := Start(context.Background(), Options{Exporter: e, Interval: time.Hour, OnError: func(error) {}})
		if err != nil {
			t.Fatal(err)
		}
		set.At(0).Inc()
		set.At(1).Inc()
		failed := lists(tel.ForceFlush(within(t, testGrace)))
		told := tel.Health().LastError
		series := name + "{tag=a}"
		if failed != "refused "+series+"; " || told == nil {
			t.Fatalf("join %t: %q, told %v", join, failed, told)
		}
		p.Unregister() // the series are made again in another order
		if err := p.Register(); err != nil {
			t.Fatal(err)
		}
		e.label = "c"
		set.At(2).Inc()
		set.At(1).Inc()
		if got := lists(tel.ForceFlush(within(t, testGrace))); got != "refused "+series+" "+name+"{tag=c}; " && got != "refused "+name+"{tag=c}; " {
			t.Errorf("join %t: the next export: %q", join, got)
		}
		named := exportErrors(told)[len(exportErrors(told))-1].Failures[0]
		if got := metric.SeriesName(named.Metric, named.Series); got != series {
			t.Errorf("join %t: the first error now names %s, want %s", join, got, series)
		}
		p.Unregister()
		_ = tel.Shutdown(within(t, testGrace))
	}
}

// Each of several ExportErrors counts.
func TestJoinedExportErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(0)
		b.set("a", 1, "b", 2, "c", 3)
		tel, err := Start(t.Context(), Options{Exporter: &joining{b}, source: b.source(), NoHealthMetrics: true, Interval: time.Hour, OnError: func(error) {}})
		if err != nil {
			t.Fatal(err)
		}
		if got := lists(tel.Shutdown(within(t, testGrace))); got != "refused m{s=a} m{s=b}; " {
			t.Errorf("Shutdown: %q", got)
		}
	})
}

// A joining exporter has two backends, each of which refuses a series.
type joining struct{ *backend }

func (j *joining) Export(_ context.Context, metrics []*metric.Metric) error {
	e := export{all: metrics}
	return errors.Join(errors.Join(e.fail(Refused, errDown, "a")), fmt.Errorf("second: %w", e.fail(Refused, errDown, "b")))
}
