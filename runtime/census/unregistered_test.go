package census

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/trace"
)

// Records through OpenCensus before the first registration are dropped and counted, by
// any recorder; those after it are recorded; those after UnregisterViews are neither.
func TestUnregisteredViews(t *testing.T) {
	name := unique("unregistered/")
	m := stats.Int64(name, "", "1")
	v := &view.View{Name: name, Measure: m, Aggregation: view.Count()}
	p := newViewsPackage("views", []*view.View{v}, ViewsInfo{}, nil)
	set := NewTagSet(nil)
	sampled, span := trace.StartSpan(t.Context(), "sampled", trace.WithSampler(trace.AlwaysSample()))
	defer span.End()
	recordAll := func() {
		set.Record(nilContext, []stats.Measurement{m.M(1)})
		set.RecordExemplar(nilContext, []stats.Measurement{m.M(1)})
		set.Bind().Record(nilContext, []stats.Measurement{m.M(1)})
		set.Bind().RecordExemplar(nilContext, []stats.Measurement{m.M(1)})
		set.RecordExemplar(sampled, []stats.Measurement{m.M(1)})
	}
	recordAll()
	wantCount(t, "", name, record.ReasonUnregistered, 5)
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	recordAll()
	if got := countRows(t, name)[""]; got != 5 {
		t.Errorf("%d of 5 records", got)
	}
	p.Unregister()
	recordAll()
	wantCount(t, "", name, record.ReasonUnregistered, 5)
}

// The view may be registered by hand: then nothing is lost, and nothing counted, and the
// package is not forgotten.
func TestRegisteredByHand(t *testing.T) {
	f := newFixture(t, []*record.Tag{record.NewClosedTag(unique("key"), record.ClosedTag{Values: []string{"a"}})})
	f.set.Record(nilContext, f.one(), record.Closed(uint8(1)))
	wantCount(t, "", f.measure.Name(), record.ReasonUnregistered, 0)
	float := stats.Float64(unique("float"), "", "1")
	registerView(t, &view.View{Name: float.Name(), Measure: float, Aggregation: view.Count()})
	without := stats.Int64(unique("without"), "", "1")
	for _, c := range []struct {
		measure stats.Measure
		used    bool
	}{{f.measure, true}, {float, true}, {without, false}} {
		p := newViewsPackage("by hand", nil, ViewsInfo{Measures: []MeasureInfo{{Measure: c.measure}}}, nil)
		if p.Used() != c.used {
			t.Errorf("%s: the package is used: %t, want %t", c.measure.Name(), p.Used(), c.used)
		}
	}
}

// A log keeps what slog writes.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// lines returns the lines that have the text.
func (l *log) lines(text string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []string
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, text) {
			found = append(found, line)
		}
	}
	return found
}

// logTo has slog write to a log until the test ends.
func logTo(t *testing.T) *log {
	l, old := &log{}, slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(l, nil)))
	t.Cleanup(func() { slog.SetDefault(old) })
	return l
}

// Lost records are told once, with the cure, whoever else is registered.
func TestLostRecordsAreTold(t *testing.T) {
	l := logTo(t)
	f := newFixture(t, nil)
	f.set.Record(nilContext, f.one())
	name := unique("lost/")
	NewTagSet(nil).Record(nilContext, []stats.Measurement{stats.Int64(name, "", "1").M(1)})
	e := &memory{exported: make(chan struct{}, 100)}
	tel, err := runtime.Start(t.Context(), runtime.Options{Exporter: e, Interval: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		<-e.exported // the first two exports have ended, and what is to be told is told
	}
	if got := l.lines("RegisterViews"); len(got) != 1 {
		t.Errorf("logged %q while it runs", got)
	}
	if err := tel.Shutdown(within(t, testGrace)); err != nil {
		t.Error(err)
	}
	if got := l.lines("RegisterViews"); len(got) != 1 || !slices.ContainsFunc(record.Stats(), func(s record.Stat) bool { return s.Measure == name }) {
		t.Errorf("logged %q", got)
	}
}
