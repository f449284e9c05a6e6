// Package otelctx reads tags and spans from a context as OpenTelemetry keeps them. Generated
// code of the recorder "otel" imports it if a tag of the schema comes from a context, or if
// a measure has exemplars. Programs use it through that code.
//
// The package imports OpenTelemetry's API only, not its SDK.
//
// # What generated code looks like
//
//	var tenantTag = record.NewOpenTag("tenant", record.OpenTag{
//		MaxValues: 1000,
//		From:      record.FromContext,
//		Carrier:   otelctx.Propagated("tenant"),
//	})
//
//	func WithTenant(ctx context.Context, v Tenant) context.Context {
//		return tenantTag.With(ctx, record.Open(v))
//	}
//
// # Tags that cross the wire
//
// A tag with "propagate: true" is also a member of the W3C baggage of ctx. The program sends
// and receives baggage with OpenTelemetry's propagator:
//
//	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(
//		propagation.TraceContext{}, propagation.Baggage{}))
//
// Baggage from another process is read only for tags with "propagate: true". Its values pass
// the same checks and limits as any other text: see package record. Baggage that comes from
// outside of the fleet should be removed where it enters.
//
// The propagator of a receiver keeps the first 64 members of the header. It drops a header of
// more than 8,192 bytes as a whole. The sender has no such limits. A value that this process
// has set is recorded here in any case, because ctx also has it outside of the baggage.
package otelctx
