package census

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
)

type otherProducer struct{}

func (otherProducer) Read() []*metricdata.Metric {
	return []*metricdata.Metric{{Descriptor: metricdata.Descriptor{Name: "other"}, TimeSeries: []*metricdata.TimeSeries{
		{Points: []metricdata.Point{{Time: time.Now(), Value: int64(1)}}}}}}
}

// TestStop runs itself in another process: view.Stop cannot be undone.
func TestStop(t *testing.T) {
	if os.Getenv("OCGEN_TEST_STOP") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestStop$", "-test.v")
		cmd.Env = append(os.Environ(), "OCGEN_TEST_STOP=1")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "--- PASS: TestStop") {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	p, m := newTestPackage("stopped")
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	e := &memory{}
	tel := startMemory(t, e)
	view.Stop()
	other := otherProducer{}
	metricproducer.GlobalManager().AddProducer(other)

	set := NewTagSet(threeTags())
	set.Record(context.Background(), []stats.Measurement{m.M(1)})
	set.RecordExemplar(context.Background(), []stats.Measurement{m.M(1), m.M(2)})
	wantCount(t, "", m.Name(), record.ReasonStopped, 3)
	p.Unregister()
	if err := p.Register(); !errors.Is(err, errStopped) {
		t.Errorf("Register: %v", err)
	}
	if err := tel.Shutdown(context.Background()); !errors.Is(err, errStopped) {
		t.Errorf("Shutdown: %v", err)
	}
	if e.last("other") == nil || !e.shut {
		t.Errorf("%d exports, shut down %t: other producers must still be exported", len(e.exports), e.shut)
	}
}
