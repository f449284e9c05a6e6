package stackdriver

import (
	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/grpc/encoding"
	protocodec "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
)

// A requestCodec encodes requests that have their series as bytes without copying the series.
// gRPC's own codec would copy them into a buffer of 1 MiB for each request on its way.
type requestCodec struct{ encoding.CodecV2 }

func newRequestCodec() requestCodec { return requestCodec{encoding.GetCodecV2(protocodec.Name)} }

// Name returns "", so that the content type is that of gRPC's own codec, application/grpc.
func (requestCodec) Name() string { return "" }

// Marshal returns the encoded message. The series are never changed, so gRPC may read them after
// the call has ended.
func (c requestCodec) Marshal(message any) (mem.BufferSlice, error) {
	r, ok := message.(*monitoringpb.CreateTimeSeriesRequest)
	if !ok { // an interceptor may have replaced the message
		return c.CodecV2.Marshal(message)
	}
	known, err := proto.Marshal(&monitoringpb.CreateTimeSeriesRequest{Name: r.Name, TimeSeries: r.TimeSeries})
	if err != nil {
		return nil, err
	}
	return mem.BufferSlice{mem.SliceBuffer(known), mem.SliceBuffer(r.ProtoReflect().GetUnknown())}, nil
}
