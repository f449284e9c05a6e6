package series

import (
	"math"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// A reading that uses memory again returns values to the bit: -0 is not 0.
func TestMemoryKeepsTheSignOfZero(t *testing.T) {
	name := unique("zero")
	set := NewFloat64LastValues(SeriesInfo{Name: name, Size: 1})
	p := register(t, []metric.Descriptor{{Name: name, Unit: "1", Type: metric.TypeGaugeFloat64}}, Sets(set))
	var memory record.Memory
	for _, want := range []float64{0, math.Copysign(0, -1), 0} {
		set.At(0).Set(want)
		memory.Begin()
		got := p.Read(&memory)[0].Series[0].Point.Value.(float64)
		if math.Signbit(got) != math.Signbit(want) {
			t.Errorf("read %v, want %v", got, want)
		}
	}
}
