package trial

import (
	"context"

	"go.opencensus.io/plugin/ochttp"
	"go.opencensus.io/stats"
	"go.opencensus.io/tag"
	"go.opencensus.io/trace"
)

// spans are those that contexts may have: the same in all runs, for exemplars
// name them.
var spans = func() []*trace.Span {
	var all []*trace.Span
	for _, sampler := range []trace.Sampler{trace.AlwaysSample(), trace.AlwaysSample(), trace.AlwaysSample(), trace.NeverSample()} {
		_, span := trace.StartSpan(context.Background(), "trial", trace.WithSampler(sampler))
		all = append(all, span)
	}
	return all
}()

// Context draws the ctx of a call: nil, a plain one, or one with tags, set by
// the package's own functions or by somebody else, or with a span.
func (d *Draw) Context() context.Context {
	k := d.N(8)
	if k == 0 {
		return nil
	}
	ctx := context.Background()
	if k >= 4 {
		for range d.N(4) {
			ctx = d.tagged(ctx)
		}
	}
	if k%2 == 0 {
		ctx = trace.NewContext(ctx, one(d, spans))
	}
	return ctx
}

// tagged puts one tag into ctx. A context tag's setter takes a nil ctx, too.
func (d *Draw) tagged(ctx context.Context) context.Context {
	if with := d.target.Contexts; len(with) > 0 && d.N(2) == 0 {
		if d.N(16) == 0 {
			ctx = nil
		}
		return one(d, with)(d, ctx)
	}
	key := "elsewhere"
	if d.N(4) > 0 && len(d.target.Keys) > 0 {
		key = one(d, d.target.Keys)
	}
	text := "text " + string(rune('A'+d.N(texts)))
	if values := d.target.Texts; len(values) > 0 && d.N(2) == 0 {
		text = one(d, values)
	}
	tagged, err := tag.New(ctx, tag.Upsert(tag.MustNewKey(key), text))
	if err != nil {
		panic(err) // the texts are valid
	}
	return tagged
}

// Elsewhere records the measure of another package, that schemas take views
// from.
func (d *Draw) Elsewhere() {
	ctx := context.Background()
	if d.N(4) > 0 {
		ctx, _ = tag.New(ctx, tag.Upsert(ochttp.KeyServerRoute, "text "+string(rune('A'+d.N(texts)))))
	}
	stats.Record(ctx, ochttp.ServerLatency.M(float64(d.bits(2)%1000)))
}
