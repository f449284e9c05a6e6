package otlp

import (
	"context"

	"github.com/ocgen/ocgen/runtime"
)

// A delivery is one export.
type delivery struct {
	ctx      context.Context
	exporter *Exporter
	resends  int             // requests left to find the points that partial successes refused
	refused  map[string]bool // series that a partial success refused
	failures []runtime.Failure
	stopped  error // why no further request is sent
}

// deliver sends a batch. If there is no response, or one that says that the receiver is not
// available, no further request is sent.
func (d *delivery) deliver(batch []item) {
	if d.stopped == nil {
		d.stopped = context.Cause(d.ctx)
	}
	if d.stopped != nil {
		d.fail(batch, runtime.Unsent, d.stopped)
		return
	}
	answer := d.exporter.client.send(d.ctx, d.exporter.request(batch))
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

func (d *delivery) fail(batch []item, fate runtime.Fate, err error) {
	for _, i := range batch {
		d.failures = append(d.failures, runtime.Failure{Metric: i.metric, Series: i.series, Fate: fate, Err: err})
	}
}
