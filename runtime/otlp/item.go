package otlp

import (
	"strconv"

	"github.com/ocgen/ocgen/runtime/metric"
)

// An item is one series to send, and its point among the points of a batch.
type item struct {
	metric     *metric.Metric
	series     *metric.Series
	start, end int
}

// size returns the size of the point, with its tag and length.
func (i item) size() int { return i.end - i.start }

// key returns the identity of the series across exports.
func (i item) key() string { return string(i.appendKey(nil)) }

func (i item) appendKey(b []byte) []byte {
	b = append(b, i.metric.Descriptor.Name...)
	for _, v := range i.series.LabelValues {
		b = append(b, ' ')
		b = strconv.AppendBool(b, v.Present)
		b = append(b, ' ')
		b = strconv.AppendQuote(b, v.Value)
	}
	return b
}
