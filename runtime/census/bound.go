package census

import (
	"context"
	"slices"

	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/stats"
	"go.opencensus.io/tag"
)

// BoundTags are the tags of a recorder with the values of a call, for loops that
// record by the same ones again and again. Tags from the context are those of
// each record. The zero value drops its records. It is safe for concurrent use.
type BoundTags struct {
	set   *TagSet
	cells []cell          // of the tags from the call; if there are no others, also within the limits
	ctx   context.Context // for records where ctx carries no tags; nil if there are tags not from the call
}

// Bind resolves the tags from the call: values are those of [TagSet.Record].
// What is replaced is counted now, once. If there are no tags but those from the
// call, the views' limits are met now too, else at each record.
func (s *TagSet) Bind(values ...record.TagValue) BoundTags {
	b := BoundTags{set: s, cells: make([]cell, len(s.tags))}
	s.resolve(b.cells, values)
	if slices.ContainsFunc(s.tags, func(t *mutators) bool { return t.tag.From() != record.FromCall }) {
		return b // one of the process may still be set
	}
	s.limit(b.cells)
	b.ctx = s.contextOf(b.cells)
	return b
}

// Record records the measurements, which it keeps: the slice must not be used
// again. After view.Stop the record is dropped.
func (b BoundTags) Record(ctx context.Context, ms []stats.Measurement) {
	if b.set == nil || len(ms) == 0 {
		return
	}
	defer dropStopped(ms)
	if ctx == nil {
		ctx = context.Background()
	}
	b.set.record(b.tagged(ctx), ms)
}

// RecordExemplar is Record for measures with exemplars, as
// [TagSet.RecordExemplar].
func (b BoundTags) RecordExemplar(ctx context.Context, ms []stats.Measurement) {
	if b.set == nil || len(ms) == 0 {
		return
	}
	defer dropStopped(ms)
	if ctx == nil {
		ctx = context.Background()
	}
	b.set.recordExemplar(ctx, b.tagged(ctx), ms)
}

// tagged returns a ctx that carries the tags of the record.
func (b BoundTags) tagged(ctx context.Context) context.Context {
	if b.ctx != nil {
		if tag.FromContext(ctx) == nil {
			return b.ctx
		}
		return over(ctx, b.cells)
	}
	var inline [inlineTags]cell
	return b.set.completed(ctx, append(inline[:0], b.cells...))
}
