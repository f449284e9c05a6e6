package census

import (
	"context"
	"slices"

	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/stats"
	"go.opencensus.io/tag"
)

// BoundTags are the tags of a recorder with the values of one call, for loops that
// record with the same values. Tags from the context come from the ctx of each record. The
// zero value drops its records. It is safe for concurrent use.
type BoundTags struct {
	set   *TagSet
	cells []cell          // of the tags from the call; if there are no other tags, the limits are applied
	ctx   context.Context // for records whose ctx carries no tags; nil if there are tags not from the call
}

// Bind resolves the tags from the call; values are as in [TagSet.Record]. Replaced
// values are counted once, by Bind. If all tags are from the call, Bind also applies the
// limits of the views; otherwise each record applies them.
func (s *TagSet) Bind(values ...record.TagValue) BoundTags {
	b := BoundTags{set: s, cells: make([]cell, len(s.tags))}
	s.resolve(b.cells, values)
	if slices.ContainsFunc(s.tags, func(t *mutators) bool { return t.tag.From() != record.FromCall }) {
		return b // a process tag may still be set
	}
	s.limit(b.cells)
	b.ctx = s.contextOf(b.cells)
	return b
}

// Record records the measurements. It keeps the slice, which must not be used again.
// After view.Stop the record is dropped.
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

// RecordExemplar is Record for measures with exemplars: see [TagSet.RecordExemplar].
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
