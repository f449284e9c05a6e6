package otlp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
)

// Options configure [New]. The zero value uses OpenTelemetry's standard environment
// variables. A field that is set has precedence over the variables.
type Options struct {
	// Protocol is "grpc" or "http" (protobuf over HTTP). "": the value of
	// OTEL_EXPORTER_OTLP_METRICS_PROTOCOL or OTEL_EXPORTER_OTLP_PROTOCOL, else grpc.
	Protocol string

	// Endpoint is "host:port" or a URL, e.g. "http://collector:4318". For HTTP
	// "v1/metrics" is appended to the path of the URL. "": the value of
	// OTEL_EXPORTER_OTLP_METRICS_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT, else localhost
	// without TLS at the port of the protocol, 4317 or 4318.
	Endpoint string

	// Insecure disables TLS, as does a URL that begins with http://. Certificates for
	// TLS come from OTEL_EXPORTER_OTLP_CERTIFICATE, …_CLIENT_CERTIFICATE and
	// …_CLIENT_KEY, or from the system.
	Insecure bool

	// Headers are sent with each request, e.g. a key for the receiver. They replace the
	// headers of OTEL_EXPORTER_OTLP_HEADERS.
	Headers map[string]string

	// Resource has attributes of the process, such as service.name. They are added to
	// those of OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME. An empty value removes an
	// attribute. service.instance.id is random unless it is set: two processes with one
	// identity would write the same series.
	Resource map[string]string
}

const (
	protocolGRPC = "grpc"
	protocolHTTP = "http"
)

// settings are the result of options and variables.
type settings struct {
	protocol string
	target   target
	headers  map[string]string
	timeout  time.Duration // of one request
	tls      *tls.Config   // nil: the system's certificates
}

// settle reads options and variables. It returns an error for each value that cannot be used.
func settle(o Options, env environment) (settings, error) {
	protocol, protocolErr := o.protocol(env)
	target, targetErr := o.target(env, protocol)
	timeout, timeoutErr := env.timeout()
	certificates, tlsErr := env.tls()
	err := errors.Join(protocolErr, targetErr, env.checkEndpoints(), env.checkPairs(), timeoutErr, tlsErr)
	return settings{protocol: protocol, target: target, headers: o.Headers, timeout: timeout, tls: certificates}, err
}

// A target is the address of the receiver, unless OpenTelemetry's exporter reads it from the
// variables.
type target struct {
	host     string // "" if the variables have it
	path     string // for HTTP, with host
	insecure bool
}

// protocol returns which protocol to use.
func (o Options) protocol(env environment) (string, error) {
	switch o.Protocol {
	case protocolGRPC, protocolHTTP:
		return o.Protocol, nil
	case "":
	default:
		return "", fmt.Errorf("Options.Protocol is %q: use %q or %q", o.Protocol, protocolGRPC, protocolHTTP)
	}
	switch name, value := env.first("PROTOCOL"); value {
	case "", "grpc":
		return protocolGRPC, nil
	case "http/protobuf":
		return protocolHTTP, nil
	default:
		return "", fmt.Errorf("%s is %q: use grpc or http/protobuf", name, value)
	}
}

// target returns the address of the receiver. The default is localhost without TLS, as in
// OpenTelemetry's specification; its exporter for gRPC would use TLS.
func (o Options) target(env environment, protocol string) (target, error) {
	if o.Endpoint == "" {
		if _, endpoint := env.first("ENDPOINT"); endpoint != "" {
			return target{insecure: o.Insecure}, nil
		}
		port := map[string]string{protocolGRPC: "4317", protocolHTTP: "4318"}[protocol]
		_, insecure := env.first("INSECURE")
		return target{host: "localhost:" + port, path: metricsPath, insecure: o.Insecure || insecure != "false"}, nil
	}
	if !strings.Contains(o.Endpoint, "://") {
		return target{host: o.Endpoint, path: metricsPath, insecure: o.Insecure}, nil
	}
	u, err := url.Parse(o.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return target{}, fmt.Errorf("Options.Endpoint is %q: write host:port, or a URL such as http://collector:4318", o.Endpoint)
	}
	return target{host: u.Host, path: path.Join("/", u.Path, metricsPath), insecure: o.Insecure || u.Scheme == "http"}, nil
}

// metricsPath is the path of metrics at a receiver of OTLP over HTTP.
const metricsPath = "/v1/metrics"

// resource returns the attributes of the process.
func (o Options) resource(ctx context.Context) (*resource.Resource, error) {
	var names []string
	for name := range o.Resource {
		names = append(names, name)
	}
	slices.Sort(names)
	var attributes []attribute.KeyValue
	for _, name := range names {
		attributes = append(attributes, attribute.String(name, o.Resource[name]))
	}
	merged, err := resource.New(ctx,
		resource.WithAttributes(attribute.String("service.instance.id", uuid.NewString())),
		resource.WithFromEnv(),
		resource.WithAttributes(attributes...),
	)
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	var kept []attribute.KeyValue
	for _, a := range merged.Attributes() {
		if !utf8.ValidString(string(a.Key)) || !utf8.ValidString(a.Value.String()) {
			return nil, fmt.Errorf("resource attribute %q=%q is not UTF-8", a.Key, a.Value.String())
		}
		if a.Value.String() != "" {
			kept = append(kept, a)
		}
	}
	return resource.NewSchemaless(kept...), nil
}
