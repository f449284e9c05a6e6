package stackdriver

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

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
	fake, e := newFake(t)
	if err := e.Export(within(t, 20*time.Second), []*metric.Metric{counted("m", 3, 5)}); err != nil {
		t.Fatal(err)
	}
	if got := len(fake.Series()); got != 3 {
		t.Errorf("%d series arrived", got)
	}
}
