package runtime

import (
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A Gatherer returns what GatherPartial returns, in the memory of its reading before. Another
// Gatherer has memory of its own.
func TestGathererUsesItsMemoryAgain(t *testing.T) {
	set, name := distributions(t)
	var g, other Gatherer
	read := func(g *Gatherer) *metric.Metric {
		t.Helper()
		metrics, err := g.Gather(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return find(metrics, name)
	}
	set.At(0).Record(1.5)
	first := read(&g).Series[0]
	otherFirst := read(&other).Series[0]
	for n := range uint64(3) {
		set.At(n).Record(0.5)
		got := read(&g)
		if want := text(gathered(name)); text(got) != want {
			t.Errorf("got %s\nwant %s", text(got), want)
		}
		if got.Series[0] != first || got.Series[0].Point.Value != first.Point.Value {
			t.Error("the memory is new")
		}
	}
	if otherFirst == first || otherFirst.Point.Value.(*metric.Distribution).Count != 1 {
		t.Error("two Gatherers share memory")
	}
}
