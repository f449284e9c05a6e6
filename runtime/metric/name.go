package metric

import (
	"maps"
	"slices"
	"strconv"
)

// SeriesName returns the name of a series for messages, e.g.
// "shop/request_count{method=GET,route=/cart}". If s is nil it returns the name of the
// metric, and if m is nil "?". Different series have different names.
func SeriesName(m *Metric, s *Series) string {
	if m == nil {
		return "?"
	}
	return string(AppendSeriesName(nil, m, s))
}

// AppendSeriesName appends the result of [SeriesName] to b. m must not be nil.
func AppendSeriesName(b []byte, m *Metric, s *Series) []byte {
	b = append(b, m.Descriptor.Name...)
	if s != nil {
		b = appendLabels(b, m.Descriptor.LabelKeys, s.LabelValues)
	}
	if m.Resource != nil {
		b = appendResource(b, m.Resource)
	}
	return b
}

// appendLabels leaves out labels that are absent.
func appendLabels(b []byte, keys []LabelKey, values []LabelValue) []byte {
	first := true
	for i, v := range values {
		if !v.Present || i >= len(keys) {
			continue
		}
		if first {
			b = append(b, '{')
		} else {
			b = append(b, ',')
		}
		first = false
		b = append(b, keys[i].Key...)
		b = append(b, '=')
		b = appendValue(b, v.Value)
	}
	if !first {
		b = append(b, '}')
	}
	return b
}

func appendResource(b []byte, r *Resource) []byte {
	b = append(b, '@')
	b = appendValue(b, r.Type)
	for _, key := range slices.Sorted(maps.Keys(r.Labels)) {
		b = append(b, ',')
		b = append(b, key...)
		b = append(b, '=')
		b = appendValue(b, r.Labels[key])
	}
	return b
}

// appendValue quotes a value that has punctuation or white space in it.
func appendValue(b []byte, v string) []byte {
	plain := v != ""
	for i := 0; i < len(v) && plain; i++ {
		switch c := v[i]; {
		case c <= ' ', c > '~', c == '"', c == '{', c == '}', c == ',', c == '=', c == '@', c == '\\':
			plain = false
		}
	}
	if plain {
		return append(b, v...)
	}
	return strconv.AppendQuote(b, v)
}
