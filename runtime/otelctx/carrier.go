package otelctx

import (
	"context"

	"github.com/ocgen/ocgen/runtime/record"
	"go.opentelemetry.io/otel/baggage"
)

// Carried returns the carrier of a tag that travels with a ctx within the process. Packages
// with the same tag key share the value. The carrier is safe for concurrent use.
func Carried(tagKey string) record.Carrier { return newCarrier(tagKey) }

// Propagated returns the carrier of a tag that travels with a ctx within the process, and in
// the W3C baggage of ctx to other processes. A value that was set in this process comes
// before the member of the baggage. The carrier is safe for concurrent use.
func Propagated(tagKey string) record.Carrier { return propagated{newCarrier(tagKey)} }

// A contextKey is the key of a tag's value in a ctx.
type contextKey struct{ tagKey string }

// A carrier keeps a value in a ctx. The value is a string; an empty string means that the
// tag was removed.
type carrier struct {
	tagKey string
	key    any // a contextKey; converted once, because each conversion allocates
}

func newCarrier(tagKey string) carrier { return carrier{tagKey, contextKey{tagKey}} }

func (c carrier) Text(ctx context.Context) string {
	text, _ := ctx.Value(c.key).(string)
	return text
}

func (c carrier) With(ctx context.Context, text string) context.Context {
	return context.WithValue(ctx, c.key, text)
}

// propagated is a carrier that also uses the baggage.
type propagated struct{ carrier }

func (p propagated) Text(ctx context.Context) string {
	if text, ok := ctx.Value(p.key).(string); ok {
		return text
	}
	return baggage.FromContext(ctx).Member(p.tagKey).Value()
}

func (p propagated) With(ctx context.Context, text string) context.Context {
	return p.withMember(p.carrier.With(ctx, text), text)
}

// withMember sets or removes the member of the baggage.
func (p propagated) withMember(ctx context.Context, text string) context.Context {
	bag := baggage.FromContext(ctx)
	if text == "" {
		if bag.Member(p.tagKey).Key() == "" {
			return ctx
		}
		return baggage.ContextWithBaggage(ctx, bag.DeleteMember(p.tagKey))
	}
	// The schema's rule baggage-key and the checks of tag values exclude an error. If there
	// is one, the tag still travels within the process.
	member, err := baggage.NewMemberRaw(p.tagKey, text)
	if err != nil {
		return ctx
	}
	if bag, err = bag.SetMember(member); err != nil {
		return ctx
	}
	return baggage.ContextWithBaggage(ctx, bag)
}
