package runtime

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	direct "github.com/ocgen/ocgen/runtime/series"
)

var uniqueCount atomic.Int64

// unique returns a name that no other test uses: counters and packages are global.
func unique(name string) string { return fmt.Sprintf("%s%d", name, uniqueCount.Add(1)) }

// A testPackage is a package of direct counts without tags.
type testPackage struct {
	*record.Package
	counts *direct.Counts
	name   string // of the metric
}

func newTestPackage(name string) *testPackage {
	p := &testPackage{name: unique(name + "/count")}
	p.counts = direct.NewCounts(direct.SeriesInfo{Name: p.name, Size: 1})
	p.Package = record.NewPackage(record.PackageInfo{
		Name:  name,
		Parts: []record.Part{direct.Sets(p.counts)},
		Descriptors: func() []metric.Descriptor {
			return []metric.Descriptor{{Name: p.name, Description: "Count.", Unit: "1", Type: metric.TypeCumulativeInt64}}
		},
	})
	return p
}

// observe has the function called whenever metrics are read, until the test ends or stop
// is called.
func observe(t *testing.T, f func() float64) (stop func()) {
	t.Helper()
	name := unique("observed")
	o := direct.NewFloat64Observed(nil, direct.ObservedInfo{Name: name})
	p := record.NewPackage(record.PackageInfo{
		Name:  "observing",
		Parts: []record.Part{direct.Observers(o)},
		Descriptors: func() []metric.Descriptor {
			return []metric.Descriptor{{Name: name, Type: metric.TypeGaugeFloat64}}
		},
	})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)
	return o.Observe(f)
}

// gathered returns the metric of that name, as all exporters have it, or nil.
func gathered(name string) *metric.Metric { return find(Gather(context.Background()), name) }

// find returns the metric of that name, or nil.
func find(metrics []*metric.Metric, name string) *metric.Metric {
	for _, m := range metrics {
		if m.Descriptor.Name == name {
			return m
		}
	}
	return nil
}

// logged is what slog writes.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// lines returns the lines that have the text.
func (l *logged) lines(text string) []string {
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

// logTo has slog write to what it returns, until the test ends.
func logTo(t *testing.T) *logged {
	l, old := &logged{}, slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(l, nil)))
	t.Cleanup(func() { slog.SetDefault(old) })
	return l
}

// alone reports whether the test has the process for itself. If not it has been run in
// another process.
func alone(t *testing.T) bool {
	t.Helper()
	const env = "OCGEN_TEST_ALONE"
	if os.Getenv(env) == t.Name() {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), env+"="+t.Name())
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Fatalf("%v\n%s", err, out)
	}
	return false
}
