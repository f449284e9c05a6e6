package main

import (
	"context"

	"github.com/ocgen/ocgen/bench/otelmetrics"
)

// startOTel calls what ocgen generates with `recorder: otel`.
func startOTel(w work) *subject {
	if w.bound {
		return nil
	}
	s := generated(w, "otelmetrics", otelmetrics.RegisterViews, otelmetrics.UnregisterViews, recorded)
	ctx := context.Background()
	switch {
	case w.begins:
		s.loop = func(s *sequence, n int) {
			end := func() {}
			for i := range n {
				end()
				end = otelmetrics.BeginOpenRequests(ctx, otelmetrics.Method(s.method[i&mask]), otelmetrics.Outcome(s.outcome[i&mask]), otelmetrics.Route(s.route[i&mask]))
			}
		}
	case w.aggregation == upDown:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				otelmetrics.AddOpenRequests(ctx, deltas[i&mask], otelmetrics.Method(s.method[i&mask]), otelmetrics.Outcome(s.outcome[i&mask]), otelmetrics.Route(s.route[i&mask]))
			}
		}
	case w.aggregation == count && w.tags == manyTags:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				otelmetrics.RecordPodRequests(ctx, otelmetrics.Pod(s.many.pod[i&manyMask]), otelmetrics.Shard(s.many.shard[i&manyMask]), otelmetrics.Zone(s.many.zone[i&manyMask]))
			}
		}
	case w.aggregation == count:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				otelmetrics.RecordRequests(ctx, otelmetrics.Method(s.method[i&mask]), otelmetrics.Outcome(s.outcome[i&mask]), otelmetrics.Route(s.route[i&mask]))
			}
		}
	case w.aggregation == sum:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				otelmetrics.RecordResponseBytes(ctx, sizes[i&mask], otelmetrics.Method(s.method[i&mask]), otelmetrics.Outcome(s.outcome[i&mask]), otelmetrics.Route(s.route[i&mask]))
			}
		}
	case w.aggregation == lastValue:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				otelmetrics.RecordLastLatency(ctx, latencies[i&mask], otelmetrics.Method(s.method[i&mask]), otelmetrics.Outcome(s.outcome[i&mask]), otelmetrics.Route(s.route[i&mask]))
			}
		}
	default:
		s.loop = otelDistribution(contextOf(w, otelmetrics.WithTenant), w)
	}
	return s
}

func otelDistribution(ctx context.Context, w work) loop {
	switch {
	case w.ctx == exemplars:
		return func(s *sequence, n int) {
			for i := range n {
				otelmetrics.RecordTracedLatency(ctx, latencies[i&mask], otelmetrics.Method(s.method[i&mask]), otelmetrics.Outcome(s.outcome[i&mask]), otelmetrics.Route(s.route[i&mask]))
			}
		}
	case w.ctx != nothing:
		return func(_ *sequence, n int) {
			for i := range n {
				otelmetrics.RecordTenantLatency(ctx, latencies[i&mask])
			}
		}
	case w.tags == noTags:
		return func(_ *sequence, n int) {
			for i := range n {
				otelmetrics.RecordPlainLatency(ctx, latencies[i&mask])
			}
		}
	case w.tags == twoTags:
		return func(s *sequence, n int) {
			for i := range n {
				otelmetrics.RecordRouteLatency(ctx, latencies[i&mask], otelmetrics.Method(s.method[i&mask]), otelmetrics.Route(s.route[i&mask]))
			}
		}
	case w.tags == openTag:
		return func(s *sequence, n int) {
			for i := range n {
				otelmetrics.RecordCustomerLatency(ctx, latencies[i&mask], otelmetrics.Customer(s.customer[i&mask]))
			}
		}
	case w.tags == manyTags:
		return func(s *sequence, n int) {
			for i := range n {
				otelmetrics.RecordPodLatency(ctx, latencies[i&mask], otelmetrics.Pod(s.many.pod[i&manyMask]), otelmetrics.Shard(s.many.shard[i&manyMask]), otelmetrics.Zone(s.many.zone[i&manyMask]))
			}
		}
	case len(w.bounds) == len(sixtyBounds):
		return func(s *sequence, n int) {
			for i := range n {
				otelmetrics.RecordFineLatency(ctx, latencies[i&mask], otelmetrics.Method(s.method[i&mask]), otelmetrics.Outcome(s.outcome[i&mask]), otelmetrics.Route(s.route[i&mask]))
			}
		}
	}
	return func(s *sequence, n int) {
		for i := range n {
			otelmetrics.RecordLatency(ctx, latencies[i&mask], otelmetrics.Method(s.method[i&mask]), otelmetrics.Outcome(s.outcome[i&mask]), otelmetrics.Route(s.route[i&mask]))
		}
	}
}

// startOTelWithoutExemplars records into a distribution without exemplars, beside startOTel,
// which records into one with exemplars.
func startOTelWithoutExemplars(w work) *subject {
	if w.ctx != exemplars {
		return nil
	}
	w.ctx = nothing
	return startOTel(w)
}

// startOTelBound calls the bound recorders of the same package.
func startOTelBound(w work) *subject {
	if !w.bound {
		return nil
	}
	s := generated(w, "otelmetrics", otelmetrics.RegisterViews, otelmetrics.UnregisterViews, recorded)
	s.bind = func(q *sequence) loop { return otelBound(w, q) }
	return s
}

func otelBound(w work, q *sequence) loop {
	ctx := context.Background()
	method, outcome, route := otelmetrics.Method(q.method[0]), otelmetrics.Outcome(q.outcome[0]), otelmetrics.Route(q.route[0])
	switch {
	case w.aggregation == count:
		b := otelmetrics.RequestsFor(method, outcome, route)
		return func(_ *sequence, n int) {
			for range n {
				b.Record(ctx)
			}
		}
	case w.aggregation == sum:
		b := otelmetrics.ResponseBytesFor(method, outcome, route)
		return func(_ *sequence, n int) {
			for i := range n {
				b.Record(ctx, sizes[i&mask])
			}
		}
	case w.aggregation == lastValue:
		b := otelmetrics.LastLatencyFor(method, outcome, route)
		return func(_ *sequence, n int) {
			for i := range n {
				b.Record(ctx, latencies[i&mask])
			}
		}
	case len(w.bounds) == len(sixtyBounds):
		b := otelmetrics.FineLatencyFor(method, outcome, route)
		return func(_ *sequence, n int) {
			for i := range n {
				b.Record(ctx, latencies[i&mask])
			}
		}
	}
	b := otelmetrics.LatencyFor(method, outcome, route)
	return func(_ *sequence, n int) {
		for i := range n {
			b.Record(ctx, latencies[i&mask])
		}
	}
}
