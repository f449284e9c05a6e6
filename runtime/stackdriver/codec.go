package stackdriver

import (
	"fmt"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
)

// A requestCodec encodes a CreateTimeSeriesRequest without a copy of the bytes of its series.
// gRPC's own codec would copy them into a pooled buffer of up to 1 MiB for each request on its
// way.
//
// It does not use the codec that is registered for protobuf, because a program may have
// registered another one.
type requestCodec struct{}

// Name returns "", so that the content type is that of gRPC's own codec, application/grpc.
func (requestCodec) Name() string { return "" }

// Marshal returns the encoded message. The bytes of the series are never changed, so gRPC may
// read them after the call has ended.
func (requestCodec) Marshal(message any) (mem.BufferSlice, error) {
	switch m := message.(type) {
	case *monitoringpb.CreateTimeSeriesRequest:
		known, err := proto.Marshal(&monitoringpb.CreateTimeSeriesRequest{Name: m.Name, TimeSeries: m.TimeSeries})
		return mem.BufferSlice{mem.SliceBuffer(known), mem.SliceBuffer(m.ProtoReflect().GetUnknown())}, err
	case proto.Message: // an interceptor has replaced the request
		all, err := proto.Marshal(m)
		return mem.BufferSlice{mem.SliceBuffer(all)}, err
	}
	return nil, fmt.Errorf("the request is a %T: an interceptor must pass on a proto.Message", message)
}

// Unmarshal decodes the answer.
func (requestCodec) Unmarshal(data mem.BufferSlice, message any) error {
	m, ok := message.(proto.Message)
	if !ok {
		return fmt.Errorf("the reply is a %T: an interceptor must pass on a proto.Message", message)
	}
	return proto.Unmarshal(data.Materialize(), m)
}
