package runtime

import (
	"context"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// A Gatherer reads all metrics of the process again and again, such as for an http.Handler.
// Each reading uses the memory of the previous reading, so it allocates little. The memory is
// kept between readings: it is as large as the metrics of the last reading. The zero value is
// ready. It is not safe for concurrent use.
type Gatherer struct {
	memory record.Memory
}

// Gather is [GatherPartial] with the memory of the previous reading. The caller only borrows
// the metrics: they are valid until the next call. The caller must not change label keys,
// label values, bounds, exemplars and resources, because other readings share them.
func (g *Gatherer) Gather(ctx context.Context) ([]*metric.Metric, error) {
	_ = drainSources(ctx) // what can be read is read all the same
	return gather(healthProducers.eldest(), &g.memory)
}
