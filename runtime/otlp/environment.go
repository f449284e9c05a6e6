package otlp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

// An environment reads OpenTelemetry's standard variables. OpenTelemetry's exporters read
// them too, but log values that they cannot use and use the default instead: metrics would
// then go to localhost without an error.
type environment struct {
	get func(name string) string
}

// names returns the variables for a setting. The first has precedence.
func names(what string) []string {
	return []string{"OTEL_EXPORTER_OTLP_METRICS_" + what, "OTEL_EXPORTER_OTLP_" + what}
}

// first returns the name and value of the first variable for a setting that is set.
func (e environment) first(what string) (name, value string) {
	for _, name := range names(what) {
		if value := strings.TrimSpace(e.get(name)); value != "" {
			return name, value
		}
	}
	return "", ""
}

// checkEndpoints returns an error for endpoints that OpenTelemetry would misread, such as
// "localhost:4317", a URL of the scheme "localhost".
func (e environment) checkEndpoints() error {
	for _, name := range names("ENDPOINT") {
		value := strings.TrimSpace(e.get(name))
		if value == "" {
			continue
		}
		u, err := url.Parse(value)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("%s is %q: write a URL, such as http://localhost:4317", name, value)
		}
	}
	return nil
}

// checkPairs returns an error for headers and attributes that would be left out, or sent with
// their escapes.
func (e environment) checkPairs() error {
	for _, name := range append(names("HEADERS"), "OTEL_RESOURCE_ATTRIBUTES") {
		value := strings.TrimSpace(e.get(name))
		if value == "" {
			continue
		}
		for pair := range strings.SplitSeq(value, ",") {
			key, escaped, found := strings.Cut(pair, "=")
			_, err := url.PathUnescape(escaped)
			isHeader := strings.HasSuffix(name, "HEADERS")
			if err != nil || !found || isHeader && !httpguts.ValidHeaderFieldName(strings.TrimSpace(key)) {
				return fmt.Errorf("%s must have the form key=value,key=value with %%-escapes", name) // its values may be secrets
			}
		}
	}
	return nil
}

// timeout returns the timeout of one request.
func (e environment) timeout() (time.Duration, error) {
	name, value := e.first("TIMEOUT")
	if value == "" {
		return defaultTimeout, nil
	}
	ms, err := strconv.Atoi(value)
	if err != nil || ms <= 0 {
		return 0, fmt.Errorf("%s is %q: write a number of milliseconds", name, value)
	}
	return time.Duration(ms) * time.Millisecond, nil
}

// defaultTimeout is the default of OpenTelemetry.
const defaultTimeout = 10 * time.Second

// tls returns the certificates to use; nil: the system's.
func (e environment) tls() (*tls.Config, error) {
	var config tls.Config
	if name, file := e.first("CERTIFICATE"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s: the file %s contains no certificate in PEM", name, file)
		}
	}
	certName, certFile := e.first("CLIENT_CERTIFICATE")
	_, keyFile := e.first("CLIENT_KEY")
	if (certFile == "") != (keyFile == "") {
		return nil, errors.New("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY go together: set both or none")
	}
	if certFile != "" {
		certificate, err := tls.LoadX509KeyPair(certFile, keyFile)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", certName, err)
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	if config.RootCAs == nil && config.Certificates == nil {
		return nil, nil
	}
	return &config, nil
}
