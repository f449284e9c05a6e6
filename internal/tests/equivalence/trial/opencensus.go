package trial

import (
	"context"
	"slices"

	"go.opencensus.io/plugin/ochttp"
	"go.opencensus.io/stats"
	"go.opencensus.io/tag"
	"go.opencensus.io/trace"
)

// spans are the spans that a ctx may have. They are the same in all runs, because exemplars
// have their ids.
var spans = func() []*trace.Span {
	var all []*trace.Span
	for _, sampler := range []trace.Sampler{trace.AlwaysSample(), trace.AlwaysSample(), trace.AlwaysSample(), trace.NeverSample()} {
		_, span := trace.StartSpan(context.Background(), "trial", trace.WithSampler(sampler))
		all = append(all, span)
	}
	return all
}()

// openCensus is the library of the recorders "views" and "direct".
type openCensus struct{ target *Target }

func (o openCensus) received(ctx context.Context, tags []sent) context.Context {
	for _, s := range tags {
		if !slices.Contains(o.target.Local, s.key) {
			ctx = upserted(ctx, s.key, s.text)
		}
	}
	return ctx
}

func (o openCensus) set(ctx context.Context, key, text string) context.Context {
	if slices.Contains(o.target.Local, key) {
		return upserted(ctx, key, text, tag.WithTTL(tag.TTLNoPropagation))
	}
	return upserted(ctx, key, text)
}

// forwarded sends the tags in the format of ocgrpc.
func (openCensus) forwarded(ctx context.Context) context.Context {
	tags := tag.FromContext(ctx)
	if tags == nil {
		return context.Background()
	}
	received, err := tag.Decode(tag.Encode(tags))
	if err != nil {
		panic(err) // OpenCensus encoded the tags itself
	}
	return tag.NewContext(context.Background(), received)
}

func (openCensus) text(ctx context.Context, key string) string {
	text, _ := tag.FromContext(ctx).Value(tag.MustNewKey(key))
	return text
}

func (openCensus) inSpan(ctx context.Context, span int) context.Context {
	return trace.NewContext(ctx, spans[span])
}

func upserted(ctx context.Context, key, text string, metadata ...tag.Metadata) context.Context {
	tagged, err := tag.New(ctx, tag.Upsert(tag.MustNewKey(key), text, metadata...))
	if err != nil {
		panic(err) // the texts are valid
	}
	return tagged
}

// Elsewhere records the measure of another package, over which schemas have views.
func (d *Draw) Elsewhere() {
	ctx := context.Background()
	if d.N(4) > 0 {
		ctx = upserted(ctx, ochttp.KeyServerRoute.Name(), "text "+string(rune('A'+d.N(texts))))
	}
	stats.Record(ctx, ochttp.ServerLatency.M(float64(d.bits(2)%1000)))
}
