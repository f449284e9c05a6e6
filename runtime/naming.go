package runtime

import (
	"maps"
	"slices"
	"strconv"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/resource"
)

// seriesName returns a series as messages have it, e.g.
// "shop/request_count{method=GET,route=/cart}"; of a nil series the metric's
// name. Different series have different names.
func seriesName(m *metricdata.Metric, s *metricdata.TimeSeries) string {
	if m == nil {
		return "?"
	}
	return string(appendSeriesName(nil, m, s))
}

func appendSeriesName(b []byte, m *metricdata.Metric, s *metricdata.TimeSeries) []byte {
	b = append(b, m.Descriptor.Name...)
	if s != nil {
		b = appendLabels(b, m.Descriptor.LabelKeys, s.LabelValues)
	}
	if m.Resource != nil {
		b = appendResource(b, m.Resource)
	}
	return b
}

// appendLabels leaves out labels that the series has not.
func appendLabels(b []byte, keys []metricdata.LabelKey, values []metricdata.LabelValue) []byte {
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

func appendResource(b []byte, r *resource.Resource) []byte {
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

// appendValue quotes what could not be told from the punctuation around it.
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
