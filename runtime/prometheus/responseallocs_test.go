//go:build !race

package prometheus

import (
	"io"
	"math/rand/v2"
	"testing"

	"github.com/prometheus/common/expfmt"
)

// The number of allocations of a response does not depend on the number of series.
func TestResponseAllocations(t *testing.T) {
	h, _ := newHandler(t, Options{})
	families := h.expose(tenThousand(rand.New(rand.NewPCG(1, 9)), at), h.packages(), newMessages()).families
	for _, format := range []expfmt.Format{expfmt.FmtText, expfmt.FmtOpenMetrics_1_0_0, expfmt.FmtProtoDelim} {
		write := func() {
			if err := encode(io.Discard, format, families); err != nil {
				t.Error(err)
			}
		}
		write()
		n := testing.AllocsPerRun(5, write)
		t.Logf("%s: %v allocations", format, n)
		if n > 3 {
			t.Errorf("%s: %v allocations for 10,000 series", format, n)
		}
	}
}
