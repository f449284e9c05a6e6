package otel

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// TestAllAtOnce: records, collections of several Producers and registrations, for the race
// detector too. A collection has all of the package or nothing: zero rows exist from the
// registration.
func TestAllAtOnce(t *testing.T) {
	letter := letters()
	tags := []*record.Tag{letter}
	info := func(name string) series.SeriesInfo {
		return series.SeriesInfo{Name: unique(name), Tags: tags, Size: letter.Indices(), ZeroRows: true, Bounds: []float64{10}}
	}
	countInfo, sumInfo, latencyInfo := info("count"), info("sum"), info("latency")
	observedName := unique("observed")
	count, sum, latency := series.NewCounts(countInfo), series.NewInt64Sums(sumInfo), series.NewDistributions(latencyInfo)
	observed := series.NewInt64Observed(nil, series.ObservedInfo{Name: observedName, Sum: true})
	defer observed.Observe(func() int64 { return 1 })()
	names := []string{countInfo.Name, sumInfo.Name, latencyInfo.Name, observedName}
	var descriptors []metric.Descriptor
	for i, kind := range []metric.Type{metric.TypeCumulativeInt64, metric.TypeCumulativeInt64, metric.TypeCumulativeDistribution, metric.TypeCumulativeInt64} {
		descriptors = append(descriptors, metric.Descriptor{Name: names[i], Type: kind})
		if names[i] != observedName {
			descriptors[i].LabelKeys = []metric.LabelKey{{Key: letter.Key()}}
		}
	}
	pkg := newPackage(descriptors, series.Sets(count, sum, latency), series.Observers(observed))
	want := append([]string{pkg.Scope()}, names...)
	cumulative, delta := NewProducer(), newDelta()
	read := func(p *Producer) {
		scopes, err := p.Produce(context.Background())
		if err != nil {
			t.Error(err)
		}
		for _, scope := range scopes {
			if scope.Scope.Name == pkg.Scope() && p == cumulative && !slices.Equal(namesOf(scope), want) {
				t.Errorf("got %q, want %q", namesOf(scope), want)
			}
		}
		spoil(scopes)
	}
	var busy sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		for _, do := range []func(){
			func() { read(cumulative) },
			func() { read(delta) },
			func() {
				count.At(1).Inc()
				sum.At(2).Add(1)
				latency.At(3).RecordExemplar(sampledSpan(1), 1)
			},
		} {
			busy.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
						do()
					}
				}
			})
		}
	}
	for range 200 {
		if err := pkg.Register(); err != nil {
			t.Error(err)
		}
		read(cumulative)
		pkg.Unregister()
	}
	close(done)
	busy.Wait()
}

// TestDeltasAddUp: while goroutines record, each record is in exactly one delta, and the
// intervals of a series join.
func TestDeltasAddUp(t *testing.T) {
	const goroutines, records = 4, 20_000
	s := openShop(t)
	p := newDelta()
	var busy sync.WaitGroup
	for g := range goroutines {
		busy.Go(func() {
			for i := range records {
				letter := uint64(i % 3)
				s.requests.At(letter).Inc()
				s.bytes.At(letter).Add(2)
				s.latency.At(letter).Record(float64(g * 40))
			}
		})
	}
	recorded := make(chan struct{})
	go func() {
		busy.Wait()
		close(recorded)
	}()
	var requests, bytes int64
	var latencies, bucketed uint64
	ends := map[string]span{}
	collect := func() {
		scopes := produce(t, p)
		requests += total(found(t, scopes, s.requestsName))
		bytes += total(found(t, scopes, s.bytesName))
		data := found(t, scopes, s.latencyName)
		if data == nil {
			return
		}
		for _, point := range data.(metricdata.Histogram[float64]).DataPoints {
			latencies += point.Count
			for _, n := range point.BucketCounts {
				bucketed += n
			}
		}
		for letter, at := range spans(t, data) {
			if before, ok := ends[letter]; ok && at.start.Before(before.end) || !at.start.Before(at.end) {
				t.Errorf("a delta of %v after one of %v", at, before)
			}
			ends[letter] = at
		}
	}
	for ended := false; !ended; {
		select {
		case <-recorded:
			ended = true
		default:
		}
		collect()
	}
	const want = goroutines * records
	if requests != want || bytes != 2*want || latencies != want || bucketed != want {
		t.Errorf("the deltas are of %d requests, %d bytes, %d latencies and %d in buckets, want %d and twice as many bytes", requests, bytes, latencies, bucketed, want)
	}
}

// total returns the sum of the points.
func total(data metricdata.Aggregation) (n int64) {
	if data == nil {
		return 0
	}
	for _, p := range data.(metricdata.Sum[int64]).DataPoints {
		n += p.Value
	}
	return n
}
