package main

import (
	"context"

	"github.com/ocgen/ocgen/bench/viewsmetrics"
)

// startViews calls what ocgen generates with `recorder: views`.
func startViews(w work) *subject {
	if w.bound {
		return nil
	}
	read := exported
	if w.aggregation == upDown {
		read = recorded // up-down counts do not go through OpenCensus
	}
	s := generated(w, "viewsmetrics", viewsmetrics.RegisterViews, viewsmetrics.UnregisterViews, read)
	s.drain = drain
	ctx := context.Background()
	switch {
	case w.begins:
		s.loop = func(s *sequence, n int) {
			end := func() {}
			for i := range n {
				end()
				end = viewsmetrics.BeginOpenRequests(ctx, viewsmetrics.Method(s.method[i&mask]), viewsmetrics.Outcome(s.outcome[i&mask]), viewsmetrics.Route(s.route[i&mask]))
			}
		}
	case w.aggregation == upDown:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				viewsmetrics.AddOpenRequests(ctx, deltas[i&mask], viewsmetrics.Method(s.method[i&mask]), viewsmetrics.Outcome(s.outcome[i&mask]), viewsmetrics.Route(s.route[i&mask]))
			}
		}
	case w.aggregation == count && w.tags == manyTags:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				viewsmetrics.RecordPodRequests(ctx, viewsmetrics.Pod(s.many.pod[i&manyMask]), viewsmetrics.Shard(s.many.shard[i&manyMask]), viewsmetrics.Zone(s.many.zone[i&manyMask]))
			}
		}
	case w.aggregation == count:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				viewsmetrics.RecordRequests(ctx, viewsmetrics.Method(s.method[i&mask]), viewsmetrics.Outcome(s.outcome[i&mask]), viewsmetrics.Route(s.route[i&mask]))
			}
		}
	case w.aggregation == sum:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				viewsmetrics.RecordResponseBytes(ctx, sizes[i&mask], viewsmetrics.Method(s.method[i&mask]), viewsmetrics.Outcome(s.outcome[i&mask]), viewsmetrics.Route(s.route[i&mask]))
			}
		}
	case w.aggregation == lastValue:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				viewsmetrics.RecordLastLatency(ctx, latencies[i&mask], viewsmetrics.Method(s.method[i&mask]), viewsmetrics.Outcome(s.outcome[i&mask]), viewsmetrics.Route(s.route[i&mask]))
			}
		}
	default:
		s.loop = viewsDistribution(contextOf(w, viewsmetrics.WithTenant), w)
	}
	return s
}

func viewsDistribution(ctx context.Context, w work) loop {
	switch {
	case w.ctx == exemplars:
		return func(s *sequence, n int) {
			for i := range n {
				viewsmetrics.RecordTracedLatency(ctx, latencies[i&mask], viewsmetrics.Method(s.method[i&mask]), viewsmetrics.Outcome(s.outcome[i&mask]), viewsmetrics.Route(s.route[i&mask]))
			}
		}
	case w.ctx != nothing:
		return func(_ *sequence, n int) {
			for i := range n {
				viewsmetrics.RecordTenantLatency(ctx, latencies[i&mask])
			}
		}
	case w.tags == noTags:
		return func(_ *sequence, n int) {
			for i := range n {
				viewsmetrics.RecordPlainLatency(ctx, latencies[i&mask])
			}
		}
	case w.tags == twoTags:
		return func(s *sequence, n int) {
			for i := range n {
				viewsmetrics.RecordRouteLatency(ctx, latencies[i&mask], viewsmetrics.Method(s.method[i&mask]), viewsmetrics.Route(s.route[i&mask]))
			}
		}
	case w.tags == openTag:
		return func(s *sequence, n int) {
			for i := range n {
				viewsmetrics.RecordCustomerLatency(ctx, latencies[i&mask], viewsmetrics.Customer(s.customer[i&mask]))
			}
		}
	case w.tags == manyTags:
		return func(s *sequence, n int) {
			for i := range n {
				viewsmetrics.RecordPodLatency(ctx, latencies[i&mask], viewsmetrics.Pod(s.many.pod[i&manyMask]), viewsmetrics.Shard(s.many.shard[i&manyMask]), viewsmetrics.Zone(s.many.zone[i&manyMask]))
			}
		}
	case len(w.bounds) == len(sixtyBounds):
		return func(s *sequence, n int) {
			for i := range n {
				viewsmetrics.RecordFineLatency(ctx, latencies[i&mask], viewsmetrics.Method(s.method[i&mask]), viewsmetrics.Outcome(s.outcome[i&mask]), viewsmetrics.Route(s.route[i&mask]))
			}
		}
	}
	return func(s *sequence, n int) {
		for i := range n {
			viewsmetrics.RecordLatency(ctx, latencies[i&mask], viewsmetrics.Method(s.method[i&mask]), viewsmetrics.Outcome(s.outcome[i&mask]), viewsmetrics.Route(s.route[i&mask]))
		}
	}
}

// startViewsBound calls the bound recorders of the same package.
func startViewsBound(w work) *subject {
	if !w.bound {
		return nil
	}
	s := generated(w, "viewsmetrics", viewsmetrics.RegisterViews, viewsmetrics.UnregisterViews, exported)
	s.drain = drain
	s.bind = func(q *sequence) loop { return viewsBound(w, q) }
	return s
}

func viewsBound(w work, q *sequence) loop {
	ctx := context.Background()
	method, outcome, route := viewsmetrics.Method(q.method[0]), viewsmetrics.Outcome(q.outcome[0]), viewsmetrics.Route(q.route[0])
	switch {
	case w.aggregation == count:
		b := viewsmetrics.RequestsFor(method, outcome, route)
		return func(_ *sequence, n int) {
			for range n {
				b.Record(ctx)
			}
		}
	case w.aggregation == sum:
		b := viewsmetrics.ResponseBytesFor(method, outcome, route)
		return func(_ *sequence, n int) {
			for i := range n {
				b.Record(ctx, sizes[i&mask])
			}
		}
	case w.aggregation == lastValue:
		b := viewsmetrics.LastLatencyFor(method, outcome, route)
		return func(_ *sequence, n int) {
			for i := range n {
				b.Record(ctx, latencies[i&mask])
			}
		}
	case len(w.bounds) == len(sixtyBounds):
		b := viewsmetrics.FineLatencyFor(method, outcome, route)
		return func(_ *sequence, n int) {
			for i := range n {
				b.Record(ctx, latencies[i&mask])
			}
		}
	}
	b := viewsmetrics.LatencyFor(method, outcome, route)
	return func(_ *sequence, n int) {
		for i := range n {
			b.Record(ctx, latencies[i&mask])
		}
	}
}
