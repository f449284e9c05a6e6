package otlp

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/protobuf/proto"
)

func partialBody(t *testing.T, rejected int64, message string) string {
	t.Helper()
	body, err := proto.Marshal(&collector.ExportMetricsServiceResponse{
		PartialSuccess: &collector.ExportMetricsPartialSuccess{RejectedDataPoints: rejected, ErrorMessage: message}})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func zipped(t *testing.T, body string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// answering returns the error of an export of two points to a receiver that gives
// one answer to all requests.
func answering(t *testing.T, headers map[string]string, answer http.HandlerFunc) error {
	t.Helper()
	server := httptest.NewServer(answer)
	defer server.Close()
	e := newTest(t, Options{Protocol: "http", Endpoint: server.URL, Headers: headers})
	return e.Export(t.Context(), []*metric.Metric{numbered("m", 2)})
}

// with answers with a status, headers ("Key: value") and a body. Go's server adds
// no Content-Type of its own.
func with(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil
		for _, h := range headers {
			key, value, _ := strings.Cut(h, ": ")
			w.Header().Set(key, value)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

const typed = "Content-Type: application/x-protobuf"

// A 2xx is a success only if it is an answer of OTLP.
func TestSuccessIsAnAnswer(t *testing.T) {
	advice := partialBody(t, 0, "use fewer labels")
	for name, answer := range map[string]http.HandlerFunc{
		"empty message":             with(200, "", typed),
		"parameters":                with(200, "", typed+"; charset=utf-8"),
		"malformed parameters":      with(200, "", typed+"; charset"),
		"case":                      with(200, advice, "Content-Type: Application/X-Protobuf"),
		"advice":                    with(200, advice, typed),
		"neither body nor type":     with(200, ""),
		"204":                       with(204, ""),
		"202":                       with(202, "", typed),
		"gzip":                      with(200, zipped(t, advice), typed, "Content-Encoding: gzip"),
		"a field of a later format": with(200, "\x52\x01x", typed),
	} {
		t.Run(name, func(t *testing.T) {
			if err := answering(t, nil, answer); err != nil {
				t.Error(err)
			}
		})
	}
	// A header of the user's does not keep the transport from unzipping.
	if err := answering(t, map[string]string{"Accept-Encoding": "gzip"}, with(200, zipped(t, advice), typed, "Content-Encoding: gzip")); err != nil {
		t.Error(err)
	}
}

func TestSuccessOfSomebodyElse(t *testing.T) {
	login := "<!doctype html>\n<title>Log\x1b[2Jin \u202e</title>" + strings.Repeat("é", 1000)
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		text   string
	}{
		"login page":         {with(200, login, "Content-Type: text/html; charset=utf-8"), `Content-Type is "text/html; charset=utf-8"`},
		"login page, zipped": {with(200, zipped(t, login), "Content-Type: text/html", "Content-Encoding: gzip"), "begins: <!doctype html> <title>Log [2Jin </title>éé"},
		"login page, lying":  {with(200, login, typed), "no ExportMetricsServiceResponse"},
		"no type":            {with(200, "welcome"), `is "" instead of "application/x-protobuf"`},
		"no type, but OTLP":  {with(200, partialBody(t, 1, "bad")), `is "" instead of`},
		"JSON":               {with(200, "{}", "Content-Type: application/json"), "begins: {}"},
		"nginx's return 200": {with(200, "", "Content-Type: text/plain"), "(nothing that can be shown)"},
		"two types":          {with(200, "", "Content-Type: application/x-protobuf, text/html"), "Content-Type"},
		"a similar type":     {with(200, "", "Content-Type: application/x-protobuffer"), "Content-Type"},
		"truncated":          {with(200, partialBody(t, 1, "bad name")[:6], typed), "no ExportMetricsServiceResponse"},
		"201":                {with(201, "created", "Content-Type: text/plain"), "201 Created"},
		"too large":          {with(200, advising(t, maxAnswer), typed), "more than"},
		"another encoding":   {with(200, "\x0b\x02\x80", typed, "Content-Encoding: br"), "no ExportMetricsServiceResponse"},
	} {
		t.Run(name, func(t *testing.T) {
			counts, why := fates(t, answering(t, nil, c.answer))
			if counts[runtime.Unconfirmed] != 2 || len(counts) != 1 || !strings.Contains(why.Error(), c.text) || !strings.Contains(why.Error(), "correct the endpoint") {
				t.Errorf("%v, %v", counts, why)
			}
			if i := strings.IndexFunc(why.Error(), func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 || len(why.Error()) > maxShown+400 {
				t.Errorf("%d bytes, at %d: %q", len(why.Error()), i, why)
			}
		})
	}
}

// advising returns a full success that is longer than so many bytes.
func advising(t *testing.T, size int) string { return partialBody(t, 0, strings.Repeat("a", size)) }

// A zipped answer that is cut off, or is not what it says, has confirmed nothing.
func TestZippedAnswerBreaksOff(t *testing.T) {
	for _, body := range []string{zipped(t, "a success")[:15], "no gzip"} {
		counts, why := fates(t, answering(t, nil, with(200, body, typed, "Content-Encoding: gzip")))
		if counts[runtime.Unconfirmed] != 2 || len(counts) != 1 || !strings.Contains(why.Error(), "no answer from the OTLP receiver") {
			t.Errorf("%v, %v", counts, why)
		}
	}
}

// A partial success counts with any spelling of its media type.
func TestPartialSuccessWithParameters(t *testing.T) {
	for _, kind := range []string{typed, "Content-Type: APPLICATION/x-protobuf;charset=utf-8"} {
		counts, why := fates(t, answering(t, nil, with(200, partialBody(t, 2, "bad \x1bname"), kind)))
		if counts[runtime.Refused] != 2 || len(counts) != 1 || !strings.Contains(why.Error(), "refused 2 points of a request: bad name") {
			t.Errorf("%s: %v, %v", kind, counts, why)
		}
	}
}

// What an error shows is valid UTF-8 also where it is cut.
func TestBeginning(t *testing.T) {
	for body, want := range map[string]string{
		"":                                    "",
		" a\tb\r\n\u200bc\x00\x7f ":           "a b c",
		strings.Repeat("x", maxShown):         strings.Repeat("x", maxShown),
		strings.Repeat("x", maxShown+1):       strings.Repeat("x", maxShown) + "…",
		strings.Repeat("x", maxShown-1) + "é": strings.Repeat("x", maxShown-1) + "…",
	} {
		if got := beginning([]byte(body)); got != want {
			t.Errorf("%q: %q", body, got)
		}
	}
	if isProtobuf("") {
		t.Error("no media type is one")
	}
}
