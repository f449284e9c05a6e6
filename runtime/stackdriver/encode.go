package stackdriver

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

// Time series are encoded directly from the metrics. A tree of messages for each series would
// take most of the processor time of an export, and nearly all of its allocations.

// A point is a point of an export.
type point struct {
	metric *metric.Metric
	series *metric.Series
}

// A batch is the content of a request.
type batch struct {
	points []point
	series []byte // the encoded points, as fields time_series of a CreateTimeSeriesRequest
}

// request returns the request of a batch. The encoded series are its unknown fields. protobuf
// copies unknown fields into the encoded message, so the server finds them in the field
// time_series.
func (b *batch) request(project string) *monitoringpb.CreateTimeSeriesRequest {
	r := &monitoringpb.CreateTimeSeriesRequest{Name: "projects/" + project}
	r.ProtoReflect().SetUnknown(b.series)
	return r
}

// An encoder encodes the metrics of an export.
type encoder struct {
	*converter
	values   valueEncoder
	seen     seriesSet
	points   []point // of all batches
	batched  int     // how many of the points are in a batch
	buffer   []byte  // the encoded series of the next batch
	failures []runtime.Failure
}

func (c *converter) encoder(metrics []*metric.Metric) *encoder {
	n := 0
	for _, m := range metrics {
		n += len(m.Series)
	}
	return &encoder{converter: c, values: valueEncoder{project: c.project}, seen: newSeriesSet(n), points: make([]point, 0, n)}
}

// batches encodes the metrics and returns batches. A point that cannot be encoded, or would make
// its whole request fail, becomes a failure instead. The bytes of a batch share no memory with
// the metrics or with other batches.
func (e *encoder) batches(metrics []*metric.Metric) iter.Seq[batch] {
	return func(yield func(batch) bool) {
		for _, m := range metrics {
			shape, err := e.shape(m)
			if err != nil {
				e.failures = append(e.failures, runtime.Failure{Metric: m, Fate: runtime.Refused, Err: err})
				continue
			}
			for _, ts := range m.Series {
				if err := e.add(shape, ts); err != nil {
					e.failures = append(e.failures, runtime.Failure{Metric: m, Series: ts, Fate: runtime.Refused, Err: err})
					continue
				}
				e.points = append(e.points, point{m, ts})
				if e.isFull() && !yield(e.batch()) {
					return
				}
			}
		}
		if len(e.points) > e.batched {
			yield(e.batch())
		}
	}
}

// A gRPC server refuses requests of more than 4 MiB, unless it is configured otherwise. So a
// request of 200 series is split if the series are very large. A single series that Cloud
// Monitoring accepts takes far less than maxSeriesBytes.
const (
	fullRequestBytes = 2 << 20
	maxSeriesBytes   = 1 << 20
)

// isFull reports whether the points that were added since the last batch fill a request.
func (e *encoder) isFull() bool {
	return len(e.points)-e.batched == cloudmonitoring.MaxRequestSeries || len(e.buffer) >= fullRequestBytes
}

// batch returns the points that were added since the last batch. Its bytes are a copy, because
// interceptors, stats handlers and the connection may still read them after the call.
func (e *encoder) batch() batch {
	b := batch{points: e.points[e.batched:], series: slices.Clone(e.buffer)}
	e.batched, e.buffer = len(e.points), e.buffer[:0]
	return b
}

// add encodes a series into the buffer, unless it returns an error. Unlike OpenCensus's exporter
// it sets the kind and value type: without them a metric whose descriptor could not be created
// would be a gauge for ever.
func (e *encoder) add(s *shape, ts *metric.Series) error {
	b, start := begin(e.buffer, requestTimeSeries)
	b, err := s.appendIdentity(b, ts.LabelValues)
	if err != nil {
		return err
	}
	identity := b[start:]
	b = append(b, s.types...)
	b, points := begin(b, seriesPoints)
	if b, err = s.appendInterval(b, ts); err != nil {
		return err
	}
	if b, err = e.values.appendValue(b, pointValue, ts.Point.Value); err != nil {
		return err
	}
	if size := len(b) - start; size > maxSeriesBytes {
		return fmt.Errorf("the series takes %d bytes in a request, and a series must take at most %d: shorten its label values", size, maxSeriesBytes)
	}
	if err := e.seen.add(s, ts, identity); err != nil {
		return err
	}
	e.buffer = end(end(b, points), start)
	return nil
}

// appendInterval appends the interval of a point.
func (s *shape) appendInterval(b []byte, ts *metric.Series) ([]byte, error) {
	b, start := begin(b, pointInterval)
	last := ts.Point.Time
	if s.cumulative {
		if ts.StartTime.IsZero() {
			return nil, errors.New("the series is cumulative and has no start time: its producer must set it")
		}
		// The API requires that the end is at least a millisecond after the start, and a series
		// may be read as soon as it begins.
		if least := ts.StartTime.Add(time.Millisecond); last.Before(least) {
			last = least
		}
		b = appendTime(b, intervalStart, ts.StartTime)
	}
	return end(appendTime(b, intervalEnd, last), start), nil
}
