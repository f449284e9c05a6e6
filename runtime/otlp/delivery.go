package otlp

import (
	"context"
	"fmt"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

// A delivery is one export.
type delivery struct {
	ctx      context.Context
	exporter *Exporter
	batch    *batch
	resends  int             // requests left to find the points that partial successes refused
	refused  map[string]bool // series that a partial success refused
	key      []byte          // memory for the key of a series
	failures []runtime.Failure
	stopped  error // why no further request is sent
}

// add adds a series to the batch. If the request is full it first sends the series before it.
// Series that cannot be sent as OTLP are refused.
func (d *delivery) add(m *metric.Metric, s *metric.Series) {
	if d.stopped != nil && d.ctx.Err() != nil { // Export must return soon, so nothing is encoded
		d.fail([]item{{metric: m, series: s}}, runtime.Unsent, d.stopped)
		return
	}
	b := d.batch
	if err := b.add(m, s); err != nil {
		err = fmt.Errorf("it cannot be sent as OTLP: %w", err)
		d.failures = append(d.failures, runtime.Failure{Metric: m, Series: s, Fate: runtime.Refused, Err: err})
		return
	}
	if b.full(&d.exporter.envelope) {
		d.deliver(b.items[:len(b.items)-1])
		b.keepLast()
	}
}

// flush sends the batch.
func (d *delivery) flush() {
	if len(d.batch.items) > 0 {
		d.deliver(d.batch.items)
	}
	d.batch.clear()
}

// deliver sends items of the batch. If there is no response, or one that says that the
// receiver is not available, no further request is sent.
func (d *delivery) deliver(batch []item) {
	if d.stopped == nil {
		d.stopped = context.Cause(d.ctx)
	}
	if d.stopped != nil {
		d.fail(batch, runtime.Unsent, d.stopped)
		return
	}
	answer := d.send(batch)
	switch {
	case answer.err == nil:
	case answer.tooLarge && len(batch) > 1:
		d.deliver(batch[:len(batch)/2])
		d.deliver(batch[len(batch)/2:])
	case answer.rejected > 0:
		d.isolate(batch, answer)
	default:
		d.fail(batch, answer.fate, answer.err)
		if answer.fate != runtime.Refused {
			d.stopped = answer.err
		}
	}
}

// send sends one request.
func (d *delivery) send(items []item) answer {
	request := d.batch.request(&d.exporter.envelope, items, &d.exporter.memory)
	defer request.Free()
	return d.exporter.client.send(d.ctx, request)
}

func (d *delivery) fail(batch []item, fate runtime.Fate, err error) {
	for _, i := range batch {
		d.failures = append(d.failures, runtime.Failure{Metric: i.metric, Series: i.series, Fate: fate, Err: err})
	}
}
