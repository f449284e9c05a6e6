package census

import (
	"context"

	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/tag"
)

// Carried returns the carrier of a tag that travels as an OpenCensus tag within the
// process: ocgrpc does not send it over the wire. The carrier is safe for concurrent use.
func Carried(key tag.Key) record.Carrier { return newCarrier(key, tag.TTLNoPropagation) }

// Propagated returns the carrier of a tag that travels as an OpenCensus tag: ocgrpc sends
// it over the wire with calls that use the ctx. The carrier is safe for concurrent use.
func Propagated(key tag.Key) record.Carrier { return newCarrier(key, tag.TTLUnlimitedPropagation) }

// A carrier finds a value in the OpenCensus tags of a ctx.
type carrier struct {
	key    tag.Key
	ttl    tag.Metadata
	remove tag.Mutator
}

func newCarrier(key tag.Key, ttl tag.TTL) *carrier {
	return &carrier{key, tag.WithTTL(ttl), tag.Delete(key)}
}

func (c *carrier) Text(ctx context.Context) string {
	text, _ := tag.FromContext(ctx).Value(c.key)
	return text
}

func (c *carrier) With(ctx context.Context, text string) context.Context {
	change := c.remove
	if text != "" {
		change = tag.Upsert(c.key, text, c.ttl)
	}
	// The text is valid, so an error could only be about the tags of ctx, which
	// OpenCensus checked when they were set.
	tagged, err := tag.New(ctx, change)
	if err != nil {
		return ctx
	}
	return tagged
}
