package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"sync/atomic"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/grpc"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/types/known/emptypb"
)

// A process of bench with this variable receives exports. So its work is not counted as work of
// the exporter.
const receiverVariable = "OCGEN_BENCH_RECEIVER"

func isReceiver() bool { return os.Getenv(receiverVariable) != "" }

// A backend decodes exports, counts their series, and keeps nothing.
type backend struct {
	monitoringpb.UnimplementedMetricServiceServer
	collector.UnimplementedMetricsServiceServer
	series atomic.Int64
}

// services are what a receiver serves.
type services interface {
	collector.MetricsServiceServer
	monitoringpb.MetricServiceServer
	http.Handler           // for pushed text
	arrived() (series int) // since the last call
}

// receive serves until in ends. First it writes its addresses: of gRPC, of gRPC that decodes
// nothing, and of HTTP. For each line of in it writes how many series have arrived since the
// last one.
func receive(b services, in io.Reader, out io.Writer) error {
	decoding := grpc.NewServer(grpc.MaxRecvMsgSize(math.MaxInt32))
	collector.RegisterMetricsServiceServer(decoding, b)
	monitoringpb.RegisterMetricServiceServer(decoding, b)
	careless := grpc.NewServer(grpc.MaxRecvMsgSize(math.MaxInt32), grpc.ForceServerCodecV2(noCodec{}), grpc.UnknownServiceHandler(answerAll))
	pushed := &http.Server{Handler: b}
	defer decoding.Stop()
	defer careless.Stop()
	defer pushed.Close()
	failed := make(chan error, 3)
	for _, serve := range []func(net.Listener) error{decoding.Serve, careless.Serve, pushed.Serve} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s ", l.Addr())
		go func() { failed <- serve(l) }()
	}
	fmt.Fprintln(out)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		fmt.Fprintln(out, b.arrived())
	}
	select {
	case err := <-failed:
		return err
	default:
		return lines.Err()
	}
}

func (b *backend) arrived() int { return int(b.series.Swap(0)) }

// Export implements the service of OTLP.
func (b *backend) Export(_ context.Context, request *collector.ExportMetricsServiceRequest) (*collector.ExportMetricsServiceResponse, error) {
	for _, r := range request.ResourceMetrics {
		for _, s := range r.ScopeMetrics {
			for _, m := range s.Metrics {
				b.series.Add(int64(len(m.GetSum().GetDataPoints()) + len(m.GetHistogram().GetDataPoints())))
			}
		}
	}
	return &collector.ExportMetricsServiceResponse{}, nil
}

// CreateTimeSeries implements a method of Cloud Monitoring.
func (b *backend) CreateTimeSeries(_ context.Context, request *monitoringpb.CreateTimeSeriesRequest) (*emptypb.Empty, error) {
	b.series.Add(int64(len(request.TimeSeries)))
	return &emptypb.Empty{}, nil
}

// CreateMetricDescriptor implements a method of Cloud Monitoring.
func (b *backend) CreateMetricDescriptor(_ context.Context, request *monitoringpb.CreateMetricDescriptorRequest) (*metricpb.MetricDescriptor, error) {
	return request.MetricDescriptor, nil
}

// ServeHTTP takes metrics in Prometheus's text format. Of a histogram it counts one line.
func (b *backend) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	for lines := bufio.NewScanner(r.Body); lines.Scan(); {
		name, _, _ := bytes.Cut(lines.Bytes(), []byte("{"))
		if !bytes.HasSuffix(name, []byte("_bucket")) && !bytes.HasSuffix(name, []byte("_sum")) {
			b.series.Add(1)
		}
	}
}

// noCodec decodes nothing, and encodes every message as an empty one.
type noCodec struct{}

func (noCodec) Marshal(any) (mem.BufferSlice, error) { return nil, nil }
func (noCodec) Unmarshal(mem.BufferSlice, any) error { return nil }
func (noCodec) Name() string                         { return "proto" }

// answerAll answers a request of any method.
func answerAll(_ any, stream grpc.ServerStream) error {
	if err := stream.RecvMsg(nil); err != nil {
		return err
	}
	return stream.SendMsg(nil)
}
