package collector

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	otlp "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/protobuf/encoding/protodelim"

	"github.com/ocgen/ocgen/internal/fakeotlp"
)

// A Collector receives metrics, and can be killed and started again. Only the goroutine of
// its test may use it.
type Collector struct {
	t         testing.TB
	dir       string
	listening addresses // of every start: the ports of the first
	files     []string  // one for each start
	process   *process  // nil: none runs
}

// Start starts a Collector and returns when it receives. It is stopped when the test ends;
// the test fails if it does not end well.
func Start(t testing.TB) *Collector {
	t.Helper()
	anyPort := net.JoinHostPort(loopback(), "0")
	c := &Collector{t: t, dir: t.TempDir(), listening: addresses{grpc: anyPort, http: anyPort}}
	t.Cleanup(c.Stop)
	c.Restart()
	return c
}

// loopback returns an address of the loopback interface. Where all of 127.0.0.0/8 belongs to
// the interface, as on Linux, it is one that nobody else uses: a Collector that is
// started again then gets its ports back, whatever other tests do meanwhile.
func loopback() string {
	const usual = "127.0.0.1"
	address := fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(254), rand.IntN(256), 1+rand.IntN(254))
	l, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		return usual
	}
	_ = l.Close()
	return address
}

// GRPC returns the address of the gRPC receiver, host:port.
func (c *Collector) GRPC() string { return c.listening.grpc }

// URL returns the base URL of the HTTP receiver, e.g. "http://127.0.0.1:4318".
func (c *Collector) URL() string { return "http://" + c.listening.http }

// Restart starts the Collector again at its addresses, after Kill or Stop, and returns when
// it receives.
func (c *Collector) Restart() {
	c.t.Helper()
	if c.process != nil {
		c.t.Fatal("the Collector runs: kill or stop it first")
	}
	file := filepath.Join(c.dir, strconv.Itoa(len(c.files)))
	p, err := startProcess(configuration(c.listening.grpc, c.listening.http, file))
	if err != nil {
		c.t.Fatal(err)
	}
	c.process, c.files = p, append(c.files, file)
	if c.listening, err = p.await(); err != nil {
		c.t.Fatal(err)
	}
}

// Kill ends the Collector at once. Requests that it has not answered may be lost.
func (c *Collector) Kill() {
	c.t.Helper()
	c.end((*process).kill)
}

// Stop ends the Collector after it has answered what it has received. It does nothing if no
// Collector runs.
func (c *Collector) Stop() {
	c.t.Helper()
	if c.process != nil {
		c.end((*process).stop)
	}
}

func (c *Collector) end(way func(*process) error) {
	c.t.Helper()
	p := c.process
	c.process = nil
	if err := way(p); err != nil {
		c.t.Error(err)
	}
	if c.t.Failed() && p.problems.Len() > 0 {
		c.t.Logf("log of the Collector:\n%s", &p.problems)
	}
}

// Points returns the points that arrived so far, over all starts, in the order of their
// arrival. The Collector may run meanwhile.
func (c *Collector) Points() []fakeotlp.Point {
	c.t.Helper()
	var all []fakeotlp.Point
	for _, file := range c.files {
		points, err := read(file)
		if err != nil {
			c.t.Fatalf("%s: %v", file, err)
		}
		all = append(all, points...)
	}
	return all
}

// read returns the points in a file of the exporter. A request that is cut off at the end
// was not answered: its Collector was killed.
func read(file string) ([]fakeotlp.Point, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var points []fakeotlp.Point
	for requests := bufio.NewReader(bytes.NewReader(data)); ; {
		request := &otlp.ExportMetricsServiceRequest{} // in protobuf the same as MetricsData
		err := protodelim.UnmarshalOptions{MaxSize: -1}.UnmarshalFrom(requests, request)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return points, nil
		}
		if err != nil {
			return nil, err
		}
		points = append(points, fakeotlp.PointsOf(request)...)
	}
}
