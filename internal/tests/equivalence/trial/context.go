package trial

import "context"

// A library carries tags and spans in a ctx. The same draw sets the same tags and spans with
// each library. Three differences between the libraries are by design; the draw avoids them:
//
//   - OpenCensus has one map of tags. With OpenTelemetry a value that was set in this process
//     comes before the member of the baggage, also if the baggage was put into ctx later. So
//     OpenCensus always gets the tags of the other process first.
//   - The recorders that use OpenCensus read every tag that another process sends. The recorder
//     "otel" reads the baggage for tags with "propagate: true" only. A sender with the same
//     schema sends no other tags of a ctx. So OpenCensus does not get them, and the baggage has
//     them as an intruder would send them.
//   - OpenCensus refuses all tags of a request if one of them is not printable ASCII. The
//     recorder "otel" replaces such a value. So other processes send only printable ASCII.
type library interface {
	// received adds the tags that another process sent.
	received(ctx context.Context, tags []sent) context.Context
	// set sets a tag as another package of this process does, which shares the key.
	set(ctx context.Context, key, text string) context.Context
	// forwarded returns the ctx of another process that gets a request made with ctx.
	forwarded(ctx context.Context) context.Context
	// text returns the value that ctx carries for a tag of the package.
	text(ctx context.Context, key string) string
	// inSpan returns a ctx with one of the spans.
	inSpan(ctx context.Context, span int) context.Context
}

// A sent is a tag that another process sent.
type sent struct{ key, text string }

// Context draws the ctx of a call: nil, a plain one, or one with tags, a span or both. The
// tags are set by the package's own functions, by other code, or by another process.
func (d *Draw) Context() context.Context {
	arguments := d.drawn.arguments // not what the setters of ctx draw
	ctx := d.context()
	d.drawn.ctx, d.drawn.arguments = ctx, arguments
	return ctx
}

func (d *Draw) context() context.Context {
	k := d.N(8)
	if k == 0 {
		return nil
	}
	ctx := context.Background()
	if k >= 4 {
		ctx = d.withTags(ctx)
	}
	if k%2 == 0 {
		ctx = d.target.library().inSpan(ctx, d.N(len(spans)))
	}
	return ctx
}

// withTags draws the tags of a ctx. The late ones are put into ctx by other code, after values
// were set in this process. Only OpenTelemetry keeps the two apart.
func (d *Draw) withTags(ctx context.Context) context.Context {
	l := d.target.library()
	tags := d.sentTags()
	bare := len(tags) == 0
	late := !bare && d.N(2) == 0
	if !bare && !(late && d.target.OpenTelemetry) {
		ctx = l.received(ctx, tags)
	}
	for range d.N(4) {
		switch {
		case !late && d.N(8) == 0: // late baggage replaces the members of the values set before
			ctx = l.forwarded(ctx)
		case bare && d.N(16) == 0 && len(d.target.Contexts) > 0:
			ctx = one(d, d.target.Contexts)(d, nil) // a setter accepts a nil ctx
		default:
			ctx = d.tagged(ctx)
		}
		bare = false
	}
	if late && d.target.OpenTelemetry {
		ctx = l.received(ctx, tags)
	}
	return ctx
}

// sentTags draws the tags of another process, mostly none.
func (d *Draw) sentTags() []sent {
	if d.N(3) > 0 {
		return nil
	}
	var tags []sent
	for range d.N(4) {
		key, text := d.foreign()
		tags = append(tags, sent{key, text})
	}
	return tags
}

// tagged sets one tag.
func (d *Draw) tagged(ctx context.Context) context.Context {
	if with := d.target.Contexts; len(with) > 0 && d.N(2) == 0 {
		return one(d, with)(d, ctx)
	}
	key, text := d.foreign()
	return d.target.library().set(ctx, key, text)
}

// foreign draws a tag that other code sets, mostly one with a key of the package.
func (d *Draw) foreign() (key, text string) {
	key = "elsewhere"
	if d.N(4) > 0 && len(d.target.Keys) > 0 {
		key = one(d, d.target.Keys)
	}
	text = "text " + string(rune('A'+d.N(texts)))
	if values := d.target.Texts; len(values) > 0 && d.N(2) == 0 {
		text = one(d, values)
	}
	return key, text
}
