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
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
)

// Options configure [New]. The zero value serves all metrics under their own
// names.
type Options struct {
	// Namespace goes before all names, with a _ behind it.
	Namespace string

	// ConstLabels are put on all series. A resource's labels of the same keys
	// come before them.
	ConstLabels map[string]string

	// OnError is told, once, of everything that is left out of scrapes, and, once
	// until one succeeds, that scrapes fail because metrics cannot be read. It may
	// be called by several scrapes at once. nil: slog.Error
	OnError func(error)

	// OpenMetrics offers the OpenMetrics format, which Prometheus prefers if it
	// is offered. It is the only text format with exemplars and units. Two
	// things differ in it from the other formats: whole bounds are written
	// le="5.0" instead of le="5", which is another series to Prometheus, and
	// counters whose names do not end in _total, as none of OpenCensus does by
	// itself, are of type unknown. Values and names stay.
	OpenMetrics bool
}

// A Handler answers Prometheus's scrapes. It is safe for concurrent use.
type Handler struct {
	opts   Options
	naming naming
	log    *reporter
	reader *reader
	shown  shown

	mu      sync.Mutex
	checked *registered // the packages that were registered when it was last looked
}

// New returns a handler, usually for the path /metrics. It takes what is
// registered at each scrape, so packages may be registered before or after it.
//
// Those that are registered already are checked: the error names the metrics
// whose names collide in Prometheus, or the label keys that do, and says what to
// do. Those that are registered later are checked at the next scrape, whose
// errors go to [Options.OnError].
func New(opts Options) (*Handler, error) {
	n, err := newNaming(opts)
	if err != nil {
		return nil, fmt.Errorf("prometheus: %w", err)
	}
	checked := n.checkPackages(runtime.Registered())
	if err := checked.err(); err != nil {
		return nil, err
	}
	h := &Handler{opts: opts, naming: n, log: newReporter(opts.OnError), checked: checked}
	h.reader = &reader{collect: h.collect}
	return h, nil
}

// ServeHTTP answers one scrape with all that was recorded before it. If the
// request ends first, or a producer panics, the answer is 503 Service
// Unavailable, and never a part of the metrics. Scrapes at the same time share a
// reading, which begins after the last of them has arrived.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	result := h.reader.read(ctx)
	if err := result.err; err != nil {
		switch {
		case errors.Is(err, errHangs): // mostly that is why the client left
			h.log.report(errHangs.Error(), err)
		case ctx.Err() == nil:
			h.log.report(err.Error(), err)
		}
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	h.log.forget(errHangs.Error())
	r, zipped := settleEncoding(w, r)
	promhttp.HandlerFor(result, promhttp.HandlerOpts{
		ErrorLog:           refusals{ctx, h.log},
		ErrorHandling:      promhttp.ContinueOnError,
		EnableOpenMetrics:  h.opts.OpenMetrics,
		DisableCompression: !zipped,
	}).ServeHTTP(w, r)
}

// collect reads the metrics of the process, as an exposition has them.
func (h *Handler) collect(ctx context.Context) exposition {
	ours := h.packages()
	metrics, err := runtime.GatherPartial(ctx)
	if err != nil {
		return exposition{err: err}
	}
	return h.expose(metrics, ours)
}

// expose converts metrics. The exposition shares no memory with them.
func (h *Handler) expose(metrics []*metric.Metric, ours *registered) exposition {
	registry := prometheus.NewRegistry()
	registry.MustRegister(h.scrape(metrics, ours))
	families, err := registry.Gather()
	return exposition{families: families, refused: err}
}

// Gather implements prometheus.Gatherer for promhttp.
func (e exposition) Gather() ([]*dto.MetricFamily, error) { return e.families, e.refused }

// packages returns the registered packages, checked anew if they are others
// than at the last scrape.
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
