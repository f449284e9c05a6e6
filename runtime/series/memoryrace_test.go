package series

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// TestReadersWithAndWithoutMemory read at once, each after some records, while
// registrations change. For the race detector too.
func TestReadersWithAndWithoutMemory(t *testing.T) {
	const readers, rounds, records = 4, 40, 100
	tag := oneOpen(unique("a"), record.OpenTag{MaxValues: 100})
	cases := everyKind(tag)
	p := packageOf(cases)
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.Unregister()
	var group sync.WaitGroup
	readings := make(chan bool, readers*rounds)
	for g := range uint64(readers) {
		wait.Go(&group, func() {
			r := rand.New(rand.NewPCG(g, 2))
			reader := &heldReader{p: p, seen: map[string]int64{}}
			if g%2 == 0 {
				reader.memory = &record.Memory{}
			}
			for range rounds {
				for range records {
					index := tag.OpenIndex("text" + strconv.Itoa(r.IntN(50)))
					cases[r.IntN(len(cases))].record(index, r.IntN(30))
				}
				reader.read(t)
				readings <- true
			}
		})
	}
	for n := range readers * rounds {
		<-readings
		if n%readers != 0 {
			continue
		}
		p.Unregister()
		if err := p.Register(); err != nil {
			t.Error(err)
		}
	}
	group.Wait()
}

// A heldReader holds its last reading if it reads without memory: nothing may change it.
type heldReader struct {
	p      *record.Package
	memory *record.Memory
	seen   map[string]int64 // totals, by series and start
	last   []*metric.Metric
	text   string
}

func (r *heldReader) read(t *testing.T) {
	metrics := r.p.Read(r.memory)
	wantTotalsToGrow(t, metrics, r.seen)
	if r.memory != nil {
		return
	}
	if got := textOf(t, r.last); got != r.text {
		t.Errorf("a reading without memory changed:\n%s\nit was\n%s", got, r.text)
	}
	r.last, r.text = metrics, textOf(t, metrics)
}

// wantTotalsToGrow checks that the counts of a reading are at least those that the
// reader has seen before of the same series.
func wantTotalsToGrow(t *testing.T, metrics []*metric.Metric, seen map[string]int64) {
	for _, m := range metrics {
		checkMetric(t, m)
		for _, s := range m.Series {
			n := int64(0)
			switch v := s.Point.Value.(type) {
			case int64:
				n = v
			case *metric.Distribution:
				n = v.Count
			}
			if s.StartTime.IsZero() {
				continue // a last value
			}
			key := fmt.Sprint(metric.SeriesName(m, s), s.StartTime.UnixNano())
			if n < seen[key] {
				t.Errorf("%s falls from %d to %d", key, seen[key], n)
			}
			seen[key] = n
		}
	}
}
