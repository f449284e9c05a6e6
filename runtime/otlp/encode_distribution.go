package otlp

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/protobuf/encoding/protowire"
)

// The fields of HistogramDataPoint.
const (
	histogramCountField     = 4
	histogramSumField       = 5
	histogramBucketsField   = 6
	histogramBoundsField    = 7
	histogramExemplarsField = 8
	histogramLabelsField    = 9
)

func (e *encoder) distribution(b []byte, s *metric.Series) ([]byte, error) {
	d, ok := s.Point.Value.(*metric.Distribution)
	if !ok || d == nil {
		return b, misfit(s.Point.Value)
	}
	if err := checkCounts(d); err != nil {
		return b, err
	}
	b = appendTimes(b, s)
	b = appendFixed(b, histogramCountField, uint64(d.Count))
	b = appendFloat(b, histogramSumField, d.Sum)
	b = appendBuckets(b, d)
	for i := range d.Buckets {
		if x := d.Buckets[i].Exemplar; x != nil {
			b = e.appendExemplar(b, x)
		}
	}
	return e.appendLabels(b, histogramLabelsField, s.LabelValues), nil
}

// checkCounts returns an error for a distribution that cannot be sent as OTLP.
func checkCounts(d *metric.Distribution) error {
	if d.Count < 0 {
		return fmt.Errorf("the distribution has a negative count, %d", d.Count)
	}
	if len(d.Bounds) == 0 && len(d.Buckets) == 0 {
		return nil // OTLP: neither bounds nor buckets
	}
	if len(d.Buckets) != len(d.Bounds)+1 {
		return fmt.Errorf("the distribution's %d buckets do not fit its bounds", len(d.Buckets))
	}
	for i := range d.Buckets {
		if n := d.Buckets[i].Count; n < 0 {
			return fmt.Errorf("bucket %d of the distribution has a negative count, %d", i, n)
		}
	}
	return nil
}

// appendBuckets appends the counts of the buckets and their bounds, as packed lists. A list
// without elements is left out.
func appendBuckets(b []byte, d *metric.Distribution) []byte {
	if len(d.Buckets) > 0 {
		b = protowire.AppendTag(b, histogramBucketsField, protowire.BytesType)
		b = protowire.AppendVarint(b, uint64(8*len(d.Buckets)))
		for i := range d.Buckets {
			b = protowire.AppendFixed64(b, uint64(d.Buckets[i].Count))
		}
	}
	if len(d.Bounds) > 0 {
		b = protowire.AppendTag(b, histogramBoundsField, protowire.BytesType)
		b = protowire.AppendVarint(b, uint64(8*len(d.Bounds)))
		for _, bound := range d.Bounds {
			b = protowire.AppendFixed64(b, math.Float64bits(bound))
		}
	}
	return b
}

// The fields of Exemplar.
const (
	exemplarTimeField   = 2
	exemplarValueField  = 3
	exemplarSpanField   = 4
	exemplarTraceField  = 5
	exemplarLabelsField = 7
)

// An attachment of an exemplar, as text that protobuf can encode.
type attachment struct{ key, text string }

// appendExemplar appends an exemplar with its span, and other attachments as text. A span
// context that is not valid is left out.
func (e *encoder) appendExemplar(b []byte, x *metric.Exemplar) []byte {
	b = protowire.AppendTag(b, histogramExemplarsField, protowire.BytesType)
	start := len(b)
	b = appendTime(b, exemplarTimeField, x.Timestamp)
	b = appendFloat(b, exemplarValueField, x.Value)
	if x.Span.TraceID != (metric.TraceID{}) && x.Span.SpanID != (metric.SpanID{}) {
		b = protowire.AppendTag(b, exemplarSpanField, protowire.BytesType)
		b = protowire.AppendBytes(b, x.Span.SpanID[:])
		b = protowire.AppendTag(b, exemplarTraceField, protowire.BytesType)
		b = protowire.AppendBytes(b, x.Span.TraceID[:])
	}
	if len(x.Attachments) > 0 {
		b = e.appendAttachments(b, x.Attachments)
	}
	return insertLength(b, start)
}

// appendAttachments appends attachments in the order of their keys.
func (e *encoder) appendAttachments(b []byte, texts map[string]string) []byte {
	e.attachments = e.attachments[:0]
	for key, text := range texts {
		e.attachments = append(e.attachments, attachment{encodable(key), encodable(text)})
	}
	slices.SortFunc(e.attachments, func(a, b attachment) int {
		return cmp.Or(strings.Compare(a.key, b.key), strings.Compare(a.text, b.text))
	})
	for _, a := range e.attachments {
		b = appendAttribute(b, exemplarLabelsField, a.key, a.text)
	}
	return b
}
