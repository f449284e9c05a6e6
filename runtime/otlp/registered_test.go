package otlp

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/grpc/encoding"
	protocodec "google.golang.org/grpc/encoding/proto"
	"google.golang.org/protobuf/proto"
)

// An oldCodec is a codec of gRPC's first interface, as generators of faster encoders register it.
type oldCodec struct{}

func (oldCodec) Name() string { return protocodec.Name }

func (oldCodec) Marshal(v any) ([]byte, error) {
	m, ok := v.(proto.Message)
	if !ok {
		return nil, fmt.Errorf("the message is a %T", v)
	}
	return proto.Marshal(m)
}

func (oldCodec) Unmarshal(data []byte, v any) error {
	m, ok := v.(proto.Message)
	if !ok {
		return fmt.Errorf("the message is a %T", v)
	}
	return proto.Unmarshal(data, m)
}

// TestRegisteredCodec: exports work in a program that has registered a codec of its own for
// protobuf. A process can register one only at its start, so the test runs in another process.
func TestRegisteredCodec(t *testing.T) {
	const inChild = "OCGEN_TEST_REGISTERED_CODEC"
	if os.Getenv(inChild) == "" {
		child := exec.Command(os.Args[0], "-test.run=^TestRegisteredCodec$", "-test.v")
		child.Env = append(os.Environ(), inChild+"=1")
		if output, err := child.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		return
	}
	encoding.RegisterCodec(oldCodec{})
	receiver := fakeotlp.New(t)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	e, err := New(ctx, Options{Protocol: "grpc", Endpoint: receiver.GRPC(), Insecure: true})
	if err != nil {
		t.Fatal(err)
	}
	counted := &metric.Metric{
		Descriptor: metric.Descriptor{Name: "m", Type: metric.TypeCumulativeInt64},
		Series:     []*metric.Series{{StartTime: time.Now(), Point: metric.Point{Time: time.Now(), Value: int64(1)}}},
	}
	if err := e.Export(ctx, []*metric.Metric{counted}); err != nil {
		t.Fatal(err)
	}
	if err := e.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if got := len(receiver.Points()); got != 1 {
		t.Errorf("%d points arrived", got)
	}
}
