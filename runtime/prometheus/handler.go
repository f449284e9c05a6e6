package prometheus

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

// Options configure [New]. The zero value serves all metrics without a prefix or
// additional labels.
type Options struct {
	// Namespace is a prefix of all names, followed by _. A schema with rules for Prometheus
	// has the same namespace: [New] refuses registered packages with another.
	Namespace string

	// ConstLabels are labels of all series. If a resource has a label with the same key,
	// the label of the resource is used.
	ConstLabels map[string]string

	// OnError is called once for everything that is left out of scrapes. It is called
	// once for each reason for which metrics cannot be read; if readings hang, again after
	// a scrape has succeeded. Several scrapes may call it at once. It must not call the
	// handler, which would wait for it. nil: slog.Error
	OnError func(error)

	// OpenMetrics offers the OpenMetrics format, which Prometheus prefers if it is
	// offered. It is the only text format with exemplars and units. It has the same
	// names and values as the other formats, with two differences: whole bounds are
	// written le="5.0" instead of le="5", which is another series to Prometheus; and a
	// counter whose name does not end in _total, as OpenCensus's names do not, has the
	// type unknown.
	OpenMetrics bool
}

// A Handler serves scrapes of Prometheus. It is safe for concurrent use.
type Handler struct {
	opts   Options
	naming naming
	own    *keptMetric // the number of series that are left out
	log    *reporter
	reader *reader

	// Used by one reading at a time.
	gatherer runtime.Gatherer
	table    *table

	mu      sync.Mutex
	checked *registered // the packages of the last check
}

// New returns a handler, usually for the path /metrics. Each scrape serves the packages
// that are registered at that time, so packages may be registered before or after New.
//
// New checks the packages that are registered already. Its error names the metrics or
// label keys whose names collide in Prometheus, with the cure. Packages that are
// registered later are checked at the next scrape, and errors go to [Options.OnError].
func New(opts Options) (*Handler, error) {
	n, err := newNaming(opts)
	if err != nil {
		return nil, fmt.Errorf("prometheus: %w", err)
	}
	checked := n.checkPackages(runtime.Registered())
	if err := checked.err(); err != nil {
		return nil, err
	}
	own, err := n.ownMetric()
	if err != nil {
		return nil, fmt.Errorf("prometheus: %w", err)
	}
	h := &Handler{opts: opts, naming: n, own: own, log: newReporter(opts.OnError), table: newTable(), checked: checked}
	h.reader = &reader{collect: h.collect, forget: h.forget, patience: writePatience}
	return h, nil
}

// ServeHTTP serves one scrape with all earlier records. If the request ends first, or a
// producer panics, the response is 503 Service Unavailable; it never has only some of
// the metrics. Simultaneous scrapes share a reading, which begins after the last of them
// has arrived.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	result, release := h.reader.read(ctx)
	defer release()
	if err := result.err; err != nil {
		switch {
		case errors.Is(err, errHangs): // usually the reason why the client left
			h.log.report(errHangs.Error(), err)
		case ctx.Err() == nil:
			h.log.report(err.Error(), err)
		}
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	h.log.forget(errHangs.Error())
	h.respond(w, r, result.families)
}

// collect reads the metrics of the process and converts them to messages.
func (h *Handler) collect(ctx context.Context, to *messages) exposition {
	ours := h.packages()
	metrics, err := h.gatherer.Gather(ctx)
	if err != nil {
		return exposition{err: err}
	}
	return h.expose(metrics, ours, to)
}

// forget releases the memory of the last reading. It is not called during a reading. The table
// stays: the next scrape needs the sums and exemplars of the last one.
func (h *Handler) forget() { h.gatherer = runtime.Gatherer{} }

// expose converts metrics. The exposition shares no memory with them that may change.
func (h *Handler) expose(metrics []*metric.Metric, ours *registered, to *messages) exposition {
	reports := h.scrape(metrics, ours)
	families := to.fill(h.table.order)
	reports.send()
	return exposition{families: families}
}

// packages returns the registered packages. It checks them if they have changed since the
// last scrape.
func (h *Handler) packages() *registered {
	packages := runtime.Registered()
	h.mu.Lock()
	defer h.mu.Unlock()
	if slices.Equal(packages, h.checked.packages) {
		return h.checked
	}
	h.checked = h.naming.checkPackages(packages)
	return h.checked
}
