package sloz

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
	"unicode"

	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// patience is the maximum time that a request waits for a reading of the metrics.
const patience = 5 * time.Second

// maxQuery bounds the query of a request. Only the key is long: it has the names of a package
// and of an SLO.
const maxQuery = 4 << 10

// Handler returns a handler for the page with the evaluator's SLOs. It serves GET and
// HEAD, and can be mounted at any path: only the query matters.
//
//	?            one card for each SLO
//	?slo=KEY     one SLO, by combinations of tag values
//	?format=json the same data as an [evaluate.Report] or, with slo=KEY, an
//	             [evaluate.Detail], together with the process
//
// Each request reads the metrics of the process; simultaneous requests share a reading.
// The page shows missing metrics and producers that panic, with the status 200. The
// caller closes the evaluator. The handler is safe for concurrent use.
func Handler(e *evaluate.Evaluator) http.Handler { return &handler{e} }

type handler struct{ slos *evaluate.Evaluator }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setHeaders(w.Header())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are served here", http.StatusMethodNotAllowed)
		return
	}
	if len(r.URL.RawQuery) > maxQuery {
		http.Error(w, fmt.Sprintf("the query is longer than %d bytes", maxQuery), http.StatusRequestURITooLong)
		return
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		http.Error(w, "the query cannot be read: "+err.Error(), http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	switch format := query.Get("format"); format {
	case "", "html":
		h.page(ctx, w, query)
	case "json":
		h.json(ctx, w, query)
	default:
		http.Error(w, fmt.Sprintf("format %.40q is unknown: use json, or leave format out", format), http.StatusBadRequest)
	}
}

// setHeaders allows the page to run its own script and to call its own server, and nothing
// else.
func setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

func (h *handler) page(ctx context.Context, w http.ResponseWriter, query url.Values) {
	if !query.Has("slo") {
		send(w, http.StatusOK, htmlType, render("overview", newOverview(h.slos.Evaluate(ctx))))
		return
	}
	detail, ok := h.slos.Detail(ctx, query.Get("slo"))
	if !ok {
		send(w, http.StatusNotFound, htmlType, render("missing", newMissing(query.Get("slo"))))
		return
	}
	send(w, http.StatusOK, htmlType, render("detail", newDetailPage(detail, time.Now())))
}

const (
	htmlType = "text/html; charset=utf-8"
	jsonType = "application/json"
)

func (h *handler) json(ctx context.Context, w http.ResponseWriter, query url.Values) {
	var facts any
	if key := query.Get("slo"); query.Has("slo") {
		detail, ok := h.slos.Detail(ctx, key)
		if !ok {
			http.Error(w, fmt.Sprintf("there is no SLO %q", key), http.StatusNotFound)
			return
		}
		facts = struct {
			Process process `json:"process"`
			evaluate.Detail
		}{this, detail}
	} else {
		facts = struct {
			Process process `json:"process"`
			evaluate.Report
		}{this, h.slos.Evaluate(ctx)}
	}
	body, err := json.MarshalIndent(facts, "", "  ")
	if err != nil {
		http.Error(w, "ocgen bug: "+err.Error(), http.StatusInternalServerError)
		return
	}
	send(w, http.StatusOK, jsonType, append(body, '\n'))
}

func send(w http.ResponseWriter, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // an error means that the client has left
}

// render executes a template. An error is a bug of this package.
func render(name string, data any) []byte {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		panic(fmt.Sprintf("ocgen bug: %v", err))
	}
	return bytes.Map(shown, b.Bytes())
}

// shown replaces characters that reorder the text around them, so that no name, value or query
// can change how the page reads. Schemas and recorders of ocgen refuse these characters; other
// producers of metrics and the query of a request may have them.
func shown(c rune) rune {
	const firstDeprecated, lastDeprecated = 0x206A, 0x206F
	if unicode.Is(unicode.Bidi_Control, c) || c >= firstDeprecated && c <= lastDeprecated {
		return unicode.ReplacementChar
	}
	return c
}
