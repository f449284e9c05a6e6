package prometheus

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// respond writes the families in a format and an encoding that the request accepts. It does
// what promhttp does, with our own encoders.
func (h *Handler) respond(w http.ResponseWriter, r *http.Request, families []*dto.MetricFamily) {
	format := h.format(r)
	header := w.Header()
	header.Add("Vary", "Accept")
	header.Add("Vary", "Accept-Encoding")
	header.Set("Content-Type", string(format))
	failed := func(err error) {
		if r.Context().Err() == nil { // else the client has left
			h.log.report("response", fmt.Errorf("a response is not complete: %w", err))
		}
	}
	selected := selectedBy(r, families)
	if !takesGzip(r) {
		encode(&sink{to: w}, format, selected, failed)
		return
	}
	header.Set("Content-Encoding", "gzip")
	z := zippers.Get().(*gzip.Writer)
	z.Reset(w)
	encode(&sink{to: z}, format, selected, failed)
	if err := z.Close(); err != nil {
		failed(err)
	}
	z.Reset(io.Discard) // it must not keep the connection
	zippers.Put(z)
}

// zippers has the compressors of earlier responses.
var zippers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// format returns the format that the request prefers.
func (h *Handler) format(r *http.Request) expfmt.Format {
	if h.opts.OpenMetrics {
		return expfmt.NegotiateAccept(r.Header, expfmt.DefaultOpenMetricsAcceptedFormats()...)
	}
	return expfmt.NegotiateAccept(r.Header, expfmt.DefaultAcceptedFormats()...)
}

// selectedBy returns the families that the query names in name[], or all if it names none.
func selectedBy(r *http.Request, families []*dto.MetricFamily) []*dto.MetricFamily {
	if r.URL == nil { // the request was not made by net/http
		return families
	}
	names := r.URL.Query()["name[]"]
	if len(names) == 0 {
		return families
	}
	var selected []*dto.MetricFamily
	for _, f := range families {
		if slices.Contains(names, f.GetName()) {
			selected = append(selected, f)
		}
	}
	return selected
}

// encode writes families. A family that cannot be encoded is reported, and the others are
// written.
func encode(out *sink, format expfmt.Format, families []*dto.MetricFamily, failed func(error)) {
	e := newEncoder(out, format)
	for _, f := range families {
		if err := e.Encode(f); err != nil {
			failed(err)
		}
		if out.err != nil {
			break
		}
	}
	if err := e.Close(); err != nil {
		failed(err)
	}
}

// An encoder writes families in one format. Close ends the text.
type encoder interface {
	expfmt.Encoder
	expfmt.Closer
}

func newEncoder(out io.Writer, format expfmt.Format) encoder {
	if e := newTextEncoder(out, format); e != nil {
		return e
	}
	if e := newProtoEncoder(out, format); e != nil {
		return e
	}
	return expfmt.NewEncoder(out, format).(encoder) // each of expfmt's is also a Closer
}

// A sink keeps the first error of a response, and writes nothing afterwards.
type sink struct {
	to  io.Writer
	err error
}

func (s *sink) Write(p []byte) (n int, err error) {
	if s.err == nil {
		n, s.err = s.to.Write(p)
		if s.err == nil && n < len(p) {
			s.err = io.ErrShortWrite // of a middleware: an io.Writer must return an error
		}
	}
	return n, s.err
}
