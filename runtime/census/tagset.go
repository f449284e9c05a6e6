package census

import (
	"context"
	"math/bits"
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/stats"
	_ "go.opencensus.io/stats/view" // without it stats.Record panics
	"go.opencensus.io/tag"
	"go.opencensus.io/trace"
)

// A TagSet has the tags of a recorder and the limits of the views that it records into.
// It is safe for concurrent use.
//
// Usually ctx carries no tags. Then each combination of values has one tag map, which is
// built once and kept; beyond a maximum of kept maps, a map is built for each record. If
// ctx carries tags, a map with the tags of ctx and of the record is built for each
// record, so that views by other keys have them.
type TagSet struct {
	tags     []*mutators
	limits   []setLimit
	strides  []uint64 // of each tag's ordinal in a combination's number
	contexts contexts

	subscribed atomic.Bool // OpenCensus accepts records of the measures
}

// NewTagSet returns the set of a recorder's tags, including those from the context and
// the process, and of the limits of the views that it records into.
func NewTagSet(tags []*record.Tag, limits ...*SeriesLimit) *TagSet {
	s := &TagSet{}
	for _, l := range limits {
		s.limits = append(s.limits, newSetLimit(l, tags))
	}
	size := uint64(1)
	for _, t := range tags {
		s.tags = append(s.tags, mutatorsOf(t))
		s.strides = append(s.strides, size)
		var overflow uint64
		if overflow, size = bits.Mul64(size, t.Ordinals()); overflow != 0 {
			size = 0 // and stays 0
		}
	}
	s.contexts.size = size
	return s
}

// Record records the measurements. It keeps the slice, which must not be used again.
// values has one value for each tag from the call, in the order of the set; a missing
// value is absent. After view.Stop the record is dropped.
func (s *TagSet) Record(ctx context.Context, ms []stats.Measurement, values ...record.TagValue) {
	if len(ms) == 0 {
		return
	}
	defer dropStopped(ms)
	s.record(s.tagged(ctx, values), ms)
}

// RecordExemplar is Record for measures with exemplars: if ctx has a sampled span, a
// distribution keeps the span context as the exemplar of the bucket.
func (s *TagSet) RecordExemplar(ctx context.Context, ms []stats.Measurement, values ...record.TagValue) {
	if len(ms) == 0 {
		return
	}
	defer dropStopped(ms)
	if ctx == nil {
		ctx = context.Background()
	}
	s.recordExemplar(ctx, s.tagged(ctx, values), ms)
}

// record records with the tags of ctx.
func (s *TagSet) record(ctx context.Context, ms []stats.Measurement) {
	if !s.takes(ms) {
		return
	}
	queue.made.Add(1)
	stats.Record(ctx, ms...)
}

// recordExemplar records with the tags of one ctx and the span of another.
func (s *TagSet) recordExemplar(ctx, tagged context.Context, ms []stats.Measurement) {
	span := trace.FromContext(ctx)
	if span == nil || !span.SpanContext().IsSampled() {
		s.record(tagged, ms)
		return
	}
	if !s.takes(ms) {
		return
	}
	queue.made.Add(1)
	// Only a span context may be attached: OpenCensus's exporter for Cloud Monitoring
	// makes malformed messages of other attachments. The only possible error is about
	// tags, and no tags are passed here.
	_ = stats.RecordWithOptions(tagged, stats.WithMeasurements(ms...),
		stats.WithAttachments(metricdata.Attachments{metricdata.AttachmentKeySpanContext: span.SpanContext()}))
}

// dropStopped is deferred around a record: after view.Stop OpenCensus panics.
func dropStopped(ms []stats.Measurement) {
	if recover() == nil {
		return
	}
	for _, m := range ms {
		if m.Measure() != nil {
			record.CounterOfMeasure(m.Measure().Name(), record.ReasonStopped).Inc()
		}
	}
}

// inlineTags is the number of tags up to which the cells of a record need no allocation.
const inlineTags = 8

// tagged returns a ctx that carries the tags of the record.
func (s *TagSet) tagged(ctx context.Context, values []record.TagValue) context.Context {
	if ctx == nil {
		ctx = context.Background()
	}
	if len(s.tags) == 0 {
		return ctx
	}
	var inline [inlineTags]cell
	cells := inline[:]
	if len(s.tags) > inlineTags {
		cells = make([]cell, len(s.tags))
	}
	cells = cells[:len(s.tags)]
	s.resolve(cells, values)
	return s.completed(ctx, cells)
}

// completed returns a ctx that carries the tags of the record. cells has the tags from the
// call; completed fills in the others.
func (s *TagSet) completed(ctx context.Context, cells []cell) context.Context {
	carried := tag.FromContext(ctx)
	s.resolveOthers(cells, carried)
	s.limit(cells)
	if carried == nil {
		return s.contextOf(cells)
	}
	return over(ctx, cells)
}

// resolve fills in the cells of the tags from the call.
func (s *TagSet) resolve(cells []cell, values []record.TagValue) {
	for i, t := range s.tags {
		if t.tag.From() != record.FromCall {
			continue
		}
		var v record.TagValue
		if len(values) > 0 {
			v, values = values[0], values[1:]
		}
		cells[i] = t.cell(t.tag.Ordinal(v))
	}
}

// resolveOthers fills in the cells of the other tags.
func (s *TagSet) resolveOthers(cells []cell, carried *tag.Map) {
	for i, t := range s.tags {
		switch t.tag.From() {
		case record.FromContext:
			text, _ := carried.Value(t.key)
			cells[i] = t.contextCell(text)
		case record.FromProcess:
			cells[i] = t.cell(t.tag.ProcessOrdinal())
		}
	}
}

// limit collapses a record that would exceed a limit of the views.
func (s *TagSet) limit(cells []cell) {
	if len(s.limits) > 0 && !s.withinLimits(cells) {
		s.collapse(cells)
	}
}

// withinLimits reports whether every limit allows the record's combination. If so it counts
// the combination in each limit.
func (s *TagSet) withinLimits(cells []cell) bool {
	var inline [4 * inlineTags]byte
	fresh := false
	for i := range s.limits {
		if s.limits[i].collapsed(cells) {
			continue
		}
		known, allowed := s.limits[i].allows(s.limits[i].appendKey(inline[:0], cells))
		if !allowed {
			s.limits[i].dropped.Inc()
			return false
		}
		fresh = fresh || !known
	}
	if !fresh {
		return true
	}
	for i := range s.limits {
		if s.limits[i].collapsed(cells) {
			continue
		}
		key := string(s.limits[i].appendKey(nil, cells))
		if _, ok := s.limits[i].seen.Admit(key); !ok {
			s.limits[i].dropped.Inc()
			return false
		}
	}
	return true
}

// collapse changes the record's open tags to "__other__", except absent tags and process
// tags, which have only one value.
func (s *TagSet) collapse(cells []cell) {
	for i, t := range s.tags {
		if t.tag.Collapses() && cells[i].ordinal != 0 {
			cells[i] = t.cell(record.OtherOrdinal)
		}
	}
}

// contextOf returns the context with the tags of the cells only. It is built once for each
// combination, up to the maximum of kept contexts.
func (s *TagSet) contextOf(cells []cell) context.Context {
	if s.contexts.size == 0 {
		return over(context.Background(), cells)
	}
	var number uint64
	for i := range cells {
		number += uint64(cells[i].ordinal) * s.strides[i]
	}
	if ctx := s.contexts.get(number); ctx != nil {
		return ctx
	}
	ctx := over(context.Background(), cells)
	s.contexts.put(number, ctx)
	return ctx
}

// over returns ctx with the tags of the cells.
func over(ctx context.Context, cells []cell) context.Context {
	var inline [inlineTags]tag.Mutator
	changes := inline[:0]
	for i := range cells {
		if cells[i].put != nil {
			changes = append(changes, cells[i].put)
		}
	}
	// The new texts are valid, so an error could only be about the tags of ctx, which
	// OpenCensus checked when they were set.
	tagged, err := tag.New(ctx, changes...)
	if err != nil {
		return ctx
	}
	return tagged
}
