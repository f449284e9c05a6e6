package series

import (
	"fmt"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// TestObservedFindsPlaceAfterManyEndings: of a function that observes without a place for its
// host, the fleet loses its number too, and many other fleets come and go meanwhile.
func TestObservedFindsPlaceAfterManyEndings(t *testing.T) {
	fleet := record.NewOpenTag(unique("fleet"), record.OpenTag{MaxValues: 1})
	host := record.NewOpenTag(unique("host"), record.OpenTag{MaxValues: 1})
	tags := []*record.Tag{fleet, host}
	name := unique("load")
	load := NewInt64Observed(tags, ObservedInfo{Name: name, Tags: tags})
	fleets := NewInt64Observed(tags[:1], ObservedInfo{Name: unique("fleets"), Tags: tags[:1]})
	keys := []metric.LabelKey{{Key: fleet.Key()}, {Key: host.Key()}}
	register(t, []metric.Descriptor{
		{Name: name, Type: metric.TypeGaugeInt64, LabelKeys: keys},
		{Name: fleets.names()[0], Type: metric.TypeGaugeInt64, LabelKeys: keys[:1]},
	}, Observers(load, fleets))
	one := func() int64 { return 1 }
	stop := load.Observe(one, record.Absent, record.Open("a host"))
	t.Cleanup(load.Observe(one, record.Open("a fleet"), record.Open("another host")))
	for i := range 1000 {
		fleets.Observe(one, record.Open(fmt.Sprint(i)))()
	}
	stop()
	if m := gathered(t, name); m == nil || len(m.Series) != 1 || m.Series[0].LabelValues[0].Value != "a fleet" {
		t.Errorf("%+v, want the series of a fleet on another host", m)
	}
}
