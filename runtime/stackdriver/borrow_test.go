package stackdriver

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime/internal/borrowed"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/protobuf/proto"
)

// TestConvertedPointsAreCopies: what is sent shares no memory with what is borrowed, also
// if a call goes on after Export has returned, as gRPC's may.
func TestConvertedPointsAreCopies(t *testing.T) {
	c := testConverter()
	metrics := samples()
	encoder := c.encoder(metrics)
	batches := slices.Collect(encoder.batches(metrics))
	if len(batches) != 1 || len(batches[0].points) != 11 || len(encoder.failures) > 0 {
		t.Fatalf("%d batches, %v", len(batches), encoder.failures)
	}
	want := slices.Clone(batches[0].series)
	descriptor := c.descriptor(metrics[0].Descriptor)
	wantDescriptor := proto.Clone(descriptor)
	borrowed.Overwrite(metrics)
	if !bytes.Equal(batches[0].series, want) {
		t.Errorf("got\n%x\nwant\n%x", batches[0].series, want)
	}
	if !proto.Equal(descriptor, wantDescriptor) {
		t.Errorf("got\n%v\nwant\n%v", descriptor, wantDescriptor)
	}
}

// TestBorrowedMemory: the next export knows the metrics of the one before, whatever became
// of their memory: it creates no descriptor again, and its points follow the others.
func TestBorrowedMemory(t *testing.T) {
	fake, e := newFake(t)
	created := func() (n int) {
		for _, call := range fake.Calls() {
			if call == "CreateMetricDescriptor" {
				n++
			}
		}
		return n
	}
	start := time.Now().Add(-time.Hour)
	for i := range 2 {
		metrics := samples()
		for _, m := range metrics {
			for _, s := range m.Series {
				s.Point.Time = start.Add(time.Duration(i+1) * time.Minute)
				if m.Descriptor.Type.Cumulative() {
					s.StartTime = start
				}
			}
		}
		if err := e.Export(within(t, 20*time.Second), metrics); err != nil {
			t.Errorf("export %d: %v", i, err)
		}
		borrowed.Overwrite(metrics)
	}
	if n := created(); n != len(samples()) {
		t.Errorf("%d descriptors were created for %d metrics", n, len(samples()))
	}
	if n := len(fake.Series()); n != 22 {
		t.Errorf("%d points arrived, want 11 twice", n)
	}
	for _, d := range fake.Descriptors() {
		if d.Description == "used again" {
			t.Errorf("%v", d)
		}
	}
}

// TestHangingCallSharesNothing: an export whose ctx ends during its call leaves nothing
// that still reads the metrics; for the race detector.
func TestHangingCallSharesNothing(t *testing.T) {
	fake, e := newFake(t)
	fake.SetFault(fakemonitoring.Fault{Hang: true})
	metrics := []*metric.Metric{counted("m", 3, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for len(fake.Calls()) == 0 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if err := e.Export(ctx, metrics); err == nil {
		t.Error("a call that hangs succeeded")
	}
	borrowed.Overwrite(metrics)
	fake.SetFault(fakemonitoring.Fault{})
	again := counted("m", 3, 2)
	if err := e.Export(within(t, 20*time.Second), []*metric.Metric{again}); err != nil {
		t.Errorf("%q: %v", fates(t, again, err), err)
	}
	if !slices.Contains(fake.Calls(), "CreateTimeSeries") {
		t.Errorf("calls %v", fake.Calls())
	}
}
