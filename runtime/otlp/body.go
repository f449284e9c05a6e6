package otlp

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"sync"

	"google.golang.org/grpc/mem"
)

// setBody replaces the body of r by an encoded request, which it compresses if the header of r
// says gzip.
func setBody(r *http.Request, request mem.Buffer) error {
	if r.Header.Get("Content-Encoding") == "gzip" {
		zipped, err := compressed(request.ReadOnlyData())
		if err != nil {
			return err
		}
		request = mem.SliceBuffer(zipped)
	}
	r.ContentLength = int64(request.Len())
	r.Body = newBody(request)
	r.GetBody = func() (io.ReadCloser, error) { return newBody(request), nil }
	return nil
}

// compressors keeps gzip.Writers, which take 800 KB each.
var compressors = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

func compressed(data []byte) ([]byte, error) {
	var result bytes.Buffer
	w := compressors.Get().(*gzip.Writer)
	defer func() {
		w.Reset(io.Discard) // or it would keep the result
		compressors.Put(w)
	}()
	w.Reset(&result)
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return result.Bytes(), nil
}

// A body reads a request, to which it has a reference until it is closed. A transport may read
// it after RoundTrip has returned, and close it during a Read.
type body struct {
	mu      sync.Mutex
	request mem.Buffer // nil: the body is closed
	read    int        // bytes
}

func newBody(request mem.Buffer) *body {
	request.Ref()
	return &body{request: request}
}

func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.request == nil {
		return 0, http.ErrBodyReadAfterClose
	}
	if b.read == b.request.Len() {
		return 0, io.EOF
	}
	n := copy(p, b.request.ReadOnlyData()[b.read:])
	b.read += n
	return n, nil
}

// Close releases the request.
func (b *body) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.request != nil {
		b.request.Free()
		b.request = nil
	}
	return nil
}
