package otlp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/ocgen/ocgen/runtime"
)

func newHTTP(ctx context.Context, s settings) (*client, error) {
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSClientConfig:     s.tls,
		TLSHandshakeTimeout: s.timeout,
		IdleConnTimeout:     2 * time.Minute, // longer than the usual interval
		ForceAttemptHTTP2:   true,
	}
	options := []otlpmetrichttp.Option{
		otlpmetrichttp.WithRetry(otlpmetrichttp.RetryConfig{Enabled: false}),
		otlpmetrichttp.WithHTTPClient(&http.Client{
			Transport: watchedTransport{transport},
			Timeout:   s.timeout,
			// A client would follow a redirect with a GET, without the metrics.
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

// A watchedTransport notes whether a request left, its answer's status, and its
// partial success: of these the exporter tells only some, as text.
type watchedTransport struct{ http.RoundTripper }

func (t watchedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	x := exchangeOf(r.Context())
	r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		WroteHeaderField: func(string, []string) { x.sent.Store(true) },
	}))
	response, err := t.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return nil, fmt.Errorf("the answer %s broke off: %w", response.Status, err)
	}
	x.note(response, body)
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// note keeps what a complete answer says.
func (x *exchange) note(response *http.Response, body []byte) {
	x.answered.Store(true)
	x.status = response.StatusCode
	isProtobuf := response.Header.Get("Content-Type") == "application/x-protobuf"
	var result collector.ExportMetricsServiceResponse
	var problem rpcstatus.Status
	switch {
	case response.StatusCode/100 == 2:
		if isProtobuf && proto.Unmarshal(body, &result) == nil {
			x.partial = result.GetPartialSuccess()
		}
	case isProtobuf && proto.Unmarshal(body, &problem) == nil:
		x.message = problem.Message
	default:
		x.message = strings.ToValidUTF8(string(body[:min(len(body), 500)]), "")
	}
}

// maxAnswer is how much of an answer is read, in bytes: what OTLP advises.
const maxAnswer = 4 << 20

// judgeHTTP reads the status that a request was answered with.
func judgeHTTP(err error, x *exchange) answer {
	if !x.answered.Load() {
		var broken *url.Error
		if errors.As(err, &broken) {
			err = broken.Err
		}
		return answer{err: fmt.Errorf("no answer from the OTLP receiver: %w", err), fate: silent(x)}
	}
	if x.status/100 == 2 {
		return answer{err: fmt.Errorf("the OTLP receiver's answer cannot be read: %w", err), fate: runtime.Unconfirmed}
	}
	err = fmt.Errorf("the OTLP receiver answered %d %s: %s", x.status, http.StatusText(x.status), strings.TrimSpace(x.message))
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
