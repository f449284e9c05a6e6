package otlp

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/protobuf/encoding/protowire"
)

// A label is a label key of a metric.
type label struct {
	key      string
	index    int  // of its value in a series
	repeated bool // the next label has this key too
}

// appendSorted appends labels, sorted by key. Labels of the same key stay in their order.
func appendSorted(labels []label, keys []metric.LabelKey) []label {
	for i, k := range keys {
		labels = append(labels, label{key: k.Key, index: i})
	}
	slices.SortStableFunc(labels, func(a, b label) int { return cmp.Compare(a.key, b.key) })
	for i := range labels[:max(len(labels)-1, 0)] {
		labels[i].repeated = labels[i].key == labels[i+1].key
	}
	return labels
}

// checkTexts returns an error for text that protobuf cannot encode: one such text would make
// the whole request fail.
func checkTexts(d *metric.Descriptor) error {
	for _, text := range [...]string{d.Name, d.Description, d.Unit} {
		if !utf8.ValidString(text) {
			return fmt.Errorf("%q is not UTF-8", text)
		}
	}
	for _, k := range d.LabelKeys {
		if !utf8.ValidString(k.Key) {
			return fmt.Errorf("%q is not UTF-8", k.Key)
		}
	}
	return nil
}

// checkLabels returns an error for values that do not fit the keys or that protobuf cannot
// encode.
func checkLabels(keys []metric.LabelKey, values []metric.LabelValue) error {
	if len(keys) != len(values) {
		return fmt.Errorf("the series has %d label values, the metric %d label keys", len(values), len(keys))
	}
	for i := range values {
		if v := &values[i]; v.Present && !utf8.ValidString(v.Value) {
			return fmt.Errorf("the value %q of label %s is not UTF-8", v.Value, keys[i].Key)
		}
	}
	return nil
}

// appendLabels appends the labels of a series, sorted by key. Absent labels are left out. If
// several labels have the same key, the last that is present is sent.
func (e *encoder) appendLabels(b []byte, field protowire.Number, values []metric.LabelValue) []byte {
	for i := range e.labels {
		l := &e.labels[i]
		v := &values[l.index]
		if !v.Present || l.repeated && anotherPresent(e.labels[i:], values) {
			continue
		}
		b = appendAttribute(b, field, l.key, v.Value)
	}
	return b
}

// anotherPresent reports whether a later label has the key of the first label and is present.
func anotherPresent(labels []label, values []metric.LabelValue) bool {
	for i := 1; i < len(labels) && labels[i-1].repeated; i++ {
		if values[labels[i].index].Present {
			return true
		}
	}
	return false
}

// The fields of KeyValue and AnyValue in opentelemetry/proto/common/v1/common.proto.
const (
	keyField   = 1
	valueField = 2
	textField  = 1
)

// appendAttribute appends a KeyValue whose value is a text. All tags have one byte.
func appendAttribute(b []byte, field protowire.Number, key, text string) []byte {
	value := 1 + protowire.SizeBytes(len(text))
	b = protowire.AppendTag(b, field, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(1+protowire.SizeBytes(len(key))+1+protowire.SizeBytes(value)))
	b = protowire.AppendTag(b, keyField, protowire.BytesType)
	b = protowire.AppendString(b, key)
	b = protowire.AppendTag(b, valueField, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(value))
	b = protowire.AppendTag(b, textField, protowire.BytesType)
	return protowire.AppendString(b, text)
}
