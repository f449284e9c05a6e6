package autoexport

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/prometheus"
)

// A scraped exporter serves metrics for Prometheus. Export sends nothing; records after the
// last scrape are not delivered.
type scraped struct {
	server  *http.Server
	address string        // host:port
	served  chan struct{} // closed when the server has ended

	mu  sync.Mutex
	err error // why the server ended by itself
}

// newPrometheus starts the server. It reads the variables that OpenTelemetry defines.
func newPrometheus(ctx context.Context) (runtime.Exporter, error) {
	handler, err := prometheus.New(prometheus.Options{})
	if err != nil {
		return nil, err
	}
	const hostVariable, portVariable = "OTEL_EXPORTER_PROMETHEUS_HOST", "OTEL_EXPORTER_PROMETHEUS_PORT"
	host := cmp.Or(strings.TrimSpace(os.Getenv(hostVariable)), "localhost")
	port := cmp.Or(strings.TrimSpace(os.Getenv(portVariable)), "9464")
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fmt.Errorf("metrics cannot be served at %s (%s, %s): %w", net.JoinHostPort(host, port), hostVariable, portVariable, err)
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", handler)
	s := &scraped{
		// A response holds the values of all series until it is written, so a client that
		// stops reading must not keep its connection.
		server:  &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: time.Minute},
		address: listener.Addr().String(),
		served:  make(chan struct{}),
	}
	go s.serve(listener)
	return s, nil
}

func (s *scraped) serve(listener net.Listener) {
	defer close(s.served)
	if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		s.mu.Lock()
		s.err = fmt.Errorf("metrics are no longer served at %s: %w", s.address, err)
		s.mu.Unlock()
	}
}

// Export sends nothing. It returns an error if the server has ended.
func (s *scraped) Export(context.Context, []*metric.Metric) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// SendsNothing implements runtime.NoSender: only Prometheus knows whether it scrapes.
func (s *scraped) SendsNothing() {}

// Shutdown ends the server after the scrapes that it is serving, or when ctx is done. A second
// call does nothing.
func (s *scraped) Shutdown(ctx context.Context) error {
	err := s.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("scrapes that were still being answered were cut off: %w", err), s.server.Close())
	}
	<-s.served
	return err
}
