package otlp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
)

func newHTTP(ctx context.Context, s settings) (*client, error) {
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSClientConfig:     s.tls,
		TLSHandshakeTimeout: s.timeout,
		IdleConnTimeout:     2 * time.Minute, // longer than the usual interval
		ForceAttemptHTTP2:   true,
		// Closes a connection whose receiver does not read: all later requests would wait in it.
		HTTP2: &http.HTTP2Config{WriteByteTimeout: s.timeout},
	}
	options := []otlpmetrichttp.Option{
		otlpmetrichttp.WithRetry(otlpmetrichttp.RetryConfig{Enabled: false}),
		otlpmetrichttp.WithHTTPClient(&http.Client{
			Transport: watchedTransport{transport},
			Timeout:   s.timeout,
			// After a redirect the client would send a GET without the metrics.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}),
	}
	if s.target.host != "" {
		options = append(options, otlpmetrichttp.WithEndpoint(s.target.host), otlpmetrichttp.WithURLPath(s.target.path))
	}
	if s.target.insecure {
		options = append(options, otlpmetrichttp.WithInsecure())
	}
	if len(s.headers) > 0 {
		options = append(options, otlpmetrichttp.WithHeaders(s.headers))
	}
	exporter, err := otlpmetrichttp.New(ctx, options...)
	if err != nil {
		return nil, err
	}
	return &client{upload: exporter.Export, judge: judgeHTTP, close: func(ctx context.Context) error {
		defer transport.CloseIdleConnections()
		return exporter.Shutdown(ctx)
	}}, nil
}

// A watchedTransport sends the request of the exchange in place of the exporter's. It notes
// whether the request was sent, and the whole response, of which the exporter reports only
// some, as text.
type watchedTransport struct{ http.RoundTripper }

func (t watchedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	x := exchangeOf(r.Context())
	if err := r.Body.Close(); err != nil {
		return nil, err
	}
	r = r.Clone(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		WroteHeaderField: func(string, []string) { x.sent.Store(true) },
	}))
	r.Header.Del("Accept-Encoding") // so that the transport decompresses the response
	if err := setBody(r, x.request); err != nil {
		return nil, err
	}
	response, err := t.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := readAnswer(response)
	if err != nil {
		return nil, err
	}
	x.note(response, body)
	response.Body = http.NoBody // it is read already, and the exporter would log a partial success
	return response, nil
}

// judgeHTTP reads the status of a response.
func judgeHTTP(err error, x *exchange) answer {
	if !x.answered.Load() {
		var broken *url.Error
		if errors.As(err, &broken) {
			err = broken.Err
		}
		return answer{err: fmt.Errorf("no answer from the OTLP receiver: %w", err), fate: silent(x)}
	}
	err = fmt.Errorf("the OTLP receiver answered %d %s: %s", x.status, http.StatusText(x.status), x.message)
	switch x.status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return answer{err: err, fate: runtime.Unsent}
	case http.StatusRequestTimeout, http.StatusBadGateway, http.StatusGatewayTimeout:
		return answer{err: err, fate: runtime.Unconfirmed}
	case http.StatusRequestEntityTooLarge:
		return answer{err: err, fate: runtime.Refused, tooLarge: true}
	}
	return answer{err: err, fate: runtime.Refused}
}
