package stackdriver

import (
	"fmt"

	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A requestCodec encodes a message without a copy of its unknown fields, which are the series of
// a request. gRPC's own codec would copy each request on its way into a pooled buffer of up to
// 1 MiB.
//
// It does not use the codec that is registered for protobuf, because a program may have
// registered another one.
type requestCodec struct{}

// Name returns "", so that the content type is that of gRPC's own codec, application/grpc.
func (requestCodec) Name() string { return "" }

// Marshal returns the encoded message. The bytes of the series are never changed, so gRPC may
// read them after the call has ended.
func (requestCodec) Marshal(message any) (mem.BufferSlice, error) {
	m, ok := message.(proto.Message)
	if !ok {
		return nil, fmt.Errorf("the request is a %T: an interceptor must pass on a proto.Message", message)
	}
	all := m.ProtoReflect()
	known := all.New()
	all.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		known.Set(field, value)
		return true
	})
	encoded, err := proto.Marshal(known.Interface())
	return mem.BufferSlice{mem.SliceBuffer(encoded), mem.SliceBuffer(all.GetUnknown())}, err
}

// Unmarshal decodes the answer.
func (requestCodec) Unmarshal(data mem.BufferSlice, message any) error {
	m, ok := message.(proto.Message)
	if !ok {
		return fmt.Errorf("the reply is a %T: an interceptor must pass on a proto.Message", message)
	}
	return proto.Unmarshal(data.Materialize(), m)
}
