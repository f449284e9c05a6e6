package main

import (
	"context"

	"github.com/ocgen/ocgen/bench/directmetrics"
)

// startDirect calls what ocgen generates with `recorder: direct`.
func startDirect(w work) *subject {
	if w.bound {
		return nil
	}
	s := generated(w, "directmetrics", directmetrics.RegisterViews, directmetrics.UnregisterViews, recorded)
	ctx := context.Background()
	switch {
	case w.begins:
		s.loop = func(s *sequence, n int) {
			end := func() {}
			for i := range n {
				end()
				end = directmetrics.BeginOpenRequests(ctx, directmetrics.Method(s.method[i&mask]), directmetrics.Outcome(s.outcome[i&mask]), directmetrics.Route(s.route[i&mask]))
			}
		}
	case w.aggregation == upDown:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				directmetrics.AddOpenRequests(ctx, deltas[i&mask], directmetrics.Method(s.method[i&mask]), directmetrics.Outcome(s.outcome[i&mask]), directmetrics.Route(s.route[i&mask]))
			}
		}
	case w.aggregation == count && w.tags == manyTags:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				directmetrics.RecordPodRequests(ctx, directmetrics.Pod(s.many.pod[i&manyMask]), directmetrics.Shard(s.many.shard[i&manyMask]), directmetrics.Zone(s.many.zone[i&manyMask]))
			}
		}
	case w.aggregation == count:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				directmetrics.RecordRequests(ctx, directmetrics.Method(s.method[i&mask]), directmetrics.Outcome(s.outcome[i&mask]), directmetrics.Route(s.route[i&mask]))
			}
		}
	case w.aggregation == sum:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				directmetrics.RecordResponseBytes(ctx, sizes[i&mask], directmetrics.Method(s.method[i&mask]), directmetrics.Outcome(s.outcome[i&mask]), directmetrics.Route(s.route[i&mask]))
			}
		}
	case w.aggregation == lastValue:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				directmetrics.RecordLastLatency(ctx, latencies[i&mask], directmetrics.Method(s.method[i&mask]), directmetrics.Outcome(s.outcome[i&mask]), directmetrics.Route(s.route[i&mask]))
			}
		}
	default:
		s.loop = directDistribution(contextOf(w, directmetrics.WithTenant), w)
	}
	return s
}

// startCountBesideUpDown records counts, beside startDirect, which records up-down counts.
func startCountBesideUpDown(w work) *subject {
	if w.aggregation != upDown || w.begins || w.bound {
		return nil
	}
	w.aggregation = count
	return startDirect(w)
}

func directDistribution(ctx context.Context, w work) loop {
	switch {
	case w.ctx == exemplars:
		return func(s *sequence, n int) {
			for i := range n {
				directmetrics.RecordTracedLatency(ctx, latencies[i&mask], directmetrics.Method(s.method[i&mask]), directmetrics.Outcome(s.outcome[i&mask]), directmetrics.Route(s.route[i&mask]))
			}
		}
	case w.ctx != nothing:
		return func(_ *sequence, n int) {
			for i := range n {
				directmetrics.RecordTenantLatency(ctx, latencies[i&mask])
			}
		}
	case w.tags == noTags:
		return func(_ *sequence, n int) {
			for i := range n {
				directmetrics.RecordPlainLatency(ctx, latencies[i&mask])
			}
		}
	case w.tags == twoTags:
		return func(s *sequence, n int) {
			for i := range n {
				directmetrics.RecordRouteLatency(ctx, latencies[i&mask], directmetrics.Method(s.method[i&mask]), directmetrics.Route(s.route[i&mask]))
			}
		}
	case w.tags == openTag:
		return func(s *sequence, n int) {
			for i := range n {
				directmetrics.RecordCustomerLatency(ctx, latencies[i&mask], directmetrics.Customer(s.customer[i&mask]))
			}
		}
	case w.tags == manyTags:
		return func(s *sequence, n int) {
			for i := range n {
				directmetrics.RecordPodLatency(ctx, latencies[i&mask], directmetrics.Pod(s.many.pod[i&manyMask]), directmetrics.Shard(s.many.shard[i&manyMask]), directmetrics.Zone(s.many.zone[i&manyMask]))
			}
		}
	case len(w.bounds) == len(sixtyBounds):
		return func(s *sequence, n int) {
			for i := range n {
				directmetrics.RecordFineLatency(ctx, latencies[i&mask], directmetrics.Method(s.method[i&mask]), directmetrics.Outcome(s.outcome[i&mask]), directmetrics.Route(s.route[i&mask]))
			}
		}
	}
	return func(s *sequence, n int) {
		for i := range n {
			directmetrics.RecordLatency(ctx, latencies[i&mask], directmetrics.Method(s.method[i&mask]), directmetrics.Outcome(s.outcome[i&mask]), directmetrics.Route(s.route[i&mask]))
		}
	}
}

// startDirectBound calls the bound recorders of the same package.
func startDirectBound(w work) *subject {
	if !w.bound {
		return nil
	}
	s := generated(w, "directmetrics", directmetrics.RegisterViews, directmetrics.UnregisterViews, recorded)
	s.bind = func(q *sequence) loop { return directBound(w, q) }
	return s
}

func directBound(w work, q *sequence) loop {
	ctx := context.Background()
	method, outcome, route := directmetrics.Method(q.method[0]), directmetrics.Outcome(q.outcome[0]), directmetrics.Route(q.route[0])
	switch {
	case w.aggregation == count:
		b := directmetrics.RequestsFor(method, outcome, route)
		return func(_ *sequence, n int) {
			for range n {
				b.Record(ctx)
			}
		}
	case w.aggregation == sum:
		b := directmetrics.ResponseBytesFor(method, outcome, route)
		return func(_ *sequence, n int) {
			for i := range n {
				b.Record(ctx, sizes[i&mask])
			}
		}
	case w.aggregation == lastValue:
		b := directmetrics.LastLatencyFor(method, outcome, route)
		return func(_ *sequence, n int) {
			for i := range n {
				b.Record(ctx, latencies[i&mask])
			}
		}
	case len(w.bounds) == len(sixtyBounds):
		b := directmetrics.FineLatencyFor(method, outcome, route)
		return func(_ *sequence, n int) {
			for i := range n {
				b.Record(ctx, latencies[i&mask])
			}
		}
	}
	b := directmetrics.LatencyFor(method, outcome, route)
	return func(_ *sequence, n int) {
		for i := range n {
			b.Record(ctx, latencies[i&mask])
		}
	}
}
