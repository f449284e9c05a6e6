package fakeotlp

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"

	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
)

const protobuf = "application/x-protobuf"

// serveHTTP answers a request of OTLP over HTTP, in protobuf.
func (s *Server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Content-Type") != protobuf {
		http.Error(w, "only "+protobuf+" is taken", http.StatusUnsupportedMediaType)
		return
	}
	request, err := decode(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	headers := map[string][]string{}
	for key, values := range r.Header {
		headers[strings.ToLower(key)] = values
	}
	response, failure := s.receive(r.Context(), request, headers)
	switch {
	case failure == nil:
		answer(w, http.StatusOK, response)
	case failure.reset:
		s.httpListener.Reset(r.RemoteAddr)
	default:
		answer(w, failure.status, &rpcstatus.Status{Code: int32(failure.code), Message: failure.message})
	}
}

func decode(r *http.Request) (*collector.ExportMetricsServiceRequest, error) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return nil, err
		}
		body = unzipped
	}
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	request := &collector.ExportMetricsServiceRequest{}
	return request, proto.Unmarshal(data, request)
}

func answer(w http.ResponseWriter, status int, message proto.Message) {
	data, err := proto.Marshal(message)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", protobuf)
	w.WriteHeader(status)
	_, _ = w.Write(data)
}
