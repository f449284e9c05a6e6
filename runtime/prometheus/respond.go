package prometheus

import (
	"cmp"
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
	write := encode
	if takesGzip(r) {
		header.Set("Content-Encoding", "gzip")
		write = encodeGzip
	}
	err := write(w, format, selectedBy(r, families))
	if err != nil && r.Context().Err() == nil { // else the client has left
		h.log.report("response", fmt.Errorf("a response is not complete: %w", err))
	}
}

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

// encode writes families, until the first error. After an error OpenMetrics has no # EOF, and gzip
// no checksum, so a client does not take the response for a complete one.
func encode(to io.Writer, format expfmt.Format, families []*dto.MetricFamily) error {
	e := newEncoder(to, format)
	var err error
	for _, f := range families {
		if err = e.Encode(f); err != nil {
			break
		}
	}
	return cmp.Or(err, e.Close())
}

// encodeGzip is encode with compression.
func encodeGzip(to io.Writer, format expfmt.Format, families []*dto.MetricFamily) error {
	z := zippers.Get().(*gzip.Writer)
	z.Reset(to)
	err := encode(z, format, families)
	if err == nil {
		err = z.Close()
	}
	z.Reset(io.Discard) // it must not keep the connection
	zippers.Put(z)
	return err
}

// zippers has the compressors of earlier responses.
var zippers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// An encoder writes families in one format. After an error it writes nothing. Close ends the text,
// and releases the encoder.
type encoder interface {
	expfmt.Encoder
	expfmt.Closer
}

// newEncoder returns our encoder of a format, or expfmt's if we have none: for protobuf as text,
// which people read and Prometheus does not request.
func newEncoder(to io.Writer, format expfmt.Format) encoder {
	if e := newTextEncoder(to, format); e != nil {
		return e
	}
	if e := newProtoEncoder(to, format); e != nil {
		return e
	}
	return expfmt.NewEncoder(to, format).(encoder) // each of expfmt's is also a Closer
}
