package otlp

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode"

	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
)

// Not every 2xx comes from a receiver of OTLP: a proxy may return 200 with its login page, and
// nginx with an empty text. OpenTelemetry's exporter treats any 2xx as a success, so this
// package reads the responses.

// maxAnswer is the number of bytes of a response that are read, as OTLP recommends.
const maxAnswer = 4 << 20

// readAnswer returns the whole body of a response.
func readAnswer(response *http.Response) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return nil, fmt.Errorf("the answer %s ended early: %w", response.Status, err)
	}
	return body, nil
}

// note stores the content of a complete response.
func (x *exchange) note(response *http.Response, body []byte) {
	x.answered.Store(true)
	x.status = response.StatusCode
	kind := response.Header.Get("Content-Type")
	if x.status/100 == 2 {
		var why string
		if x.partial, why = readSuccess(kind, body); why != "" {
			x.foreign = foreignError(response, why, body)
		}
		return
	}
	x.message = readProblem(kind, body)
	if to := response.Header.Get("Location"); x.status/100 == 3 && to != "" {
		x.message = strings.TrimSpace("to " + beginning([]byte(to)) + " " + x.message)
	}
}

// readSuccess returns the partial success of a 2xx, or the reason why it is not a response of
// OTLP. Prometheus and VictoriaMetrics send no body and no media type, which is the encoding
// of a full success.
func readSuccess(kind string, body []byte) (partial *collector.ExportMetricsPartialSuccess, foreign string) {
	if len(body) == 0 && kind == "" {
		return nil, ""
	}
	if !isProtobuf(kind) {
		return nil, fmt.Sprintf("its Content-Type is %q instead of %q", beginning([]byte(kind)), protobufType)
	}
	if len(body) > maxAnswer {
		return nil, fmt.Sprintf("it has more than %d bytes", maxAnswer)
	}
	var result collector.ExportMetricsServiceResponse
	if err := proto.Unmarshal(body, &result); err != nil {
		return nil, "its body is no ExportMetricsServiceResponse"
	}
	return result.GetPartialSuccess(), ""
}

// readProblem returns the message of a response that is not 2xx. In OTLP it is a Status;
// proxies send texts.
func readProblem(kind string, body []byte) string {
	var problem rpcstatus.Status
	if isProtobuf(kind) && proto.Unmarshal(body, &problem) == nil {
		return beginning([]byte(problem.Message))
	}
	return beginning(body)
}

const protobufType = "application/x-protobuf"

// isProtobuf compares a media type as RFC 9110 does: without regard to case and parameters,
// also if a parameter is malformed.
func isProtobuf(kind string) bool {
	parsed, _, err := mime.ParseMediaType(kind)
	return parsed == protobufType && (err == nil || errors.Is(err, mime.ErrInvalidMediaParameter))
}

// maxShown is the number of bytes of a response that an error quotes.
const maxShown = 500

// beginning returns the beginning of a response as one line without control characters,
// because it is written to logs and terminals.
func beginning(body []byte) string {
	text := strings.ToValidUTF8(string(body[:min(len(body), maxShown)]), "")
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if len(body) > maxShown {
		text += "…"
	}
	return text
}

// foreignError returns the error for a 2xx that is not a response of OTLP: the reason, the
// cure, and the beginning of the response.
func foreignError(response *http.Response, why string, body []byte) error {
	text := beginning(body)
	if text == "" {
		text = "(nothing that can be shown)"
	}
	return fmt.Errorf("the answer %d %s is not from an OTLP receiver: %s; correct the endpoint, or configure the proxy in front of it; the answer begins: %s",
		response.StatusCode, http.StatusText(response.StatusCode), why, text)
}
