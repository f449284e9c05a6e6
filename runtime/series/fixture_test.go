package series

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

var uniqueCount atomic.Int64

// unique returns names that no other test uses: counters are global.
func unique(name string) string { return fmt.Sprintf("%s%d", name, uniqueCount.Add(1)) }

// nilContext is the ctx of a caller who has none.
var nilContext context.Context

// sampled returns a sampled span.
func sampled() metric.Span {
	return metric.Span{TraceID: metric.TraceID{1}, SpanID: metric.SpanID{2}, Sampled: true}
}

// wantCount checks a count of [record.Stats].
func wantCount(t testing.TB, tag, measure string, r record.Reason, want uint64) {
	t.Helper()
	got := uint64(0)
	for _, s := range record.Stats() {
		if s.Tag == tag && s.Measure == measure && s.Reason == r {
			got = s.Count
		}
	}
	if got != want {
		t.Errorf("count of tag %q measure %q %s is %d, want %d", tag, measure, r, got, want)
	}
}

// register registers a package of these parts until the test ends.
func register(t testing.TB, descriptors []metric.Descriptor, parts ...record.Part) *record.Package {
	t.Helper()
	p := newPackage(descriptors, parts...)
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)
	return p
}

func newPackage(descriptors []metric.Descriptor, parts ...record.Part) *record.Package {
	return record.NewPackage(record.PackageInfo{
		Name:        unique("package"),
		Parts:       parts,
		Descriptors: func() []metric.Descriptor { return descriptors },
	})
}

// gathered returns the metric of the name, as registered packages have it, or nil.
func gathered(t testing.TB, name string) *metric.Metric {
	t.Helper()
	var found *metric.Metric
	for _, p := range record.Registered() {
		for _, m := range p.Read(nil) {
			if m.Descriptor.Name != name {
				continue
			}
			if found != nil {
				t.Errorf("%s twice", name)
			}
			found = m
		}
	}
	return found
}

// letters returns a closed tag of the values a, b, c and d.
func letters() *record.Tag {
	return record.NewClosedTag(unique("letter"), record.ClosedTag{Values: []string{"a", "b", "c", "d"}})
}

// A carrier is a key under which a ctx has the text of a tag.
type carrier struct{ key *int }

func newCarrier() carrier { return carrier{new(int)} }

func (c carrier) Text(ctx context.Context) string {
	text, _ := ctx.Value(c).(string)
	return text
}

func (c carrier) With(ctx context.Context, text string) context.Context {
	return context.WithValue(ctx, c, text)
}

// numbered returns how many combinations of a wide set have a number.
func numbered(p *places) (n int) {
	for _, text := range p.wide.staying.All() {
		if text != "" {
			n++
		}
	}
	return n
}
