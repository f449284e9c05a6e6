package prometheus

import (
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// A textEncoder writes families in the text format or in OpenMetrics, with the same bytes as
// expfmt. The encoders of expfmt allocate a name for each line of a histogram, and format the
// labels and bounds of each line again.
//
// It writes only what messages contain: counters, gauges, untyped numbers and histograms of whole
// counts, without timestamps. No name needs quotes. Tests check that a handler serves nothing else.
type textEncoder struct {
	pieces
	open bool // OpenMetrics

	labels []byte // of the current series, with the opening brace and without the closing one
	bucket []byte // the beginning of the line of each bucket of the current histogram, up to the bound
	bounds []boundText
}

// A boundText has the text from the bound of a bucket to its count, e.g. 0.5"} with a space.
type boundText struct {
	bits uint64 // of the bound
	text []byte
}

// maxBounds is the number of bounds whose texts are used again for the next histogram.
const maxBounds = 256

// textEncoders has encoders for later responses. An encoder takes about 40 KB. The garbage
// collector releases one that was not used for some time.
var textEncoders = sync.Pool{New: func() any { return &textEncoder{pieces: newPieces()} }}

// newTextEncoder returns an encoder, or nil for formats other than the text format and
// OpenMetrics.
func newTextEncoder(out io.Writer, format expfmt.Format) *textEncoder {
	open := strings.HasPrefix(string(format), string(expfmt.FmtOpenMetrics_1_0_0)) ||
		strings.HasPrefix(string(format), string(expfmt.FmtOpenMetrics_0_0_1))
	if !open && !strings.HasPrefix(string(format), string(expfmt.FmtText)) {
		return nil
	}
	e := textEncoders.Get().(*textEncoder)
	e.start(out)
	e.open, e.bounds = open, e.bounds[:0]
	return e
}

// Encode adds a family.
func (e *textEncoder) Encode(f *dto.MetricFamily) error {
	e.head(f)
	for _, m := range f.Metric {
		e.metric(f, m)
		if e.err != nil {
			break
		}
	}
	return e.err
}

// Close writes what is left. The encoder must not be used afterwards.
func (e *textEncoder) Close() error {
	if e.open {
		e.pending = append(e.pending, "# EOF\n"...)
	}
	err := e.finish()
	if modest(e.pending, e.labels, e.bucket) {
		textEncoders.Put(e)
	}
	return err
}

// head adds the lines before the series.
func (e *textEncoder) head(f *dto.MetricFamily) {
	name := f.GetName()
	if e.open && f.GetType() == dto.MetricType_COUNTER {
		name = strings.TrimSuffix(name, "_total")
	}
	if f.Help != nil {
		e.comment("# HELP ", name)
		e.pending = append(appendEscaped(e.pending, f.GetHelp(), e.open), '\n')
	}
	e.comment("# TYPE ", name)
	e.pending = append(append(e.pending, e.typeOf(f)...), '\n')
	if e.open && f.Unit != nil {
		e.comment("# UNIT ", name)
		e.pending = append(appendEscaped(e.pending, f.GetUnit(), true), '\n')
	}
}

func (e *textEncoder) comment(what, name string) {
	e.pending = append(append(append(e.pending, what...), name...), ' ')
}

func (e *textEncoder) typeOf(f *dto.MetricFamily) string {
	switch f.GetType() {
	case dto.MetricType_COUNTER:
		if e.open && !strings.HasSuffix(f.GetName(), "_total") {
			return "unknown"
		}
		return "counter"
	case dto.MetricType_GAUGE:
		return "gauge"
	case dto.MetricType_HISTOGRAM:
		return "histogram"
	}
	if e.open {
		return "unknown"
	}
	return "untyped"
}

// metric adds the lines of a series.
func (e *textEncoder) metric(f *dto.MetricFamily, m *dto.Metric) {
	e.labels = appendLabels(e.labels[:0], m.Label)
	switch f.GetType() {
	case dto.MetricType_COUNTER:
		e.number(f.GetName(), "", m.Counter.GetValue())
	case dto.MetricType_GAUGE:
		e.number(f.GetName(), "", m.Gauge.GetValue())
	case dto.MetricType_UNTYPED:
		e.number(f.GetName(), "", m.Untyped.GetValue())
	case dto.MetricType_HISTOGRAM:
		e.histogram(f.GetName(), m.Histogram)
	}
}

// number adds a line with a float.
func (e *textEncoder) number(name, suffix string, v float64) {
	e.begin(name, suffix)
	e.pending = appendFloat(e.pending, v, e.open)
	e.end()
}

// count adds a line with a count. The text format has only floats.
func (e *textEncoder) count(name, suffix string, n uint64) {
	e.begin(name, suffix)
	e.pending = e.appendCount(e.pending, n)
	e.end()
}

// begin adds the name and labels of a line.
func (e *textEncoder) begin(name, suffix string) {
	e.pending = append(append(append(e.pending, name...), suffix...), e.labels...)
	if len(e.labels) > 0 {
		e.pending = append(e.pending, '}')
	}
	e.pending = append(e.pending, ' ')
}

// end ends a line, and writes the pending lines if they are enough for a piece.
func (e *textEncoder) end() {
	e.pending = append(e.pending, '\n')
	e.flushPiece()
}

func (e *textEncoder) histogram(name string, h *dto.Histogram) {
	e.beginBuckets(name)
	complete := false
	for i, b := range h.Bucket {
		e.addBucket(i, b.GetUpperBound(), b.GetCumulativeCount(), b.Exemplar)
		complete = complete || math.IsInf(b.GetUpperBound(), 1)
	}
	if !complete {
		e.addBucket(len(h.Bucket), math.Inf(1), h.GetSampleCount(), nil)
	}
	e.number(name, "_sum", h.GetSampleSum())
	e.count(name, "_count", h.GetSampleCount())
}

// beginBuckets sets the beginning of the lines of a histogram's buckets.
func (e *textEncoder) beginBuckets(name string) {
	e.bucket = append(append(append(e.bucket[:0], name...), "_bucket"...), e.labels...)
	if len(e.labels) > 0 {
		e.bucket = append(e.bucket, `,le="`...)
		return
	}
	e.bucket = append(e.bucket, `{le="`...)
}

// addBucket adds the line of the bucket at a place.
func (e *textEncoder) addBucket(place int, bound float64, count uint64, x *dto.Exemplar) {
	e.pending = append(append(e.pending, e.bucket...), e.boundText(place, bound)...)
	e.pending = e.appendCount(e.pending, count)
	if e.open && x != nil && len(x.Label) > 0 {
		e.pending = appendExemplar(e.pending, x)
	}
	e.end()
}

// boundText returns the text of the bound at a place. Usually it is the same as in the last
// histogram. Places come one after another, from 0.
func (e *textEncoder) boundText(place int, bound float64) []byte {
	place = min(place, maxBounds-1)
	bits := math.Float64bits(bound)
	if place < len(e.bounds) && e.bounds[place].bits == bits {
		return e.bounds[place].text
	}
	if place == len(e.bounds) {
		e.bounds = slices.Grow(e.bounds, 1)[:place+1] // it may have memory of an earlier text
	}
	t := &e.bounds[place]
	t.bits, t.text = bits, append(appendFloat(t.text[:0], bound, e.open), "\"} "...)
	return t.text
}

func (e *textEncoder) appendCount(b []byte, n uint64) []byte {
	if e.open {
		return strconv.AppendUint(b, n, 10)
	}
	return appendFloat(b, float64(n), false)
}
